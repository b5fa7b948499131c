//! A supervisor that starts a child for each event.
//!
//! It subscribes to producers like any consumer. Each event starts one child, with the event as its argument; when children
//! end, more events are asked for. So never more than `max_demand` children of a subscription run at once, and producers
//! are asked for no more than the children can take.
//!
//! ```
//! use otp::gen_stage::{self, Cancel, ConsumerSupervisor, EventChild};
//! use otp::prelude::*;
//!
//! # #[otp::main]
//! # async fn main() -> otp::Result {
//! let me = otp::process::self_pid();
//! let numbers = gen_stage::from_iter(1_u64..=100).await?;
//! // A short task for each number, at most ten at a time.
//! let printer = EventChild::task(move |n: u64| async move {
//!     let _ = otp::process::send(me, n);
//! });
//! let pool = ConsumerSupervisor::new(printer)
//!     .subscribe_to(numbers.subscription().max_demand(10).cancel(Cancel::Transient))
//!     .start_link()
//!     .await?;
//! let mut sum = 0;
//! for _ in 0..100 {
//!     sum += otp::process::receive::<u64>().await;
//! }
//! assert_eq!(sum, 5050);
//! # pool.stop().await?;
//! # Ok(())
//! # }
//! ```
//!
//! **`min_demand` is the size of a refill**, not a floor for the number of children: with `max_demand` 10 and `min_demand` 2
//! it asks for 10 events at first, and then for two whenever two children have ended. This differs from an ordinary consumer.
//!
//! A child is *temporary* (it is not restarted, and its event is lost when it crashes) or *transient* (when it ends for a
//! reason other than `Normal`, `Shutdown` and `ShutdownWith` it is restarted with the same event, which keeps its place).
//! There is no permanent child: it would never make room for another event.
//!
//! When a subscription ends, the children that it started stay. They are shut down when the supervisor ends, all at the same
//! time.
//!
//! Follows Elixir's `ConsumerSupervisor`.

mod error;
mod handle;
mod module;
mod server;
mod template;

pub use self::error::{StartEventChildError, TerminateEventChildError};
pub use self::handle::{ConsumerSupervisor, ConsumerSupervisorRef};
pub use self::module::{
    ConsumerSupervise, IntoConsumerInit, StartConsumerSupervisor, child_start_module, module_options,
    stage_start_module, start_link_module, start_module,
};
pub use self::server::{EventChildInfo, EventSupervisor, Setup};
pub use self::template::{EventChild, EventRestart};
