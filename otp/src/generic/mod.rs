//! What all behaviours share: addresses, calls and replies, stopping, system requests. Follows OTP's `gen` and `sys`.

mod address;
pub(crate) mod call;
mod envelope;
mod error;
mod reply;
mod stop;
pub(crate) mod sys;

pub(crate) use self::address::{Address, Unreachable};
pub use self::call::Call;
pub(crate) use self::envelope::{Envelope, Server};
pub use self::error::{CallError, CallFailure, CastError, StopError, StopFailure};
pub use self::reply::{HeldReply, ReplyTo, hold, reply};
pub use self::stop::Stop;
