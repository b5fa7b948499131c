//! What an application declares.

use proc_macro2::Ident;
use syn::{Attribute, Expr, ItemStruct, LitStr, Type};

use crate::attr::{Choice, Mode};
use crate::util::CratePath;

/// A declared application.
pub(super) struct Declared {
    pub(super) krate: CratePath,
    pub(super) item: ItemStruct,
    /// Instead of the package's name.
    pub(super) name: Option<LitStr>,
    /// Instead of the package's.
    pub(super) version: Option<Expr>,
    pub(super) description: Option<Expr>,
    pub(super) mode: Option<Choice<Mode>>,
    pub(super) dependencies: Vec<Other>,
    pub(super) includes: Vec<Other>,
    /// Dependencies that may be missing, by name.
    pub(super) optional: Vec<LitStr>,
    pub(super) env: Vec<(Ident, Expr)>,
    /// The top of its tree: `Tree`, or `Tree(args)`.
    pub(super) supervisor: Option<Expr>,
    /// `library`: it has no processes.
    pub(super) library: Option<Ident>,
}

/// Another application, under a condition perhaps.
pub(super) struct Other {
    pub(super) cfgs: Vec<Attribute>,
    pub(super) ty: Type,
}
