//! Making releases: what `cargo otp` does, as a library for build programs.
//!
//! ```text
//! settings ─────┐
//! project ──────┼─ release ── program (built, asked for its applications) ── steps ─┬─ assemble
//! command line ─┘  (chosen, validated)                                              ├─ tar
//!                                                                                   └─ commands, functions
//! ```
//!
//! | a line about | belongs in |
//! |---|---|
//! | keys and types of `[package.metadata.otp]` | `settings` |
//! | what cargo knows | `project` |
//! | defaults, names, versions, paths | `release` |
//! | modes and dependencies | [`BootList`](crate::application::BootList): the program itself is asked |
//! | which file goes where | `assemble` |
//! | the launch script | `templates/launch.sh` |
//!
//! Follows `mix release`. It differs in these: the program contains its runtime, so there is no runtime system to include or to
//! leave out; there is no reboot after configuration, because the configuration is read before anything runs; strip takes
//! symbols and debug information out of the program; Windows is left out.

mod archive;
mod assemble;
mod cli;
mod cookie;
mod copy;
mod error;
mod init;
mod make;
mod new;
mod program;
mod project;
#[allow(clippy::module_inception, reason = "a release is what it is about")]
mod release;
mod settings;
mod step;
mod template;

pub use self::cli::{main, run};
pub use self::cookie::random_cookie;
pub use self::copy::copy_directory;
pub use self::error::BuildError;
pub use self::init::init;
pub use self::make::{Console, Outcome, make};
pub use self::new::new;
pub use self::program::{Builder, Cargo};
pub use self::project::{Package, Project};
pub use self::release::{Options, Release};
pub use self::settings::{
    OneOrMany, Part, PathOrFalse, ReleaseSettings, Settings, StepSetting, Strip, System, VersionSetting,
};
pub use self::step::Step;
