//! Tokens to model.

use proc_macro2::TokenStream;
use syn::{Attribute, ImplItem, ItemImpl, Meta};

use super::model::Task;
use crate::attr::{ChildOptions, Options, Separator};
use crate::diag::{Errors, err};
use crate::gen_server::handlers::handler_attr;
use crate::util::CratePath;

const OPTIONS: &[&str] = &["restart", "shutdown", "significant", "id", "crate"];

pub(super) fn parse(args: TokenStream, mut block: ItemImpl, errors: &mut Errors) -> Task {
    let (mut krate, mut options) = (CratePath::default(), ChildOptions::default());
    Options::new("`#[task]`", OPTIONS, Separator::Equals).read(args, errors, |key, input, _| {
        if key.is("crate") {
            key.separator(input)?;
            krate = CratePath::new(input.parse()?);
        } else {
            options.read(key, input)?;
        }
        Ok(())
    });
    refuse_reserved(&mut block, errors);
    let mut runs = Vec::new();
    for member in &mut block.items {
        match member {
            ImplItem::Fn(method) => {
                let marked = method.attrs.iter().position(|attr| attr.path().is_ident("run"));
                let attr = marked.map(|place| method.attrs.remove(place));
                only_run(&mut method.attrs, errors);
                runs.extend(attr.map(|attr| (attr, method.clone())));
            }
            ImplItem::Const(member) => misplaced(&mut member.attrs, "a constant", errors),
            ImplItem::Type(member) => misplaced(&mut member.attrs, "a type", errors),
            _ => {}
        }
    }
    for (attr, _) in &runs {
        if !matches!(attr.meta, Meta::Path(_)) {
            errors.push(err!(attr, "`#[run]` takes no options", help = "give them to `#[task(..)]`"));
        }
    }
    Task { krate, options, block, runs }
}

/// Functions of the names that the macro gives to its own.
fn refuse_reserved(block: &mut ItemImpl, errors: &mut Errors) {
    block.items.retain(|member| {
        let ImplItem::Fn(method) = member else { return true };
        let name = &method.sig.ident;
        let reserved = ["start_link", "start", "child_spec"].iter().any(|made| name == made);
        if reserved {
            errors.push(err!(name, "`{name}` is what `#[task]` makes already", help = "name it otherwise"));
        }
        !reserved
    });
}

/// A task handles nothing: it runs, and receives what it wants to.
fn only_run(attrs: &mut Vec<Attribute>, errors: &mut Errors) {
    attrs.retain(|attr| {
        let Some(kind) = handler_attr(attr) else { return true };
        let name = kind.name();
        errors.push(err!(
            attr,
            "a task has no `#[{name}]`",
            help = "its only function is `#[run]`; what is asked while it lives is a `#[gen_server]`"
        ));
        false
    });
}

fn misplaced(attrs: &mut Vec<Attribute>, what: &str, errors: &mut Errors) {
    attrs.retain(|attr| {
        let ours = attr.path().is_ident("run");
        if ours {
            errors.push(err!(attr, "`#[run]` belongs on a function, not on {what}", help = "remove it"));
        }
        !ours
    });
}
