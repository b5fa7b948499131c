//! Applications: parts of a program that are started and stopped as one, each with a supervision tree and an environment.
//!
//! ```
//! use otp::application::{self, Start, Top};
//! use otp::prelude::*;
//!
//! #[gen_server(name = "cache")]
//! pub struct Cache {
//!     size: usize,
//! }
//!
//! #[gen_server]
//! impl Cache {
//!     #[init]
//!     fn init() -> otp::Result<Self> {
//!         Ok(Self { size: application::fetch_env("store", "size")? })
//!     }
//!
//!     #[call]
//!     pub fn size(&self) -> usize {
//!         self.size
//!     }
//! }
//!
//! #[supervisor]
//! pub struct StoreTree {
//!     #[child]
//!     cache: Cache,
//! }
//!
//! /// Starts its tree, and needs no more.
//! #[application(name = "store", supervisor = StoreTree, env(size = 100))]
//! pub struct Store;
//!
//! /// Needs the store.
//! #[application(name = "shop", dependencies(Store))]
//! pub struct Shop;
//!
//! impl Application for Shop {
//!     async fn start(&mut self, _: Start) -> otp::Result<Top> {
//!         Ok(Supervisor::start_link(Supervisor::builder()).await?.into())
//!     }
//! }
//!
//! # #[otp::main]
//! # async fn main() -> otp::Result {
//! assert_eq!(application::ensure_all_started(Shop).await?, ["store", "shop"]);
//! assert_eq!(CacheRef::named("cache").size().await?, 100);
//!
//! application::stop("shop").await?; // the store goes on
//! assert_eq!(application::started().len(), 1);
//! # application::stop("store").await?;
//! # Ok(())
//! # }
//! ```
//!
//! A program is a list of them. Its `main` hands it to [`run`], which starts them in order, waits for SIGTERM, SIGINT or
//! the end of one that is [permanent](Mode::Permanent), and stops them in reverse:
//!
//! ```no_run
//! # use otp::prelude::*;
//! # #[application(name = "shop", library)]
//! # struct Shop;
//! #[otp::main]
//! async fn main() -> std::process::ExitCode {
//!     otp::application::run(Shop).await
//! }
//! ```
//!
//! # Life cycle
//!
//! | Phase | Means | Next |
//! |---|---|---|
//! | unknown | nobody has loaded it | [`load`] |
//! | loaded | its specification is known and its environment set | [`start`], [`unload`] |
//! | started | its tree is up | [`stop`], or its tree ends by itself |
//!
//! Each application that is started has a process of its own, its master: `start` runs there, so that the tree's top is linked
//! to it, and so do `prepare_stop` and `stop`. Whoever asks only waits for it: a caller who gives up changes nothing.
//!
//! # Environment
//!
//! Each application has keys and values: the defaults of its declaration, under those of the [configuration](crate::config), under
//! what the program [puts](put_env()). They are read typed: [`fetch_env`], [`get_env()`], [`env_section`].
//!
//! Follows Elixir's `Application` and OTP's `application`.

mod app;
mod behaviour;
mod controller;
mod dir;
mod environment;
mod error;
mod life;
mod master;
mod plan;
mod run;
mod signals;
mod spec;

pub use self::app::{App, AppInfo, ToApp};
pub use self::behaviour::{Application, Declared, Start, Top};
pub use self::controller::SystemEnd;
pub use self::dir::{app_dir, priv_dir};
pub use self::environment::{
    boot_config, configure, configure_project, delete_env, env_section, fetch_env, get_all_env, get_env, get_env_or,
    put_all_env, put_env, validate_compile_env,
};
pub use self::error::{
    AppDirError, BootListError, EnsureError, EnvError, LoadError, StartAppError, StopAppError, UnknownApplication,
    UnloadError,
};
pub use self::life::{
    ensure_all_started, ensure_all_started_as, ensure_started, load, loaded, reset, spec, start, start_as, started,
    stop, stop_all, system_ended, unload,
};
pub use self::plan::{BootList, BootPlan, Planned};
#[cfg(feature = "release")]
pub(crate) use self::run::still_stopping;
pub use self::run::{run, run_plan};
pub use self::signals::Signals;
pub use self::spec::{ApplicationSpec, Dependency, Mode};
