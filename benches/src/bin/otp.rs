//! `otp`, as its documentation shows it: a server made by `#[gen_server]`.

use std::time::{Duration, Instant};

use otp::prelude::*;
use otp::process::{self, Down};
use otp_benches::stages::OtpStages;
use otp_benches::workload::{Arrivals, NAMES, SUBSCRIBERS, SUSPENDS, name, timed_calls, two_readers};
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

/// Counts, and waits for the runtime now and then. Not [`Counter`]: that would be larger for it.
#[gen_server]
struct Patient {
    count: u64,
}

#[gen_server]
impl Patient {
    #[init]
    fn init() -> Self {
        Self { count: 0 }
    }

    #[call]
    async fn get(&mut self) -> u64 {
        self.count += 1;
        if self.count.is_multiple_of(SUSPENDS) {
            tokio::task::yield_now().await;
        }
        self.count
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

static ARRIVED: Arrivals = Arrivals::new();

struct Tick {
    of: u64,
}

/// Is in the group, counts what it gets.
#[gen_server]
struct Subscriber;

#[gen_server]
impl Subscriber {
    #[init]
    fn init(group: DuplicateRegistry<String>) -> otp::Result<Self> {
        group.register("news", ())?;
        Ok(Self)
    }

    #[info]
    fn tick(&mut self, tick: Tick) {
        ARRIVED.one(tick.of);
    }
}

static ROOMS: std::sync::OnceLock<Registry<String>> = std::sync::OnceLock::new();

/// A registry with names in it, all of one process.
async fn rooms() -> &'static Registry<String> {
    let rooms = Registry::unique("rooms").start().await.expect("it starts");
    let holder = rooms.clone();
    let (ready, wait) = tokio::sync::oneshot::channel();
    process::spawn(async move {
        assert!((0..NAMES).all(|n| holder.register(name(n), ()).is_ok()));
        ready.send(()).expect("it waits");
        process::sleep_forever().await;
    });
    wait.await.expect("it registers");
    ROOMS.get_or_init(|| rooms)
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

    async fn suspending_calls(n: u64) -> Option<Timed> {
        let server = &Patient::start(()).await.expect("it starts");
        Some(timed_calls(n, || async { server.get().await.expect("it answers") }).await)
    }

    async fn start_supervised(n: u64) -> bool {
        let supervisor = Supervisor::start_link(Supervisor::builder()).await.expect("it starts");
        for id in 0..n {
            let child = ChildSpec::of::<Counter>(|| ()).id(id.to_string());
            supervisor.start_child(child).await.expect("it starts");
        }
        true
    }

    async fn lookups(n: u64) -> Option<Timed> {
        rooms().await;
        let look_up = |name: &str| {
            let rooms = ROOMS.get().expect("it was started");
            rooms.whereis(name).expect("it runs").is_some()
        };
        Some(two_readers(n, look_up).await)
    }

    async fn registrations(n: u64) -> Option<Timed> {
        let (rooms, name) = (rooms().await, name(NAMES));
        let started = Instant::now();
        for _ in 0..n {
            rooms.register(name.as_str(), ()).expect("it is free");
            rooms.unregister(&name).expect("it runs");
        }
        Some(Timed { operations: n, took: started.elapsed() })
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

    async fn dispatch(n: u64) -> Option<Timed> {
        let group = Registry::<String>::duplicate("group").start().await.expect("it starts");
        for _ in 0..SUBSCRIBERS {
            Subscriber::start(group.clone()).await.expect("it starts");
        }
        let publish = || {
            let send = |pid| process::send(pid, Tick { of: n * SUBSCRIBERS }).expect("a pid is no name");
            group.dispatch("news", |members| members.iter().for_each(|(pid, ())| send(pid))).expect("it runs");
        };
        Some(Arrivals::measure(n, publish).await)
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

    async fn pipeline(n: u64, max_demand: usize) -> Option<Timed> {
        Some(OtpStages::pipeline(n, max_demand).await)
    }

    async fn broadcast(n: u64) -> Option<Timed> {
        Some(OtpStages::broadcast(n).await)
    }

    async fn partition(n: u64) -> Option<Timed> {
        Some(OtpStages::partition(n).await)
    }
}

fn main() {
    otp_benches::run::<Otp>();
}
