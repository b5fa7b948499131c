//! What one client listens to.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use otp::process;

use super::{Backlog, Channels, Interest, Kind, Published, Restarting, Subscriber, Topic};
use crate::resp::Answer;

/// The subscriptions of the process that made this, which is the client's: it is entered in the registry.
#[derive(Debug)]
pub struct Subscriptions {
    channels: Channels,
    /// Exactly the entries of this process.
    interests: BTreeSet<Interest>,
    backlog: Arc<Backlog>,
}

impl Subscriptions {
    /// None, to begin with.
    pub(crate) fn new(channels: Channels) -> Self {
        let backlog = Arc::new(Backlog::new(channels.limit));
        Self { channels, interests: BTreeSet::new(), backlog }
    }

    /// True if the client listens to nothing.
    pub fn is_empty(&self) -> bool {
        self.interests.is_empty()
    }

    /// Where messages are published, and who listens.
    pub fn channels(&self) -> &Channels {
        &self.channels
    }

    /// Subscribes. An answer for each name, in their order.
    pub(crate) fn subscribe(&mut self, kind: Kind, names: Vec<Bytes>) -> Result<Vec<Answer>, Restarting> {
        let mut answers = Vec::with_capacity(names.len());
        for name in names {
            // A copy, as of all that stays.
            let interest = Interest { kind, name: Bytes::copy_from_slice(&name) };
            if self.interests.insert(interest.clone()) {
                let entry = Subscriber { interest: interest.clone(), backlog: self.backlog.clone() };
                let registered = self.channels.registry.register(Topic::of(&interest), entry);
                // The only other reason there is would be that this process has ended.
                registered.map_err(|_| Restarting)?;
            }
            let done = if kind == Kind::Channel { "subscribe" } else { "psubscribe" };
            answers.push(self.confirm(done, Some(name)));
        }
        Ok(answers)
    }

    /// Unsubscribes from these, or from all of the kind if none is named. An answer for each; but first whatever was
    /// published until now, since nobody expects a message after that.
    pub(crate) async fn unsubscribe(&mut self, kind: Kind, names: Vec<Bytes>) -> Result<Vec<Answer>, Restarting> {
        let named = if names.is_empty() { self.of_kind(kind) } else { names };
        let interests: Vec<_> = named.iter().map(|name| Interest { kind, name: name.clone() }).collect();
        for interest in &interests {
            let entries = &self.channels.registry;
            entries.unregister_match(&Topic::of(interest), |entry| entry.interest == *interest)?;
        }
        let mut answers = self.waiting().await;
        let done = if kind == Kind::Channel { "unsubscribe" } else { "punsubscribe" };
        if interests.is_empty() {
            answers.push(self.confirm(done, None));
        }
        for interest in interests {
            self.interests.remove(&interest);
            answers.push(self.confirm(done, Some(interest.name)));
        }
        Ok(answers)
    }

    fn of_kind(&self, kind: Kind) -> Vec<Bytes> {
        let these = self.interests.iter().filter(|interest| interest.kind == kind);
        these.map(|interest| interest.name.clone()).collect()
    }

    /// How the client is told of a step, with how many subscriptions it has now.
    fn confirm(&self, done: &'static str, name: Option<Bytes>) -> Answer {
        let done = Answer::Bulk(Bytes::from_static(done.as_bytes()));
        Answer::Array(vec![done, name.into(), Answer::count(self.interests.len())])
    }

    /// All messages that have come.
    async fn waiting(&mut self) -> Vec<Answer> {
        let mut messages = Vec::new();
        while let Some(message) = process::receive_timeout::<Published>(Duration::ZERO).await {
            messages.extend(self.accept(message).map(Answer::Encoded));
        }
        messages
    }

    /// Waits for a message, and puts it with those that came meanwhile behind what else is to be written, up to about
    /// so many bytes.
    pub(crate) async fn wait(&mut self, out: &mut BytesMut, enough: usize) {
        let mut next = Some(process::receive::<Published>().await);
        while let Some(message) = next {
            if let Some(bytes) = self.accept(message) {
                out.extend_from_slice(&bytes);
            }
            if out.len() >= enough {
                return;
            }
            next = process::receive_timeout(Duration::ZERO).await;
        }
    }

    /// The bytes of a message, unless the client has unsubscribed since it was sent.
    fn accept(&self, message: Published) -> Option<Bytes> {
        self.backlog.took(&message);
        self.interests.contains(&message.interest).then_some(message.bytes)
    }
}
