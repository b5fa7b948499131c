//! What a state may not be.

use super::model::Declared;
use crate::attr::Restart;
use crate::diag::{Errors, err};
use crate::gen_server::Flavour;

pub(super) fn check(declared: &Declared, errors: &mut Errors) {
    declared.child.check(Some(Restart::Permanent), errors);
    declared.server.check(errors);
    if declared.flavour == Flavour::Stage {
        declared.stage.check(declared.state.ident(), errors);
    }
    let what = declared.flavour.what();
    for lifetime in declared.state.generics().lifetimes() {
        errors.push(err!(
            lifetime,
            "a {what} cannot borrow: it outlives the function that starts it",
            help = "own the data (`String`, `Vec<T>`), share it (`Arc<T>`), or borrow for ever (`&'static str`)"
        ));
    }
}
