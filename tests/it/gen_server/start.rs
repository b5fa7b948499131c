//! Starting: what `init` may answer, and what the starter learns.

use super::{HOUR, Log, MS, Script, Tracked, assert_about, settle, short, timed};
use otp::gen_server::ServerOptions;
use otp::prelude::*;
use otp::process;
use std::time::Duration;
use tokio::sync::oneshot;

/// What `init` is to do.
#[derive(Clone, Debug)]
enum How {
    Run,
    Ignore,
    Stop(ExitReason),
    Err,
    Panic,
    Exit(ExitReason),
    Hang,
}

#[gen_server]
struct Starts {
    log: Log,
    _tracked: Tracked,
}

#[gen_server]
impl Starts {
    #[init]
    async fn init(log: Log, how: How) -> Result<Init<Self>, std::fmt::Error> {
        log.add(format!("init in {}", process::self_pid()));
        let state = Self { _tracked: Tracked::new(&log), log };
        match how {
            How::Run => Ok(Init::ok(state)),
            How::Ignore => Ok(Init::ignore()),
            How::Stop(reason) => Ok(Init::stop(reason)),
            How::Err => Err(std::fmt::Error),
            How::Panic => panic!("no way to start"),
            How::Exit(reason) => process::exit_with(reason),
            How::Hang => std::future::pending().await,
        }
    }

    #[call]
    fn whoami(&self) -> Pid {
        process::self_pid()
    }

    #[terminate]
    fn terminate(&mut self, _reason: &ExitReason) {
        self.log.add("terminate");
    }
}

fn links() -> Vec<Pid> {
    process::info(process::self_pid()).expect("this process lives").links
}

#[otp::test]
async fn gs_001_start_link_runs_init_in_the_new_process_and_links_it() -> otp::Result {
    let log = Log::default();
    let server = Starts::start_link((log.clone(), How::Run)).await?;

    let pid = server.pid().expect("a handle of a process has its pid");
    assert_ne!(pid, process::self_pid());
    assert_eq!(log.lines(), [format!("init in {pid}")], "start answers after init");
    assert_eq!(server.whoami().await?, pid);
    assert_eq!(links(), [pid]);
    assert_eq!(process::info(pid).expect("it lives").links, [process::self_pid()]);
    server.stop().await?;
    Ok(())
}

#[otp::test]
async fn gs_001_a_linked_server_and_its_starter_end_together() -> otp::Result {
    let (tell, told) = oneshot::channel();
    let starter = process::spawn(async move {
        let server = Script::start_link(Log::default()).await.expect("it starts");
        let _ = tell.send(server);
        process::sleep_forever().await;
    });
    let server = told.await?;
    process::exit(starter, ExitReason::other("no more"));
    assert_eq!(process::wait(server.pid().expect("a process")).await, ExitReason::other("no more"));
    Ok(())
}

#[otp::test]
async fn gs_002_a_start_without_link_ties_nobody() -> otp::Result {
    let (tell, told) = oneshot::channel();
    let (starter, _) = process::spawn_monitor(async move {
        let server = Starts::start((Log::default(), How::Run)).await.expect("it starts");
        assert_eq!(links(), []);
        let _ = tell.send(server);
        process::exit_with(ExitReason::other("gone"));
    });
    let server = told.await?;
    let down = process::receive::<Down>().await;
    assert_eq!((down.pid, down.reason), (Some(starter), ExitReason::other("gone")));
    assert!(server.is_alive());
    assert_eq!(Some(server.whoami().await?), server.pid());
    server.stop().await?;
    Ok(())
}

#[otp::test]
async fn gs_003_start_monitor_brings_a_down_with_its_reference() -> otp::Result {
    let (server, monitor) = Starts::start_monitor((Log::default(), How::Run)).await?;
    server.stop().reason(ExitReason::Shutdown).await?;
    let down = process::receive::<Down>().await;
    assert_eq!((down.reference, down.pid, down.reason), (monitor, server.pid(), ExitReason::Shutdown));
    Ok(())
}

