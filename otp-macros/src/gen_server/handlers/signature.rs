//! Questions about a handler's signature, asked by its rules and by its model alike.

use proc_macro2::Ident;
use quote::format_ident;
use syn::{FnArg, Pat, PatType, Receiver, ReturnType, Signature, Type};

use crate::util::last_segment_is;

/// How a method takes its state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SelfKind {
    /// `&mut self`
    Mut,
    /// `&self`
    Shared,
    /// `self`, `self: Box<Self>` and the like.
    Owned,
    /// No receiver.
    None,
}

pub(super) fn self_kind(signature: &Signature) -> SelfKind {
    match signature.receiver() {
        None => SelfKind::None,
        Some(Receiver { ty, .. }) => match &**ty {
            Type::Reference(reference) if reference.mutability.is_some() => SelfKind::Mut,
            Type::Reference(_) => SelfKind::Shared,
            _ => SelfKind::Owned,
        },
    }
}

/// The arguments behind `self`.
pub(super) fn arguments(signature: &Signature) -> impl Iterator<Item = &PatType> {
    signature.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(argument) => Some(argument),
        FnArg::Receiver(_) => None,
    })
}

/// The type behind `->`.
pub(super) fn returns(signature: &Signature) -> Option<&Type> {
    match &signature.output {
        ReturnType::Type(_, ty) => Some(ty),
        ReturnType::Default => None,
    }
}

/// Whether an argument is the caller's address, `from: ReplyTo<T>`.
pub(super) fn is_reply_to(ty: &Type) -> bool {
    last_segment_is(ty, "ReplyTo")
}

/// A name for the argument in generated code: its own, where the pattern is a plain one.
pub(super) fn argument_name(argument: &PatType, index: usize) -> Ident {
    match &*argument.pat {
        Pat::Ident(pat) if pat.subpat.is_none() => pat.ident.clone(),
        _ => format_ident!("arg{index}"),
    }
}
