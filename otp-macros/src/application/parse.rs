//! Options to model.

use proc_macro2::{Ident, TokenStream};
use syn::parse::ParseStream;
use syn::{Attribute, ItemStruct, LitStr, Token, Type, parenthesized, token};

use super::model::{Declared, Other};
use crate::attr::{Key, Options, Separator, choice};
use crate::diag::{Errors, err};
use crate::util::{CratePath, is_cfg};

const OPTIONS: &[&str] = &[
    "name",
    "version",
    "description",
    "mode",
    "dependencies",
    "optional",
    "includes",
    "env",
    "supervisor",
    "library",
    "crate",
];

pub(super) fn parse(args: TokenStream, item: ItemStruct, errors: &mut Errors) -> Declared {
    let mut declared = Declared {
        krate: CratePath::default(),
        item,
        name: None,
        version: None,
        description: None,
        mode: None,
        dependencies: Vec::new(),
        includes: Vec::new(),
        optional: Vec::new(),
        env: Vec::new(),
        supervisor: None,
        library: None,
    };
    Options::new("`#[application]`", OPTIONS, Separator::Equals).read(args, errors, |key, input, errors| {
        match key.ident.to_string().as_str() {
            "name" => {
                key.separator(input)?;
                let literal = input.parse::<LitStr>();
                declared.name = Some(literal.map_err(|error| {
                    let help = "write `name = \"shop\"`: it is the table in the configuration";
                    syn::Error::new(error.span(), format!("the name of an application is a string\nhelp: {help}"))
                })?);
            }
            "version" => {
                key.separator(input)?;
                declared.version = Some(input.parse()?);
            }
            "description" => {
                key.separator(input)?;
                declared.description = Some(input.parse()?);
            }
            "supervisor" => {
                key.separator(input)?;
                declared.supervisor = Some(input.parse()?);
            }
            "mode" => declared.mode = Some(choice(key, input)?),
            "library" => declared.library = Some(key.ident.clone()),
            "dependencies" => declared.dependencies = list(key, input, "Store", |inner| other(inner, errors))?,
            "includes" => declared.includes = list(key, input, "Store", |inner| other(inner, errors))?,
            "optional" => declared.optional = list(key, input, "\"metrics\"", |inner| inner.parse())?,
            "env" => {
                declared.env = list(key, input, "port = 6379", |inner| {
                    let key = inner.call(syn::ext::IdentExt::parse_any)?;
                    inner.parse::<Token![=]>()?;
                    Ok((key, inner.parse()?))
                })?;
            }
            _ => {
                key.separator(input)?;
                declared.krate = CratePath::new(input.parse()?);
            }
        }
        Ok(())
    });
    declared
}

/// `key(.., ..)`.
fn list<T>(
    key: &Key,
    input: ParseStream,
    example: &str,
    mut each: impl FnMut(ParseStream) -> syn::Result<T>,
) -> syn::Result<Vec<T>> {
    let option: &Ident = &key.ident;
    if !input.peek(token::Paren) {
        return Err(err!(option, "`{option}` is a list", help = "write `{option}({example})`"));
    }
    let inner;
    parenthesized!(inner in input);
    let mut items = Vec::new();
    while !inner.is_empty() {
        items.push(each(&inner)?);
        if !inner.is_empty() {
            inner.parse::<Token![,]>()?;
        }
    }
    Ok(items)
}

fn other(input: ParseStream, errors: &mut Errors) -> syn::Result<Other> {
    let attrs = input.call(Attribute::parse_outer)?;
    for attr in attrs.iter().filter(|attr| !is_cfg(attr)) {
        errors.push(err!(attr, "only `#[cfg(..)]` can stand here", help = "remove it"));
    }
    Ok(Other { cfgs: attrs.into_iter().filter(is_cfg).collect(), ty: input.parse::<Type>()? })
}
