//! What a macro leaves behind when it cannot do its work: always the user's own item, so that an editor goes on
//! completing and the compiler has nothing to add.
//!
//! An item that parses but breaks a rule gets more: its types and methods without their insides, see
//! `gen_server::handlers::expand::stub`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

/// The item as it was, and what is wrong with it.
pub(crate) fn keep(item: &impl ToTokens, error: &syn::Error) -> TokenStream {
    let error = error.to_compile_error();
    quote!(#item #error)
}
