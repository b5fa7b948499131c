// STG-017: the kind is part of the type.
use otp::prelude::*;

#[gen_stage(restart = transient)]
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
