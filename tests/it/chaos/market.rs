//! Registries, a dynamic supervisor, a task supervisor and a consumer supervisor, all under one root and all in use.
//!
//! Traders are started and restarted under keys of a registry, and enter themselves in another. Visitors start them, call them,
//! register beside them, publish, run tasks and streams, monitor; and they end whatever they find, the supervisors and the
//! registries too.

use super::{PATIENCE, Random, Seed, TIME, Tick, below, down, patiently, reason, seed, tasks, until};
use futures_util::StreamExt;
use otp::child::IntoStarted;
use otp::gen_stage::{ConsumerSupervisor, ConsumerSupervisorRef, EventChild};
use otp::prelude::*;
use otp::process;
use otp::supervisor::dynamic::StartChildError;
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

const VISITORS: usize = 8;
/// Keys of traders.
const KEYS: usize = 40;
/// Further keys, of visitors.
const OTHERS: usize = 4;
const TOPICS: usize = 5;
/// The most traders at a time.
const TRADERS: usize = 30;

/// Where everything is: names, not processes.
#[derive(Clone)]
struct Market {
    names: Registry<usize, u32>,
    topics: DuplicateRegistry<usize, u32>,
    traders: DynamicSupervisorRef,
    tasks: TaskSupervisorRef,
    pool: ConsumerSupervisorRef<u64>,
}

impl Market {
    fn new() -> Self {
        Self {
            names: Registry::named("market/names"),
            topics: DuplicateRegistry::named("market/topics"),
            traders: DynamicSupervisorRef::named("market/traders"),
            tasks: TaskSupervisorRef::named("market/tasks"),
            pool: ConsumerSupervisorRef::named("market/pool"),
        }
    }

    fn tree() -> SupervisorSpec {
        let numbers = ChildSpec::new("numbers", |_slot| async {
            Numbers::start_link(0).name("market/numbers").await.into_started()
        });
        let pool = ChildSpec::new("pool", |_slot| async {
            let short = EventChild::task(|n: u64| async move {
                process::sleep(Duration::from_millis(1 + n % 3)).await;
                if n.is_multiple_of(7) {
                    quietly_panics();
                }
            });
            let numbers = NumbersRef::named("market/numbers");
            let pool = ConsumerSupervisor::new(short).subscribe_to(numbers.subscription().max_demand(4));
            pool.start_link().name("market/pool").await.into_started()
        });
        let often = |spec: DynamicSupervisorSpec| spec.max_restarts(50).max_seconds(1);
        Supervisor::builder()
            .max_restarts(u32::MAX)
            .child(Registry::<usize, u32>::unique("market/names").partitions(2))
            .child(Registry::<usize, u32>::duplicate("market/topics").partitions(3))
            .child(
                often(DynamicSupervisor::builder().max_children(TRADERS)).name("market/traders").child_spec("traders"),
            )
            .child(TaskSupervisor::builder().max_children(50).name("market/tasks").child_spec("tasks"))
            .child(numbers)
            .child(pool)
    }

    /// Everybody who stands in the unique registry.
    fn entered(&self) -> Vec<(usize, Pid)> {
        self.names.select(|key, pid, _| Some((*key, pid))).unwrap_or_default()
    }
}

/// A panic without the noise of the hook.
fn quietly_panics() -> ! {
    std::panic::resume_unwind(Box::new("as asked"))
}

#[gen_stage(producer)]
struct Numbers {
    next: u64,
}

#[gen_stage]
impl Numbers {
    #[init]
    fn init(next: u64) -> Self {
        Self { next }
    }

    #[demand]
    fn demand(&mut self, demand: usize) -> Vec<u64> {
        let first = self.next;
        self.next += demand as u64;
        (first..self.next).collect()
    }
}

/// Has an entry by its name, and some of its own making; a timer that never fires; callers that wait.
#[gen_server]
struct Trader {
    key: usize,
    market: Market,
    waiting: Vec<ReplyTo<Pid>>,
}

#[gen_server]
impl Trader {
    #[init]
    fn init(key: usize, market: Market, trap: bool) -> otp::Result<Self> {
        process::trap_exit(trap);
        process::send_after(process::self_pid(), Tick, Duration::from_secs(3600));
        for n in 0..3 {
            market.topics.register((key + n) % TOPICS, 0)?;
        }
        Ok(Self { key, market, waiting: Vec::new() })
    }

