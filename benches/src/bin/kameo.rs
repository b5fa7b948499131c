//! kameo with its default features and unbounded mailboxes, as those of the others are. (Its
//! default is a bound of 64, which makes calls some 10 % slower and casts some 10 % faster.)

use std::convert::Infallible;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use kameo::actor::{ActorId, Spawn, WeakActorRef};
use kameo::error::ActorStopReason;
use kameo::mailbox::unbounded;
use kameo::message::{Context, Message};
use kameo::prelude::*;
use otp_benches::{DONE, Framework, Timed};

#[derive(Actor, Default)]
struct Counter {
    count: u64,
    next: Option<ActorRef<Counter>>,
}

struct Get;
struct Add(u64);
struct SetNext(ActorRef<Counter>);
struct Token(u64);

impl Message<Get> for Counter {
    type Reply = u64;

    async fn handle(&mut self, _: Get, _: &mut Context<Self, u64>) -> u64 {
        self.count += 1;
        self.count
    }
}

impl Message<Add> for Counter {
    type Reply = ();

    async fn handle(&mut self, Add(n): Add, _: &mut Context<Self, ()>) {
        self.count += n;
    }
}

impl Message<SetNext> for Counter {
    type Reply = ();

    async fn handle(&mut self, SetNext(next): SetNext, _: &mut Context<Self, ()>) {
        self.next = Some(next);
    }
}

impl Message<Token> for Counter {
    type Reply = ();

    async fn handle(&mut self, Token(hops): Token, _: &mut Context<Self, ()>) {
        if hops == 0 {
            DONE.notify_one();
        } else if let Some(next) = &self.next {
            next.tell(Token(hops - 1)).await.expect("it is alive");
        }
    }
}

/// Linked to counters, hears of their ends.
struct Watcher {
    left: u64,
}

impl Actor for Watcher {
    type Args = Self;
    type Error = Infallible;

    async fn on_start(watcher: Self, _: ActorRef<Self>) -> Result<Self, Infallible> {
        Ok(watcher)
    }

    async fn on_link_died(
        &mut self,
        _: WeakActorRef<Self>,
        _: ActorId,
        _: ActorStopReason,
    ) -> Result<ControlFlow<ActorStopReason>, Infallible> {
        self.left -= 1;
        if self.left == 0 {
            DONE.notify_one();
        }
        Ok(ControlFlow::Continue(()))
    }
}

struct Kameo;

impl Framework for Kameo {
    type Server = ActorRef<Counter>;

    async fn start() -> Self::Server {
        let server = Counter::spawn_with_mailbox(Counter::default(), unbounded());
        server.wait_for_startup().await;
        server
    }

    async fn call(server: &Self::Server) -> u64 {
        server.ask(Get).await.expect("it answers")
    }

    async fn call_with_timeout(server: &Self::Server) -> u64 {
        server.ask(Get).reply_timeout(Duration::from_secs(5)).await.expect("it answers")
    }

    async fn cast(server: &Self::Server, n: u64) {
        server.tell(Add(n)).await.expect("it is alive");
    }

    async fn stop(server: Self::Server) {
        server.stop_gracefully().await.expect("it is alive");
        server.wait_for_shutdown().await;
    }

    async fn set_next(server: &Self::Server, next: Self::Server) {
        server.tell(SetNext(next)).await.expect("it is alive");
    }

    async fn token(server: &Self::Server, hops: u64) {
        server.tell(Token(hops)).await.expect("it is alive");
    }

    /// Links.
    async fn deaths(n: u64) -> Option<Timed> {
        let watcher = Watcher::spawn_with_mailbox(Watcher { left: n }, unbounded());
        let mut servers = Vec::new();
        for _ in 0..n {
            let server = Self::start().await;
            watcher.link(&server).await;
            servers.push(server);
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
        let started = Instant::now();
        for server in &servers {
            server.stop_gracefully().await.expect("it is alive");
        }
        DONE.notified().await;
        Some(Timed { operations: n, took: started.elapsed() })
    }
}

fn main() {
    otp_benches::run::<Kameo>();
}
