//! A pipeline with every handler of stages.

use otp::gen_stage::{Cancelled, Emit, Manual, NewSubscription, PartitionDispatcher, Subscriber, Subscription};
use otp::prelude::*;

#[gen_stage(producer, demand = accumulate, buffer_size = 100, buffer_keep = first, name = "numbers")]
pub struct Numbers {
    next: u64,
}

#[gen_stage]
impl Numbers {
    #[init]
    fn init(next: u64) -> Self {
        Self { next }
    }

    #[demand]
    async fn demand(&mut self, demand: usize) -> Result<Vec<u64>, std::fmt::Error> {
        let first = self.next;
        self.next += demand as u64;
        Ok((first..self.next).collect())
    }

    /// Emits, and answers.
    #[call]
    pub fn notify(&mut self, n: u64) -> Reply<(), Vec<u64>> {
        Reply::now(()).then(vec![n])
    }

    #[subscribed]
    fn subscribed(&mut self, _: &Subscriber) {}

    #[cancelled]
    fn cancelled(&mut self, _: &Subscriber, _: &Cancelled) -> Emit<u64> {
        Emit::nothing()
    }

    #[discarded]
    fn discarded(&self, discarded: usize) -> bool {
        discarded > 10
    }

    #[dispatcher]
    fn dispatcher(&self) -> PartitionDispatcher<u64, bool> {
        PartitionDispatcher::over([true, false], |n| Some((n, n % 2 == 0)))
    }
}

#[gen_stage(consumer)]
pub struct Even {
    manual: Option<Manual>,
}

#[gen_stage]
impl Even {
    #[init]
    fn init() -> otp::gen_stage::StageInit<Self> {
        let numbers = NumbersRef::named("numbers");
        otp::gen_stage::StageInit::ok(Self { manual: None }).subscribe_to(numbers.partition(true))
    }

    #[events]
    fn events(&mut self, events: Vec<u64>, from: &Subscription) {
        assert_eq!(Some(from), self.manual.as_deref());
        drop(events);
    }

    #[subscribed]
    fn subscribed(&mut self, subscription: &mut NewSubscription<'_>) -> Next {
        self.manual = Some(subscription.manual());
        Next::noreply()
    }

    #[cancelled]
    fn cancelled(&mut self, _: &Subscription) {}
}

fn main() {}
