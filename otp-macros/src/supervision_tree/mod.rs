//! `supervision_tree!`: a whole tree in one place, as an expression of `SupervisorSpec`.

mod check;
mod expand;
mod model;
mod parse;

pub(crate) use parse::{arguments, path};

use proc_macro2::TokenStream;
use quote::quote;

use crate::diag::Errors;
use crate::util::CratePath;

/// Input: `strategy: one_for_one; Stack(vec![]) { id: "stack" }, supervisor "pipeline" { .. }`.
/// Output: `Supervisor::builder().strategy(..).child(..)`, a `let` a child.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let mut errors = Errors::new();
    let tree = parse::parse(input, &mut errors);
    check::check(&tree, &mut errors);
    if errors.is_empty() {
        let errors = errors.into_tokens();
        let tree = expand::expand(&tree);
        return quote!({ #errors #tree });
    }
    // An empty tree: right in type, so that nothing around it fails too.
    let (krate, errors) = (CratePath::default(), errors.into_tokens());
    quote!({ #errors #krate::supervisor::Supervisor::builder() })
}
