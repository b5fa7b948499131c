//! `#[dynamic_supervisor]`: on the struct, and on the impl of one that computes its options when it starts.

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
    attribute: "dynamic_supervisor",
    place: "`#[dynamic_supervisor]` on an impl block",
    of_struct: (parse::OPTIONS, "the `#[dynamic_supervisor]` on the struct"),
    spec: "DynamicSupervisorSpec",
    by_hand: "DynamicSupervise",
    instead: "give the options on the struct",
    paths: ["DeclaredDynamicInit", "DynamicSupervisorInit", "lift_dynamic_init"],
    answer: |krate| quote!(#krate::supervisor::Init<#krate::supervisor::DynamicSupervisorSpec<Self::Extra>>),
    associated: |krate, returned| match returned {
        Some(ty) => {
            let extra = located_at(quote!(<#ty as #krate::__private::IntoDynamicInit>::Extra), ty.span());
            quote!(type Extra = #extra;)
        }
        None => quote!(
            type Extra = ();
        ),
    },
};

/// `#[dynamic_supervisor(..)]`, on whichever item it stands.
pub(crate) fn expand(args: TokenStream, item: TokenStream) -> TokenStream {
    match syn::parse2::<Item>(item.clone()) {
        Ok(Item::Struct(item)) => declare(args, item),
        Ok(Item::Impl(item)) => expand_init(&FAMILY, args, item),
        Ok(other) => wrong_item(&other),
        // Half typed.
        Err(error) => fallback::keep(&item, &error),
    }
}

/// Input: `#[dynamic_supervisor(max_children = 100)] struct Rooms;`.
/// Output: the struct, the handle `RoomsRef`, and `DynamicSupervise` for the struct.
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
        "`#[dynamic_supervisor]` belongs on a struct without fields, or on its impl block",
        help = "`#[dynamic_supervisor] struct Rooms;`"
    );
    fallback::keep(item, &error)
}
