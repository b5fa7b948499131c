//! `otp`, as its documentation shows it: a server made by `#[gen_server]`.

use std::time::{Duration, Instant};

use otp::prelude::*;
use otp::process::{self, Down};
use otp_benches::{BoxFuture, DONE, Driver, Framework, Runtime, Timed, on_otp};

#[gen_server]
struct Counter {
    count: u64,
    next: Option<CounterRef>,
}

#[gen_server]
impl Counter {
    #[init]
    fn init() -> Self {
        Self { count: 0, next: None }
    }

    #[call]
    fn get(&mut self) -> u64 {
        self.count += 1;
        self.count
    }

    #[cast]
    fn add(&mut self, n: u64) {
        self.count += n;
    }

    #[cast]
    fn set_next(&mut self, next: CounterRef) {
        self.next = Some(next);
    }

    #[cast]
    fn token(&mut self, hops: u64) {
        if hops == 0 {
            DONE.notify_one();
        } else if let Some(next) = &self.next {
            next.token(hops - 1);
        }
    }

    #[cast]
    fn leave(&mut self) -> Next {
        Next::stop(ExitReason::Normal)
    }
}

/// Monitors counters, hears of their ends.
#[gen_server]
struct Watcher {
    left: usize,
}

#[gen_server]
impl Watcher {
    #[init]
    fn init() -> Self {
        Self { left: 0 }
    }

    #[call(timeout = infinity)]
    fn watch(&mut self, servers: Vec<CounterRef>) {
        self.left = servers.len();
        for server in servers {
            server.monitor();
        }
    }

    #[info]
    fn ended(&mut self, _: Down) {
        self.left -= 1;
        if self.left == 0 {
            DONE.notify_one();
        }
    }
}

struct Otp;

impl Framework for Otp {
    type Server = CounterRef;

    fn supports(_: Driver) -> bool {
        true
    }

    fn drive(runtime: Runtime, driver: Driver, work: BoxFuture<()>) {
        on_otp::drive(runtime, driver, work);
    }

    fn spawn(work: BoxFuture<()>) -> BoxFuture<()> {
        on_otp::spawn(work)
    }

    async fn start() -> CounterRef {
        // Only a process has links.
        match process::try_self_pid() {
            Some(_) => Counter::start_link(()).await,
            None => Counter::start(()).await,
        }
        .expect("it starts")
    }

    async fn call(server: &CounterRef) -> u64 {
        server.get().infinity().await.expect("it answers")
    }

    async fn call_with_timeout(server: &CounterRef) -> u64 {
        server.get().await.expect("it answers")
    }

    async fn cast(server: &CounterRef, n: u64) {
        server.add(n);
    }

    async fn stop(server: CounterRef) {
        server.stop().await.expect("it is alive");
    }

    async fn set_next(server: &CounterRef, next: CounterRef) {
        server.set_next(next);
    }

    async fn token(server: &CounterRef, hops: u64) {
        server.token(hops);
    }

    async fn start_supervised(n: u64) -> bool {
        let supervisor = Supervisor::start_link(Supervisor::builder()).await.expect("it starts");
        for id in 0..n {
            let child = ChildSpec::of::<Counter>(|| ()).id(id.to_string());
            supervisor.start_child(child).await.expect("it starts");
        }
        true
    }

    async fn start_dynamic(n: u64) -> bool {
        let supervisor = DynamicSupervisor::builder().start_link().await.expect("it starts");
        for _ in 0..n {
            supervisor.start_temporary::<Counter>(()).await.expect("it starts");
        }
        true
    }

    async fn children(n: u64) -> Option<Timed> {
        let supervisor = DynamicSupervisor::builder().start_link().await.expect("it starts");
        let (started, mut done) = (Instant::now(), 0);
        while done < n {
            let mut alive = Vec::new();
            for _ in 0..1_000.min(n - done) {
                let server = supervisor.start_temporary::<Counter>(()).await.expect("it starts");
                alive.push(server.pid().expect("it runs"));
            }
            done += alive.len() as u64;
            for pid in alive {
                supervisor.terminate_child(pid).await.expect("it runs");
            }
        }
        Some(Timed { operations: n, took: started.elapsed() })
    }

    async fn deaths(n: u64) -> Option<Timed> {
        let mut servers = Vec::new();
        for _ in 0..n {
            servers.push(Counter::start(()).await.expect("it starts"));
        }
        let watcher = Watcher::start_link(()).await.expect("it starts");
        watcher.watch(servers.clone()).await.expect("it answers");
        tokio::time::sleep(Duration::from_millis(300)).await;
        let started = Instant::now();
        for server in &servers {
            server.leave();
        }
        DONE.notified().await;
        Some(Timed { operations: n, took: started.elapsed() })
    }
}

fn main() {
    otp_benches::run::<Otp>();
}
