//! `#[main]` and `#[test]`: an async function as the first process of a runtime.

mod check;
mod expand;
mod model;
mod parse;

use proc_macro2::TokenStream;
use syn::ItemFn;

use crate::diag::Errors;
use crate::fallback;

pub(crate) use model::Kind;

/// Input: `async fn main() -> otp::Result { .. }`.
/// Output: `fn main() -> otp::Result { async fn main() ..; run_main(Runtime::multi_thread(), main()) }`.
pub(crate) fn expand(kind: Kind, args: TokenStream, item: TokenStream) -> TokenStream {
    let function = match syn::parse2::<ItemFn>(item.clone()) {
        Ok(function) => function,
        // Half typed.
        Err(error) => return fallback::keep(&item, &error),
    };
    let mut errors = Errors::new();
    let entry = parse::parse(kind, args, function, &mut errors);
    check::check(&entry, &mut errors);
    let mut tokens = expand::expand(&entry, !errors.is_empty());
    tokens.extend(errors.into_tokens());
    tokens
}
