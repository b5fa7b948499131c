//! Channels: who listens to what, and how a message gets to them.
//!
//! A registry of duplicate keys is all there is to it. A client's process is entered under each channel it subscribes to,
//! and all patterns lie under one key, since `PUBLISH` has to try each of them. Whoever publishes sends to the processes
//! it finds; when a connection ends, however it ends, its entries are gone.

pub mod backlog;
pub mod subscriptions;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use otp::prelude::*;
use otp::registry::{Duplicate, RegistrySpec, UnknownRegistry};

pub use backlog::{Backlog, Overrun};
pub use subscriptions::Subscriptions;

use crate::glob;
use crate::names::Names;
use crate::resp::Answer;

/// Whether a channel is meant by its name or by a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// `SUBSCRIBE`, `UNSUBSCRIBE`
    Channel,
    /// `PSUBSCRIBE`, `PUNSUBSCRIBE`
    Pattern,
}

/// What a client listens to: a channel or a pattern.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Interest {
    /// Which of both.
    pub kind: Kind,
    /// The channel, or the pattern.
    pub name: Bytes,
}

/// The key of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Topic {
    /// Those who listen to this channel.
    Channel(Bytes),
    /// Those who listen to a pattern.
    Patterns,
}

impl Topic {
    fn of(interest: &Interest) -> Self {
        match interest.kind {
            Kind::Channel => Self::Channel(interest.name.clone()),
            Kind::Pattern => Self::Patterns,
        }
    }
}

/// The value of an entry; the pid is that of the client's process.
#[derive(Clone, Debug)]
pub struct Subscriber {
    interest: Interest,
    /// Shared by all entries of one client.
    backlog: Arc<Backlog>,
}

/// A published message on its way to one client: the bytes are those that its socket gets, and all who listen to a channel
/// share them.
#[derive(Clone, Debug)]
pub(crate) struct Published {
    interest: Interest,
    bytes: Bytes,
}

/// The registry's handle.
#[derive(Clone, Debug)]
pub struct Channels {
    registry: DuplicateRegistry<Topic, Subscriber>,
    limit: usize,
}

/// The registry of one server.
pub(crate) fn registry(names: &Names) -> RegistrySpec<Topic, Subscriber, Duplicate> {
    Registry::duplicate(names.channels())
}

impl Channels {
    /// The registry of a server that runs. So much may wait for each client, in bytes.
    pub(crate) fn of(names: &Names, limit: usize) -> Self {
        Self { registry: Registry::named(names.channels()), limit }
    }

    /// Sends a message to everybody who listens to the channel, and says how many that are. A client that listens to it by
    /// its name and by a pattern too gets it twice, as in Redis.
    pub fn publish(&self, channel: &Bytes, message: &Bytes) -> Result<usize, Restarting> {
        let mut receivers = 0;
        self.registry.dispatch(&Topic::Channel(channel.clone()), |entries| {
            // A copy: what the client sent would keep all that was read with it.
            let interest = Interest { kind: Kind::Channel, name: Bytes::copy_from_slice(channel) };
            receivers += deliver(&interest, &frame(b"message", &[channel, message]), entries);
        })?;
        self.registry.dispatch(&Topic::Patterns, |entries| {
            // One frame for each pattern, not for each client.
            let mut fitting: BTreeMap<&Interest, Vec<(Pid, &Subscriber)>> = BTreeMap::new();
            for (pid, subscriber) in entries {
                if glob::matches(&subscriber.interest.name, channel) {
                    fitting.entry(&subscriber.interest).or_default().push((pid, subscriber));
                }
            }
            for (interest, who) in fitting {
                let bytes = frame(b"pmessage", &[&interest.name, channel, message]);
                receivers += deliver(interest, &bytes, who);
            }
        })?;
        Ok(receivers)
    }

    /// The channels that somebody listens to by their name, with the number of those.
    pub fn channels(&self) -> Result<BTreeMap<Bytes, usize>, Restarting> {
        let mut channels = BTreeMap::new();
        self.registry.select(|topic, _, _| {
            if let Topic::Channel(name) = topic {
                *channels.entry(name.clone()).or_default() += 1;
            }
            None::<()>
        })?;
        Ok(channels)
    }

    /// How many listen to a channel by its name.
    pub fn listeners(&self, channel: &Bytes) -> Result<usize, Restarting> {
        Ok(self.registry.count_match(&Topic::Channel(channel.clone()), |_| true)?)
    }

    /// How many different patterns there are.
    pub fn patterns(&self) -> Result<usize, Restarting> {
        let entries = self.registry.lookup(&Topic::Patterns)?;
        let different: BTreeSet<_> = entries.into_iter().map(|(_, subscriber)| subscriber.interest).collect();
        Ok(different.len())
    }

    /// How many clients listen to anything.
    pub fn clients(&self) -> Result<usize, Restarting> {
        let clients: BTreeSet<Pid> = self.registry.select(|_, pid, _| Some(pid))?.into_iter().collect();
        Ok(clients.len())
    }
}

/// Sends the same bytes to some clients, and says how many get them.
fn deliver<'a>(interest: &Interest, bytes: &Bytes, to: impl IntoIterator<Item = (Pid, &'a Subscriber)>) -> usize {
    let message = || Published { interest: interest.clone(), bytes: bytes.clone() };
    to.into_iter().filter(|(pid, subscriber)| subscriber.backlog.deliver(*pid, message())).count()
}

/// What a client gets that did not ask just now.
fn frame(kind: &'static [u8], parts: &[&Bytes]) -> Bytes {
    let kind = std::iter::once(Bytes::from_static(kind));
    let words = kind.chain(parts.iter().copied().cloned()).map(Answer::Bulk);
    let mut bytes = BytesMut::new();
    Answer::Array(words.collect()).encode(&mut bytes);
    bytes.freeze()
}

/// The registry is not there: it has crashed, and with it every connection comes down.
#[derive(Clone, Copy, Debug)]
pub struct Restarting;

impl From<UnknownRegistry> for Restarting {
    fn from(_: UnknownRegistry) -> Self {
        Self
    }
}

impl fmt::Display for Restarting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TRYAGAIN the channels are being restarted")
    }
}

impl std::error::Error for Restarting {}
