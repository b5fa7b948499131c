//! The events of a generic stage are checked, too.
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

#[gen_stage(consumer, subscribe_to(Numbers))]
struct Print<T>(T);

#[gen_stage]
impl<T: Send + 'static> Print<T> {
    #[init]
    fn init(it: T) -> Self {
        Self(it)
    }

    #[events]
    fn print(&mut self, _: Vec<String>) {}
}

fn main() {}
