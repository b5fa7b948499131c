//! Options to model.

use proc_macro2::TokenStream;

use super::model::{Declared, State};
use super::stage::StageOptions;
use crate::attr::{ChildOptions, Options, Separator, ServerOptions};
use crate::diag::Errors;
use crate::gen_server::Flavour;
use crate::util::CratePath;

/// All options of a server's struct.
const OPTIONS: &[&str] = &[
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

/// What the struct of a stage takes beside those.
const OF_STAGES: &[&str] = &[
    "producer",
    "producer_consumer",
    "consumer",
    "subscribe_to",
    "dispatcher",
    "demand",
    "buffer_size",
    "buffer_keep",
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
    "handle",
    "crate",
];

/// The options of the struct.
pub(crate) fn options(flavour: Flavour) -> &'static [&'static str] {
    match flavour {
        Flavour::Server => OPTIONS,
        Flavour::Stage => OF_STAGES,
    }
}

pub(super) fn parse(flavour: Flavour, args: TokenStream, state: State, errors: &mut Errors) -> Declared {
    let mut declared = Declared {
        flavour,
        state,
        krate: CratePath::default(),
        child: ChildOptions::default(),
        server: ServerOptions::default(),
        handle: None,
        stage: StageOptions::default(),
    };
    let place = match flavour {
        Flavour::Server => "`#[gen_server]` on a struct",
        Flavour::Stage => "`#[gen_stage]` on a struct",
    };
    Options::new(place, options(flavour), Separator::Equals).repeatable("subscribe_to").read(
        args,
        errors,
        |key, input, errors| {
            if key.is("handle") {
                key.separator(input)?;
                declared.handle = Some(input.parse()?);
            } else if key.is("crate") {
                key.separator(input)?;
                declared.krate = CratePath::new(input.parse()?);
            } else if flavour == Flavour::Stage && declared.stage.read(key, input, errors)? {
            } else if !declared.child.read(key, input)? {
                declared.server.read(key, input)?;
            }
            Ok(())
        },
    );
    declared
}
