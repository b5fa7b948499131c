// STG-013, STG-091: each kind has its own options.
use otp::prelude::*;

#[gen_stage(consumer, buffer_size = 10, demand = accumulate)]
struct Print;

#[gen_stage]
impl Print {
    #[init]
    fn init() -> Self {
        Self
    }

    #[events]
    fn print(&mut self, _: Vec<String>) {}
}

fn main() {}
