//! Generic servers: a state, and handlers for calls, casts and messages that run one at a time.
//!
//! Most servers are written with `#[gen_server]`, which writes the [`GenServer`] implementation, the request type and
//! the client methods. The trait is as pleasant by hand:
//!
//! ```
//! use otp::prelude::*;
//!
//! struct Counter(u64);
//!
//! enum Request {
//!     Next(ReplyTo<u64>),
//!     Add(u64),
//! }
//!
//! impl GenServer for Counter {
//!     type Args = u64;
//!     type Request = Request;
//!     type Continue = NoContinue;
//!     type Ref = ServerRef<Self>;
//!
//!     async fn init(start: u64) -> Init<Self> {
//!         Init::ok(Counter(start))
//!     }
//!
//!     async fn handle(&mut self, request: Request) -> Next {
//!         match request {
//!             Request::Next(from) => {
//!                 self.0 += 1;
//!                 from.reply(self.0);
//!             }
//!             Request::Add(n) => self.0 += n,
//!         }
//!         Next::noreply()
//!     }
//! }
//!
//! # #[otp::main]
//! # async fn main() -> otp::Result {
//! let counter = Counter::start_link(5).await?;
//! counter.cast(Request::Add(10));
//! assert_eq!(counter.call(Request::Next).await?, 16);
//! # Ok(())
//! # }
//! ```
//!
//! Follows Elixir's `GenServer` and OTP's `gen_server`.

mod answer;
mod behaviour;
mod call_to;
pub(crate) mod expand;
mod options;
mod report;
mod server;
mod server_ref;
mod start;
pub mod sys;

pub(crate) use self::answer::{Beginning, Step};
pub use self::answer::{ContinueFrom, Init, IntoInit, IntoNext, IntoReply, Next, NoContinue, Reply};
pub use self::behaviour::{Described, GenServer, HandleInfo};
pub use self::call_to::{Answer, CallTo};
pub use self::options::ServerOptions;
pub(crate) use self::server_ref::short_name;
pub use self::server_ref::{MakeRequest, ServerRef};
pub use self::start::{Start, StartMonitor, child_start};
pub(crate) use self::start::{child_start_as, start_as};
pub use crate::generic::{CallError, CallFailure, CastError, ReplyTo, StopError, StopFailure, reply};
pub use crate::process::StartError;

pub mod request {
    //! The futures behind [`Call`](super::Call) and [`Stop`](super::Stop), by the type of the request.
    pub use crate::generic::{Call, Stop};
}

/// A call on a server of type `S`: see [`request::Call`].
pub type Call<'a, S, A, T> = crate::generic::Call<'a, <S as GenServer>::Request, A, T>;
/// A request to stop a server of type `S`: see [`request::Stop`].
pub type Stop<'a, S> = crate::generic::Stop<'a, <S as GenServer>::Request>;