    #[call]
    fn who(&self) -> (usize, Pid) {
        (self.key, process::self_pid())
    }

    #[call]
    fn later(&mut self, from: ReplyTo<Pid>) -> Reply<Pid> {
        self.waiting.push(from);
        process::send_after(process::self_pid(), Tick, Duration::from_millis(1));
        Reply::later()
    }

    /// Changes its entries.
    #[call]
    fn moves(&mut self, topic: usize) -> otp::Result<Pid> {
        self.market.topics.unregister(&topic)?;
        self.market.names.update_value(&self.key, |value| value + 1)?;
        self.market.topics.register(topic, 1)?;
        self.market.topics.register(topic, 2)?;
        self.market.topics.unregister_match(&topic, |value| *value == 1)?;
        Ok(process::self_pid())
    }

    #[call]
    fn dies(&mut self) -> Pid {
        quietly_panics()
    }

    #[info]
    fn tick(&mut self, _: Tick) {
        self.waiting.drain(..).for_each(|from| from.reply(process::self_pid()));
    }

    #[info]
    fn exit(&mut self, exit: Exit) -> Next {
        // A registry has ended, or somebody asked for it.
        Next::stop(exit.reason)
    }
}

/// How requests went.
#[derive(Default)]
struct Tally {
    answered: AtomicUsize,
    refused: AtomicUsize,
}

impl Tally {
    fn count<T, E>(&self, result: Result<T, E>) -> Option<T> {
        let counter = if result.is_ok() { &self.answered } else { &self.refused };
        counter.fetch_add(1, Ordering::Relaxed);
        result.ok()
    }
}

/// Whoever uses the market and disturbs it.
struct Visitor {
    market: Market,
    random: Random,
    tally: Arc<Tally>,
    /// A `Down` of each is still to come.
    monitors: HashSet<MonitorRef>,
    /// Counts the visitors that ask for nothing any more.
    done: Arc<AtomicUsize>,
}

impl Visitor {
    async fn visit(mut self, over: Arc<AtomicBool>, ended: Arc<AtomicBool>) {
        process::trap_exit(true);
        while !over.load(Ordering::Relaxed) {
            match self.random.below(100) {
                0..20 => self.start().await,
                20..40 => self.call().await,
                40..50 => self.register(),
                50..60 => self.end(),
                60..70 => self.run_task().await,
                70..75 => self.run_stream().await,
                75..83 => self.terminate().await,
                83..90 => self.monitor(),
                90..97 => self.publish(),
                _ => self.end_something_large(),
            }
            while process::receive_timeout::<Exit>(Duration::ZERO).await.is_some() {}
            process::sleep(Duration::from_micros(self.random.next() % 1_000)).await;
        }
        // It has no entries when it is done.
        (KEYS..KEYS + OTHERS).for_each(|key| drop(self.market.names.unregister(&key)));
        (0..TOPICS).for_each(|topic| drop(self.market.topics.unregister(&topic)));
        self.done.fetch_add(1, Ordering::Relaxed);
        while !ended.load(Ordering::Relaxed) {
            process::sleep(Duration::from_millis(1)).await;
        }
        self.leave().await;
    }

    async fn start(&mut self) {
        let (key, market, trap) = (self.random.below(KEYS), self.market.clone(), self.random.below(2) == 0);
        let restart = *self.random.one_of(&[Restart::Permanent, Restart::Transient, Restart::Temporary]);
        let spec = ChildSpec::new("trader", move |_slot| {
            let market = market.clone();
            let start = Trader::start_link((key, market.clone(), trap)).via(market.names.via(key));
            async move { start.await.into_started() }
        });
        let shutdown =
            *self.random.one_of(&[Shutdown::BrutalKill, Shutdown::Infinity, Duration::from_millis(1).into()]);
        let started = self.market.traders.start_child(spec.restart(restart).shutdown(shutdown)).await;
        if let Err(StartChildError::MaxChildren { max }) = &started {
            assert_eq!(*max, TRADERS);
        }
        self.tally.count(started);
    }

