//! What operators can call.

use proc_macro2::Ident;
use syn::{Attribute, FnArg, Item, LitStr, PatType, Signature, Type};

use crate::util::CratePath;

/// The item, as it was declared.
pub(super) struct Command {
    pub(super) krate: CratePath,
    /// The user's item, without our attribute.
    pub(super) item: Item,
    /// The name of a function, where it is another than that in the code.
    pub(super) name: Option<(Ident, LitStr)>,
}

/// One function that is called.
pub(super) struct Function<'a> {
    /// The type that it belongs to.
    pub(super) of: Option<&'a Type>,
    pub(super) attrs: &'a [Attribute],
    pub(super) signature: &'a Signature,
}

impl Command {
    pub(super) fn functions(&self) -> Vec<Function<'_>> {
        match &self.item {
            Item::Fn(function) => vec![Function { of: None, attrs: &function.attrs, signature: &function.sig }],
            Item::Impl(block) => {
                let functions = block.items.iter().filter_map(|member| match member {
                    syn::ImplItem::Fn(function) => {
                        Some(Function { of: Some(&block.self_ty), attrs: &function.attrs, signature: &function.sig })
                    }
                    _ => None,
                });
                functions.collect()
            }
            _ => Vec::new(),
        }
    }
}

impl Function<'_> {
    pub(super) fn arguments(&self) -> impl Iterator<Item = &PatType> {
        self.signature.inputs.iter().filter_map(|input| match input {
            FnArg::Typed(argument) => Some(argument),
            FnArg::Receiver(_) => None,
        })
    }
}
