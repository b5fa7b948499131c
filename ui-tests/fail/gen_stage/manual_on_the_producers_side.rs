// STG-078, STG-162: only the side that consumes can take demand in hand.
use otp::gen_stage::Subscriber;
use otp::prelude::*;

#[gen_stage(producer)]
struct Numbers;

#[gen_stage]
impl Numbers {
    #[init]
    fn init() -> Self {
        Self
    }

    #[demand]
    fn demand(&mut self, demand: usize) -> Vec<u64> {
        vec![0; demand]
    }

    #[subscribed]
    fn subscribed(&mut self, subscriber: &Subscriber) {
        subscriber.manual();
    }
}

fn main() {}
