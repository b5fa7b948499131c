//! Releases: a program as a directory that operations can run.
//!
//! `cargo otp release` (feature `cargo`) builds a program and puts it into `target/rel/NAME`, with a launch script, its
//! configuration, and what else it needs. The directory can be moved to any machine of the same kind.
//!
//! ```text
//! bin/NAME                        the launch script: start, stop, rpc, remote ..
//! releases/COOKIE                 the secret of the control channel
//! releases/start_otp.data         versions of otp and of the release that is started
//! releases/VERSION/NAME           the program
//! releases/VERSION/sys.toml       build-time configuration, and the providers of the run-time configuration
//! releases/VERSION/runtime.toml   run-time configuration
//! releases/VERSION/env.sh         environment script: runs before every command
//! releases/VERSION/start.toml     threads, stack size, log level
//! releases/VERSION/manifest.toml  applications, modes, versions; the target it was built for
//! lib/APPLICATION-VERSION/priv    private files of applications
//! tmp                             control socket, logs, computed configuration (RELEASE_TMP)
//! ```
//!
//! The program's `main` is [`main!`], or [`Boot`]. Functions that operators call with `eval`, `rpc` and from the console are marked
//! with [`#[otp::command]`](macro@crate::command):
//!
//! ```no_run
//! use otp::prelude::*;
//!
//! # #[application(name = "shop", library)]
//! # struct Shop;
//! /// bin/shop eval 'ReleaseTasks::purge("old", 30)'
//! struct ReleaseTasks;
//!
//! #[otp::command]
//! impl ReleaseTasks {
//!     /// Removes what is older than so many days.
//!     fn purge(kind: String, days: u32) -> String {
//!         format!("removed all {kind} things of {days} days and more")
//!     }
//! }
//!
//! otp::release::main!(Shop);
//! ```
//!
//! # Running
//!
//! `start` runs in the foreground until SIGTERM or SIGINT, which stop the applications in reverse order, status 0. A second signal, a second
//! or more later, does not wait for them: status 1, and the message names those that were still up. `stop` does what a signal does, and
//! returns when the system has ended.
//!
//! `daemon` returns when the applications are up. What the system prints goes to `tmp/log/NODE.log`, which is numbered when it is full; a
//! full disk takes lines away, which the log says when there is room again, and stops nothing.
//!
//! | Variable | Says | Default |
//! |---|---|---|
//! | `RELEASE_NAME`, `RELEASE_VSN` | what is started | of the release |
//! | `RELEASE_TMP` | where control socket, logs, history and computed configuration are | `tmp` in the release |
//! | `RELEASE_NODE` | what these files are called, where several systems share a directory | the name |
//! | `RELEASE_COOKIE` | the secret of the control channel | `releases/COOKIE` |
//! | `RELEASE_DISTRIBUTION` | `local`: commands reach the running system; `none`: nothing does | `local` |
//! | `RELEASE_SYS_CONFIG`, `RELEASE_START_SETTINGS` | other files for `sys.toml` and `start.toml` | those of the version |
//! | `RELEASE_LOG_SIZE` | bytes after which a daemon's log file is full | 1048576 |
//! | `RELEASE_LOG_FILES` | how many full ones are kept | 5 |
//! | `RUST_LOG` | how much is logged, if the program's `setup` asks | `log_level` of `start.toml` |
//!
//! All are set before the launch script runs, or by `env.sh`, which it reads first. The program also has `RELEASE_ROOT`,
//! `RELEASE_COMMAND`, `RELEASE_PROG` and `RELEASE_MODE`.
//!
//! # Differences
//!
//! Follows `mix release`. It differs in these:
//!
//! - There is no reboot after the configuration: providers run before anything else does.
//! - `eval` and `rpc` take calls of registered functions with literal arguments, not any expression.
//! - There are no nodes. The running system is reached through a Unix socket that only its user can open, with the release's
//!   cookie; `RELEASE_DISTRIBUTION` is `local`, or `none` for no control at all.
//! - `restart` restarts the applications; the process of the operating system stays, and so does the code. A new version is started
//!   by stopping the old one.
//! - `daemon` returns when the system is up, or says why it is not. A second signal during a stop is not ignored.
//! - There is nothing for Windows.

mod boot;
#[cfg(feature = "cargo")]
pub mod build;
mod client;
mod command;
mod console;
mod control;
mod daemon;
mod describe;
mod environment;
mod history;
mod log;
mod manifest;
mod output;
mod system;
mod terminal;

#[doc(inline)]
pub use crate::__release_main as main;

pub use self::boot::{Boot, arguments};
#[doc(hidden)]
pub use self::command::{
    Answer, AnswerDebug, AnswerDebugError, AnswerResult, Answering, Arguments, Command, Parameter, WrongArgument,
    command_result,
};
pub use self::command::{CommandResult, FromLiteral, Literal};
pub use self::manifest::{BootEntry, Description, Manifest, ProviderSetting, Question, StartSettings};
pub use self::output::puts;
