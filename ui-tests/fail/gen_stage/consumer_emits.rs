// STG-041: a consumer has no events to return.
use otp::prelude::*;

#[gen_stage(consumer)]
struct Print;

#[gen_stage]
impl Print {
    #[init]
    fn init() -> Self {
        Self
    }

    #[events]
    fn print(&mut self, events: Vec<u64>) -> Vec<u64> {
        events
    }
}

fn main() {}
