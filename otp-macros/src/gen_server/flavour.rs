//! What `#[gen_server]` and `#[gen_stage]` say differently. Everything else of the two is the same.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use crate::util::{CratePath, plain};

/// Which behaviour is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flavour {
    Server,
    Stage,
}

impl Flavour {
    /// The attribute's name.
    pub(crate) fn attribute(self) -> &'static str {
        match self {
            Self::Server => "gen_server",
            Self::Stage => "gen_stage",
        }
    }

    /// What is made, for documentation and messages.
    pub(crate) fn what(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Stage => "stage",
        }
    }

    /// The behaviour's trait.
    pub(crate) fn behaviour(self, krate: &CratePath) -> TokenStream {
        match self {
            Self::Server => quote!(#krate::gen_server::GenServer),
            Self::Stage => quote!(#krate::gen_stage::Stage),
        }
    }

    /// The runtime's handle, without its argument.
    pub(crate) fn handle(self, krate: &CratePath) -> TokenStream {
        match self {
            Self::Server => quote!(#krate::gen_server::ServerRef),
            Self::Stage => quote!(#krate::gen_stage::StageRef),
        }
    }

    /// What runs in the process of this state.
    pub(crate) fn process(self, krate: &CratePath, state: &TokenStream) -> TokenStream {
        match self {
            Self::Server => state.clone(),
            Self::Stage => quote!(#krate::gen_stage::Staged<#state>),
        }
    }

    /// What a callback answers.
    pub(crate) fn answer(self, krate: &CratePath) -> TokenStream {
        match self {
            Self::Server => quote!(#krate::gen_server::Next<Self::Continue>),
            Self::Stage => quote!(#krate::gen_stage::Answer<Self>),
        }
    }

    /// What `init` answers.
    pub(crate) fn init(self, krate: &CratePath) -> TokenStream {
        match self {
            Self::Server => quote!(#krate::gen_server::Init<Self, Self::Continue>),
            Self::Stage => quote!(#krate::gen_stage::StageInit<Self, Self::Continue>),
        }
    }

    /// The trait of a handler for one type of message.
    pub(crate) fn handle_info(self, krate: &CratePath) -> TokenStream {
        match self {
            Self::Server => quote!(#krate::gen_server::HandleInfo),
            Self::Stage => quote!(#krate::gen_stage::HandleMessage),
        }
    }

    /// A function of the runtime: its name for a server, and for a stage.
    pub(crate) fn function(self, krate: &CratePath, server: &str, stage: &str) -> TokenStream {
        let name = format_ident!("{}", if self == Self::Server { server } else { stage });
        quote!(#krate::__private::#name)
    }

    /// The name by which the impl finds the handle, however the struct's attribute named it.
    ///
    /// It is all the user sees when the struct has no attribute ("cannot find type ..."), hence a name that says what is
    /// missing. It points at the user's own `Stack`.
    pub(crate) fn handle_alias(self, state: &Ident) -> Ident {
        let (plain, attribute) = (plain(state), self.attribute());
        format_ident!("__{plain}Ref_made_by_{attribute}_on_the_struct", span = state.span())
    }
}
