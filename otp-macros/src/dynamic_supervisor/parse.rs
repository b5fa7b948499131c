//! Options to model.

use proc_macro2::TokenStream;
use syn::{Fields, ItemStruct};

use super::model::Declared;
use crate::attr::{ChildOptions, DynamicOptions, Options, Separator};
use crate::diag::{Errors, err};
use crate::supervisor::parse_arguments;
use crate::util::CratePath;

/// All options of the struct.
pub(super) const OPTIONS: &[&str] = &[
    "max_children",
    "max_restarts",
    "max_seconds",
    "extra_arguments",
    "init",
    "name",
    "id",
    "restart",
    "shutdown",
    "significant",
    "handle",
    "crate",
];

/// What only a supervisor with a list of children can be told.
const OF_ORDINARY: &[&str] = &["strategy", "auto_shutdown", "args"];

pub(super) fn parse(args: TokenStream, item: ItemStruct, errors: &mut Errors) -> Declared {
    let mut declared = Declared {
        krate: CratePath::default(),
        attrs: item.attrs,
        vis: item.vis,
        ident: item.ident,
        generics: item.generics,
        options: DynamicOptions::default(),
        child: ChildOptions::default(),
        name: None,
        handle: None,
        extra: Vec::new(),
        init: None,
    };
    options(&mut declared, args, errors);
    if !matches!(&item.fields, Fields::Unit) {
        let ident = &declared.ident;
        errors.push(err!(
            item.fields,
            "a dynamic supervisor has no fields: its children are started later, and it has no state of its own",
            help = "write `struct {ident};`; what all children need belongs into `extra_arguments(..)`"
        ));
    }
    declared
}

fn options(declared: &mut Declared, args: TokenStream, errors: &mut Errors) {
    let ordinary = "`#[supervisor]`: a dynamic one restarts one for one and never ends by itself";
    Options::new("`#[dynamic_supervisor]` on a struct", OPTIONS, Separator::Equals)
        .elsewhere(OF_ORDINARY, ordinary)
        .read(args, errors, |key, input, _| {
            match key.ident.to_string().as_str() {
                "extra_arguments" => declared.extra = parse_arguments(key, input)?,
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
                    if !declared.options.read(key, input)? {
                        declared.child.read(key, input)?;
                    }
                }
            }
            Ok(())
        });
}