    async fn call(&mut self) {
        let key = self.random.below(KEYS);
        let trader = TraderRef::via(self.market.names.via(key));
        match self.random.below(8) {
            0..3 => {
                if let Some((its, _)) = self.tally.count(trader.who().infinity().await) {
                    assert_eq!(its, key, "a name leads to whoever was started under it");
                }
            }
            3..5 => drop(self.tally.count(trader.later().infinity().await)),
            5..7 => drop(self.tally.count(trader.moves(key % TOPICS).infinity().await)),
            _ => assert!(trader.dies().infinity().await.is_err()),
        }
    }

    fn register(&mut self) {
        // Keys that no trader has: it would not answer calls.
        let (key, topic) = (KEYS + self.random.below(OTHERS), self.random.below(TOPICS));
        let _ = self.market.names.register(key, 0);
        let _ = self.market.topics.register(topic, 7);
        if self.random.below(3) > 0 {
            let _ = self.market.names.unregister(&key);
            let _ = self.market.topics.unregister_match(&topic, |value| *value == 7);
        }
    }

    fn end(&mut self) {
        let entered = self.market.entered();
        let Some((_, pid)) = (!entered.is_empty()).then(|| *self.random.one_of(&entered)) else { return };
        if TraderRef::from_pid(pid).is_some() {
            process::exit(pid, reason(&mut self.random));
        }
    }

    async fn run_task(&mut self) {
        let (how, linked) = (self.random.below(6), self.random.below(2) == 0);
        let work = async move {
            match how {
                0 => process::sleep_forever().await,
                1 => process::sleep(Duration::from_millis(1)).await,
                2 => process::exit_with(ExitReason::other("chaos")),
                3 => quietly_panics(),
                _ => tokio::task::yield_now().await,
            }
            how
        };
        let tasks = &self.market.tasks;
        let started = if linked { tasks.async_(work).await } else { tasks.async_nolink(work).await };
        let Some(mut task) = self.tally.count(started) else { return };
        let failed = |outcome: Option<Result<usize, ExitReason>>| outcome.map(|outcome| outcome.map_err(drop));
        let outcome = match self.random.below(4) {
            0 => failed(task.yield_for(Duration::from_micros(500)).await),
            1 => None,
            // One that never ends is not waited for.
            _ if how > 0 => Some(task.infinity().await.map_err(drop)),
            _ => failed(task.shutdown(Shutdown::BrutalKill).await),
        };
        if let Some(outcome) = outcome
            && let Some(answer) = self.tally.count(outcome)
        {
            assert_eq!(answer, how);
        }
        let another = tasks_child(how);
        if let Some(pid) = self.tally.count(self.market.tasks.start_child(another).await) {
            process::exit(pid, reason(&mut self.random));
        }
    }

    async fn run_stream(&mut self) {
        let items = self.random.below(30);
        let work = |n: usize| async move {
            match n % 10 {
                7 => process::exit_with(ExitReason::other("chaos")),
                8 => process::sleep(Duration::from_millis(1)).await,
                _ => {}
            }
            n
        };
        let tasks = &self.market.tasks;
        let stream = match self.random.below(3) {
            0 => tasks.async_stream(0..items, work),
            1 => tasks.async_stream_nolink(0..items, work),
            _ => Task::async_stream(0..items, work),
        };
        let stream = stream.max_concurrency(4).expect("more than none").ordered(self.random.below(2) == 0);
        // Dropped at the end, or in the middle with tasks under way.
        let taken = if self.random.below(2) == 0 { usize::MAX } else { self.random.below(10) };
        let results: Vec<_> = Box::pin(stream.infinity()).take(taken).collect().await;
        assert!(results.len() <= items);
        for result in results {
            self.tally.count(result);
        }
    }

    async fn terminate(&mut self) {
        match self.random.below(3) {
            0 => {
                let Ok(tasks) = self.market.tasks.children().await else { return };
                if !tasks.is_empty() {
                    let _ = self.market.tasks.terminate_child(*self.random.one_of(&tasks)).await;
                }
            }
            1 => {
                let Ok(children) = self.market.pool.which_children().await else { return };
                let running: Vec<Pid> = children.iter().filter_map(|child| child.status.pid()).collect();
                if !running.is_empty() {
                    let _ = self.market.pool.terminate_child(*self.random.one_of(&running)).await;
                }
            }
            _ => {
                let Ok(children) = self.market.traders.which_children().await else { return };
                assert!(children.len() <= TRADERS, "{}", children.len());
                let running: Vec<Pid> = children.iter().filter_map(|child| child.status.pid()).collect();
                if !running.is_empty() {
                    let _ = self.market.traders.terminate_child(*self.random.one_of(&running)).await;
                }
            }
        }
    }

