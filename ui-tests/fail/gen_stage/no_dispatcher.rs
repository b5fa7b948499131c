// STG-012: a dispatcher is one by its type.
use otp::prelude::*;

struct Fair;

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
    fn dispatcher(&self) -> Fair {
        Fair
    }
}

fn main() {}
