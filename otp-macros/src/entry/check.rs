//! What an entry point may be. Each rule has a test of its name in `ui-tests/fail/entry`.

use super::model::{Entry, Flavor, Kind};
use crate::diag::{Errors, err};

pub(super) fn check(entry: &Entry, errors: &mut Errors) {
    let (place, signature) = (entry.kind.place(), &entry.function.sig);
    let name = &signature.ident;
    if signature.asyncness.is_none() {
        errors.push(err!(signature.fn_token, "{place} belongs on an `async fn`", help = "write `async fn {name}()`"));
    }
    if !signature.inputs.is_empty() {
        errors.push(err!(
            signature.inputs,
            "nobody passes `{name}` arguments",
            help = "take them from `std::env::args` or constants"
        ));
    }
    if !signature.generics.params.is_empty() {
        errors.push(err!(
            signature.generics,
            "`{name}` cannot be generic: nobody chooses the types",
            help = "name them"
        ));
    }
    runtime(entry, errors);
}

fn runtime(entry: &Entry, errors: &mut Errors) {
    let one_thread = entry.flavor() == Flavor::CurrentThread;
    if let (Some((key, _)), true) = (&entry.worker_threads, one_thread) {
        errors.push(err!(
            key,
            "a runtime of one thread has no workers to count",
            help = "add `flavor = \"multi_thread\"`"
        ));
    }
    let Some((key, _)) = &entry.start_paused else { return };
    if entry.kind == Kind::Main {
        errors.push(err!(key, "a program cannot stop the clock", help = "`start_paused` belongs to `#[otp::test]`"));
    } else if !one_thread {
        errors.push(err!(
            key,
            "a paused clock needs a runtime of one thread",
            help = "add `flavor = \"current_thread\"`"
        ));
    }
}
