//! Options to model.

use proc_macro2::TokenStream;

use super::model::{Declared, State};
use crate::attr::{ChildOptions, Options, Separator, ServerOptions};
use crate::diag::Errors;
use crate::util::CratePath;

/// All options of the struct.
pub(crate) const OPTIONS: &[&str] = &[
    "restart",
    "shutdown",
    "significant",
    "id",
    "name",
    "trap_exit",
    "hibernate_after",
    "mailbox",
    "overflow",
    "priority",
    "inline",
    "handle",
    "crate",
];

pub(super) fn parse(args: TokenStream, state: State, errors: &mut Errors) -> Declared {
    let mut declared = Declared {
        state,
        krate: CratePath::default(),
        child: ChildOptions::default(),
        server: ServerOptions::default(),
        handle: None,
    };
    Options::new("`#[gen_server]` on a struct", OPTIONS, Separator::Equals).read(args, errors, |key, input, _| {
        if key.is("handle") {
            key.separator(input)?;
            declared.handle = Some(input.parse()?);
        } else if key.is("crate") {
            key.separator(input)?;
            declared.krate = CratePath::new(input.parse()?);
        } else if !declared.child.read(key, input)? {
            declared.server.read(key, input)?;
        }
        Ok(())
    });
    declared
}
