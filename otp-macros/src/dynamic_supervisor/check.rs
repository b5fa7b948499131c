//! The rules of a dynamic supervisor. Each has a test of its name in `ui-tests/fail/dynamic_supervisor`.

use syn::GenericParam;

use super::model::Declared;
use crate::attr::Restart;
use crate::diag::{Errors, err};
use crate::supervisor::check_arguments;

pub(super) fn check(declared: &mut Declared, errors: &mut Errors) {
    declared.child.check(Some(Restart::Permanent), errors);
    lifetimes(declared, errors);
    check_arguments(&mut declared.extra, errors);
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
            help = "let `extra_arguments(..)` own what the children need"
        ));
    }
    let params = std::mem::take(&mut declared.generics.params);
    declared.generics.params = params.into_iter().filter(|param| !matches!(param, GenericParam::Lifetime(_))).collect();
}

/// With `init` the options come from the function: what they say cannot be said here too.
fn made_by_init(declared: &Declared, errors: &mut Errors) {
    for option in &declared.options.given {
        errors.push(err!(
            option,
            "`{option}` has no effect beside `init`",
            help = "set it on the `DynamicSupervisorSpec` that `#[init]` returns"
        ));
    }
}
