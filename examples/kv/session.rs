//! What a connection remembers between two requests.

use std::sync::Arc;

use crate::pubsub::{Channels, Subscriptions};
use crate::server::Context;
use crate::store::{Database, Store};

/// One client's view of the server. Lives in the client's process.
#[derive(Debug)]
pub struct Session {
    pub(crate) context: Arc<Context>,
    pub(crate) store: Store,
    /// The one that `SELECT` chose.
    pub(crate) database: Database,
    pub(crate) subscriptions: Subscriptions,
}

impl Session {
    /// That of a client who has asked for nothing yet.
    pub(crate) fn new(context: Arc<Context>, store: Store, channels: Channels) -> Self {
        let (database, subscriptions) = (store.shards().clone(), Subscriptions::new(channels));
        Self { context, store, database, subscriptions }
    }

    /// True if the client listens to channels: then it may ask for [little else](crate::command::Command::is_for_subscribers).
    pub fn is_subscriber(&self) -> bool {
        !self.subscriptions.is_empty()
    }
}
