//! `#[supervisor]`: [`declare`] for the struct, whose fields are the children, and [`init`] for the impl of a supervisor
//! that finds out at start which children it has.

mod declare;
mod init;
mod starters;

use proc_macro2::TokenStream;
use quote::quote;
use syn::Item;

use crate::diag::err;
use crate::fallback;

pub(crate) use declare::{Argument, args_type, check_arguments, parse_arguments};
pub(crate) use init::{Family, expand as expand_init};
pub(crate) use starters::Starters;

const FAMILY: Family = Family {
    attribute: "supervisor",
    place: "`#[supervisor]` on an impl block",
    of_struct: (declare::OPTIONS, "the `#[supervisor]` on the struct"),
    spec: "SupervisorSpec",
    by_hand: "Supervise",
    instead: "declare the children on the struct",
    paths: ["DeclaredInit", "SupervisorInit", "lift_supervisor_init"],
    answer: |krate| quote!(#krate::supervisor::Init),
    associated: |_, _| TokenStream::new(),
};

/// `#[supervisor(..)]`, on whichever item it stands.
pub(crate) fn expand(args: TokenStream, item: TokenStream) -> TokenStream {
    match syn::parse2::<Item>(item.clone()) {
        Ok(Item::Struct(item)) => declare::expand(args, item),
        Ok(Item::Impl(item)) => init::expand(&FAMILY, args, item),
        Ok(other) => wrong_item(&other),
        // Half typed.
        Err(error) => fallback::keep(&item, &error),
    }
}

fn wrong_item(item: &Item) -> TokenStream {
    let error = err!(
        item,
        "`#[supervisor]` belongs on a struct whose fields are the children, or on its impl block",
        help = "`#[supervisor] struct App {{ #[child] stack: Stack }}`"
    );
    fallback::keep(item, &error)
}
