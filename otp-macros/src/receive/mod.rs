//! `receive!`: selective receive, written like a `match`.

mod check;
mod expand;
mod model;
mod parse;

use proc_macro2::TokenStream;
use quote::quote;

use crate::diag::Errors;

/// Input: `msg: Tick => .., Down { reason, .. } => .., after 500 => ..`.
/// Output: a closure that says which messages match, and a `match` over what it took.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let mut errors = Errors::new();
    let parsed = parse::parse(input, &mut errors);
    let receive = check::check(parsed, &mut errors);
    if errors.is_empty() {
        let errors = errors.into_tokens();
        let receive = expand::expand(&receive);
        return quote!({ #errors #receive });
    }
    // Of any type, so that nothing around it fails too.
    let errors = errors.into_tokens();
    quote!({ #errors ::core::unreachable!() })
}
