//! actix. Its actors live on single-threaded arbiters. On `ct` all is on one arbiter, which is how
//! it is meant to be used; on `mt` the servers are on a second one, the callers on the first, so
//! each call crosses threads but a ring of servers does not.

use std::sync::OnceLock;
use std::time::Duration;

use ::actix::prelude::*;
use otp_benches::{BoxFuture, DONE, Driver, Framework, Runtime};
use tokio::sync::oneshot;

#[derive(Default)]
struct Counter {
    count: u64,
    next: Option<Addr<Counter>>,
    on_stop: Option<oneshot::Sender<()>>,
}

impl Actor for Counter {
    type Context = Context<Self>;

    fn started(&mut self, context: &mut Self::Context) {
        // Zero is no bound, as with the others.
        context.set_mailbox_capacity(0);
    }

    fn stopped(&mut self, _: &mut Self::Context) {
        if let Some(stopped) = self.on_stop.take() {
            let _ = stopped.send(());
        }
    }
}

#[derive(Message)]
#[rtype(result = "u64")]
struct Get;

#[derive(Message)]
#[rtype(result = "()")]
struct Add(u64);

#[derive(Message)]
#[rtype(result = "()")]
struct SetNext(Addr<Counter>);

#[derive(Message)]
#[rtype(result = "()")]
struct Token(u64);

#[derive(Message)]
#[rtype(result = "()")]
struct Stop(oneshot::Sender<()>);

impl Handler<Get> for Counter {
    type Result = u64;

    fn handle(&mut self, _: Get, _: &mut Self::Context) -> u64 {
        self.count += 1;
        self.count
    }
}

impl Handler<Add> for Counter {
    type Result = ();

    fn handle(&mut self, Add(n): Add, _: &mut Self::Context) {
        self.count += n;
    }
}

impl Handler<SetNext> for Counter {
    type Result = ();

    fn handle(&mut self, SetNext(next): SetNext, _: &mut Self::Context) {
        self.next = Some(next);
    }
}

impl Handler<Token> for Counter {
    type Result = ();

    fn handle(&mut self, Token(hops): Token, _: &mut Self::Context) {
        if hops == 0 {
            DONE.notify_one();
        } else if let Some(next) = &self.next {
            next.do_send(Token(hops - 1));
        }
    }
}

impl Handler<Stop> for Counter {
    type Result = ();

    fn handle(&mut self, Stop(stopped): Stop, context: &mut Self::Context) {
        self.on_stop = Some(stopped);
        context.stop();
    }
}

/// Where the servers are started.
static SERVERS: OnceLock<ArbiterHandle> = OnceLock::new();

struct Actix;

impl Framework for Actix {
    type Server = Addr<Counter>;

    fn supports(driver: Driver) -> bool {
        driver == Driver::Process
    }

    fn drive(runtime: Runtime, _: Driver, work: BoxFuture<()>) {
        System::new().block_on(async move {
            SERVERS.get_or_init(|| match runtime {
                Runtime::CurrentThread => Arbiter::current(),
                Runtime::MultiThread => Arbiter::new().handle(),
            });
            ::actix::spawn(work).await.expect("the workload does not panic");
        });
    }

    fn spawn(work: BoxFuture<()>) -> BoxFuture<()> {
        // Not the handle of the task: that one is not `Send`.
        let (done, ended) = oneshot::channel();
        ::actix::spawn(async move {
            work.await;
            let _ = done.send(());
        });
        Box::pin(async move { ended.await.expect("a caller does not panic") })
    }

    async fn start() -> Self::Server {
        let servers = SERVERS.get().expect("`drive` has set it");
        Counter::start_in_arbiter(servers, |_| Counter::default())
    }

    async fn call(server: &Self::Server) -> u64 {
        server.send(Get).await.expect("it answers")
    }

    async fn call_with_timeout(server: &Self::Server) -> u64 {
        server.send(Get).timeout(Duration::from_secs(5)).await.expect("it answers")
    }

    async fn cast(server: &Self::Server, n: u64) {
        server.do_send(Add(n));
    }

    async fn stop(server: Self::Server) {
        let (stop, stopped) = oneshot::channel();
        server.do_send(Stop(stop));
        stopped.await.expect("it stops");
    }

    async fn set_next(server: &Self::Server, next: Self::Server) {
        server.do_send(SetNext(next));
    }

    async fn token(server: &Self::Server, hops: u64) {
        server.do_send(Token(hops));
    }
}

fn main() {
    otp_benches::run::<Actix>();
}
