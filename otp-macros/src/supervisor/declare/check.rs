//! The rules of a supervisor. Each has a test of its name in `ui-tests/fail/supervisor`.

use std::collections::HashMap;

use syn::GenericParam;

use super::model::{Argument, Declared};
use crate::attr::Restart;
use crate::diag::{Errors, err};
use crate::util::{first_impl_trait, first_short_lifetime, plain};

pub(super) fn check(declared: &mut Declared, errors: &mut Errors) {
    declared.child.check(Some(Restart::Permanent), errors);
    lifetimes(declared, errors);
    arguments(&mut declared.args, errors);
    children(declared, errors);
    unique_ids(declared, errors);
    if declared.init.is_some() {
        made_by_init(declared, errors);
    }
}

/// Drops them: without, what is left can be expanded.
fn lifetimes(declared: &mut Declared, errors: &mut Errors) {
    for lifetime in declared.generics.lifetimes() {
        errors.push(err!(
            lifetime,
            "a supervisor cannot borrow: it outlives the function that starts it",
            help = "let `args(..)` own what the children need"
        ));
    }
    let params = std::mem::take(&mut declared.generics.params);
    declared.generics.params = params.into_iter().filter(|param| !matches!(param, GenericParam::Lifetime(_))).collect();
}

/// Drops the arguments that break a rule, so that what is left can be expanded.
pub(crate) fn arguments(args: &mut Vec<Argument>, errors: &mut Errors) {
    args.retain(|argument| {
        if let Some(borrow) = first_short_lifetime(&argument.ty) {
            errors.push(err!(
                borrow,
                "an argument of a supervisor cannot borrow: children are started again long after",
                help = "own the data (`String`, `Vec<T>`) or share it (`Arc<T>`)"
            ));
            return false;
        }
        if let Some(found) = first_impl_trait(&argument.ty) {
            errors.push(err!(found, "an argument of a supervisor cannot be `impl Trait`", help = "name the type"));
            return false;
        }
        true
    });
}

/// Drops the children whose accessor would be reported once more (E0592).
fn children(declared: &mut Declared, errors: &mut Errors) {
    declared.children.retain(|child| {
        // What the type itself says of `restart` is not known here.
        child.options.check(None, errors);
        let name = plain(&child.field);
        let reserved = ["named", "via", "from_pid"].contains(&name.as_str());
        if reserved {
            errors.push(err!(
                child.field,
                "the handle has a function `{name}` already",
                help = "name the field otherwise, and keep the id with `#[child(id = \"{name}\")]`"
            ));
        }
        !reserved
    });
}

/// Two children of one id; with a `#[cfg]` on each they may never meet.
fn unique_ids(declared: &Declared, errors: &mut Errors) {
    let mut seen: HashMap<String, &super::model::Child> = HashMap::new();
    for child in &declared.children {
        let id = child.id();
        match seen.get(&id) {
            Some(first) if first.cfgs.is_empty() || child.cfgs.is_empty() => {
                let first = &first.field;
                let message = "two children have the id";
                match child.options.literal_id() {
                    Some(given) => errors.push(err!(given, "{message} `{id}`", help = "`{first}` has it already")),
                    None => errors.push(err!(child.field, "{message} `{id}`", help = "`{first}` has it already")),
                }
            }
            _ => {
                seen.insert(id, child);
            }
        }
    }
}

/// With `init` the specifications come from the function: what they say cannot be said here too.
fn made_by_init(declared: &Declared, errors: &mut Errors) {
    for option in &declared.tree.given {
        errors.push(err!(
            option,
            "`{option}` has no effect beside `init`",
            help = "set it on the `SupervisorSpec` that `#[init]` returns"
        ));
    }
    for argument in &declared.args {
        errors.push(err!(
            argument.name,
            "`args` has no effect beside `init`",
            help = "the arguments are those of `#[init]`"
        ));
    }
    for child in &declared.children {
        if let Some(args) = &child.args {
            errors.push(err!(
                args,
                "`args` has no effect beside `init`",
                help = "the field only declares the accessor; `#[init]` makes the child"
            ));
        }
    }
}
