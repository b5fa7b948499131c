//! xtra on tokio, with unbounded mailboxes. It has neither supervisors nor monitors.

use ::xtra::prelude::*;
use otp_benches::{DONE, Framework};

#[derive(::xtra::Actor, Default)]
struct Counter {
    count: u64,
    next: Option<Address<Counter>>,
}

struct Get;
struct Add(u64);
struct SetNext(Address<Counter>);
struct Token(u64);
struct Stop;

impl Handler<Get> for Counter {
    type Return = u64;

    async fn handle(&mut self, _: Get, _: &mut Context<Self>) -> u64 {
        self.count += 1;
        self.count
    }
}

impl Handler<Add> for Counter {
    type Return = ();

    async fn handle(&mut self, Add(n): Add, _: &mut Context<Self>) {
        self.count += n;
    }
}

impl Handler<SetNext> for Counter {
    type Return = ();

    async fn handle(&mut self, SetNext(next): SetNext, _: &mut Context<Self>) {
        self.next = Some(next);
    }
}

impl Handler<Token> for Counter {
    type Return = ();

    async fn handle(&mut self, Token(hops): Token, _: &mut Context<Self>) {
        if hops == 0 {
            DONE.notify_one();
        } else if let Some(next) = &self.next {
            let _ = next.send(Token(hops - 1)).detach().await;
        }
    }
}

impl Handler<Stop> for Counter {
    type Return = ();

    async fn handle(&mut self, _: Stop, context: &mut Context<Self>) {
        self.next = None;
        context.stop_all();
    }
}

struct Xtra;

impl Framework for Xtra {
    type Server = Address<Counter>;

    async fn start() -> Self::Server {
        ::xtra::spawn_tokio(Counter::default(), Mailbox::unbounded())
    }

    async fn call(server: &Self::Server) -> u64 {
        server.send(Get).await.expect("it answers")
    }

    async fn cast(server: &Self::Server, n: u64) {
        // Its mailbox is a heap, in which messages of one priority do not keep their order. With
        // a higher one, at least the call at the end of the workload does not overtake them.
        let _ = server.send(Add(n)).priority(1).detach().await;
    }

    async fn stop(server: Self::Server) {
        let stopped = server.join();
        let _ = server.send(Stop).detach().await;
        stopped.await;
    }

    async fn set_next(server: &Self::Server, next: Self::Server) {
        let _ = server.send(SetNext(next)).detach().await;
    }

    async fn token(server: &Self::Server, hops: u64) {
        let _ = server.send(Token(hops)).detach().await;
    }
}

fn main() {
    otp_benches::run::<Xtra>();
}