#[otp::test(start_paused = true)]
async fn gs_003_a_failed_start_leaves_no_down_behind() {
    for how in [How::Ignore, How::Stop(ExitReason::Shutdown), How::Err, How::Panic, How::Hang] {
        let start = Starts::start_monitor((Log::default(), how.clone())).timeout(MS);
        assert!(start.await.is_err(), "{how:?}");
        assert_eq!(process::receive_timeout::<Down>(HOUR).await, None, "{how:?}");
    }
}

#[gen_server]
struct Slow;

#[gen_server]
impl Slow {
    #[init]
    async fn init(time: Duration) -> Self {
        process::sleep(time).await;
        Slow
    }

    #[call]
    fn ready(&self) -> bool {
        true
    }
}

#[otp::test(start_paused = true)]
async fn gs_004_start_waits_as_long_as_init_takes() -> otp::Result {
    let (server, elapsed) = timed(Slow::start_link(100 * HOUR)).await;
    assert_about(elapsed, 100 * HOUR);
    assert!(server?.ready().await?);
    Ok(())
}

#[otp::test(start_paused = true)]
async fn gs_004_a_call_by_name_during_init_waits_until_init_is_done() -> otp::Result {
    let mut start = Slow::start(HOUR).name("slow to start").into_future();
    assert!(tokio::time::timeout(MS, &mut start).await.is_err(), "init has not returned");
    let by_name = SlowRef::named("slow to start");
    let (answer, elapsed) = timed(by_name.ready().infinity()).await;
    assert!(answer?);
    assert_about(elapsed, HOUR - MS);
    start.await?.stop().await?;
    Ok(())
}

#[otp::test(start_paused = true)]
async fn dropping_a_start_leaves_the_server_starting() -> otp::Result {
    assert!(tokio::time::timeout(MS, Slow::start(HOUR).name("left alone")).await.is_err());
    let server = SlowRef::named("left alone");
    assert!(server.ready().infinity().await?);
    server.stop().await?;
    Ok(())
}

/// Starts linked, trapping exits, under a name: the error, and the exit that arrives.
async fn fails(how: How) -> (StartError, ExitReason) {
    process::trap_exit(true);
    let log = Log::default();
    // Several tests do this at the same time.
    let name = format!("failing {}", process::self_pid());
    let error = Starts::start_link((log.clone(), how)).name(name.clone()).await.expect_err("it cannot start");
    assert_eq!(process::whereis(name), None, "the name is free when start answers");
    let exit = process::receive::<Exit>().await;
    let lines = log.lines();
    assert_eq!(lines, [format!("init in {}", exit.from), "dropped at home".to_owned()], "terminate is not called");
    assert_eq!(links(), []);
    (error, exit.reason)
}

#[otp::test]
async fn gs_006_init_may_ignore() {
    let (error, reason) = fails(How::Ignore).await;
    assert_eq!((error, reason), (StartError::Ignored, ExitReason::Normal));
}

#[otp::test]
async fn gs_007_init_may_stop_with_a_reason() {
    for why in [ExitReason::other(7), ExitReason::Shutdown, ExitReason::Normal] {
        let (error, reason) = fails(How::Stop(why.clone())).await;
        assert_eq!((error, reason), (StartError::Failed(why.clone()), why));
    }
}

#[otp::test]
async fn gs_007_an_err_of_init_is_why_it_stops() {
    let (error, reason) = fails(How::Err).await;
    assert!(reason.error_ref::<std::fmt::Error>().is_some(), "{reason:?}");
    assert_eq!(error, StartError::Failed(reason));
}

#[otp::test]
async fn gs_009_a_panic_in_init_is_contained_and_told() {
    let (error, reason) = fails(How::Panic).await;
    let ExitReason::Panic(report) = &reason else { panic!("{reason:?}") };
    assert_eq!(report.message, "no way to start");
    assert!(report.location.as_ref().is_some_and(|at| at.contains("start.rs")), "{report:?}");
    assert!(error.to_string().contains("no way to start"), "{error}");
    assert_eq!(error, StartError::Failed(reason));
}

