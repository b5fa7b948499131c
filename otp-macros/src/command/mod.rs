//! `#[command]`: functions that operators call by name.

mod check;
mod expand;
mod model;
mod parse;

use proc_macro2::TokenStream;
use syn::Item;

use crate::diag::{Errors, err};
use crate::fallback;

/// Input: `#[command] impl ReleaseTasks { fn purge(kind: String, days: u32) -> String { .. } }`, or a function.
/// Output: the item as it was, and for each function an entry of the list of commands: its name, its parameters, and a function
/// that takes literals apart and calls it.
pub(crate) fn expand(args: TokenStream, item: TokenStream) -> TokenStream {
    let item = match syn::parse2::<Item>(item.clone()) {
        Ok(item @ (Item::Impl(_) | Item::Fn(_))) => item,
        Ok(other) => {
            let error = err!(
                other,
                "`#[command]` belongs on a function, or on an impl block with functions",
                help = "`#[command] fn purge(days: u32) {{ .. }}`"
            );
            return fallback::keep(&other, &error);
        }
        // Half typed.
        Err(error) => return fallback::keep(&item, &error),
    };
    let mut errors = Errors::new();
    let command = parse::parse(args, item, &mut errors);
    check::check(&command, &mut errors);
    let mut tokens = expand::expand(&command, !errors.is_empty());
    tokens.extend(errors.into_tokens());
    tokens
}
