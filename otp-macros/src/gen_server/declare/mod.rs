//! `#[gen_server]` on the struct (or enum) that is the server's state.

mod check;
mod expand;
mod model;
mod parse;
mod stage;

use proc_macro2::TokenStream;

use super::Flavour;
use crate::diag::Errors;

pub(crate) use model::State;
pub(crate) use parse::options;

/// Input: `#[gen_server(restart = transient)] pub struct Stack { .. }`.
/// Output: the struct, its handle `StackRef`, its options, its starters and its `Child` implementation.
pub(crate) fn expand(flavour: Flavour, args: TokenStream, state: State) -> TokenStream {
    let mut errors = Errors::new();
    let declared = parse::parse(flavour, args, state, &mut errors);
    check::check(&declared, &mut errors);
    let mut tokens = expand::expand(&declared);
    tokens.extend(errors.into_tokens());
    tokens
}
