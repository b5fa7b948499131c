//! Options of the stage and of the subscription have places of their own.
use otp::prelude::*;

#[gen_stage(producer)]
struct Numbers;

#[gen_stage]
impl Numbers {
    #[init]
    fn init(_: u64) -> Self {
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
    fn print(&mut self, _: Vec<u64>) {}
}

fn main() {
    let _ = pipeline! {
        numbers: Numbers(0) { max_demand: 10 },
        a: Print { id: "a" } <- numbers { restart: transient },
        b: Print { max_restarts: 3 } <- numbers { max_demnad: 10 },
        c: Print <- numbers { cancel: never },
    };
}
