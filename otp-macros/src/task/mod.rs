//! `#[task]`: a type whose work is a child of a supervisor.

mod check;
mod expand;
mod model;
mod parse;

use proc_macro2::TokenStream;
use syn::Item;

use crate::diag::{Errors, err};
use crate::fallback;

/// Input: `#[task(restart = transient)] impl Import { #[run] async fn run(path: PathBuf) -> Result<(), Error> { .. } }`.
/// Output: the impl as it was without `#[run]`, the starters, and `Child` for the type.
pub(crate) fn expand(args: TokenStream, item: TokenStream) -> TokenStream {
    let block = match syn::parse2::<Item>(item.clone()) {
        Ok(Item::Impl(block)) => block,
        Ok(other) => return wrong_item(&other),
        // Half typed.
        Err(error) => return fallback::keep(&item, &error),
    };
    let mut errors = Errors::new();
    let task = parse::parse(args, block, &mut errors);
    let run = check::check(&task, &mut errors);
    let mut tokens = expand::expand(&task, run);
    tokens.extend(errors.into_tokens());
    tokens
}

fn wrong_item(item: &Item) -> TokenStream {
    let error = err!(
        item,
        "`#[task]` belongs on the impl block with the `#[run]` function",
        help = "`struct Import;`, and `#[task] impl Import {{ #[run] async fn run() {{ .. }} }}`"
    );
    fallback::keep(item, &error)
}
