//! The options of a supervisor: the same in `#[supervisor]` and in the headers of `supervision_tree!`.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::Expr;
use syn::parse::ParseStream;

use super::Key;
use super::value::{AutoShutdown, Choice, Strategy, choice, count, seconds};
use crate::util::CratePath;

/// How a supervisor treats its children.
#[derive(Clone, Debug, Default)]
pub(crate) struct TreeOptions {
    strategy: Option<Choice<Strategy>>,
    max_restarts: Option<Expr>,
    max_seconds: Option<Expr>,
    auto_shutdown: Option<Choice<AutoShutdown>>,
    /// The options that were given, to blame where none may be.
    pub(crate) given: Vec<Ident>,
}

impl TreeOptions {
    /// Takes the option if it is one of a supervisor.
    pub(crate) fn read(&mut self, key: &Key, input: ParseStream) -> syn::Result<bool> {
        match key.ident.to_string().as_str() {
            "strategy" => self.strategy = Some(choice(key, input)?),
            "max_restarts" => self.max_restarts = Some(count(key, input)?),
            "max_seconds" => self.max_seconds = Some(seconds(key, input)?),
            "auto_shutdown" => self.auto_shutdown = Some(choice(key, input)?),
            _ => return Ok(false),
        }
        self.given.push(key.ident.clone());
        Ok(true)
    }

    /// `.strategy(..).max_restarts(..)` for what was given, on a `SupervisorSpec`.
    pub(crate) fn setters(&self, krate: &CratePath) -> TokenStream {
        let strategy = self.strategy.iter().map(|strategy| {
            let strategy = strategy.expand(krate);
            quote!(.strategy(#strategy))
        });
        let max_restarts = self.max_restarts.iter().map(|restarts| quote!(.max_restarts(#restarts)));
        let max_seconds = self.max_seconds.iter().map(|seconds| quote!(.max_seconds(#seconds)));
        let auto_shutdown = self.auto_shutdown.iter().map(|auto_shutdown| {
            let auto_shutdown = auto_shutdown.expand(krate);
            quote!(.auto_shutdown(#auto_shutdown))
        });
        quote!(#(#strategy)* #(#max_restarts)* #(#max_seconds)* #(#auto_shutdown)*)
    }
}
