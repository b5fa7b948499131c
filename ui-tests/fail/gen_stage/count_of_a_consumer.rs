// STG-105, STG-077: a consumer has no buffer and no demand of its own.
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
    fn print(&mut self, _: Vec<String>) {}
}

async fn ask(print: PrintRef) {
    let _ = print.estimate_buffered_count().await;
    let _ = print.demand().await;
}

fn main() {}
