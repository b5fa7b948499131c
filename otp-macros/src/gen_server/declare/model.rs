//! What the struct's side knows.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident};
use syn::{Attribute, Generics, ItemEnum, ItemStruct, Visibility};

use super::stage::StageOptions;
use crate::attr::{ChildOptions, ServerOptions};
use crate::gen_server::Flavour;
use crate::util::{CratePath, cfgs, plain};

/// The item that is a server's state.
pub(crate) enum State {
    Struct(ItemStruct),
    Enum(ItemEnum),
}

impl State {
    pub(crate) fn ident(&self) -> &Ident {
        match self {
            Self::Struct(item) => &item.ident,
            Self::Enum(item) => &item.ident,
        }
    }

    pub(crate) fn vis(&self) -> &Visibility {
        match self {
            Self::Struct(item) => &item.vis,
            Self::Enum(item) => &item.vis,
        }
    }

    pub(crate) fn generics(&self) -> &Generics {
        match self {
            Self::Struct(item) => &item.generics,
            Self::Enum(item) => &item.generics,
        }
    }

    fn attrs(&self) -> &[Attribute] {
        match self {
            Self::Struct(item) => &item.attrs,
            Self::Enum(item) => &item.attrs,
        }
    }
}

impl ToTokens for State {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Struct(item) => item.to_tokens(tokens),
            Self::Enum(item) => item.to_tokens(tokens),
        }
    }
}

/// A declared server or stage.
pub(crate) struct Declared {
    pub(crate) flavour: Flavour,
    pub(crate) state: State,
    pub(crate) krate: CratePath,
    pub(crate) child: ChildOptions,
    pub(crate) server: ServerOptions,
    /// `handle = Name`.
    pub(crate) handle: Option<Ident>,
    /// What only a stage has.
    pub(crate) stage: StageOptions,
}

impl Declared {
    /// The name of the handle.
    pub(crate) fn handle(&self) -> Ident {
        let state = self.state.ident();
        self.handle.clone().unwrap_or_else(|| format_ident!("{}Ref", plain(state), span = state.span()))
    }

    /// The id of its child specification unless another is given: the type's name, as in Elixir.
    pub(crate) fn id(&self) -> String {
        plain(self.state.ident())
    }

    pub(crate) fn cfgs(&self) -> Vec<Attribute> {
        cfgs(self.state.attrs())
    }
}
