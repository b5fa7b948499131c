//! What a task type may be. Each rule has a test of its name in `ui-tests/fail/task`.

use syn::{ImplItemFn, Signature, Type};

use super::model::{Task, arguments};
use crate::attr::Restart;
use crate::diag::{Errors, err};
use crate::util::{cfgs, first_impl_trait, first_short_lifetime};

/// The `#[run]`, if it and all else keeps the rules.
pub(super) fn check<'a>(task: &'a Task, errors: &mut Errors) -> Option<&'a ImplItemFn> {
    let block = &task.block;
    task.options.check(Some(Restart::Temporary), errors);
    if let Some((_, path, _)) = &block.trait_ {
        errors.push(err!(path, "`#[task]` belongs on an inherent impl", help = "write `impl Import {{ .. }}`"));
        return None;
    }
    if !matches!(&*block.self_ty, Type::Path(_)) {
        errors.push(err!(block.self_ty, "`#[task]` needs a type with a name", help = "declare `struct Import;`"));
        return None;
    }
    let Some((_, run)) = task.runs.first() else {
        errors.push(err!(
            block.self_ty,
            "this task has no `#[run]`",
            help = "mark the function that does its work: `#[run] async fn run() {{ .. }}`"
        ));
        return None;
    };
    let conditional = !cfgs(&run.attrs).is_empty();
    for (attr, second) in task.runs[1..].iter().filter(|(_, second)| !conditional || cfgs(&second.attrs).is_empty()) {
        let (first, second) = (&run.sig.ident, &second.sig.ident);
        errors.push(err!(attr, "a task has one `#[run]`, and `{first}` is it", help = "let `{first}` call `{second}`"));
    }
    let mut found = Vec::new();
    signature(&run.sig, &mut found);
    let valid = found.is_empty();
    found.into_iter().for_each(|error| errors.push(error));
    valid.then_some(run)
}

fn signature(signature: &Signature, found: &mut Vec<syn::Error>) {
    let name = &signature.ident;
    if signature.asyncness.is_none() {
        found.push(err!(signature.fn_token, "`#[run]` belongs on an `async fn`", help = "write `async fn {name}(..)`"));
    }
    if let Some(receiver) = signature.receiver() {
        found.push(err!(
            receiver,
            "`#[run]` has no `self`: a task has no state but its arguments",
            help = "write `async fn {name}(..)`, and take what it needs as arguments"
        ));
    }
    if !signature.generics.params.is_empty() {
        found.push(err!(
            signature.generics,
            "`#[run]` cannot be generic",
            help = "name the types, or make the struct generic"
        ));
    }
    for argument in arguments(signature) {
        if let Some(borrow) = first_short_lifetime(&argument.ty) {
            found.push(err!(
                borrow,
                "an argument of `#[run]` cannot borrow: the task outlives whoever starts it",
                help = "own the data, or share it in an `Arc`"
            ));
        }
        if let Some(argument) = first_impl_trait(&argument.ty) {
            found.push(err!(argument, "an argument of `#[run]` cannot be `impl Trait`", help = "name the type"));
        }
    }
}
