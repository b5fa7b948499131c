//! What the struct's side knows.

use proc_macro2::Ident;
use quote::format_ident;
use syn::{Attribute, Expr, Generics, Type, Visibility};

use crate::attr::{ChildOptions, TreeOptions};
use crate::util::{CratePath, plain};

/// A declared supervisor.
pub(super) struct Declared {
    pub(super) krate: CratePath,
    /// The struct's own, for the struct that takes its place.
    pub(super) attrs: Vec<Attribute>,
    pub(super) vis: Visibility,
    pub(super) ident: Ident,
    pub(super) generics: Generics,
    /// Strategy, window, automatic shutdown.
    pub(super) tree: TreeOptions,
    /// Its own child specification, as part of another supervisor.
    pub(super) child: ChildOptions,
    pub(super) name: Option<Expr>,
    pub(super) handle: Option<Ident>,
    /// `args(names: Vec<String>)`: what its start takes.
    pub(super) args: Vec<Argument>,
    /// `init`: the children come from `#[init]` on the impl; the option's own name, to blame.
    pub(super) init: Option<Ident>,
    pub(super) children: Vec<Child>,
}

/// A start argument.
pub(crate) struct Argument {
    pub(crate) name: Ident,
    pub(crate) ty: Type,
}

/// A field.
pub(super) struct Child {
    pub(super) field: Ident,
    pub(super) ty: Type,
    pub(super) vis: Visibility,
    pub(super) docs: Vec<Attribute>,
    pub(super) cfgs: Vec<Attribute>,
    /// `args = ..`, evaluated at every start.
    pub(super) args: Option<Expr>,
    pub(super) options: ChildOptions,
}

impl Declared {
    pub(super) fn handle(&self) -> Ident {
        let made = || format_ident!("{}Ref", plain(&self.ident), span = self.ident.span());
        self.handle.clone().unwrap_or_else(made)
    }
}

impl Child {
    /// Its id: the one given, else the field's name.
    pub(super) fn id(&self) -> String {
        self.options.literal_id().map_or_else(|| plain(&self.field), syn::LitStr::value)
    }

    /// The accessor's visibility: the field's where it says one, else the struct's. A field without one would be
    /// private, and the point of naming a child is to reach it.
    pub(super) fn accessor_vis<'a>(&'a self, declared: &'a Declared) -> &'a Visibility {
        match &self.vis {
            Visibility::Inherited => &declared.vis,
            vis => vis,
        }
    }
}
