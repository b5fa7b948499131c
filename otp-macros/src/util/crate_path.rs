//! Where the runtime crate is: `::otp`, or what `crate = path` says.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

/// The path every expansion starts its names with.
#[derive(Clone, Debug, Default)]
pub(crate) struct CratePath(Option<syn::Path>);

impl CratePath {
    pub(crate) fn new(path: syn::Path) -> Self {
        Self(Some(path))
    }
}

impl ToTokens for CratePath {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match &self.0 {
            Some(path) => path.to_tokens(tokens),
            None => tokens.extend(quote!(::otp)),
        }
    }
}
