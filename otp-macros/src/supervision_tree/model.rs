//! A tree as written.

use syn::{Attribute, Expr, LitStr, TypePath};

use crate::attr::{ChildOptions, DynamicOptions, TreeOptions};

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
    /// `dynamic_supervisor "rooms" { max_children: 100 }`, `task_supervisor "mails"`
    Dynamic(Box<Dynamic>),
}

/// A dynamic supervisor: its options, and how its own supervisor treats it.
pub(super) struct Dynamic {
    pub(super) id: LitStr,
    /// Whether its children are tasks.
    pub(super) of_tasks: bool,
    pub(super) options: DynamicOptions,
    pub(super) name: Option<Expr>,
    pub(super) child: ChildOptions,
}

impl Child {
    /// Its id, where it is spelt out.
    pub(super) fn id(&self) -> Option<&LitStr> {
        match &self.what {
            What::Type { options, .. } | What::Spec { options, .. } => options.literal_id(),
            What::Supervisor { id, .. } => Some(id),
            What::Dynamic(dynamic) => Some(&dynamic.id),
        }
    }
}
