// STG-166: subscribing asks for events of one type.
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

#[gen_stage(consumer)]
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

async fn wire(numbers: NumbersRef, print: PrintRef) {
    let _ = print.sync_subscribe(&numbers).await;
}

fn main() {}
