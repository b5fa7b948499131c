//! A tree as written.

use syn::{Attribute, Expr, LitStr, TypePath};

use crate::attr::{ChildOptions, TreeOptions};

/// One supervisor: its options and its children.
#[derive(Default)]
pub(super) struct Tree {
    pub(super) options: TreeOptions,
    /// Of a nested supervisor: how its own supervisor treats it.
    pub(super) child: ChildOptions,
    pub(super) children: Vec<Child>,
}

pub(super) struct Child {
    pub(super) cfgs: Vec<Attribute>,
    pub(super) what: What,
}

/// What is started.
pub(super) enum What {
    /// `Stack(vec![]) { id: "stack" }`
    Type { ty: Box<TypePath>, args: Vec<Expr>, options: ChildOptions },
    /// `my_spec() { id: "mine" }`
    Spec { expr: Box<Expr>, options: ChildOptions },
    /// `supervisor "pipeline" { .. }`
    Supervisor { id: LitStr, tree: Box<Tree> },
}

impl Child {
    /// Its id, where it is spelt out.
    pub(super) fn id(&self) -> Option<&LitStr> {
        match &self.what {
            What::Type { options, .. } | What::Spec { options, .. } => options.literal_id(),
            What::Supervisor { id, .. } => Some(id),
        }
    }
}
