//! Only stages can be in a pipeline.
use otp::prelude::*;

#[gen_server]
struct Server;

#[gen_server]
impl Server {
    #[init]
    fn init() -> Self {
        Self
    }
}

fn main() {
    let _ = pipeline! {
        server: Server,
    };
}
