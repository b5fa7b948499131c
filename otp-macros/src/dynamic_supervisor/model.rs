//! What the struct's side knows.

use proc_macro2::Ident;
use quote::format_ident;
use syn::{Attribute, Expr, Generics, Visibility};

use crate::attr::{ChildOptions, DynamicOptions};
use crate::supervisor::Argument;
use crate::util::{CratePath, plain};

/// A declared dynamic supervisor.
pub(super) struct Declared {
    pub(super) krate: CratePath,
    pub(super) attrs: Vec<Attribute>,
    pub(super) vis: Visibility,
    pub(super) ident: Ident,
    pub(super) generics: Generics,
    /// Limit of children, window of restarts.
    pub(super) options: DynamicOptions,
    /// Its own child specification, as part of another supervisor.
    pub(super) child: ChildOptions,
    pub(super) name: Option<Expr>,
    pub(super) handle: Option<Ident>,
    /// `extra_arguments(pool: Arc<Pool>)`: what its start takes, and every child can see.
    pub(super) extra: Vec<Argument>,
    /// `init`: the options come from `#[init]` on the impl; the option's own name, to blame.
    pub(super) init: Option<Ident>,
}

impl Declared {
    pub(super) fn handle(&self) -> Ident {
        let made = || format_ident!("{}Ref", plain(&self.ident), span = self.ident.span());
        self.handle.clone().unwrap_or_else(made)
    }
}
