// PSUP-017
//! A route is for asking: nothing is started under it.
use otp::prelude::*;

#[gen_server]
struct Counter;

#[gen_server]
impl Counter {
    #[init]
    fn init() -> Self {
        Self
    }
}

async fn client(counters: PartitionSupervisorRef<Counter>) {
    let route = counters.route("key").unwrap();
    let _ = Counter::start_link(()).via(route).await;
}

fn main() {}