/// `init` that panics before it has made its future.
struct PanicsAtOnce;

impl GenServer for PanicsAtOnce {
    type Args = ();
    type Request = ();
    type Continue = NoContinue;
    type Ref = ServerRef<Self>;

    #[allow(clippy::manual_async_fn, reason = "the body outside of the block is what is tested")]
    fn init((): ()) -> impl Future<Output = Init<Self>> + Send {
        if process::try_self_pid().is_some() {
            panic!("before the future");
        }
        async { Init::ok(PanicsAtOnce) }
    }

    async fn handle(&mut self, (): ()) -> Next {
        Next::noreply()
    }
}

#[otp::test]
async fn gs_009_a_panic_before_the_future_of_init_is_contained_too() {
    let error = PanicsAtOnce::start_link(()).await.expect_err("it panics");
    let StartError::Failed(reason) = error else { panic!("{error:?}") };
    assert_eq!(short(&reason), "panic: before the future");
}

#[otp::test]
async fn gs_010_init_may_exit_with_a_reason() {
    let (error, reason) = fails(How::Exit(ExitReason::other("not today"))).await;
    assert_eq!(error, StartError::Failed(ExitReason::other("not today")));
    assert_eq!(reason, ExitReason::other("not today"));
}

#[otp::test]
async fn gs_012_a_failed_start_is_an_error_and_never_ends_the_starter() {
    for how in [How::Ignore, How::Stop(ExitReason::other("bad")), How::Err, How::Panic] {
        let linked = Starts::start_link((Log::default(), how.clone())).await.expect_err("it cannot start");
        let alone = Starts::start((Log::default(), how.clone())).await.expect_err("it cannot start");
        assert_eq!(linked.to_string(), alone.to_string(), "linked or not, the error is the answer");
        settle().await;
        assert_eq!(links(), [], "{how:?}");
    }
}

#[otp::test(start_paused = true)]
async fn init_that_takes_longer_than_the_time_given_is_killed() {
    let log = Log::default();
    let start = Starts::start_link((log.clone(), How::Hang)).name("too slow").timeout(50 * MS);
    let (started, elapsed) = timed(start).await;
    assert_eq!(started.expect_err("it hangs"), StartError::Timeout(50 * MS));
    assert_about(elapsed, 50 * MS);
    assert_eq!(process::whereis("too slow"), None);
    settle().await;
    assert_eq!(links(), [], "the starter is not ended by the kill");
    let lines = log.lines();
    assert_eq!(lines.last().map(String::as_str), Some("dropped at home"));
    assert!(!lines.contains(&"terminate".to_owned()));
}

#[otp::test(start_paused = true)]
async fn the_time_of_init_does_not_bound_what_comes_later() -> otp::Result {
    let server = Slow::start_link(MS).timeout(10 * MS).await?;
    process::sleep(HOUR).await;
    assert!(server.ready().await?);
    Ok(())
}

/// Continues at once, and has sent itself messages before.
#[gen_server]
struct Eager {
    log: Log,
}

