use otp::gen_stage::Subscription;
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
    fn print(&mut self, _: Vec<String>, from: &Subscription) {
        from.ask(1);
    }
}

fn main() {}
