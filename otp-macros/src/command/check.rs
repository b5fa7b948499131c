//! What a command may be. Each rule has a test of its name in `ui-tests/fail/command`.

use syn::{Item, Pat, Type};

use super::model::{Command, Function};
use crate::diag::{Errors, err};
use crate::util::{first_impl_trait, first_short_lifetime};

pub(super) fn check(command: &Command, errors: &mut Errors) {
    if let Item::Impl(block) = &command.item {
        if let Some((_, path, _)) = &block.trait_ {
            errors.push(err!(path, "`#[command]` belongs on an inherent impl", help = "write `impl Tasks {{ .. }}`"));
        }
        if !block.generics.params.is_empty() {
            errors.push(err!(
                block.generics,
                "commands cannot be generic: operators choose no types",
                help = "name the types, as in `impl Tasks<u32>`"
            ));
        }
        if !matches!(&*block.self_ty, Type::Path(_)) {
            errors.push(err!(block.self_ty, "`#[command]` needs a type with a name", help = "declare `struct Tasks;`"));
        }
        if let Some((key, _)) = &command.name {
            errors.push(err!(
                key,
                "`name` belongs on a single function: those of an impl block are called by the type and their name",
                help = "rename the function, or move it out of the block"
            ));
        }
        if command.functions().is_empty() {
            errors.push(err!(
                block.self_ty,
                "there is no function in this block",
                help = "add `fn purge(days: u32) {{ .. }}`"
            ));
        }
    }
    if let Some((_, name)) = &command.name
        && !is_name(&name.value())
    {
        errors.push(err!(
            name,
            "this cannot be called: a name is words joined by `::`",
            help = "`name = \"Tasks::purge\"`"
        ));
    }
    for function in command.functions() {
        signature(&function, errors);
    }
}

fn is_name(text: &str) -> bool {
    text.split("::").all(|word| {
        let mut letters = word.chars();
        letters.next().is_some_and(|c| c.is_alphabetic() || c == '_')
            && letters.all(|c| c.is_alphanumeric() || c == '_')
    })
}

fn signature(function: &Function, errors: &mut Errors) {
    let signature = function.signature;
    let name = &signature.ident;
    if let Some(receiver) = signature.receiver() {
        errors.push(err!(
            receiver,
            "a command has no `self`: operators call it by its type's name",
            help = "call the running server from it, or move `{name}` into another impl block"
        ));
    }
    if !signature.generics.params.is_empty() {
        errors.push(err!(
            signature.generics,
            "commands cannot be generic: operators choose no types",
            help = "name the types"
        ));
    }
    for argument in function.arguments() {
        if !matches!(&*argument.pat, Pat::Ident(_)) {
            errors.push(err!(
                argument.pat,
                "operators see the parameters of a command by name",
                help = "name it, and take it apart inside"
            ));
        }
        if let Some(borrow) = first_short_lifetime(&argument.ty) {
            errors.push(err!(borrow, "an argument of a command cannot borrow", help = "take a `String`, a `Vec` .."));
        }
        if let Some(argument) = first_impl_trait(&argument.ty) {
            errors.push(err!(argument, "an argument of a command cannot be `impl Trait`", help = "name the type"));
        }
    }
}
