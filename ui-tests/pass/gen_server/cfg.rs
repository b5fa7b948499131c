//! `#[cfg]` on handlers, on the struct and on the impl: also for types that do not exist under it.
#![deny(warnings)]

use otp::prelude::*;

#[gen_server]
struct Server;

#[gen_server]
impl Server {
    #[cfg(all())]
    #[init]
    fn init() -> Self {
        Self
    }

    #[cfg(any())]
    #[init]
    fn init_otherwise(missing: Missing) -> Self {
        Self
    }

    #[cfg(any())]
    #[call]
    fn get(&mut self, missing: Missing) -> Missing {
        missing
    }

    #[cfg(all())]
    #[call]
    fn get(&mut self) -> u8 {
        1
    }

    #[cfg(any())]
    #[cast]
    fn put(&mut self, missing: Missing) {}

    #[cfg(any())]
    #[info]
    fn missing(&mut self, missing: Missing) {}

    #[cfg(all())]
    #[info]
    fn tick(&mut self, _: u8) {}

    #[cfg(any())]
    #[info]
    fn other_tick(&mut self, _: u8) {}

    #[cfg(any())]
    #[handle_continue]
    fn later(&mut self, missing: Missing) {}

    #[cfg(any())]
    #[timeout]
    fn idle(&mut self) {
        let _: Missing;
    }

    #[cfg(any())]
    #[terminate]
    async fn cleanup(&mut self, missing: &Missing) {}
}

#[gen_server]
#[cfg(any())]
struct Gone {
    missing: Missing,
}

#[gen_server]
#[cfg(any())]
impl Gone {
    #[init]
    fn init() -> Self {
        todo!()
    }

    #[call]
    fn get(&self) -> Missing {
        todo!()
    }
}

async fn client() -> otp::Result {
    let server = Server::start_link(()).await?;
    let _: u8 = server.get().await?;
    Ok(())
}

fn main() {
    drop(client());
}
