//! `#[consumer_supervisor]`: on the struct, and on the impl of one that computes its template and options when it starts.

mod check;
mod expand;
mod model;
mod parse;

use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned;
use syn::{Item, ItemStruct};

use crate::diag::{Errors, err};
use crate::fallback;
use crate::supervisor::{Family, expand_init};
use crate::util::located_at;

const FAMILY: Family = Family {
    attribute: "consumer_supervisor",
    place: "`#[consumer_supervisor]` on an impl block",
    of_struct: (parse::OPTIONS, "the `#[consumer_supervisor]` on the struct"),
    spec: "ConsumerSupervisor<E>",
    by_hand: "ConsumerSupervise",
    instead: "give `child(..)` on the struct",
    paths: ["DeclaredConsumerInit", "ConsumerSupervisorInit", "lift_consumer_init"],
    answer: |krate| quote!(#krate::supervisor::Init<#krate::gen_stage::ConsumerSupervisor<Self::Event>>),
    associated: |krate, returned| match returned {
        Some(ty) => {
            let event = located_at(quote!(<#ty as #krate::__private::IntoConsumerInit>::Event), ty.span());
            quote!(type Event = #event;)
        }
        None => quote!(
            type Event = ();
        ),
    },
};

/// `#[consumer_supervisor(..)]`, on whichever item it stands.
pub(crate) fn expand(args: TokenStream, item: TokenStream) -> TokenStream {
    match syn::parse2::<Item>(item.clone()) {
        Ok(Item::Struct(item)) => declare(args, item),
        Ok(Item::Impl(item)) => expand_init(&FAMILY, args, item),
        Ok(other) => wrong_item(&other),
        // Half typed.
        Err(error) => fallback::keep(&item, &error),
    }
}

/// Input: `#[consumer_supervisor(child(Printer))] struct Printers;`.
/// Output: the type, `PrintersRef`, `ConsumerSupervise`, `Child`, `PipelineStage` and the functions that start it.
fn declare(args: TokenStream, item: ItemStruct) -> TokenStream {
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
        "`#[consumer_supervisor]` belongs on a struct without fields, or on its impl block",
        help = "`#[consumer_supervisor(child(Printer))] struct Printers;`"
    );
    fallback::keep(item, &error)
}
