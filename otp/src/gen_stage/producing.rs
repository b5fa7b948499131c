//! The producing side of a stage: its consumers, and what they ask for.

use super::kind::{Kind, Role};
use super::message::Unknown;
use super::options::{OptionsOf, SubscriptionOptions};
use super::outlet::Held;
use super::server::{Outcome, Producing, Staged};
use super::subscription::{Cancelled, ConsumerEnd, Subscriber};
use super::{Refused, Stage, SubscriptionTag};
use crate::observe;
use crate::process::monitor::{self, Target};
use crate::process::{ExitReason, Info, table};
use std::sync::Arc;

impl<S: Stage> Staged<S> {
    /// A consumer subscribes.
    pub(super) async fn subscribed_by(
        &mut self,
        tag: SubscriptionTag,
        end: Arc<dyn ConsumerEnd<S::Out>>,
        options: SubscriptionOptions,
        dispatch: OptionsOf<S>,
        replaces: Option<(SubscriptionTag, ExitReason)>,
    ) -> Outcome {
        if self.subscribers.contains(tag) {
            observe::duplicated_subscription(&self.name(), &tag);
            end.cancelled(tag, Refused::DuplicatedSubscription.into());
            return Ok(());
        }
        if let Some((old, reason)) = replaces {
            self.unsubscribed(old, Cancelled::Cancel(reason)).await?;
        }
        let consumer = end.pid();
        let monitor = consumer.map(|pid| monitor::establish(&self.me.core, Target::Pid(pid), None));
        if let Some(monitor) = monitor {
            self.monitors.insert(monitor.reference(), tag);
        }
        let subscriber = Subscriber { tag, consumer, options };
        self.subscribers.insert(tag, Producing { subscriber: subscriber.clone(), end, monitor });
        let next = S::Kind::handle_subscriber(&mut self.stage, &subscriber).await;
        self.absorb(next.into()).await?;
        let mut outcome = self.outlet.subscribe(tag, consumer, &dispatch);
        // A consumer that was restarted may be here before the news that its former self is gone: its place is free.
        if outcome.is_err() && self.forget_the_dead().await? {
            outcome = self.outlet.subscribe(tag, consumer, &dispatch);
        }
        match outcome {
            Ok(()) => {
                self.flush();
                Ok(())
            }
            Err(refusal) => {
                let cancelled = Cancelled::Cancel(refusal);
                let Some(refused) = self.forget(tag, &cancelled) else { return Ok(()) };
                self.tell_unsubscribed(&refused, &cancelled).await
            }
        }
    }

    /// Ends the subscriptions of consumers that have ended, whose `Down` is on its way. Whether there were any.
    async fn forget_the_dead(&mut self) -> Result<bool, ExitReason> {
        let dead = |(tag, it): (SubscriptionTag, &Producing<S::Out>)| it.end.ended().map(|reason| (tag, reason));
        let dead: Vec<_> = self.subscribers.iter().filter_map(dead).collect();
        let any = !dead.is_empty();
        for (tag, reason) in dead {
            self.unsubscribed(tag, Cancelled::Down(reason)).await?;
        }
        Ok(any)
    }

    /// A subscription of a consumer has ended. Nothing if it is not known.
    pub(super) async fn unsubscribed(&mut self, tag: SubscriptionTag, cancelled: Cancelled) -> Outcome {
        let Some(gone) = self.forget(tag, &cancelled) else { return Ok(()) };
        // Before the callback: what that emits is for those who are left, not for who has gone.
        self.outlet.cancel(tag);
        self.flush();
        self.tell_unsubscribed(&gone, &cancelled).await
    }

    /// Forgets a consumer, and tells it so. `None`: it was not known.
    fn forget(&mut self, tag: SubscriptionTag, cancelled: &Cancelled) -> Option<Subscriber> {
        let Producing { subscriber, end, monitor } = self.subscribers.remove(tag)?;
        if let Some(monitor) = monitor {
            self.monitors.remove(&monitor.reference());
            self.demonitor(monitor);
        }
        end.cancelled(tag, cancelled.reason().clone());
        Some(subscriber)
    }

    async fn tell_unsubscribed(&mut self, gone: &Subscriber, cancelled: &Cancelled) -> Outcome {
        let answer = S::Kind::handle_unsubscribed(&mut self.stage, gone, cancelled).await;
        self.absorb(answer).await
    }

    /// A consumer asks.
    pub(super) fn asked(&mut self, tag: SubscriptionTag, demand: usize) {
        if self.subscribers.contains(tag) {
            self.outlet.ask(tag, demand);
            self.flush();
        } else if let Some(consumer) = table::get(tag.0.owner()) {
            consumer.push_info(Info::new(Unknown(tag)));
        }
    }

    /// Replays what accumulated, oldest first.
    pub(super) async fn forward(&mut self) -> Outcome {
        let held = self.outlet.forward();
        self.flush();
        for held in held {
            match held {
                Held::Events(events) => {
                    self.outlet.fresh(events);
                    self.flush();
                }
                Held::Demand(demand) => {
                    debug_assert_eq!(S::Kind::ROLE, Role::Producer, "only producers accumulate");
                    let answer = S::Kind::handle_demand(&mut self.stage, demand).await;
                    self.absorb(answer).await?;
                }
            }
        }
        Ok(())
    }
}
