//! What lies in the mailbox of a stage.

use super::options::{OptionsOf, SubscriptionOptions};
use super::subscription::{ConsumerEnd, Target};
use super::{DemandMode, Stage, SubscriptionTag};
use crate::generic::ReplyTo;
use crate::process::{ExitReason, Info};
use std::sync::Arc;

/// A request to a stage: one of its own, or one of the protocol between stages. Opaque; a handle makes them.
pub enum Message<S: Stage> {
    #[doc(hidden)]
    Request(S::Request),
    #[doc(hidden)]
    Ask(SubscriptionTag, usize),
    #[doc(hidden)]
    Events(SubscriptionTag, Vec<S::In>),
    #[doc(hidden)]
    Protocol(Opaque<S>),
}

/// The rest of the protocol. Boxed, so that what is sent often is small.
pub struct Opaque<S: Stage>(pub(crate) Box<Protocol<S>>);

impl<S: Stage> std::fmt::Debug for Message<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Request(_) => "Request(..)",
            Self::Ask(..) => "Ask(..)",
            Self::Events(..) => "Events(..)",
            Self::Protocol(_) => "Protocol(..)",
        })
    }
}

/// What a consumer is asked to subscribe to, and the subscription that this one takes the place of.
pub(crate) type ToSubscribe<E> = (Box<dyn Target<E>>, Option<(SubscriptionTag, ExitReason)>);

pub(crate) enum Protocol<S: Stage> {
    /// To a producer.
    Subscribe {
        tag: SubscriptionTag,
        consumer: Arc<dyn ConsumerEnd<S::Out>>,
        options: SubscriptionOptions,
        dispatch: OptionsOf<S>,
        replaces: Option<(SubscriptionTag, ExitReason)>,
    },
    /// To a producer.
    Cancel(SubscriptionTag, ExitReason),
    /// To a consumer.
    Cancelled(SubscriptionTag, ExitReason),
    /// To a consumer, from anybody.
    SubscribeTo(ToSubscribe<S::In>, Option<ReplyTo<SubscriptionTag>>),
    /// To any stage: a message behind the events that are there.
    Info(Info, Option<ReplyTo<()>>),
    /// To a producer.
    SetMode(DemandMode),
    /// To a producer.
    GetMode(ReplyTo<DemandMode>),
    /// To a producer or producer-consumer.
    Buffered(ReplyTo<usize>),
    /// To itself: there is demand that was not asked for yet. Other messages get their turn in between.
    Demand,
}

impl<S: Stage> From<Protocol<S>> for Message<S> {
    fn from(protocol: Protocol<S>) -> Self {
        Self::Protocol(Opaque(Box::new(protocol)))
    }
}

/// A producer's answer to an ask for a subscription that it does not have, to whoever made the tag.
pub(crate) struct Unknown(pub(crate) SubscriptionTag);
