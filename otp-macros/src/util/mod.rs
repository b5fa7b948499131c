//! Small questions about syntax that more than one macro asks.

mod attrs;
mod crate_path;
mod names;
mod phantom;
mod spans;
mod types;

pub(crate) use attrs::{cfgs, client_attrs, docs, is_cfg};
pub(crate) use crate_path::CratePath;
pub(crate) use names::{camel, plain};
pub(crate) use phantom::phantom;
pub(crate) use spans::{braces_at, located_at, parens_at};
pub(crate) use types::{
    always_send, first_impl_trait, first_short_lifetime, generic_argument, last_segment_is, mentions_segment,
    replace_self,
};
