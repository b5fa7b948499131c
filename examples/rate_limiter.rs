//! A consumer with its own back-pressure: so many events of each producer in each interval.
//!
//! Demand is taken in hand (`subscription.manual()`): at first it asks for `max_demand` events, and in each interval for as
//! many as it has handled since. `cargo run -p otp-examples --bin rate_limiter`.

use otp::gen_stage::{self, Manual, NewSubscription, Subscription, SubscriptionTag};
use otp::prelude::*;
use otp::process;
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// An option of the subscription, of this program's own: how long an interval is.
#[derive(Debug)]
pub struct Interval(pub Duration);

/// What is known of a producer.
struct Limit {
    producer: Manual,
    /// Handled, and not asked for again.
    pending: usize,
    interval: Duration,
}

/// Asks each producer for events once in its interval.
#[gen_stage(consumer)]
pub struct RateLimiter {
    limits: HashMap<SubscriptionTag, Limit>,
    start: Instant,
}

/// It is time to ask again.
struct Ask(SubscriptionTag);

#[gen_stage]
impl RateLimiter {
    #[init]
    fn init() -> Self {
        Self { limits: HashMap::new(), start: Instant::now() }
    }

    #[subscribed]
    fn subscribed(&mut self, subscription: &mut NewSubscription<'_>) {
        let pending = subscription.options().max_demand();
        let interval = subscription.options().get::<Interval>().map_or(Duration::from_secs(5), |it| it.0);
        let tag = subscription.tag();
        self.limits.insert(tag, Limit { producer: subscription.manual(), pending, interval });
        self.ask_and_schedule(tag);
    }

    #[cancelled]
    fn cancelled(&mut self, subscription: &Subscription) {
        self.limits.remove(&subscription.tag());
    }

    #[events]
    fn events(&mut self, events: Vec<u64>, from: &Subscription) {
        println!("{:>4} ms: {events:?}", self.start.elapsed().as_millis());
        if let Some(limit) = self.limits.get_mut(&from.tag()) {
            limit.pending += events.len();
        }
    }

    #[info]
    fn ask(&mut self, Ask(tag): Ask) {
        self.ask_and_schedule(tag);
    }

    /// Nothing for a subscription that has ended: then the circle ends too.
    fn ask_and_schedule(&mut self, tag: SubscriptionTag) {
        if let Some(limit) = self.limits.get_mut(&tag) {
            limit.producer.ask(std::mem::take(&mut limit.pending));
            process::send_after(process::self_pid(), Ask(tag), limit.interval);
        }
    }
}

#[otp::main]
async fn main() -> otp::Result {
    let numbers = gen_stage::from_iter(0_u64..).await?;
    let limiter = RateLimiter::start_link(()).await?;
    // Ten events every 200 ms.
    let to = numbers.subscription().max_demand(10).with(Interval(Duration::from_millis(200)));
    limiter.sync_subscribe(to).await?;
    process::sleep(Duration::from_millis(900)).await;
    Ok(())
}
