// STG-015: what `init` may answer.
use otp::prelude::*;

#[gen_stage(consumer)]
struct Print;

#[gen_stage]
impl Print {
    #[init]
    fn init() -> u64 {
        0
    }

    #[events]
    fn print(&mut self, _: Vec<String>) {}
}

fn main() {}
