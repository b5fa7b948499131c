// STG-143, STG-208, STG-210: the wrong way round.
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

async fn wire(numbers: NumbersRef, other: NumbersRef) {
    let _ = numbers.sync_subscribe(&other).await;
}

fn main() {}