    fn monitor(&mut self) {
        if self.random.below(3) == 0 {
            if let Some(monitor) = self.monitors.iter().next().copied() {
                process::demonitor_flush(monitor);
                self.monitors.remove(&monitor);
            }
            return;
        }
        let trader = TraderRef::via(self.market.names.via(self.random.below(KEYS)));
        self.monitors.insert(trader.monitor());
    }

    fn publish(&mut self) {
        let _ = self.market.topics.dispatch(&self.random.below(TOPICS), |entries| {
            assert!(entries.len() > 0);
            for (pid, _) in entries {
                let _ = process::send(pid, Tick);
            }
        });
    }

    fn end_something_large(&mut self) {
        if self.random.below(3) > 0 {
            return;
        }
        let names = ["names", "topics", "traders", "tasks", "numbers", "pool"];
        let name = format!("market/{}", self.random.one_of(&names));
        process::exit(name, reason(&mut self.random));
    }

    /// The market is closed: exactly one `Down` of each that is monitored, and nothing else that stays.
    async fn leave(mut self) {
        while !self.monitors.is_empty() {
            let down = process::receive::<Down>().await;
            // Those of tasks that were not waited for have references of their own.
            self.monitors.remove(&down.reference);
        }
        let idle = || match process::info(process::self_pid()) {
            Some(info) if info.links.is_empty() && info.monitors.is_empty() => Ok(()),
            info => Err(format!("{info:?}")),
        };
        until("links and monitors of a visitor", idle).await;
    }
}

async fn tasks_child(how: usize) {
    if how.is_multiple_of(2) {
        process::sleep_forever().await;
    }
}

/// Ends traders from outside of any process, on a thread of its own.
fn outsider(market: Market, mut random: Random, over: Arc<AtomicBool>) -> std::thread::JoinHandle<()> {
    std::thread::spawn(move || {
        while !over.load(Ordering::Relaxed) {
            let traders = market.entered().into_iter().filter(|(key, _)| *key < KEYS).collect::<Vec<_>>();
            if !traders.is_empty() {
                process::exit(random.one_of(&traders).1, reason(&mut random));
            }
            std::thread::sleep(Duration::from_micros(500 + random.next() % 1_000));
        }
    })
}

/// Registries, supervisors and processes say the same.
async fn agree(market: &Market) -> Result<(), String> {
    let failed = |error: &dyn std::fmt::Display| error.to_string();
    let children = market.traders.which_children().await.map_err(|error| failed(&error))?;
    let running: BTreeSet<Pid> = children.iter().filter_map(|child| child.status.pid()).collect();
    if running.len() != children.len() || !running.iter().all(|pid| process::alive(*pid)) {
        return Err(format!("some are being restarted: {children:?}"));
    }
    let entered = market.names.select(|_, pid, _| Some(pid)).map_err(|error| failed(&error))?;
    if entered.len() != market.names.count().map_err(|error| failed(&error))? {
        return Err(format!("{} entries, and the count says otherwise", entered.len()));
    }
    if entered.into_iter().collect::<BTreeSet<_>>() != running {
        return Err(format!("traders {running:?} are not those in {:?}", market.entered()));
    }
    let listening = market.topics.select(|topic, pid, _| Some((*topic, pid))).map_err(|error| failed(&error))?;
    if listening.len() != market.topics.count().map_err(|error| failed(&error))? {
        return Err(format!("{} entries, and the count says otherwise", listening.len()));
    }
    if listening.iter().map(|(_, pid)| *pid).collect::<BTreeSet<_>>() != running {
        return Err(format!("traders {running:?} are not those in {listening:?}"));
    }
    let supervisor = market.traders.pid().and_then(process::info).ok_or("the supervisor ended")?;
    let linked: BTreeSet<Pid> =
        supervisor.links.iter().copied().filter(|pid| Some(pid) != supervisor.ancestors.first()).collect();
    if linked != running {
        return Err(format!("the supervisor is linked to {linked:?}, and its children are {running:?}"));
    }
    let (counted, tasks) = (market.tasks.count_children().await, market.tasks.children().await);
    match (counted, tasks) {
        (Ok(counted), Ok(tasks)) if counted.active == tasks.len() && counted.specs == tasks.len() => Ok(()),
        (counted, tasks) => Err(format!("{counted:?} for {tasks:?}")),
    }
}

