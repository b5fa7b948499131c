//! A receive as written, and as understood.

use proc_macro2::Ident;
use syn::{Expr, Pat, Type};

/// An arm as written.
pub(super) struct Written {
    pub(super) pattern: Pat,
    pub(super) ty: Option<Type>,
    pub(super) guard: Option<Expr>,
    pub(super) body: Expr,
}

/// `after 500 => ..`
pub(super) struct After {
    pub(super) delay: Expr,
    pub(super) body: Expr,
}

/// What was written.
#[derive(Default)]
pub(super) struct Parsed {
    pub(super) arms: Vec<Written>,
    pub(super) after: Option<After>,
}

/// What it means.
pub(super) struct Receive {
    pub(super) arms: Vec<Arm>,
    pub(super) after: Option<After>,
}

/// An arm whose message type is known.
pub(super) struct Arm {
    pub(super) ty: Type,
    /// Without `mut`: it only finds the message.
    pub(super) pattern: Pat,
    pub(super) guard: Option<Expr>,
    pub(super) bindings: Vec<Binding>,
    pub(super) body: Expr,
}

/// A variable that the pattern binds.
pub(super) struct Binding {
    pub(super) name: Ident,
    pub(super) mutable: bool,
}
