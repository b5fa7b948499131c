//! A renamed dependency.
#![deny(warnings)]

mod vendor {
    pub use otp as runtime;
}

use vendor::runtime::gen_server::ReplyTo;

#[vendor::runtime::prelude::gen_server(crate = crate::vendor::runtime)]
struct Server {
    waiting: Vec<ReplyTo<u8>>,
}

#[vendor::runtime::prelude::gen_server(crate = crate::vendor::runtime)]
impl Server {
    #[init]
    fn init() -> Self {
        Self { waiting: Vec::new() }
    }

    #[call]
    fn get(&mut self, from: ReplyTo<u8>) {
        self.waiting.push(from);
    }
}

fn main() {
    drop(Server::start(()));
}
