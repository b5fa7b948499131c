//! Boxed futures, renamed client methods, timeouts, `#[info(any)]`, shared state, patterns as arguments.
#![deny(warnings)]

use std::sync::Mutex;
use std::time::Duration;

use otp::prelude::*;

const PATIENCE: Duration = Duration::from_secs(60);

#[gen_server]
struct Server {
    count: Mutex<u64>,
}

#[gen_server]
impl Server {
    #[init]
    async fn init((low, high): (u64, u64), _: String) -> Result<Self, std::fmt::Error> {
        Ok(Self { count: Mutex::new(low + high) })
    }

    #[call(boxed, timeout = PATIENCE)]
    async fn large(&mut self) -> usize {
        let buffer = [0_u8; 4096];
        std::future::ready(()).await;
        buffer.len()
    }

    #[call(name = start)]
    fn count(&self) -> u64 {
        *self.count.lock().expect("nobody panics with the lock")
    }

    #[call]
    async fn shared(&self) -> u64 {
        std::future::ready(()).await;
        self.count()
    }

    #[call(timeout = Duration::from_millis(5))]
    fn sum(&mut self, (a, b): (u64, u64), mut c: u64, _: u8) -> u64 {
        c += a + b;
        c
    }

    #[cast(boxed, name = tell)]
    async fn call(&mut self) {}

    #[cast]
    fn cast(&mut self, cast: u8) -> Result<Next, std::fmt::Error> {
        let _ = cast;
        Ok(Next::noreply())
    }

    #[info(boxed)]
    async fn exit(&mut self, _: Exit) {}

    #[info(any)]
    async fn other(&mut self, info: Info) {
        drop(info);
    }

    #[deprecated]
    #[cast]
    fn old(&mut self) {}
}

async fn client() -> otp::Result {
    let server = Server::start_link(((1, 2), String::new())).await?;
    server.large().await?;
    server.start().await?;
    server.shared().await?;
    server.sum((1, 2), 3, 4).await?;
    server.tell();
    server.cast(1);
    Ok(())
}

fn main() {
    drop(client());
}
