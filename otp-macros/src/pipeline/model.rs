//! A pipeline as written.

use proc_macro2::{Ident, Span};
use syn::spanned::Spanned;
use syn::{Attribute, Expr, TypePath};

use crate::attr::{ChildOptions, SubscriptionOptions, TreeOptions};

/// Stages, producers before their consumers.
#[derive(Default)]
pub(super) struct Pipeline {
    pub(super) options: TreeOptions,
    pub(super) stages: Vec<Stage>,
}

/// `parser: |k| Parser(k) * 4 { restart: transient } <- reader { max_demand: 10 }`
pub(super) struct Stage {
    pub(super) cfgs: Vec<Attribute>,
    /// What it is called here, and its id.
    pub(super) id: Ident,
    /// What its expressions call the number of a worker.
    pub(super) worker: Option<Ident>,
    pub(super) ty: Box<TypePath>,
    pub(super) args: Vec<Expr>,
    pub(super) workers: Option<Expr>,
    pub(super) name: Option<Expr>,
    pub(super) child: ChildOptions,
    pub(super) sources: Vec<Source>,
}

/// `<- reader { max_demand: 10 }`
pub(super) struct Source {
    pub(super) producer: Producer,
    pub(super) options: SubscriptionOptions,
}

/// Whom a stage subscribes to.
pub(super) enum Producer {
    /// Another stage of the pipeline.
    Stage(Ident),
    /// `(NumbersRef::named("numbers"))`: a handle of one from outside.
    Other(Box<Expr>),
}

impl Producer {
    /// Where errors about the subscription point.
    pub(super) fn span(&self) -> Span {
        match self {
            Self::Stage(id) => id.span(),
            Self::Other(handle) => handle.span(),
        }
    }
}
