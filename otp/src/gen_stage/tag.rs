//! What identifies a subscription.

use crate::process::Pid;
use crate::process::reference::Reference;
use std::fmt;

/// Identifies one subscription, on both of its sides, and no other ever.
///
/// Answered by a subscribe, and found in [`Subscription`](super::Subscription) and [`Subscriber`](super::Subscriber).
///
/// Elixir's `subscription_tag()`.
#[doc(alias = "subscription_tag")]
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SubscriptionTag(pub(crate) Reference);

impl SubscriptionTag {
    /// A new one, made by this process.
    pub(crate) fn new(owner: Pid) -> Self {
        Self(Reference::new(owner))
    }
}

impl fmt::Debug for SubscriptionTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for SubscriptionTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}
