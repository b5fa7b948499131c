//! The options of a dynamic supervisor: the same in `#[dynamic_supervisor]` and in `supervision_tree!`.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::Expr;
use syn::parse::ParseStream;

use super::Key;
use super::value::{count, seconds};

/// How a dynamic supervisor treats its children.
#[derive(Clone, Debug, Default)]
pub(crate) struct DynamicOptions {
    max_children: Option<Expr>,
    max_restarts: Option<Expr>,
    max_seconds: Option<Expr>,
    /// The options that were given, to blame where none may be.
    pub(crate) given: Vec<Ident>,
}

impl DynamicOptions {
    /// Takes the option if it is one of a dynamic supervisor.
    pub(crate) fn read(&mut self, key: &Key, input: ParseStream) -> syn::Result<bool> {
        match key.ident.to_string().as_str() {
            "max_children" => self.max_children = Some(count(key, input)?),
            "max_restarts" => self.max_restarts = Some(count(key, input)?),
            "max_seconds" => self.max_seconds = Some(seconds(key, input)?),
            _ => return Ok(false),
        }
        self.given.push(key.ident.clone());
        Ok(true)
    }

    /// `.max_children(..).max_restarts(..)` for what was given, on a `DynamicSupervisorSpec`.
    pub(crate) fn setters(&self) -> TokenStream {
        let max_children = self.max_children.iter().map(|children| quote!(.max_children(#children)));
        let max_restarts = self.max_restarts.iter().map(|restarts| quote!(.max_restarts(#restarts)));
        let max_seconds = self.max_seconds.iter().map(|seconds| quote!(.max_seconds(#seconds)));
        quote!(#(#max_children)* #(#max_restarts)* #(#max_seconds)*)
    }
}
