//! Tokens to model.

use proc_macro2::TokenStream;
use syn::Item;

use super::model::Command;
use crate::attr::{Options, Separator};
use crate::diag::Errors;
use crate::util::CratePath;

const OPTIONS: &[&str] = &["name", "crate"];

pub(super) fn parse(args: TokenStream, item: Item, errors: &mut Errors) -> Command {
    let mut command = Command { krate: CratePath::default(), item, name: None };
    Options::new("`#[command]`", OPTIONS, Separator::Equals).read(args, errors, |key, input, _| {
        key.separator(input)?;
        if key.is("name") {
            command.name = Some((key.ident.clone(), input.parse()?));
        } else {
            command.krate = CratePath::new(input.parse()?);
        }
        Ok(())
    });
    command
}
