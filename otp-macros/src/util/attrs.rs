//! Which of the user's attributes go where.

use syn::Attribute;

/// Whether this is `#[cfg(..)]`. `#[cfg_attr(..)]` is another matter: a macro cannot evaluate it.
pub(crate) fn is_cfg(attr: &Attribute) -> bool {
    attr.path().is_ident("cfg")
}

/// The `#[cfg(..)]`s, which every piece generated for the item must repeat.
pub(crate) fn cfgs(attrs: &[Attribute]) -> Vec<Attribute> {
    attrs.iter().filter(|attr| is_cfg(attr)).cloned().collect()
}

/// The doc comments.
pub(crate) fn docs(attrs: &[Attribute]) -> Vec<Attribute> {
    attrs.iter().filter(|attr| attr.path().is_ident("doc")).cloned().collect()
}

/// What a client method takes over from its handler: how it is documented, when it exists, whether it is deprecated.
/// Lint levels, `inline`, `must_use`, `track_caller` and foreign macros are about the handler's own body.
pub(crate) fn client_attrs(attrs: &[Attribute]) -> Vec<Attribute> {
    let copied = ["doc", "cfg", "deprecated"];
    attrs.iter().filter(|attr| copied.iter().any(|name| attr.path().is_ident(name))).cloned().collect()
}
