//! `#[gen_server]`: [`declare`] for the struct, which makes the handle and holds the options, and [`handlers`] for the
//! impl, which becomes the `GenServer` implementation and the handle's client methods.
//!
//! The two sides see nothing of each other. They meet in two names: the type alias that [`Flavour::handle_alias`] spells, and
//! the runtime's trait `DeclaredOptions`.

pub(crate) mod declare;
mod flavour;
pub(crate) mod handlers;

use proc_macro2::TokenStream;
use syn::Item;

use crate::diag::err;
use crate::fallback;

pub(crate) use flavour::Flavour;

/// `#[gen_server(..)]`, on whichever item it stands.
pub(crate) fn expand(args: TokenStream, item: TokenStream) -> TokenStream {
    expand_as(Flavour::Server, args, item)
}

/// `#[gen_server(..)]` or `#[gen_stage(..)]`.
pub(crate) fn expand_as(flavour: Flavour, args: TokenStream, item: TokenStream) -> TokenStream {
    match syn::parse2::<Item>(item.clone()) {
        Ok(Item::Struct(item)) => declare::expand(flavour, args, declare::State::Struct(item)),
        Ok(Item::Enum(item)) => declare::expand(flavour, args, declare::State::Enum(item)),
        Ok(Item::Impl(item)) => handlers::expand(flavour, args, item),
        Ok(other) => wrong_item(flavour, &other),
        // Half typed.
        Err(error) => fallback::keep(&item, &error),
    }
}

fn wrong_item(flavour: Flavour, item: &Item) -> TokenStream {
    let attribute = flavour.attribute();
    let help = match flavour {
        Flavour::Server => {
            "`#[gen_server] struct Stack { .. }` and `#[gen_server] impl Stack { #[init] fn init() -> Self { .. } }`"
        }
        Flavour::Stage => {
            "`#[gen_stage(producer)] struct Numbers { .. }` and `#[gen_stage] impl Numbers { #[init] fn init() -> Self { .. } .. }`"
        }
    };
    let error = err!(
        item,
        "`#[{attribute}]` belongs on the struct or enum that is the state, and on its impl block",
        help = "{help}"
    );
    fallback::keep(item, &error)
}
