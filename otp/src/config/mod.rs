//! Configuration of applications: files in layers, providers, and what a release does with them when it starts.
//!
//! # Files
//!
//! A project keeps its configuration in the folder `config`, as TOML. A table is an application, its keys are the
//! application's environment:
//!
//! ```toml
//! # config/config.toml: for every environment
//! import_config = ["shared.toml"]
//!
//! [kv]
//! port = 6379
//! listener = { backlog = 128 }
//!
//! [kv.auth]
//! token = { env = "KV_TOKEN", default = "none", secret = true }
//!
//! [[import_config]]
//! file = "{env}.toml"
//! optional = true
//! ```
//!
//! Later layers win, and tables are merged as deep as they go:
//!
//! | Layer | Read | Environment variables in it |
//! |---|---|---|
//! | defaults in code: `#[application(env(port = 6379))]` | | |
//! | `config/config.toml`, and what it imports | when the program is built into a release; else when it starts | then |
//! | `config/dev.toml`, `test.toml`, `prod.toml`: that of `OTP_ENV`, which is `dev` unless set | likewise | then |
//! | `config/runtime.toml`, which cannot import | when the program starts | then |
//! | [`ConfigProvider`]s, in the order given | when a release starts | |
//! | [`put_env`](crate::application::put_env) | | |
//!
//! Tests are run by cargo like the program: to give them `config/test.toml`, set `OTP_ENV` for them, as in
//! `OTP_ENV=test cargo test`.
//!
//! [`Reader`] has the values that a file can have besides TOML's own, and how imports go. Whatever is wrong with a file is
//! one error that names it and the line: see [`ConfigError`]; a value of the wrong type is a [`TypeError`].
//!
//! # Use
//!
//! [`application::fetch_env`](crate::application::fetch_env) and its like read what is configured, typed.
//! [`compile_env!`](crate::compile_env) reads while the program is compiled.
//!
//! # Releases
//!
//! A release holds its build-time configuration as text, [`Stored`], with the providers to run when it starts;
//! [`boot`](boot()) runs them. There is no second start after the configuration as Elixir has it, unless it is asked for.
//!
//! Follows Elixir's `Config`, `Config.Reader` and `Config.Provider`.

mod boot;
mod compile;
mod path;
mod provider;
mod reader;

pub use self::boot::{Boot, BootError, Booted, boot};
pub use self::compile::{CompileEnvError, CompileRead, Difference, compile_reads, validate_compile_env};
pub use self::provider::{ConfigProvider, FindProviderError, Provider, ProviderError};
pub use self::reader::ReaderArgs;
pub use otp_config::{
    Config, ConfigError, ConfigPath, ConfigPathError, Datetime, DuplicateEntry, ENV_VARIABLE, Key, Kind, Origin,
    REDACTED, Reader, Secret, SerializeError, Stored, StoredError, StoredProvider, TARGET_VARIABLE, Table, TypeError,
    Value, environment_name, project_dir,
};
