//! The handler attributes: which there are, and which were probably meant.

use syn::Attribute;

use crate::diag::{Errors, distance, err};

/// What a handler handles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Init,
    Call,
    Cast,
    Info,
    HandleContinue,
    Timeout,
    Terminate,
    FormatStatus,
}

const KINDS: [(&str, Kind); 8] = [
    ("init", Kind::Init),
    ("call", Kind::Call),
    ("cast", Kind::Cast),
    ("info", Kind::Info),
    ("handle_continue", Kind::HandleContinue),
    ("timeout", Kind::Timeout),
    ("terminate", Kind::Terminate),
    ("format_status", Kind::FormatStatus),
];

/// All handler attributes, for messages.
pub(crate) const HANDLER_NAMES: [&str; 8] =
    ["init", "call", "cast", "info", "handle_continue", "timeout", "terminate", "format_status"];

/// What Elixir and Erlang call the same things.
const ELIXIR: [(&str, &str); 6] = [
    ("handle_call", "call"),
    ("handle_cast", "cast"),
    ("handle_info", "info"),
    ("handle_timeout", "timeout"),
    ("continue_", "handle_continue"),
    ("handle_terminate", "terminate"),
];

/// Attributes of the language and its tools that are near enough to ours to be mistaken for a slip.
const FOREIGN: [&str; 8] = ["test", "cold", "doc", "allow", "cfg", "warn", "naked", "inline"];

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        let (name, _) = KINDS.iter().find(|(_, kind)| *kind == self).expect("every kind is in the table");
        name
    }

    /// The options its attribute takes.
    pub(crate) fn options(self) -> &'static [&'static str] {
        match self {
            Self::Call => &["timeout", "boxed", "name"],
            Self::Cast => &["boxed", "name"],
            Self::Info => &["boxed", "any"],
            Self::HandleContinue => &["boxed"],
            Self::Init | Self::Timeout | Self::Terminate | Self::FormatStatus => &[],
        }
    }

    /// Where its options stand, for messages.
    pub(crate) fn place(self) -> &'static str {
        match self {
            Self::Init => "`#[init]`",
            Self::Call => "`#[call]`",
            Self::Cast => "`#[cast]`",
            Self::Info => "`#[info]`",
            Self::HandleContinue => "`#[handle_continue]`",
            Self::Timeout => "`#[timeout]`",
            Self::Terminate => "`#[terminate]`",
            Self::FormatStatus => "`#[format_status]`",
        }
    }
}

/// The kind of handler this attribute makes, if it is one of ours.
pub(crate) fn handler_attr(attr: &Attribute) -> Option<Kind> {
    let ident = attr.path().get_ident()?;
    KINDS.iter().find(|(name, _)| ident == name).map(|(_, kind)| *kind)
}

/// The handler attribute that an unknown one was probably meant to be.
pub(crate) fn meant(attr: &Attribute) -> Option<&'static str> {
    let typed = attr.path().get_ident()?.to_string();
    if FOREIGN.contains(&typed.as_str()) {
        return None;
    }
    if let Some((_, ours)) = ELIXIR.iter().find(|(elixir, _)| *elixir == typed) {
        return Some(ours);
    }
    // A stranger's attribute must not be taken for a slip of ours: one edit, two in a long name.
    let near = |name: &&str| distance(&typed, name) <= if name.len() > 6 { 2 } else { 1 };
    HANDLER_NAMES.into_iter().find(near)
}

/// Reports handler attributes on something that cannot be a handler, and removes them.
pub(crate) fn misplaced_handlers(attrs: &mut Vec<Attribute>, what: &str, errors: &mut Errors) {
    attrs.retain(|attr| {
        let Some(kind) = handler_attr(attr) else { return true };
        let name = kind.name();
        errors.push(err!(attr, "`#[{name}]` on {what}", help = "a handler is a method: `#[{name}] fn ..`"));
        false
    });
}
