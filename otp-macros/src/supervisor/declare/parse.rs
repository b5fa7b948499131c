//! Options and fields to model.

use proc_macro2::{Ident, TokenStream};
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::{Attribute, Field, Fields, ItemStruct, Meta, Token, parenthesized, token};

use super::model::{Argument, Child, Declared};
use crate::attr::{ChildOptions, Key, Options, Separator, TreeOptions};
use crate::diag::{Errors, err};
use crate::util::{CratePath, cfgs, docs};

/// All options of the struct.
pub(in crate::supervisor) const OPTIONS: &[&str] = &[
    "strategy",
    "max_restarts",
    "max_seconds",
    "auto_shutdown",
    "args",
    "init",
    "name",
    "id",
    "restart",
    "shutdown",
    "significant",
    "handle",
    "crate",
];

const CHILD_OPTIONS: &[&str] = &["args", "id", "restart", "shutdown", "significant"];

pub(super) fn parse(args: TokenStream, item: ItemStruct, errors: &mut Errors) -> Declared {
    let mut declared = Declared {
        krate: CratePath::default(),
        attrs: item.attrs,
        vis: item.vis,
        ident: item.ident,
        generics: item.generics,
        tree: TreeOptions::default(),
        child: ChildOptions::default(),
        name: None,
        handle: None,
        args: Vec::new(),
        init: None,
        children: Vec::new(),
    };
    options(&mut declared, args, errors);
    declared.children = match item.fields {
        Fields::Named(fields) => fields.named.into_iter().filter_map(|field| child(field, errors)).collect(),
        Fields::Unit => Vec::new(),
        Fields::Unnamed(fields) => {
            let ident = &declared.ident;
            errors.push(err!(
                fields,
                "the children of a supervisor have names: the ids, and the handle's methods",
                help = "write `struct {ident} {{ #[child] stack: Stack }}`"
            ));
            Vec::new()
        }
    };
    declared
}

fn options(declared: &mut Declared, args: TokenStream, errors: &mut Errors) {
    Options::new("`#[supervisor]` on a struct", OPTIONS, Separator::Equals).read(args, errors, |key, input, _| {
        match key.ident.to_string().as_str() {
            "args" => declared.args = arguments(key, input)?,
            "init" => declared.init = Some(key.ident.clone()),
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
                if !declared.tree.read(key, input)? {
                    declared.child.read(key, input)?;
                }
            }
        }
        Ok(())
    });
}

/// `args(names: Vec<String>, count: usize)`
pub(crate) fn arguments(key: &Key, input: ParseStream) -> syn::Result<Vec<Argument>> {
    if !input.peek(token::Paren) {
        let option = &key.ident;
        return Err(err!(
            option,
            "`{option}` lists what the supervisor's start takes",
            help = "write `{option}(names: Vec<String>)`"
        ));
    }
    let content;
    parenthesized!(content in input);
    let argument = |input: ParseStream| {
        let name: Ident = input.parse()?;
        input.parse::<Token![:]>()?;
        Ok(Argument { name, ty: input.parse()? })
    };
    let arguments: Punctuated<Argument, Token![,]> = content.parse_terminated(argument, Token![,])?;
    Ok(arguments.into_iter().collect())
}

/// `None` for a field that is no child, which is an error.
fn child(field: Field, errors: &mut Errors) -> Option<Child> {
    let name = field.ident.clone()?;
    let (ours, others): (Vec<_>, Vec<_>) = field.attrs.iter().cloned().partition(|attr| attr.path().is_ident("child"));
    let mut ours = ours.into_iter();
    let Some(attr) = ours.next() else {
        not_a_child(&field, &others, errors);
        return None;
    };
    for second in ours {
        errors.push(err!(second, "`{name}` is a child already", help = "put all options into one `#[child(..)]`"));
    }
    let mut child = Child {
        field: name,
        ty: field.ty,
        vis: field.vis,
        docs: docs(&others),
        cfgs: cfgs(&others),
        args: None,
        options: ChildOptions::default(),
    };
    child_options(&mut child, &attr, errors);
    Some(child)
}

fn not_a_child(field: &Field, attrs: &[Attribute], errors: &mut Errors) {
    let name = field.ident.as_ref().map(Ident::to_string).unwrap_or_default();
    let near = |attr: &&Attribute| {
        attr.path().get_ident().is_some_and(|ident| crate::diag::distance(&ident.to_string(), "child") <= 2)
    };
    match attrs.iter().find(near) {
        Some(attr) => {
            errors.push(err!(attr.path(), "there is no such attribute here", help = "did you mean `#[child]`?"))
        }
        None => errors.push(err!(
            field,
            "every field of a supervisor is one of its children, and `{name}` has no `#[child]`",
            help = "write `#[child]` above it; a supervisor has no state of its own"
        )),
    }
}

fn child_options(child: &mut Child, attr: &Attribute, errors: &mut Errors) {
    let tokens = match &attr.meta {
        Meta::Path(_) => return,
        Meta::List(list) => list.tokens.clone(),
        Meta::NameValue(_) => {
            errors.push(err!(attr, "`#[child]` has no value", help = "write `#[child]` or `#[child(args = ..)]`"));
            return;
        }
    };
    Options::new("`#[child]`", CHILD_OPTIONS, Separator::Equals).read(tokens, errors, |key, input, errors| {
        if key.is("args") {
            key.separator(input)?;
            child.args = Some(input.parse()?);
        } else if child.options.read(key, input)? && key.is("id") && child.options.literal_id().is_none() {
            errors.push(err!(key.ident, "the id of a `#[child]` is a string literal", help = "write `id = \"..\"`"));
        }
        Ok(())
    });
}
