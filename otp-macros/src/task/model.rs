//! What a task type is.

use syn::{Attribute, FnArg, ImplItemFn, ItemImpl, PatType, Signature};

use crate::attr::ChildOptions;
use crate::util::CratePath;

/// A task type, as it was declared.
pub(super) struct Task {
    pub(super) krate: CratePath,
    pub(super) options: ChildOptions,
    /// The user's block, without our attributes.
    pub(super) block: ItemImpl,
    /// The functions marked `#[run]`, with that attribute.
    pub(super) runs: Vec<(Attribute, ImplItemFn)>,
}

/// The arguments of a function.
pub(super) fn arguments(signature: &Signature) -> impl Iterator<Item = &PatType> {
    signature.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(argument) => Some(argument),
        FnArg::Receiver(_) => None,
    })
}
