// STG-161, STG-162: what a subscription callback takes and returns.
use otp::gen_stage::Subscriber;
use otp::prelude::*;

#[gen_stage(producer_consumer)]
struct Middle;

#[gen_stage]
impl Middle {
    #[init]
    fn init() -> Self {
        Self
    }

    #[events]
    fn events(&mut self, event: u64) -> Vec<u64> {
        vec![event]
    }

    #[subscribed]
    fn subscribed(&mut self) {}

    #[cancelled]
    fn cancelled(&mut self, subscriber: Subscriber) {}

    #[discarded]
    fn discarded(&self) {}
}

fn main() {}
