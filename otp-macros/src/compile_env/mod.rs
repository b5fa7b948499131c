//! `compile_env!`: a value of the configuration, read while the program is compiled.

mod expand;
mod model;
mod parse;
mod read;

use proc_macro2::TokenStream;
use std::path::Path;

/// Input: `compile_env!("kv", ["listener", "backlog"], 128)`.
/// Output: the value as a literal, or the default, and a record of it; and names of the files and variables it comes from, so that
/// cargo compiles again when they change.
pub(crate) fn expand(args: TokenStream) -> TokenStream {
    let package = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    expand_in(args, package.as_ref())
}

/// For the package in this folder.
pub(crate) fn expand_in(args: TokenStream, package: &Path) -> TokenStream {
    let result = parse::parse(args).and_then(|asked| {
        let read = read::read(&asked, package)?;
        expand::expand(&asked, &read)
    });
    result.unwrap_or_else(|error| error.to_compile_error())
}
