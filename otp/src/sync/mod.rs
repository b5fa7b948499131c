//! The pieces that know no process: queue, reply slot, clock, current value, locks.
//!
//! This is the only place with `unsafe`. Every block carries its proof; the pieces are checked by loom models
//! (`RUSTFLAGS="--cfg otp_loom"`) and by miri.

pub(crate) mod clock;
pub(crate) mod current;
mod lent;
mod lock;
mod once;
mod queue;
pub(crate) mod reply;
pub(crate) mod seat;
mod shim;
pub(crate) mod wake;

pub(crate) use lent::Lent;
pub(crate) use lock::Mutex;
pub(crate) use once::{SetOnce, SetOncePtr};
pub(crate) use queue::{Burst, Queue, Taken};
pub(crate) use shim::atomic;
