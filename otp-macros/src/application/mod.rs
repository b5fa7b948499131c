//! `#[application]`: a struct that is started and stopped with all that belongs to it.

mod check;
mod expand;
mod model;
mod parse;

use proc_macro2::TokenStream;
use syn::Item;

use crate::diag::{Errors, err};
use crate::fallback;

/// Input: `#[application(dependencies(Store), supervisor = Tree)] struct Shop;`.
/// Output: the struct, `Declared` for it, `Application` if it says how it starts, and its entry in the list of applications.
pub(crate) fn expand(args: TokenStream, item: TokenStream) -> TokenStream {
    let item = match syn::parse2::<Item>(item.clone()) {
        Ok(Item::Struct(item)) => item,
        Ok(other) => return wrong_item(&other),
        // Half typed.
        Err(error) => return fallback::keep(&item, &error),
    };
    let mut errors = Errors::new();
    let mut declared = parse::parse(args, item, &mut errors);
    check::check(&mut declared, &mut errors);
    let mut tokens = expand::expand(&declared, !errors.is_empty());
    tokens.extend(errors.into_tokens());
    tokens
}

fn wrong_item(item: &Item) -> TokenStream {
    let error = err!(
        item,
        "`#[application]` belongs on a struct",
        help = "`#[application] struct Shop;`, and `impl Application for Shop {{ .. }}`"
    );
    fallback::keep(item, &error)
}
