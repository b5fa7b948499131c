//! Options to model.

use proc_macro2::TokenStream;
use syn::parse::ParseStream;
use syn::{Expr, Fields, ItemStruct, Token, TypePath, parenthesized, token};

use super::model::{Declared, Template};
use crate::attr::{ChildOptions, Key, Options, Separator, Shutdown, SubscribeTo, choice, count, seconds};
use crate::diag::{Errors, err};
use crate::util::CratePath;

/// All options of the struct.
pub(super) const OPTIONS: &[&str] = &[
    "child",
    "subscribe_to",
    "max_restarts",
    "max_seconds",
    "init",
    "event",
    "name",
    "id",
    "restart",
    "shutdown",
    "significant",
    "handle",
    "crate",
];

/// What the child of an event can be told.
const OF_CHILD: &[&str] = &["args", "restart", "shutdown", "id"];

/// What only other supervisors can be told.
const OF_OTHERS: &[&str] = &["strategy", "auto_shutdown", "max_children", "extra_arguments"];

pub(super) fn parse(args: TokenStream, item: ItemStruct, errors: &mut Errors) -> Declared {
    let mut declared = Declared {
        krate: CratePath::default(),
        attrs: item.attrs,
        vis: item.vis,
        ident: item.ident,
        generics: item.generics,
        template: None,
        subscribe_to: Vec::new(),
        max_restarts: None,
        max_seconds: None,
        child: ChildOptions::default(),
        name: None,
        handle: None,
        init: None,
        event: None,
    };
    options(&mut declared, args, errors);
    if !matches!(&item.fields, Fields::Unit) {
        let ident = &declared.ident;
        errors.push(err!(
            item.fields,
            "a consumer supervisor has no fields: its children are started by events, and it has no state of its own",
            help = "write `struct {ident};`; what all children need belongs into `args = |event: E| ..`"
        ));
    }
    declared
}

fn options(declared: &mut Declared, args: TokenStream, errors: &mut Errors) {
    let others = "other supervisors: this one restarts one for one, and has as many children as `max_demand` says";
    Options::new("`#[consumer_supervisor]` on a struct", OPTIONS, Separator::Equals)
        .elsewhere(OF_OTHERS, others)
        .elsewhere(&["args"], "the child: `child(Printer, args = |event: u64| event)`")
        .elsewhere(&["max_demand", "min_demand", "cancel"], "`subscribe_to(Numbers, max_demand = 10)`")
        .repeatable("subscribe_to")
        .read(args, errors, |key, input, errors| option(declared, key, input, errors));
}

fn option(declared: &mut Declared, key: &Key, input: ParseStream, errors: &mut Errors) -> syn::Result<()> {
    let word = key.ident.clone();
    match word.to_string().as_str() {
        "child" => declared.template = Some((word, template(key, input, errors)?)),
        "subscribe_to" => declared.subscribe_to.push((word, SubscribeTo::parse(key, input, errors)?)),
        "max_restarts" => declared.max_restarts = Some((word, count(key, input)?)),
        "max_seconds" => declared.max_seconds = Some((word, seconds(key, input)?)),
        "init" => declared.init = Some(word),
        "event" => {
            key.separator(input)?;
            declared.event = Some((word, input.parse()?));
        }
        "name" => {
            key.separator(input)?;
            declared.name = Some(input.parse()?);
        }
        "handle" => {
            key.separator(input)?;
            declared.handle = Some(input.parse()?);
        }
        "crate" => {
            key.separator(input)?;
            declared.krate = CratePath::new(input.parse()?);
        }
        _ => {
            declared.child.read(key, input)?;
        }
    }
    Ok(())
}

/// `(Printer, restart = transient)`, behind the word `child`.
fn template(key: &Key, input: ParseStream, errors: &mut Errors) -> syn::Result<Template> {
    if !input.peek(token::Paren) {
        return Err(err!(
            key.ident,
            "`child` needs what is started for an event",
            help = "write `child(Printer)`, or `child(Printer, restart = transient)`"
        ));
    }
    let inner;
    parenthesized!(inner in input);
    let ty: TypePath = inner.parse()?;
    inner.parse::<Option<Token![,]>>()?;
    let mut template = Template { ty, args: None, restart: None, shutdown: None, id: None };
    Options::new("`child(..)`", OF_CHILD, Separator::Equals)
        .elsewhere(&["significant"], "children that are in a list: one of many alike cannot be significant")
        .read(inner.parse()?, errors, |key, input, _| child_option(&mut template, key, input));
    Ok(template)
}

fn child_option(template: &mut Template, key: &Key, input: ParseStream) -> syn::Result<()> {
    match key.ident.to_string().as_str() {
        "args" => {
            key.separator(input)?;
            template.args = match input.parse()? {
                Expr::Closure(closure) => Some(closure),
                other => {
                    return Err(err!(
                        other,
                        "`args` is a closure that makes the child's arguments of an event",
                        help = "write `args = |event: u64| event`"
                    ));
                }
            };
        }
        "restart" => {
            if let Some(error) = permanent(key, input) {
                return Err(error);
            }
            template.restart = Some(choice(key, input)?);
        }
        "shutdown" => template.shutdown = Some(Shutdown::parse(key, input)?),
        _ => {
            key.separator(input)?;
            template.id = Some(input.parse()?);
        }
    }
    Ok(())
}

/// `restart = permanent`: the word of every other child.
fn permanent(key: &Key, input: ParseStream) -> Option<syn::Error> {
    let ahead = input.fork();
    key.separator(&ahead).ok()?;
    let word: syn::Ident = ahead.parse().ok()?;
    (word == "permanent").then(|| {
        err!(
            word,
            "the child of an event cannot be permanent: it would never make room for another event",
            help = "`restart = transient` restarts it after a crash, with the same event; `temporary` never does"
        )
    })
}
