// STG-052: a producer answers demand.
use otp::prelude::*;

#[gen_stage(producer)]
struct Numbers;

#[gen_stage]
impl Numbers {
    #[init]
    fn init() -> Self {
        Self
    }

    #[cast]
    fn emit(&mut self, n: u64) -> Vec<u64> {
        vec![n]
    }
}

fn main() {}
