//! Type parameters that nothing else mentions.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Generics;

/// A `PhantomData` that mentions every type parameter, is `Send` and `Sync` whatever they are, and takes unsized ones.
/// `None` when there are none.
pub(crate) fn phantom(generics: &Generics) -> Option<TokenStream> {
    let mut types = generics.type_params().map(|param| &param.ident).peekable();
    types.peek()?;
    Some(quote!(::core::marker::PhantomData<fn(#(::core::marker::PhantomData<#types>),*)>))
}
