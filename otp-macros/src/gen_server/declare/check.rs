//! What a state may not be.

use super::model::Declared;
use crate::attr::Restart;
use crate::diag::{Errors, err};

pub(super) fn check(declared: &Declared, errors: &mut Errors) {
    declared.child.check(Some(Restart::Permanent), errors);
    declared.server.check(errors);
    for lifetime in declared.state.generics().lifetimes() {
        errors.push(err!(
            lifetime,
            "a server cannot borrow: it outlives the function that starts it",
            help = "own the data (`String`, `Vec<T>`), share it (`Arc<T>`), or borrow for ever (`&'static str`)"
        ));
    }
}
