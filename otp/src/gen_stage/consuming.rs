//! The consuming side of a stage: its subscriptions, and the events that come from them.

use super::kind::{Kind, Role};
use super::plan::Plan;
use super::server::{Consuming, Outcome, Staged, Stored, Taken};
use super::subscription::{Cancelled, End, NewSubscription, Subscription, Target};
use super::{Cancel, Refused, Stage, SubscriptionTag};
use crate::observe;
use crate::process::monitor::{self, Target as Monitored};
use crate::process::{ExitReason, MonitorRef};

impl Consuming {
    /// For a message of so many events that is one batch, as nearly every one is: charges it, and answers what is to be
    /// asked for when it was handled. `None`: it is to be taken apart.
    #[inline]
    fn one_batch(&mut self, events: usize) -> Option<usize> {
        // The stage asks itself.
        let Some(owed) = self.owed else { return Some(0) };
        let mut plan = Plan::new(events, owed, self.subscription.options().demand);
        let batch = plan.next().filter(|batch| batch.events == events && batch.excess == 0)?;
        self.owed = Some(plan.owed());
        Some(batch.ask)
    }
}

impl<S: Stage> Staged<S> {
    /// Subscribes to a producer. `answer` gets the tag before the stage stops because of it.
    pub(super) async fn subscribe(
        &mut self,
        target: Box<dyn Target<S::In>>,
        replaces: Option<(SubscriptionTag, ExitReason)>,
        answer: impl FnOnce(SubscriptionTag) + Send,
    ) -> Outcome {
        let options = target.checked();
        let Some(found) = target.find() else {
            let tag = SubscriptionTag::new(self.me.core.pid);
            answer(tag);
            if options.cancel() == Cancel::Temporary {
                return Ok(());
            }
            observe::no_producer(&self.name(), &target.describe());
            return Err(ExitReason::NoProc);
        };
        let monitor = monitor::establish(&self.me.core, Monitored::Pid(found.0.core().pid), None);
        let tag = SubscriptionTag(monitor.reference());
        let me = End(self.me.clone());
        let producer = target.subscribe(found, tag, me, options.clone(), replaces).0;
        let subscription = Subscription::new(tag, producer, options);
        let mut new = NewSubscription::new(&subscription);
        let next = S::Kind::handle_subscribe(&mut self.stage, &mut new).await;
        let manual = new.manual;
        let max = subscription.options().max_demand();
        let owed = (!manual).then_some(max);
        self.subscriptions.insert(tag, Consuming { subscription: subscription.clone(), owed });
        let outcome = self.absorb(next.into()).await;
        if outcome.is_ok() && !manual {
            subscription.ask(max);
        }
        answer(tag);
        outcome
    }

    /// Events have come.
    pub(super) async fn received(&mut self, tag: SubscriptionTag, events: Vec<S::In>) -> Outcome {
        // It has ended meanwhile.
        let Some(consuming) = self.subscriptions.get_mut(tag) else { return Ok(()) };
        let at_once = match S::Kind::ROLE {
            Role::ProducerConsumer => self.stored.is_empty() && self.outlet.placeable() > 0,
            _ => true,
        };
        if !at_once {
            self.stored.push_back(Stored::Events(consuming.subscription.clone(), events));
            return Ok(());
        }
        let Some(ask) = consuming.one_batch(events.len()) else {
            let subscription = consuming.subscription.clone();
            return self.handle_events(subscription, events).await;
        };
        let answer = S::Kind::handle_events(&mut self.stage, events, &consuming.subscription).await;
        match self.take(answer) {
            Taken::Done => {}
            taken => self.go_on(taken).await?,
        }
        if let Some(consuming) = self.subscriptions.get(tag) {
            consuming.subscription.ask(ask);
        }
        Ok(())
    }

    /// Handles what is stored, while somebody wants what comes of it. What was begun is handled to its end. A message that
    /// has nothing stored in front of it any more goes on behind what is buffered.
    pub(super) async fn handle_stored(&mut self) -> Outcome {
        while let Some(first) = self.stored.front()
            && (self.outlet.placeable() > 0 || matches!(first, Stored::Info(_)))
            && let Some(stored) = self.stored.pop_front()
        {
            match stored {
                Stored::Events(subscription, events) => self.handle_events(subscription, events).await?,
                Stored::Info(info) => self.queue_behind_buffer(info),
                Stored::End(subscription, cancelled) => self.end(subscription, cancelled).await?,
            }
        }
        Ok(())
    }

    /// One message of events, in batches; more is asked for after each that calls for it.
    async fn handle_events(&mut self, subscription: Subscription, events: Vec<S::In>) -> Outcome {
        let mut consuming = self.subscriptions.get_mut(subscription.tag());
        if let Some(ask) = consuming.as_mut().and_then(|it| it.one_batch(events.len())) {
            self.handle_batch(&subscription, events).await?;
            subscription.ask(ask);
            return Ok(());
        }
        // The stage asks itself, or it has ended: all at once.
        let Some((consuming, owed)) = consuming.and_then(|it| it.owed.map(|owed| (it, owed))) else {
            return self.handle_batch(&subscription, events).await;
        };
        let plan = Plan::new(events.len(), owed, subscription.options().demand);
        let (owed, excess) = plan.outcome();
        consuming.owed = Some(owed);
        for excess in excess {
            observe::excess_events(&self.name(), excess, &subscription.producer());
        }
        let mut events = events.into_iter();
        for batch in plan {
            // What goes as a whole is not copied.
            let these = if batch.events == events.len() {
                std::mem::take(&mut events).collect()
            } else {
                events.by_ref().take(batch.events).collect()
            };
            self.handle_batch(&subscription, these).await?;
            subscription.ask(batch.ask);
        }
        Ok(())
    }

    async fn handle_batch(&mut self, subscription: &Subscription, events: Vec<S::In>) -> Outcome {
        let answer = S::Kind::handle_events(&mut self.stage, events, subscription).await;
        match self.take(answer) {
            Taken::Done => Ok(()),
            taken => self.go_on(taken).await,
        }
    }

    /// A subscription to a producer has ended. Nothing if it is not known.
    pub(super) async fn subscription_ended(&mut self, tag: SubscriptionTag, cancelled: Cancelled) -> Outcome {
        let Some(Consuming { subscription, .. }) = self.subscriptions.remove(tag) else { return Ok(()) };
        self.demonitor(MonitorRef(tag.0));
        // Behind what it has sent.
        if self.stored.is_empty() {
            self.end(subscription, cancelled).await
        } else {
            self.stored.push_back(Stored::End(subscription, cancelled));
            Ok(())
        }
    }

    async fn end(&mut self, subscription: Subscription, cancelled: Cancelled) -> Outcome {
        let answer = S::Kind::handle_cancel(&mut self.stage, &subscription, &cancelled).await;
        self.absorb(answer).await?;
        let reason = cancelled.reason();
        let refused_twice = Refused::AlreadySubscribed.is(reason);
        if refused_twice || !subscription.options().cancel().exits(reason) {
            return Ok(());
        }
        observe::consumer_exits(&self.name(), &subscription.producer(), reason);
        Err(reason.clone())
    }
}
