//! The handler attributes: which there are, and which were probably meant.

use syn::Attribute;

use crate::diag::{Errors, distance, err};
use crate::gen_server::Flavour;

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
    /// Of stages, as all that follow.
    Demand,
    Events,
    Subscribed,
    Cancelled,
    Discarded,
    Dispatcher,
}

const KINDS: [(&str, Kind); 14] = [
    ("init", Kind::Init),
    ("call", Kind::Call),
    ("cast", Kind::Cast),
    ("info", Kind::Info),
    ("handle_continue", Kind::HandleContinue),
    ("timeout", Kind::Timeout),
    ("terminate", Kind::Terminate),
    ("format_status", Kind::FormatStatus),
    ("demand", Kind::Demand),
    ("events", Kind::Events),
    ("subscribed", Kind::Subscribed),
    ("cancelled", Kind::Cancelled),
    ("discarded", Kind::Discarded),
    ("dispatcher", Kind::Dispatcher),
];

/// The handler attributes of a behaviour, for messages.
pub(crate) fn handler_names(flavour: Flavour) -> impl Iterator<Item = &'static str> {
    KINDS.iter().filter(move |(_, kind)| kind.belongs_to(flavour)).map(|(name, _)| *name)
}

/// What Elixir and Erlang call the same things.
const ELIXIR: [(&str, &str); 11] = [
    ("handle_demand", "demand"),
    ("handle_events", "events"),
    ("handle_subscribe", "subscribed"),
    ("handle_cancel", "cancelled"),
    ("format_discarded", "discarded"),
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
    /// Whether handlers of this kind are for stages only.
    pub(crate) fn is_of_stages(self) -> bool {
        matches!(
            self,
            Self::Demand | Self::Events | Self::Subscribed | Self::Cancelled | Self::Discarded | Self::Dispatcher
        )
    }

    fn belongs_to(self, flavour: Flavour) -> bool {
        flavour == Flavour::Stage || !self.is_of_stages()
    }

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
            Self::HandleContinue | Self::Demand | Self::Events => &["boxed"],
            _ => &[],
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
            Self::Demand => "`#[demand]`",
            Self::Events => "`#[events]`",
            Self::Subscribed => "`#[subscribed]`",
            Self::Cancelled => "`#[cancelled]`",
            Self::Discarded => "`#[discarded]`",
            Self::Dispatcher => "`#[dispatcher]`",
        }
    }
}

/// The kind of handler this attribute makes, if it is one of ours.
pub(crate) fn handler_attr(attr: &Attribute) -> Option<Kind> {
    let ident = attr.path().get_ident()?;
    KINDS.iter().find(|(name, _)| ident == name).map(|(_, kind)| *kind)
}

/// The handler attribute that an unknown one was probably meant to be.
pub(crate) fn meant(flavour: Flavour, attr: &Attribute) -> Option<&'static str> {
    let typed = attr.path().get_ident()?.to_string();
    if FOREIGN.contains(&typed.as_str()) {
        return None;
    }
    let known = |name: &str| handler_names(flavour).any(|ours| ours == name);
    if let Some((_, ours)) = ELIXIR.iter().find(|(elixir, ours)| *elixir == typed && known(ours)) {
        return Some(ours);
    }
    // A stranger's attribute must not be taken for a slip of ours: one edit, two in a long name.
    let near = |name: &&str| distance(&typed, name) <= if name.len() > 6 { 2 } else { 1 };
    handler_names(flavour).find(near)
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
