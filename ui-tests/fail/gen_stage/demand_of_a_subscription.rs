// STG-004
//! A demand that cannot be, as far as it is spelt out.
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
}

#[gen_stage(consumer, subscribe_to(Numbers, max_demand = 0))]
struct Never;

#[gen_stage]
impl Never {
    #[init]
    fn init() -> Self {
        Self
    }

    #[events]
    fn events(&mut self, _: Vec<u64>) {}
}

#[gen_stage(consumer, subscribe_to(Numbers, max_demand = 10, min_demand = 10))]
struct Equal;

#[gen_stage]
impl Equal {
    #[init]
    fn init() -> Self {
        Self
    }

    #[events]
    fn events(&mut self, _: Vec<u64>) {}
}

fn main() {}
