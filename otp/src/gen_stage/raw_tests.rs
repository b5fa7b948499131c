//! The protocol, spoken by a peer that makes its messages itself.

use super::message::{Message, Protocol, Unknown};
use super::subscription::{ConsumerEnd, push};
use super::{
    Accepts, Answer, Cancel, Cancelled, Consumer, Emit, NoDispatcher, NoEvents, Refused, Stage, StageInit, StageRef,
    Subscription, SubscriptionTag, from_iter, kind,
};
use crate::gen_server::NoContinue;
use crate::generic::Server;
use crate::process::{ExitReason, Info, Pid, receive, self_pid, send, table};
use crate::sync::Mutex;
use std::convert::Infallible;
use std::sync::Arc;

/// What a raw consumer gets.
#[derive(Debug, PartialEq)]
enum Got {
    Events(Vec<u64>),
    Cancelled(ExitReason),
}

/// A consumer's end without a stage: it passes everything on to the test.
struct Raw(Pid);

impl ConsumerEnd<u64> for Raw {
    fn pid(&self) -> Option<Pid> {
        None
    }
    fn events(&self, _: SubscriptionTag, events: Vec<u64>) {
        let _ = send(self.0, Got::Events(events));
    }
    fn cancelled(&self, _: SubscriptionTag, reason: ExitReason) {
        let _ = send(self.0, Got::Cancelled(reason));
    }
}

/// The process behind a handle.
fn server<S: Stage>(stage: &StageRef<S>) -> Arc<Server<Message<S>>> {
    stage.server().address.resolve().expect("it runs").into_owned()
}

/// STG-203: the second is refused, the first stays.
#[otp_macros::test]
async fn stg_203_a_tag_is_used_once() {
    let numbers = from_iter(0_u64..).await.expect("it starts");
    let (producer, me) = (server(&numbers), self_pid());
    let tag = SubscriptionTag::new(me);
    let options = numbers.subscription().options().expect("the demand is right");
    let subscribe = || {
        let (consumer, options) = (Arc::new(Raw(me)), options.clone());
        push(&producer, Protocol::Subscribe { tag, consumer, options, dispatch: (), replaces: None }.into());
    };
    subscribe();
    subscribe();
    assert_eq!(receive::<Got>().await, Got::Cancelled(Refused::DuplicatedSubscription.into()));
    push(&producer, Message::Ask(tag, 3));
    assert_eq!(receive::<Got>().await, Got::Events(vec![0, 1, 2]));
}

/// STG-204: whoever made the tag is told; a stage takes it as the end of the subscription.
#[otp_macros::test]
async fn stg_204_an_ask_on_no_subscription_is_answered() {
    let numbers = from_iter(0_u64..).await.expect("it starts");
    let tag = SubscriptionTag::new(self_pid());
    push(&server(&numbers), Message::Ask(tag, 3));
    let Unknown(answered) = receive::<Unknown>().await;
    assert_eq!(answered, tag);

    let told = Arc::new(Mutex::new(None));
    let consumer = Told::start((self_pid(), told.clone())).await.expect("it starts");
    let to = numbers.subscription().cancel(Cancel::Temporary);
    let tag = consumer.sync_subscribe(to).await.expect("it subscribes");
    receive::<Vec<u64>>().await;
    let process = table::get(consumer.pid().expect("it runs")).expect("it runs");
    process.push_info(Info::new(Unknown(tag)));
    while told.lock().is_none() {
        tokio::task::yield_now().await;
    }
    assert_eq!(*told.lock(), Some(Cancelled::Cancel(Refused::UnknownSubscription.into())));
    assert!(consumer.is_alive());
}

/// STG-196: what comes behind the end of a subscription.
#[otp_macros::test]
async fn stg_196_events_behind_the_confirmation_are_dropped() {
    let numbers = from_iter(0_u64..).await.expect("it starts");
    let told = Arc::new(Mutex::new(None));
    let consumer = Told::start((self_pid(), told.clone())).await.expect("it starts");
    let to = numbers.subscription().max_demand(1).cancel(Cancel::Temporary);
    let tag = consumer.sync_subscribe(to).await.expect("it subscribes");
    assert_eq!(receive::<Vec<u64>>().await, [0]);
    let end = server(&consumer);
    push(&end, Message::Events(tag, vec![100]));
    push(&end, Protocol::Cancelled(tag, ExitReason::Normal).into());
    push(&end, Message::Events(tag, vec![200]));
    // Behind all of them.
    consumer.sync_info(()).await.expect("it answers");
    assert_eq!(*told.lock(), Some(Cancelled::Cancel(ExitReason::Normal)));
    let mut seen = Vec::new();
    while let Some(events) = crate::process::receive_timeout::<Vec<u64>>(std::time::Duration::ZERO).await {
        seen.extend(events);
    }
    assert!(seen.contains(&100) && !seen.contains(&200), "{seen:?}");
}

/// Passes events on, and keeps how its subscription ended.
struct Told(Pid, Arc<Mutex<Option<Cancelled>>>);

impl Stage for Told {
    type Kind = kind::Consumer;
    type In = u64;
    type Out = NoEvents;
    type Dispatcher = NoDispatcher;
    type Args = (Pid, Arc<Mutex<Option<Cancelled>>>);
    type Request = Infallible;
    type Continue = NoContinue;
    type Ref = StageRef<Self>;

    async fn init((test, told): Self::Args) -> StageInit<Self> {
        StageInit::ok(Self(test, told))
    }

    async fn handle_info(&mut self, _: Info) -> Answer<Self> {
        Emit::nothing()
    }
}

impl Accepts<u64> for Told {}

impl Consumer for Told {
    async fn handle_events(&mut self, events: Vec<u64>, _: &Subscription) -> Answer<Self> {
        let _ = send(self.0, events);
        Emit::nothing()
    }

    async fn handle_cancel(&mut self, _: &Subscription, cancelled: &Cancelled) -> Answer<Self> {
        *self.1.lock() = Some(cancelled.clone());
        Emit::nothing()
    }
}
