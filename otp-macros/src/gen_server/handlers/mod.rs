//! `#[gen_server]` on the impl: handlers become the `GenServer` implementation and the handle's client methods.

mod check;
mod expand;
mod kind;
mod model;
mod parse;
mod signature;
mod stage_rules;

use proc_macro2::TokenStream;
use quote::quote;
use syn::ItemImpl;

use super::Flavour;
use crate::diag::Errors;

pub(crate) use kind::{handler_attr, handler_names, misplaced_handlers};
pub(crate) use parse::refuse_reserved;

/// Input: `#[gen_server] impl Stack { #[call] fn pop(&mut self) -> Option<String> { .. } }`.
/// Output: the impl as it was without our attributes, and a `const _` with everything made from it.
pub(crate) fn expand(flavour: Flavour, args: TokenStream, item: ItemImpl) -> TokenStream {
    let mut errors = Errors::new();
    let mut parsed = match parse::parse(flavour, args, item, &mut errors) {
        Ok(parsed) => parsed,
        Err(item) => {
            let errors = errors.into_tokens();
            return quote!(#item #errors);
        }
    };
    check::check(&mut parsed, &mut errors);
    let item = &parsed.item;
    let handlers = model::Handlers::new(&parsed);
    let generated = match errors.is_empty() {
        true => expand::expand(&handlers),
        false => expand::stub(&handlers),
    };
    let errors = errors.into_tokens();
    quote!(#item #generated #errors)
}
