//! The rules of a consumer supervisor. Each has a test of its name in `ui-tests/fail/consumer_supervisor`.

use syn::{GenericParam, Pat};

use super::model::Declared;
use crate::attr::Restart;
use crate::diag::{Errors, err};

pub(super) fn check(declared: &mut Declared, errors: &mut Errors) {
    declared.child.check(Some(Restart::Permanent), errors);
    lifetimes(declared, errors);
    match &declared.init {
        Some(_) => made_by_init(declared, errors),
        None => declared_here(declared, errors),
    }
}

/// Drops them: without, what is left can be expanded.
fn lifetimes(declared: &mut Declared, errors: &mut Errors) {
    for lifetime in declared.generics.lifetimes() {
        errors.push(err!(
            lifetime,
            "a supervisor cannot borrow: it outlives the function that starts it",
            help = "let the events own what the children need"
        ));
    }
    let params = std::mem::take(&mut declared.generics.params);
    declared.generics.params = params.into_iter().filter(|param| !matches!(param, GenericParam::Lifetime(_))).collect();
}

/// With `init` everything comes from the function: what it says cannot be said here too.
fn made_by_init(declared: &Declared, errors: &mut Errors) {
    if declared.event.is_none() {
        errors.push(err!(
            declared.init,
            "the struct does not say which events start a child",
            help = "write `#[consumer_supervisor(init, event = u64)]`"
        ));
    }
    let template = declared.template.iter().map(|(key, _)| key);
    let numbers = declared.max_restarts.iter().chain(&declared.max_seconds).map(|(key, _)| key);
    let subscriptions = declared.subscribe_to.iter().map(|(key, _)| key);
    for key in template.chain(numbers).chain(subscriptions) {
        errors.push(err!(
            key,
            "`{key}` has no effect beside `init`",
            help = "set it on the `ConsumerSupervisor` that `#[init]` returns"
        ));
    }
}

fn declared_here(declared: &Declared, errors: &mut Errors) {
    let ident = &declared.ident;
    if let Some((key, _)) = &declared.event {
        errors.push(err!(
            key,
            "`event` is for consumer supervisors with `init`",
            help = "the event is what the child's start takes, or what `args = |event: E| ..` says"
        ));
    }
    let Some((_, template)) = &declared.template else {
        errors.push(err!(
            ident,
            "`{ident}` does not say what is started for an event",
            help = "write `#[consumer_supervisor(child(Printer))]`, or `#[consumer_supervisor(init, event = u64)]` with an `#[init]` on the impl"
        ));
        return;
    };
    if let Some(args) = &template.args {
        let typed = args.inputs.len() == 1 && matches!(args.inputs.first(), Some(Pat::Type(_)));
        if !typed {
            errors.push(err!(
                args,
                "`args` takes one event, and says of which type",
                help = "write `args = |event: u64| ..`"
            ));
        }
    }
}
