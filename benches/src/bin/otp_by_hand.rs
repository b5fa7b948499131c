//! `otp` without its macros: a hand-written `impl GenServer`. It should cost the same as `otp`.

use otp::prelude::*;
use otp::process;
use otp_benches::{BoxFuture, DONE, Driver, Framework, Runtime, on_otp};

#[derive(Default)]
struct Counter {
    count: u64,
    next: Option<ServerRef<Counter>>,
}

enum Request {
    Get(ReplyTo<u64>),
    Add(u64),
    SetNext(ServerRef<Counter>),
    Token(u64),
}

impl GenServer for Counter {
    type Args = ();
    type Request = Request;
    type Continue = NoContinue;
    type Ref = ServerRef<Self>;

    async fn init((): ()) -> Init<Self> {
        Init::ok(Self::default())
    }

    async fn handle(&mut self, request: Request) -> Next {
        match request {
            Request::Get(from) => {
                self.count += 1;
                from.reply(self.count);
            }
            Request::Add(n) => self.count += n,
            Request::SetNext(server) => self.next = Some(server),
            Request::Token(0) => DONE.notify_one(),
            Request::Token(hops) => {
                if let Some(next) = &self.next {
                    next.cast(Request::Token(hops - 1));
                }
            }
        }
        Next::noreply()
    }
}

struct Otp;

impl Framework for Otp {
    type Server = ServerRef<Counter>;

    fn supports(_: Driver) -> bool {
        true
    }

    fn drive(runtime: Runtime, driver: Driver, work: BoxFuture<()>) {
        on_otp::drive(runtime, driver, work);
    }

    fn spawn(work: BoxFuture<()>) -> BoxFuture<()> {
        on_otp::spawn(work)
    }

    async fn start() -> ServerRef<Counter> {
        // Only a process has links.
        match process::try_self_pid() {
            Some(_) => Counter::start_link(()).await,
            None => Counter::start(()).await,
        }
        .expect("it starts")
    }

    async fn call(server: &ServerRef<Counter>) -> u64 {
        server.call(Request::Get).infinity().await.expect("it answers")
    }

    async fn call_with_timeout(server: &ServerRef<Counter>) -> u64 {
        server.call(Request::Get).await.expect("it answers")
    }

    async fn cast(server: &ServerRef<Counter>, n: u64) {
        server.cast(Request::Add(n));
    }

    async fn stop(server: ServerRef<Counter>) {
        server.stop().await.expect("it is alive");
    }

    async fn set_next(server: &ServerRef<Counter>, next: ServerRef<Counter>) {
        server.cast(Request::SetNext(next));
    }

    async fn token(server: &ServerRef<Counter>, hops: u64) {
        server.cast(Request::Token(hops));
    }
}

fn main() {
    otp_benches::run::<Otp>();
}