struct First;
struct Note(&'static str);

#[gen_server]
impl Eager {
    #[init]
    async fn init(log: Log, known: oneshot::Sender<Pid>, asked: oneshot::Receiver<()>) -> Init<Self, First> {
        process::send(process::self_pid(), Note("message")).expect("a pid takes everything");
        let _ = known.send(process::self_pid());
        let _ = asked.await;
        Init::ok(Self { log }).then(First)
    }

    #[handle_continue]
    async fn first(&mut self, _step: First) {
        process::sleep(MS).await;
        self.log.add("continue");
    }

    #[info]
    fn note(&mut self, note: Note) {
        self.log.add(note.0);
    }

    #[call]
    fn ask(&mut self) {
        self.log.add("call");
    }
}

#[otp::test(start_paused = true)]
async fn gs_015_a_continue_of_init_runs_before_any_message() -> otp::Result {
    let log = Log::default();
    let (known, pid) = oneshot::channel();
    let (asked, wait) = oneshot::channel();
    let start = Eager::start_link((log.clone(), known, wait)).into_future();
    let call = async {
        let server = EagerRef::from_pid(pid.await.expect("init tells it")).expect("it is an Eager");
        let mut call = server.ask();
        assert!(futures_util::poll!(&mut call).is_pending(), "sent before init is done");
        let _ = asked.send(());
        call.await
    };
    let (server, answer) = tokio::join!(start, call);
    answer?;
    assert_eq!(log.lines(), ["continue", "message", "call"]);
    server?.stop().await?;
    Ok(())
}

#[gen_server]
struct Nest {
    inner: Option<NestRef>,
}

#[gen_server]
impl Nest {
    #[init]
    async fn init(depth: u64) -> otp::Result<Self> {
        let inner = match depth {
            0 => None,
            _ => Some(Box::pin(Nest::start_link(depth - 1).into_future()).await?),
        };
        Ok(Self { inner })
    }

    #[call]
    fn inner(&self) -> Option<NestRef> {
        self.inner.clone()
    }
}

#[otp::test]
async fn gs_016_a_server_knows_its_ancestors_nearest_first() -> otp::Result {
    let outer = Nest::start_link(2).await?;
    let middle = outer.inner().await?.expect("it has one");
    let inner = middle.inner().await?.expect("it has one");
    let ancestors = |server: &NestRef| process::info(server.pid().expect("a process")).expect("it lives").ancestors;
    let (me, outer_pid, middle_pid) = (process::self_pid(), outer.pid(), middle.pid());
    assert_eq!(ancestors(&outer).first(), Some(&me));
    assert_eq!(ancestors(&middle)[..2], [outer_pid.expect("a process"), me]);
    assert_eq!(ancestors(&inner)[..3], [middle_pid.expect("a process"), outer_pid.expect("a process"), me]);
    Ok(())
}

#[test]
fn a_linked_start_outside_of_a_process_is_refused() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("it can be built");
    runtime.block_on(async {
        let log = Log::default();
        let linked = Script::start_link(log.clone()).await.expect_err("there is nobody to link to");
        assert_eq!(linked, StartError::NotAProcess);
        let monitored = Script::start_monitor(log.clone()).await.expect_err("there is nobody to tell");
        assert_eq!(monitored, StartError::NotAProcess);
        assert_eq!(log.lines(), [] as [&str; 0]);

        let server = Script::start(log.clone()).await.expect("alone it starts");
        assert_eq!(super::bump(&server).await, Ok(1));
        server.stop().await.expect("it stops");
    });
}

#[gen_server(name = "declared", trap_exit = true, priority = high, mailbox = 7, overflow = drop)]
struct Declared;

#[gen_server]
impl Declared {
    #[init]
    fn init() -> Self {
        Self
    }
}

#[otp::test]
async fn the_options_of_the_declaration_hold_unless_the_start_says_otherwise() -> otp::Result {
    use otp::process::{Mailbox, Overflow, Priority};

    let server = Declared::start_link(()).await?;
    let info = process::info(server.pid().expect("a process")).expect("it lives");
    assert_eq!((info.name, info.trap_exit), (Some("declared".into()), true));
    assert_eq!((info.priority, info.mailbox), (Priority::High, Mailbox::bounded(7, Overflow::Drop)));

    let start = Declared::start_link(()).name("other").trap_exit(false).priority(Priority::Low).label("one");
    let other = start.mailbox(Mailbox::unbounded()).await?;
    let info = process::info(other.pid().expect("a process")).expect("it lives");
    assert_eq!((info.name, info.trap_exit, info.label), (Some("other".into()), false, Some("one".to_owned())));
    assert_eq!((info.priority, info.mailbox), (Priority::Low, Mailbox::unbounded()));

    let plain = Declared::start_link(()).options(ServerOptions::new()).await?;
    let info = process::info(plain.pid().expect("a process")).expect("it lives");
    assert_eq!((info.name, info.trap_exit), (None, false));
    assert_eq!((info.behaviour, info.initial_call), ("gen_server", std::any::type_name::<Declared>()));
    Ok(())
}
