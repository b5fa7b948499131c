//! `#[gen_server]`: [`declare`] for the struct, which makes the handle and holds the options, and [`handlers`] for the
//! impl, which becomes the `GenServer` implementation and the handle's client methods.
//!
//! The two sides see nothing of each other. They meet in two names: the type alias that [`handle_alias`] spells, and
//! the runtime's trait `DeclaredOptions`.

pub(crate) mod declare;
pub(crate) mod handlers;

use proc_macro2::{Ident, TokenStream};
use quote::format_ident;
use syn::Item;

use crate::diag::err;
use crate::fallback;

/// `#[gen_server(..)]`, on whichever item it stands.
pub(crate) fn expand(args: TokenStream, item: TokenStream) -> TokenStream {
    match syn::parse2::<Item>(item.clone()) {
        Ok(Item::Struct(item)) => declare::expand(args, declare::State::Struct(item)),
        Ok(Item::Enum(item)) => declare::expand(args, declare::State::Enum(item)),
        Ok(Item::Impl(item)) => handlers::expand(args, item),
        Ok(other) => wrong_item(&other),
        // Half typed.
        Err(error) => fallback::keep(&item, &error),
    }
}

fn wrong_item(item: &Item) -> TokenStream {
    let error = err!(
        item,
        "`#[gen_server]` belongs on the struct or enum that is the state, and on its impl block",
        help = "`#[gen_server] struct Stack {{ .. }}` and `#[gen_server] impl Stack {{ #[init] fn init() -> Self {{ .. }} }}`"
    );
    fallback::keep(item, &error)
}

/// The name by which the impl finds the handle, however the struct's attribute named it.
///
/// It is all the user sees when the struct has no attribute ("cannot find type ..."), hence a name that says what is
/// missing. It points at the user's own `Stack`.
pub(crate) fn handle_alias(state: &Ident) -> Ident {
    let plain = crate::util::plain(state);
    format_ident!("__{plain}Ref_made_by_gen_server_on_the_struct", span = state.span())
}
