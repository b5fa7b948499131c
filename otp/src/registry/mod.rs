//! Registries: processes under keys of any type, with a value for each entry.
//!
//! With **unique** keys a key belongs to one process at most: names for processes that are not known in advance. With
//! **duplicate** keys it may have any number of entries: groups, and publishing to subscribers. A process may have any
//! number of keys.
//!
//! ```
//! use otp::prelude::*;
//! use otp::process;
//!
//! # #[otp::main]
//! # async fn main() -> otp::Result {
//! struct Joined(&'static str);
//!
//! let topics = Registry::<String, u8>::duplicate("topics").partitions(4).start_link().await?;
//! for volume in [1, 11] {
//!     topics.register("news", volume)?; // this process, until it ends
//! }
//! topics.dispatch("news", |entries| {
//!     for (pid, _volume) in entries.iter().filter(|(_, volume)| **volume > 10) {
//!         let _ = process::send(pid, Joined("somebody"));
//!     }
//! })?;
//! assert_eq!(process::receive::<Joined>().await.0, "somebody");
//! assert_eq!(topics.count()?, 2);
//! # Ok(())
//! # }
//! ```
//!
//! | To | see |
//! |---|---|
//! | start one, by itself or under a supervisor | [`Registry::unique`], [`Registry::duplicate`], [`RegistrySpec`] |
//! | find one by its name | [`Registry::named`] |
//! | register the process that asks | [`register`](Registry::register), [`unregister`](Registry::unregister), [`update_value`](Registry::update_value) |
//! | start a server under a key, and call it | [`via`](Registry::via), [`via_with`](Registry::via_with) |
//! | ask | [`lookup`](Registry::lookup), [`match_`](Registry::match_), [`select`](Registry::select), [`keys`](Registry::keys), [`values`](Registry::values), [`count`](Registry::count) |
//! | publish | [`dispatch`](Registry::dispatch), [`dispatch_parallel`](Registry::dispatch_parallel) |
//! | be told of registrations | [`RegistrySpec::listener`], [`Registered`], [`Unregistered`] |
//!
//! # What can be relied on
//!
//! - When a process ends, however it ends, its entries are gone **before anybody is told** of its end: whoever gets the
//!   `Down` can take the key. A process that has ended cannot be registered by anybody any more.
//! - When the registry ends, so do processes with entries in it, as if linked to it; those that trap exits get an `Exit`. The
//!   servers under a supervisor are started again and register anew, so that a registry that came back is complete. Put it before the
//!   servers that use it.
//! - Lookups, resolving a `via` name and dispatch take **no lock**: they do not wait for anybody who registers, and scale with
//!   cores. What they see of a key is the state at one moment.
//! - Registering costs the same whatever the registry holds, but for a key with many entries, where it grows with the
//!   logarithm of their number.
//! - The memory of entries that are gone is reclaimed in batches, when no reader can see them any more: a value may be
//!   **dropped later** than its entry goes. Do not wait for the destructor of a value.
//!
//! Follows Elixir's `Registry`, but for this: keys and values have types, functions take the place of patterns and guards,
//! what makes no sense for duplicate keys (`update_value`, `via`) does not compile for them, and
//! an unknown registry is an error value. The partitions are parts of one table; the registry is one process.

mod bag;
mod entries;
mod error;
mod handle;
mod key;
mod kind;
mod listener;
mod lock;
mod member;
mod meta;
mod owner;
mod spec;
mod table;
mod via;

pub use self::entries::{Entries, EntriesIter};
pub use self::error::{RegisterError, RegisterFailure, SendError, UnknownRegistry};
pub use self::handle::Registry;
pub use self::key::{AnyKey, IntoKey};
pub use self::kind::{Duplicate, DuplicateRegistry, Keys, Unique};
pub use self::listener::{Registered, Unregistered};
pub use self::spec::RegistrySpec;
pub use self::table::{Key, PartitionBy};
pub use self::via::ViaName;
