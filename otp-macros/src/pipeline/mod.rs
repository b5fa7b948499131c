//! `pipeline!`: the stages of a pipeline, how many of each, and who subscribes to whom, as an expression of `SupervisorSpec`.

mod check;
mod expand;
mod model;
mod parse;

use proc_macro2::TokenStream;
use quote::quote;

use crate::diag::Errors;
use crate::util::CratePath;

/// Input: `numbers: Numbers(0), print: Print() * 2 <- numbers { max_demand: 10 }`.
/// Output: `Supervisor::builder().strategy(RestForOne).children(..)`, a `let` a stage.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let mut errors = Errors::new();
    let pipeline = parse::parse(input, &mut errors);
    check::check(&pipeline, &mut errors);
    if errors.is_empty() {
        let errors = errors.into_tokens();
        let tree = expand::expand(&pipeline);
        return quote!({ #errors #tree });
    }
    // An empty tree: right in type, so that nothing around it fails too.
    let (krate, errors) = (CratePath::default(), errors.into_tokens());
    quote!({ #errors #krate::supervisor::Supervisor::builder() })
}
