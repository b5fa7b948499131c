//! The rules of a tree. Each has a test of its name in `ui-tests/fail/supervision_tree`.

use std::collections::HashMap;

use super::model::{Child, Tree, What};
use crate::attr::Restart;
use crate::diag::{Errors, err};

pub(super) fn check(tree: &Tree, errors: &mut Errors) {
    let mut ids: HashMap<String, &Child> = HashMap::new();
    for child in &tree.children {
        match &child.what {
            // What the type or the specification itself says of `restart` is not known here.
            What::Type { options, .. } | What::Spec { options, .. } => options.check(None, errors),
            What::Supervisor { tree, .. } => {
                tree.child.check(Some(Restart::Permanent), errors);
                check(tree, errors);
            }
            What::Dynamic(dynamic) => dynamic.child.check(Some(Restart::Permanent), errors),
        }
        let Some(id) = child.id() else { continue };
        match ids.get(&id.value()) {
            // With a `#[cfg]` on each they may never meet.
            Some(first) if first.cfgs.is_empty() || child.cfgs.is_empty() => {
                let name = id.value();
                errors.push(err!(
                    id,
                    "two children have the id `{name}`",
                    help = "a supervisor tells its children apart by their ids"
                ));
            }
            _ => {
                ids.insert(id.value(), child);
            }
        }
    }
}
