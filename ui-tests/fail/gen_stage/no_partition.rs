// DSP-084, STG-141: a partitioned producer is subscribed to with a partition.
use otp::gen_stage::PartitionDispatcher;
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

    #[dispatcher]
    fn dispatcher(&self) -> PartitionDispatcher<u64> {
        PartitionDispatcher::new(2)
    }
}

fn wire(numbers: NumbersRef) {
    let _ = numbers.subscription();
}

fn main() {}
