// STG-051
//! A call or cast that has no handler.
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

async fn ask(numbers: NumbersRef) {
    numbers.reset();
    let _ = numbers.next().await;
}

fn main() {}
