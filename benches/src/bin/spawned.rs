//! spawned-concurrency, its mode with tasks.

use std::time::{Duration, Instant};

use otp_benches::{DONE, Framework, Timed};
use spawned_concurrency::message::Message;
use spawned_concurrency::tasks::{Actor, ActorRef, ActorStart, Context, Handler};

#[derive(Default)]
struct Counter {
    count: u64,
    next: Option<ActorRef<Counter>>,
}

impl Actor for Counter {}

struct Get;
struct Add(u64);
struct SetNext(ActorRef<Counter>);
struct Token(u64);
struct Stop;

impl Message for Get {
    type Result = u64;
}

impl Message for Add {
    type Result = ();
}

impl Message for SetNext {
    type Result = ();
}

impl Message for Token {
    type Result = ();
}

impl Message for Stop {
    type Result = ();
}

impl Handler<Get> for Counter {
    async fn handle(&mut self, _: Get, _: &Context<Self>) -> u64 {
        self.count += 1;
        self.count
    }
}

impl Handler<Add> for Counter {
    async fn handle(&mut self, Add(n): Add, _: &Context<Self>) {
        self.count += n;
    }
}

impl Handler<SetNext> for Counter {
    async fn handle(&mut self, SetNext(next): SetNext, _: &Context<Self>) {
        self.next = Some(next);
    }
}

impl Handler<Token> for Counter {
    async fn handle(&mut self, Token(hops): Token, _: &Context<Self>) {
        if hops == 0 {
            DONE.notify_one();
        } else if let Some(next) = &self.next {
            let _ = next.send(Token(hops - 1));
        }
    }
}

impl Handler<Stop> for Counter {
    async fn handle(&mut self, _: Stop, context: &Context<Self>) {
        context.stop();
    }
}

struct Spawned;

impl Framework for Spawned {
    type Server = ActorRef<Counter>;

    async fn start() -> Self::Server {
        Counter::default().start()
    }

    /// Its `request` always has a timeout; this is what is under it.
    async fn call(server: &Self::Server) -> u64 {
        let answer = server.request_raw(Get).expect("it is alive");
        answer.await.expect("it answers")
    }

    async fn call_with_timeout(server: &Self::Server) -> u64 {
        server.request(Get).await.expect("it answers")
    }

    async fn cast(server: &Self::Server, n: u64) {
        let _ = server.send(Add(n));
    }

    async fn stop(server: Self::Server) {
        let _ = server.send(Stop);
        server.join().await;
    }

    async fn set_next(server: &Self::Server, next: Self::Server) {
        let _ = server.send(SetNext(next));
    }

    async fn token(server: &Self::Server, hops: u64) {
        let _ = server.send(Token(hops));
    }

    /// It has neither monitors nor links: each end is awaited in turn, which is less.
    async fn deaths(n: u64) -> Option<Timed> {
        let servers: Vec<_> = (0..n).map(|_| Counter::default().start()).collect();
        tokio::time::sleep(Duration::from_millis(300)).await;
        let started = Instant::now();
        for server in &servers {
            let _ = server.send(Stop);
        }
        for server in &servers {
            server.join().await;
        }
        Some(Timed { operations: n, took: started.elapsed() })
    }
}

fn main() {
    otp_benches::run::<Spawned>();
}
