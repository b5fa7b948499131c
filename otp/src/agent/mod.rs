//! Agents: processes that hold a state, and do with it what functions say.
//!
//! Where a [server](mod@crate::gen_server) has handlers, an agent gets a closure with each request, which runs in the agent's
//! process. That is all there is to a shared value that lives as long as its process.
//!
//! ```
//! use otp::prelude::*;
//! use std::collections::HashMap;
//!
//! # #[otp::main]
//! # async fn main() -> otp::Result {
//! let scores = Agent::start_link(HashMap::<String, u32>::new).await?;
//! scores.update(|scores| { scores.insert("ada".into(), 3); }).await?;
//! scores.cast(|scores| *scores.entry("ada".into()).or_default() += 1);
//! assert_eq!(scores.get(|scores| scores.get("ada").copied()).await?, Some(4));
//! let taken = scores.get_and_update(|scores| scores.remove("ada")).await?;
//! assert_eq!(taken, Some(4));
//! scores.stop().await?;
//! # Ok(())
//! # }
//! ```
//!
//! What the function does keeps the agent busy: others wait. Compute outside of it what can be computed outside.
//!
//! An agent is a server like any other: it has a name, a place in a supervision tree, and answers [`sys`](crate::sys).
//!
//! ```
//! use otp::prelude::*;
//! use otp::sys::{self, Switch};
//!
//! # #[otp::main]
//! # async fn main() -> otp::Result {
//! let agent = Agent::start_link(|| 1).await?;
//! assert_eq!(sys::statistics(&agent, Switch::Get).await?, None);
//!
//! sys::statistics(&agent, Switch::On).await?;
//! agent.update(|n| *n += 1).await?;
//! let statistics = sys::statistics(&agent, Switch::Get).await?.expect("they are on");
//! assert_eq!((statistics.messages_in, statistics.messages_out), (1, 1));
//! # Ok(())
//! # }
//! ```
//!
//! Follows Elixir's `Agent`. Its functions that take a module, a function and arguments have closures as counterparts.

mod handle;
mod server;

pub use self::handle::AgentRef;
pub use self::server::{Agent, Initial, Request};
