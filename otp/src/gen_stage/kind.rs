//! The kinds of stages, as types.

use super::behaviour::{Answer, Consumer as Consumes, HandleDemand, Producer as Produces, Stage};
use super::dispatcher::NoDispatcher;
use super::subscription::{Cancelled, NewSubscription, Subscriber, Subscription};
use super::{Emit, NoEvents};
use crate::gen_server::Next;
use std::future::Future;

/// It emits: [`HandleDemand`].
#[derive(Clone, Copy, Debug)]
pub enum Producer {}
/// It takes events in and emits: [`Producer`](super::Producer) and [`Consumer`](super::Consumer).
#[derive(Clone, Copy, Debug)]
pub enum ProducerConsumer {}
/// It takes events in: [`Consumer`](super::Consumer).
#[derive(Clone, Copy, Debug)]
pub enum Consumer {}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Producer {}
    impl Sealed for super::ProducerConsumer {}
    impl Sealed for super::Consumer {}
}

/// What a kind is, for the loop.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Producer,
    ProducerConsumer,
    Consumer,
}

impl Role {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Producer => "producer",
            Self::ProducerConsumer => "producer_consumer",
            Self::Consumer => "consumer",
        }
    }
}

/// One of the three kinds, for a stage that has what the kind asks for.
#[diagnostic::on_unimplemented(
    message = "`{S}` has not what its kind asks for",
    label = "a `producer` has `#[demand]`, a `consumer` and a `producer_consumer` have `#[events]`",
    note = "producer: `Producer` and `HandleDemand`, with `In = NoEvents`; producer_consumer: `Producer` and `Consumer`; consumer: `Consumer`, with `Out = NoEvents`"
)]
pub trait Kind<S: Stage<Kind = Self>>: sealed::Sealed + Sized + 'static {
    #[doc(hidden)]
    const ROLE: Role;

    #[doc(hidden)]
    fn dispatcher(stage: &S) -> S::Dispatcher;

    #[doc(hidden)]
    fn handle_demand(stage: &mut S, demand: usize) -> impl Future<Output = Answer<S>> + Send {
        let _ = (stage, demand);
        async { Emit::nothing() }
    }

    #[doc(hidden)]
    fn handle_events(stage: &mut S, events: Vec<S::In>, from: &Subscription) -> impl Future<Output = Answer<S>> + Send {
        let _ = (stage, events, from);
        async { Emit::nothing() }
    }

    #[doc(hidden)]
    fn handle_subscribe(
        stage: &mut S,
        subscription: &mut NewSubscription<'_>,
    ) -> impl Future<Output = Next<S::Continue>> + Send {
        let _ = (stage, subscription);
        async { Next::noreply() }
    }

    #[doc(hidden)]
    fn handle_cancel(
        stage: &mut S,
        subscription: &Subscription,
        cancelled: &Cancelled,
    ) -> impl Future<Output = Answer<S>> + Send {
        let _ = (stage, subscription, cancelled);
        async { Emit::nothing() }
    }

    #[doc(hidden)]
    fn handle_subscriber(stage: &mut S, subscriber: &Subscriber) -> impl Future<Output = Next<S::Continue>> + Send {
        let _ = (stage, subscriber);
        async { Next::noreply() }
    }

    #[doc(hidden)]
    fn handle_unsubscribed(
        stage: &mut S,
        subscriber: &Subscriber,
        cancelled: &Cancelled,
    ) -> impl Future<Output = Answer<S>> + Send {
        let _ = (stage, subscriber, cancelled);
        async { Emit::nothing() }
    }

    #[doc(hidden)]
    fn handle_discarded(stage: &S, discarded: usize) -> bool {
        let _ = (stage, discarded);
        true
    }
}

macro_rules! producing {
    () => {
        fn dispatcher(stage: &S) -> S::Dispatcher {
            S::dispatcher(stage)
        }

        fn handle_subscriber(stage: &mut S, subscriber: &Subscriber) -> impl Future<Output = Next<S::Continue>> + Send {
            S::handle_subscriber(stage, subscriber)
        }

        fn handle_unsubscribed(
            stage: &mut S,
            subscriber: &Subscriber,
            cancelled: &Cancelled,
        ) -> impl Future<Output = Answer<S>> + Send {
            S::handle_unsubscribed(stage, subscriber, cancelled)
        }

        fn handle_discarded(stage: &S, discarded: usize) -> bool {
            S::handle_discarded(stage, discarded)
        }
    };
}

macro_rules! consuming {
    () => {
        fn handle_events(
            stage: &mut S,
            events: Vec<S::In>,
            from: &Subscription,
        ) -> impl Future<Output = Answer<S>> + Send {
            S::handle_events(stage, events, from)
        }

        fn handle_subscribe(
            stage: &mut S,
            subscription: &mut NewSubscription<'_>,
        ) -> impl Future<Output = Next<S::Continue>> + Send {
            S::handle_subscribe(stage, subscription)
        }

        fn handle_cancel(
            stage: &mut S,
            subscription: &Subscription,
            cancelled: &Cancelled,
        ) -> impl Future<Output = Answer<S>> + Send {
            S::handle_cancel(stage, subscription, cancelled)
        }
    };
}

impl<S: HandleDemand + Stage<Kind = Producer, In = NoEvents>> Kind<S> for Producer {
    const ROLE: Role = Role::Producer;

    producing!();

    fn handle_demand(stage: &mut S, demand: usize) -> impl Future<Output = Answer<S>> + Send {
        S::handle_demand(stage, demand)
    }
}

impl<S: Produces + Consumes + Stage<Kind = ProducerConsumer>> Kind<S> for ProducerConsumer {
    const ROLE: Role = Role::ProducerConsumer;

    producing!();
    consuming!();
}

impl<S: Consumes + Stage<Kind = Consumer, Out = NoEvents, Dispatcher = NoDispatcher>> Kind<S> for Consumer {
    const ROLE: Role = Role::Consumer;

    fn dispatcher(_: &S) -> NoDispatcher {
        NoDispatcher
    }

    consuming!();
}
