//! A producer that keeps events and demand itself, so that nothing is buffered behind its back.
//!
//! Events without demand wait in its queue, demand without events is remembered. `cargo run -p otp-examples --bin
//! queue_broadcaster` starts three printers, each of which sees every event.

use otp::gen_stage::{BroadcastDispatcher, StageInit, SubscribeError};
use otp::prelude::*;
use std::collections::VecDeque;

/// Broadcasts what it is notified of.
#[gen_stage(producer, dispatcher = BroadcastDispatcher, name = "broadcaster")]
pub struct QueueBroadcaster {
    /// Events nobody has asked for, and who waits for each to be dispatched.
    queue: VecDeque<(ReplyTo<()>, String)>,
    /// How many were asked for and have not come.
    pending: usize,
}

#[gen_stage]
impl QueueBroadcaster {
    #[init]
    fn init() -> Self {
        Self { queue: VecDeque::new(), pending: 0 }
    }

    /// Returns when the event has been dispatched.
    #[call]
    pub fn sync_notify(&mut self, event: String, from: ReplyTo<()>) -> Reply<(), Vec<String>> {
        self.queue.push_back((from, event));
        Reply::later().then(self.dispatch())
    }

    #[demand]
    fn demand(&mut self, demand: usize) -> Vec<String> {
        self.pending += demand;
        self.dispatch()
    }

    /// Takes events while they are wanted.
    ///
    /// The notifier is answered here, and not when its call came: until somebody has asked for the event it is only
    /// queued, and whoever notifies faster than consumers consume has to wait. That is how back-pressure reaches the world
    /// outside of the pipeline.
    fn dispatch(&mut self) -> Vec<String> {
        let n = self.pending.min(self.queue.len());
        self.pending -= n;
        let taken = self.queue.drain(..n).map(|(from, event)| {
            from.reply(());
            event
        });
        taken.collect()
    }
}

/// Prints what it gets.
#[gen_stage(consumer)]
struct Printer {
    name: &'static str,
}

#[gen_stage]
impl Printer {
    #[init]
    fn init(name: &'static str) -> StageInit<Self> {
        // Whoever has the name: a printer that is restarted finds the broadcaster that is there then.
        StageInit::ok(Self { name }).subscribe_to(&QueueBroadcasterRef::named("broadcaster"))
    }

    #[events]
    fn print(&mut self, events: Vec<String>) {
        for event in events {
            println!("{}: {event}", self.name);
        }
    }
}

#[otp::main]
async fn main() -> otp::Result {
    let broadcaster = QueueBroadcaster::start_link(()).await?;
    let mut printers = Vec::new();
    for name in ["a", "b", "c"] {
        printers.push(Printer::start_link(name).await?);
    }
    broadcaster.sync_notify("hello world".into()).await?;
    broadcaster.sync_notify("and again".into()).await?;
    // A second subscription of the same printer is refused, and no event is printed twice.
    let second: Result<_, SubscribeError> = printers[0].sync_subscribe(&broadcaster).await;
    println!("a second subscription is answered with a tag, and then cancelled: {}", second.is_ok());
    broadcaster.sync_notify("once each".into()).await?;
    // Each printer handles what it was sent before this.
    for printer in &printers {
        printer.sync_info(()).await?;
    }
    Ok(())
}
