//! What the struct's side knows.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::{Attribute, Expr, ExprClosure, Generics, Type, TypePath, Visibility};

use crate::attr::{ChildOptions, Choice, EventRestart, Shutdown, SubscribeTo};
use crate::util::{CratePath, plain};

/// A declared consumer supervisor.
pub(super) struct Declared {
    pub(super) krate: CratePath,
    pub(super) attrs: Vec<Attribute>,
    pub(super) vis: Visibility,
    pub(super) ident: Ident,
    pub(super) generics: Generics,
    /// What is started for an event; the option's own name, to blame.
    pub(super) template: Option<(Ident, Template)>,
    pub(super) subscribe_to: Vec<(Ident, SubscribeTo)>,
    pub(super) max_restarts: Option<(Ident, Expr)>,
    pub(super) max_seconds: Option<(Ident, Expr)>,
    /// Its own child specification, as part of another supervisor.
    pub(super) child: ChildOptions,
    pub(super) name: Option<Expr>,
    pub(super) handle: Option<Ident>,
    /// `init`: all of that comes from `#[init]` on the impl; the option's own name, to blame.
    pub(super) init: Option<Ident>,
    /// `event = Type`, with `init`.
    pub(super) event: Option<(Ident, Type)>,
}

/// `child(Printer, restart = transient, args = |event: u64| event)`
pub(super) struct Template {
    pub(super) ty: TypePath,
    pub(super) args: Option<ExprClosure>,
    pub(super) restart: Option<Choice<EventRestart>>,
    pub(super) shutdown: Option<Shutdown>,
    pub(super) id: Option<Expr>,
}

impl Declared {
    pub(super) fn handle(&self) -> Ident {
        let made = || format_ident!("{}Ref", plain(&self.ident), span = self.ident.span());
        self.handle.clone().unwrap_or_else(made)
    }

    /// The type of the events.
    pub(super) fn event(&self) -> TokenStream {
        if let Some((_, event)) = &self.event {
            return quote!(#event);
        }
        let krate = &self.krate;
        match &self.template {
            Some((_, template)) => template.event(krate),
            // Reported already.
            None => quote!(()),
        }
    }
}

impl Template {
    /// What the closure takes, or else what the child's start does.
    fn event(&self, krate: &CratePath) -> TokenStream {
        if let Some(syn::Pat::Type(argument)) = self.args.as_ref().and_then(|args| args.inputs.first()) {
            let ty = &argument.ty;
            return quote!(#ty);
        }
        let ty = &self.ty;
        quote!(<#ty as #krate::child::Child>::Args)
    }
}