#[otp::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_market_survives_chaos_and_its_tables_are_empty_then() -> otp::Result {
    let seed = Seed(seed());
    let mut random = Random(seed.0);
    let before = tasks();
    let root = Supervisor::start_link(Market::tree()).await?;
    let top = root.pid().expect("it runs");
    let market = Market::new();

    let (over, ended) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let tally = Arc::new(Tally::default());
    let mut fork = || Random(random.next());
    let outsider = outsider(market.clone(), fork(), over.clone());
    let done = Arc::new(AtomicUsize::new(0));
    let visitors: Vec<_> = (0..VISITORS)
        .map(|_| {
            let (market, tally, done) = (market.clone(), tally.clone(), done.clone());
            let visitor = Visitor { market, random: fork(), tally, monitors: HashSet::new(), done };
            process::spawn_monitor(visitor.visit(over.clone(), ended.clone()))
        })
        .collect();
    process::sleep(TIME).await;
    over.store(true, Ordering::Relaxed);
    outsider.join().expect("it saw nothing wrong");

    // Whoever asked for something has an answer or a reason.
    until("the visitors", || match done.load(Ordering::Relaxed) {
        VISITORS => Ok(()),
        done => Err(format!("{done} of them have all their answers")),
    })
    .await;
    let (answered, refused) = (tally.answered.load(Ordering::Relaxed), tally.refused.load(Ordering::Relaxed));
    assert!(answered > 100 && refused > 10, "{answered} answers and {refused} refusals are no chaos");

    // It settles, and all agree on what runs. Names lead to whoever has them.
    let deadline = tokio::time::Instant::now() + PATIENCE;
    while let Err(why) = patiently("the market", agree(&market)).await {
        assert!(tokio::time::Instant::now() < deadline, "it does not settle: {why}");
        process::sleep(Duration::from_millis(1)).await;
    }
    for (key, pid) in market.entered() {
        assert_eq!(TraderRef::via(market.names.via(key)).who().await?, (key, pid));
        assert_eq!(market.names.keys(pid)?, [key]);
    }

    // When everybody has gone the tables are empty, while the registries and the supervisors still run.
    let traders: Vec<Pid> = market.entered().into_iter().map(|(_, pid)| pid).collect();
    for pid in &traders {
        market.traders.terminate_child(*pid).await?;
    }
    for pid in market.tasks.children().await? {
        // It may have ended by itself.
        let _ = market.tasks.terminate_child(pid).await;
    }
    assert_eq!((market.names.count()?, market.topics.count()?), (0, 0));
    assert_eq!(market.names.select(|key, pid, _| Some((*key, pid)))?, []);
    assert_eq!(market.topics.select(|key, pid, _| Some((*key, pid)))?, []);
    for pid in traders {
        assert_eq!((market.names.keys(pid)?, market.topics.keys(pid)?), (vec![], vec![]));
    }
    assert_eq!(market.traders.count_children().await?.specs + market.tasks.count_children().await?.specs, 0);

    // And nothing stays behind: no process, no name, no link, no monitor, no timer or other task.
    patiently("the stop of the root", async { root.stop().await }).await?;
    ended.store(true, Ordering::Relaxed);
    for (pid, monitor) in visitors {
        let reason = patiently("a visitor", down(monitor)).await;
        assert_eq!(reason, ExitReason::Normal, "{pid}");
    }
    until("processes", || if below(top).is_empty() { Ok(()) } else { Err(format!("{:?}", below(top))) }).await;
    assert!(market.names.count().is_err() && market.topics.count().is_err());
    let names = process::registered().into_iter().map(|name| name.to_string());
    assert_eq!(names.filter(|name| name.starts_with("market/")).collect::<Vec<_>>(), Vec::<String>::new());
    let me = process::info(process::self_pid()).expect("it runs");
    assert_eq!((me.links, me.monitors, me.monitored_by), (vec![], vec![], vec![]));
    until("tasks", || if tasks() <= before { Ok(()) } else { Err(format!("{} of them, {before} before", tasks())) })
        .await;
    Ok(())
}
