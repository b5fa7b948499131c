//! The rules of an application. Each has a test of its name in `ui-tests/fail/application`.

use quote::ToTokens;
use syn::{Expr, GenericParam, LitStr};

use super::model::Declared;
use crate::diag::{Errors, err};
use crate::util::plain;

pub(super) fn check(declared: &mut Declared, errors: &mut Errors) {
    generics(declared, errors);
    if let Some(name) = &declared.name {
        shape(name, errors);
    }
    others(declared, errors);
    names(declared, errors);
    env(declared, errors);
    starts(declared, errors);
}

fn generics(declared: &Declared, errors: &mut Errors) {
    for param in &declared.item.generics.params {
        let what = match param {
            GenericParam::Lifetime(_) => "borrow: it outlives the function that starts it",
            GenericParam::Type(_) | GenericParam::Const(_) => "be generic: it is found by its one name",
        };
        errors.push(err!(param, "an application cannot {what}", help = "write a struct without parameters"));
    }
}

fn shape(name: &LitStr, errors: &mut Errors) {
    let text = name.value();
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if !text.starts_with(|c: char| c.is_ascii_lowercase()) || !text.chars().all(fits) {
        errors.push(err!(
            name,
            "{text:?} is no name of an application",
            help = "it begins with a lowercase letter, and goes on with lowercase letters, digits and underscores"
        ));
    }
}

/// Nobody is named twice, and nobody names itself.
fn others(declared: &mut Declared, errors: &mut Errors) {
    let own = plain(&declared.item.ident);
    let mut seen: Vec<String> = Vec::new();
    let includes = std::mem::take(&mut declared.includes);
    for (index, other) in declared.dependencies.iter().chain(&includes).enumerate() {
        let ty = &other.ty;
        let text = ty.to_token_stream().to_string();
        if text == own || text == "Self" {
            errors.push(err!(ty, "an application cannot depend on itself", help = "remove it"));
        }
        if let Some(first) = seen.iter().position(|one| *one == text) {
            let both = first < declared.dependencies.len() && index >= declared.dependencies.len();
            errors.push(match both {
                true => err!(
                    ty,
                    "`{text}` is both a dependency and included",
                    help = "a dependency is started before, what is included is part of this application's tree: remove one"
                ),
                false => err!(ty, "`{text}` is named twice", help = "remove one of the two"),
            });
        }
        // Under different conditions a type may stand twice.
        if other.cfgs.is_empty() {
            seen.push(text);
        } else {
            seen.push(String::new());
        }
    }
    declared.includes = includes;
}

fn names(declared: &Declared, errors: &mut Errors) {
    for (index, name) in declared.optional.iter().enumerate() {
        shape(name, errors);
        let text = name.value();
        if declared.optional[..index].iter().any(|other| other.value() == text) {
            errors.push(err!(name, "{text:?} is named twice", help = "remove one of the two"));
        }
    }
}

fn env(declared: &Declared, errors: &mut Errors) {
    for (index, (key, _)) in declared.env.iter().enumerate() {
        if declared.env[..index].iter().any(|(other, _)| other == key) {
            errors.push(err!(key, "the default of `{key}` is given twice", help = "remove one of the two"));
        }
    }
}

/// One way to start.
fn starts(declared: &Declared, errors: &mut Errors) {
    let Some(supervisor) = &declared.supervisor else { return };
    if let Some(library) = &declared.library {
        errors.push(err!(
            library,
            "`library` says that there are no processes, and `supervisor` that there are",
            help = "remove one of the two"
        ));
    }
    let is_type = |expr: &Expr| matches!(expr, Expr::Path(_));
    let fits = match supervisor {
        Expr::Call(call) => is_type(&call.func),
        other => is_type(other),
    };
    if !fits {
        errors.push(err!(
            supervisor,
            "`supervisor` is the type of a supervisor",
            help = "write `supervisor = Tree`, or `supervisor = Tree(args)` if its start takes any"
        ));
    }
}
