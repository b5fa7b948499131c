//! hydra's `GenServer`. As in OTP only a process can call, and each call has a monitor and a
//! timeout of five seconds; there is none without.

use std::time::{Duration, Instant};

use ::hydra::{ExitReason, From, GenServer, GenServerOptions, Message, Pid, Process, SystemMessage};
use otp_benches::{BoxFuture, DONE, Driver, Framework, Runtime, Timed, on_tokio};
use serde::{Deserialize, Serialize};

/// Requests and answers are of one type.
#[derive(Debug, Serialize, Deserialize)]
enum Request {
    Get,
    Count(u64),
    Add(u64),
    SetNext(Pid),
    Token(u64),
    Stop,
}

#[derive(Default)]
struct Counter {
    count: u64,
    next: Option<Pid>,
}

impl GenServer for Counter {
    type Message = Request;

    async fn init(&mut self) -> Result<(), ExitReason> {
        Ok(())
    }

    async fn handle_call(&mut self, _: Request, _: From) -> Result<Option<Request>, ExitReason> {
        self.count += 1;
        Ok(Some(Request::Count(self.count)))
    }

    async fn handle_cast(&mut self, request: Request) -> Result<(), ExitReason> {
        match request {
            Request::Add(n) => self.count += n,
            Request::SetNext(server) => self.next = Some(server),
            Request::Token(0) => DONE.notify_one(),
            Request::Token(hops) => {
                if let Some(next) = self.next {
                    Counter::cast(next, Request::Token(hops - 1));
                }
            }
            Request::Stop => return Err(ExitReason::Normal),
            Request::Get | Request::Count(_) => unreachable!("these are not cast"),
        }
        Ok(())
    }
}

/// Waits for the message that a monitored process has ended.
async fn process_down() {
    loop {
        if let Message::System(SystemMessage::ProcessDown(..)) = Process::receive::<()>().await {
            return;
        }
    }
}

struct Hydra;

impl Framework for Hydra {
    type Server = Pid;

    fn drive(runtime: Runtime, driver: Driver, work: BoxFuture<()>) {
        on_tokio(runtime, driver, Box::pin(async move { Self::spawn(work).await }));
    }

    fn supports(driver: Driver) -> bool {
        driver == Driver::Process
    }

    fn spawn(work: BoxFuture<()>) -> BoxFuture<()> {
        let (done, ended) = tokio::sync::oneshot::channel();
        Process::spawn(async move {
            work.await;
            let _ = done.send(());
        });
        Box::pin(async move { ended.await.expect("a caller does not panic") })
    }

    async fn start() -> Pid {
        Counter::default().start_link(GenServerOptions::new()).await.expect("it starts")
    }

    async fn call(server: &Pid) -> u64 {
        match Counter::call(*server, Request::Get, None).await {
            Ok(Request::Count(count)) => count,
            other => panic!("no answer but {other:?}"),
        }
    }

    async fn call_with_timeout(server: &Pid) -> u64 {
        Self::call(server).await
    }

    async fn cast(server: &Pid, n: u64) {
        Counter::cast(*server, Request::Add(n));
    }

    /// Its `GenServer::stop` does the same, but its future is not `Send`.
    async fn stop(server: Pid) {
        Process::unlink(server);
        Process::monitor(server);
        Counter::cast(server, Request::Stop);
        process_down().await;
    }

    async fn set_next(server: &Pid, next: Pid) {
        Counter::cast(*server, Request::SetNext(next));
    }

    async fn token(server: &Pid, hops: u64) {
        Counter::cast(*server, Request::Token(hops));
    }

    async fn deaths(n: u64) -> Option<Timed> {
        let mut servers = Vec::new();
        for _ in 0..n {
            let server = Counter::default().start(GenServerOptions::new()).await.expect("it starts");
            Process::monitor(server);
            servers.push(server);
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
        let started = Instant::now();
        for server in servers {
            Process::exit(server, ExitReason::from("shutdown"));
        }
        for _ in 0..n {
            process_down().await;
        }
        Some(Timed { operations: n, took: started.elapsed() })
    }
}

fn main() {
    otp_benches::run::<Hydra>();
}
