//! `#[supervisor]` on the struct.

mod check;
mod expand;
mod model;
mod parse;

use proc_macro2::TokenStream;
use syn::ItemStruct;

use crate::diag::Errors;

pub(crate) use check::arguments as check_arguments;
pub(crate) use expand::args_type;
pub(crate) use model::Argument;
pub(super) use parse::OPTIONS;
pub(crate) use parse::arguments as parse_arguments;

/// Input: `#[supervisor(strategy = one_for_one)] struct App { #[child] stack: Stack }`.
/// Output: the struct without its fields, the handle `AppRef` with an accessor for each, and `Supervise` for the struct.
pub(super) fn expand(args: TokenStream, item: ItemStruct) -> TokenStream {
    let mut errors = Errors::new();
    let mut declared = parse::parse(args, item, &mut errors);
    check::check(&mut declared, &mut errors);
    let mut tokens = expand::expand(&declared, !errors.is_empty());
    tokens.extend(errors.into_tokens());
    tokens
}
