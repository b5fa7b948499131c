//! Configuration: files, readers, providers, what a release does with them, and what was compiled in.

mod boot;
mod compile_env;
mod define;
mod env;
pub(crate) mod files;
mod imports;
mod path;
mod provider;
mod reader;
mod secret;
mod stored;
