//! `terminate`: when it runs, with what, and what comes of it.

use super::{HOUR, Log, MS, Script, Tracked, bump, settle, short, tell};
use otp::prelude::*;
use otp::process;
use std::sync::Mutex;
use tokio::sync::oneshot;

/// What `terminate` itself does.
#[derive(Clone, Copy)]
enum Last {
    Return,
    Panic,
    Exit,
    Hang,
}

#[gen_server]
struct Mortal {
    log: Log,
    last: Last,
    n: u64,
    _tracked: Tracked,
}

#[gen_server]
impl Mortal {
    #[init]
    fn init(log: Log, last: Last) -> Self {
        Self { _tracked: Tracked::new(&log), log, last, n: 0 }
    }

    #[cast]
    fn add(&mut self, n: u64) {
        self.n += n;
    }

    #[cast]
    fn add_and_stop(&mut self, n: u64, reason: ExitReason) -> Next {
        self.n += n;
        Next::stop(reason)
    }

    #[cast]
    fn add_and_panic(&mut self, n: u64) {
        self.n += n;
        panic!("after {n} more");
    }

    #[cast]
    fn leave(&mut self, reason: ExitReason) {
        process::exit_with(reason);
    }

    #[call]
    fn ping(&self) -> u64 {
        self.n
    }

    #[info]
    fn exit(&mut self, exit: Exit) {
        self.log.add(format!("exit {}", exit.reason));
    }

    #[terminate]
    async fn terminate(&mut self, reason: &ExitReason) {
        self.log.add(format!("terminate {} {}", self.n, short(reason)));
        match self.last {
            Last::Return => {}
            Last::Panic => panic!("in terminate"),
            Last::Exit => process::exit_with(ExitReason::other("another")),
            Last::Hang => {
                process::sleep(HOUR).await;
                self.log.add("done");
            }
        }
    }
}

/// The server, its log, and what it ended with once `end` was done to it.
async fn ended(last: Last, end: impl FnOnce(&MortalRef)) -> (Vec<String>, ExitReason) {
    let log = Log::default();
    let (mortal, monitor) = Mortal::start_monitor((log.clone(), last)).await.expect("it starts");
    mortal.add(1);
    end(&mortal);
    let down = process::receive::<Down>().await;
    assert_eq!(down.reference, monitor);
    (log.lines(), down.reason)
}

/// GS-087: the reason of the Down is that of `terminate`.
#[otp::test]
async fn gs_076_terminate_runs_once_with_the_reason_and_the_newest_state() {
    for reason in [ExitReason::Normal, ExitReason::Shutdown, ExitReason::shutdown_with(1), ExitReason::other("bad")] {
        let (lines, ended_with) = ended(Last::Return, |it| it.add_and_stop(2, reason.clone())).await;
        assert_eq!(lines, [format!("terminate 3 {reason}"), "dropped at home".to_owned()]);
        assert_eq!(ended_with, reason);
    }
}

#[otp::test]
async fn gs_076_a_panic_is_a_reason_to_terminate_and_keeps_what_the_handler_changed() {
    let (lines, reason) = ended(Last::Return, |it| it.add_and_panic(4)).await;
    assert_eq!(lines, ["terminate 5 panic: after 4 more", "dropped at home"]);
    assert_eq!(short(&reason), "panic: after 4 more");
}

#[otp::test]
async fn gs_078_an_exit_from_inside_a_callback_terminates_with_its_reason() {
    for reason in [ExitReason::other("leaving"), ExitReason::Normal] {
        let (lines, ended_with) = ended(Last::Return, |it| it.leave(reason.clone())).await;
        assert_eq!(lines, [format!("terminate 1 {reason}"), "dropped at home".to_owned()]);
        assert_eq!(ended_with, reason);
    }
}

#[otp::test]
async fn gs_085_a_terminate_that_fails_replaces_the_reason() {
    for why in [ExitReason::Normal, ExitReason::other("the original")] {
        let (lines, reason) = ended(Last::Panic, |it| it.add_and_stop(0, why.clone())).await;
        assert_eq!(short(&reason), "panic: in terminate");
        assert_eq!(
            lines,
            [format!("terminate 1 {why}"), "dropped at home".to_owned()],
            "once, and the state is dropped"
        );
        let (_, reason) = ended(Last::Exit, |it| it.add_and_stop(0, why.clone())).await;
        assert_eq!(reason, ExitReason::other("another"));
    }
}

#[otp::test(start_paused = true)]
async fn the_end_waits_for_terminate_but_a_kill_does_not() {
    let (lines, _) = ended(Last::Hang, |it| it.add_and_stop(0, ExitReason::Normal)).await;
    assert_eq!(lines, ["terminate 1 normal", "done", "dropped at home"]);

    let kill = |it: &MortalRef| {
        it.add_and_stop(0, ExitReason::Normal);
        let pid = it.pid().expect("a process");
        process::spawn(async move {
            process::sleep(HOUR / 2).await;
            process::exit(pid, ExitReason::Kill);
        });
    };
    let (lines, reason) = ended(Last::Hang, kill).await;
    assert_eq!(
        (lines, reason),
        (vec!["terminate 1 normal".to_owned(), "dropped at home".to_owned()], ExitReason::Killed)
    );
}

struct Bare;

impl GenServer for Bare {
    type Args = ();
    type Request = ExitReason;
    type Continue = NoContinue;
    type Ref = ServerRef<Self>;

    async fn init((): ()) -> Init<Self> {
        Init::ok(Bare)
    }

    async fn handle(&mut self, reason: ExitReason) -> Next {
        if reason == ExitReason::Kill { panic!("as asked") } else { Next::stop(reason) }
    }
}

#[otp::test]
async fn gs_086_without_terminate_a_server_ends_with_its_reason_unchanged() -> otp::Result {
    for reason in [ExitReason::Normal, ExitReason::Shutdown, ExitReason::other(86)] {
        let (bare, _) = Bare::start_monitor(()).await?;
        bare.cast(reason.clone());
        assert_eq!(process::receive::<Down>().await.reason, reason);
    }
    let (bare, _) = Bare::start_monitor(()).await?;
    bare.cast(ExitReason::Kill);
    assert_eq!(short(&process::receive::<Down>().await.reason), "panic: as asked");
    Ok(())
}

#[otp::test]
async fn gs_080_a_server_that_traps_exits_lives_on_when_others_end() -> otp::Result {
    let log = Log::default();
    let mortal = Mortal::start_link((log.clone(), Last::Return)).trap_exit(true).await?;
    let pid = mortal.pid().expect("a process");
    // A linked process that is not the parent, and a signal of a stranger.
    let linked = process::spawn(async move {
        process::link(pid).expect("it lives");
        process::exit_with(ExitReason::other("linked"));
    });
    process::wait(linked).await;
    let stranger = process::spawn(async move { process::exit(pid, ExitReason::Shutdown) });
    process::wait(stranger).await;
    assert_eq!(mortal.ping().await?, 0);
    assert_eq!(log.lines(), ["exit \"linked\"", "exit shutdown"]);
    Ok(())
}

/// A parent that ends with this reason, and the server that it started.
async fn orphan(log: &Log, traps: bool, reason: ExitReason) -> MortalRef {
    let (tell, told) = oneshot::channel();
    let log = log.clone();
    let parent = process::spawn(async move {
        let start = Mortal::start_link((log, Last::Return)).trap_exit(traps);
        let _ = tell.send(start.await.expect("it starts"));
        process::exit_with(reason);
    });
    let mortal = told.await.expect("the parent starts it");
    process::wait(parent).await;
    mortal
}

#[otp::test]
async fn a_server_that_traps_exits_terminates_when_its_parent_ends() {
    for reason in [ExitReason::Normal, ExitReason::Shutdown, ExitReason::other("crash")] {
        let log = Log::default();
        let mortal = orphan(&log, true, reason.clone()).await;
        let ended = process::wait(mortal.pid().expect("a process")).await;
        assert!(ended == reason || ended == ExitReason::NoProc, "{ended}");
        assert_eq!(log.lines(), [format!("terminate 0 {reason}"), "dropped at home".to_owned()]);
    }
}

#[otp::test]
async fn a_server_that_traps_no_exits_ends_with_its_parent_without_terminate() {
    let log = Log::default();
    let mortal = orphan(&log, false, ExitReason::other("crash")).await;
    settle().await;
    assert!(!mortal.is_alive());
    assert_eq!(log.lines(), ["dropped at home"]);
}

#[otp::test]
async fn gs_082_the_normal_end_of_its_parent_leaves_a_server_alone_that_traps_no_exits() -> otp::Result {
    let log = Log::default();
    let mortal = orphan(&log, false, ExitReason::Normal).await;
    settle().await;
    assert_eq!(mortal.ping().await?, 0);
    mortal.stop().await?;
    Ok(())
}

#[otp::test]
async fn gs_083_a_kill_runs_no_terminate_whether_exits_are_trapped_or_not() -> otp::Result {
    for traps in [true, false] {
        let log = Log::default();
        let mortal = Mortal::start((log.clone(), Last::Return)).trap_exit(traps).await?;
        let monitor = mortal.monitor();
        process::exit(mortal.pid().expect("a process"), ExitReason::Kill);
        let down = process::receive::<Down>().await;
        assert_eq!((down.reference, down.reason), (monitor, ExitReason::Killed));
        assert_eq!(log.lines(), ["dropped at home"]);
    }
    Ok(())
}

#[otp::test]
async fn gs_087_a_watcher_learns_of_an_end_without_terminate_too() -> otp::Result {
    // A signal that is not trapped: terminate is skipped, and the watcher can clean up.
    let log = Log::default();
    let (mortal, monitor) = Mortal::start_monitor((log.clone(), Last::Return)).await?;
    process::exit(mortal.pid().expect("a process"), ExitReason::other("signal"));
    let down = process::receive::<Down>().await;
    assert_eq!((down.reference, down.reason), (monitor, ExitReason::other("signal")));
    assert_eq!(log.lines(), ["dropped at home"], "also the state was dropped before the watcher is told");
    Ok(())
}

#[otp::test]
async fn messages_that_wait_when_a_server_ends_are_never_handled() -> otp::Result {
    let log = Log::default();
    let (server, _) = Script::start_monitor(log.clone()).await?;
    tell(&server, |_| Next::stop(ExitReason::Normal));
    tell(&server, |script| {
        script.log.add("never");
        Next::noreply()
    });
    process::send(server.pid().expect("a process"), "never")?;
    process::receive::<Down>().await;
    assert_eq!(log.lines(), ["init", "terminate normal", "dropped at home"]);
    Ok(())
}

/// A state whose destructor panics.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("in drop");
    }
}

#[gen_server]
struct Fused {
    _bomb: Bomb,
}

#[gen_server]
impl Fused {
    #[init]
    fn init() -> Self {
        Self { _bomb: Bomb }
    }

    #[call]
    fn hold(&self, from: ReplyTo<()>) -> Reply<()> {
        std::mem::forget(from);
        Reply::later()
    }
}

#[otp::test]
async fn a_state_whose_destructor_panics_harms_nobody_else() -> otp::Result {
    let (fused, _) = Fused::start_monitor(()).name("fused").await?;
    let stopped = fused.stop().await;
    let down = process::receive::<Down>().await;
    assert!(stopped.is_ok() || down.reason != ExitReason::Normal, "{stopped:?}");
    assert_eq!(process::whereis("fused"), None);
    assert!(fused.hold().timeout(MS).await.is_err());
    Ok(())
}

static PROGRAM: Mutex<Option<Log>> = Mutex::new(None);

#[otp::main(flavor = "current_thread")]
async fn program() {
    let log = PROGRAM.lock().expect("nobody panics with it").clone().expect("set by the test");
    let server = Script::start(log.clone()).trap_exit(true).await.expect("it starts");
    bump(&server).await.expect("it lives");
    log.add("main returns");
}

#[test]
fn when_main_returns_states_are_dropped_and_terminate_is_not_called() {
    let log = Log::default();
    *PROGRAM.lock().expect("nobody panics with it") = Some(log.clone());
    program();
    assert_eq!(log.lines(), ["init", "main returns", "dropped at home"]);
}

const HALT: &str = "OTP_TEST_HALT";

#[otp::test]
async fn gs_089_when_the_program_halts_terminate_is_not_called() -> otp::Result {
    if std::env::var_os(HALT).is_some() {
        let mortal = Prints::start_link(()).trap_exit(true).await?;
        mortal.ping().await?;
        println!("halting");
        std::process::exit(7);
    }
    let module = module_path!().split_once("::").map_or("", |(_, path)| path);
    let name = format!("{module}::gs_089_when_the_program_halts_terminate_is_not_called");
    let mut program = std::process::Command::new(std::env::current_exe()?);
    let output = program.args([&*name, "--exact", "--nocapture"]).env(HALT, "1").output()?;
    let printed = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(7), "{printed}");
    assert!(printed.contains("halting") && !printed.contains("terminate ran"), "{printed}");
    Ok(())
}

#[gen_server]
struct Prints;

#[gen_server]
impl Prints {
    #[init]
    fn init() -> Self {
        Self
    }

    #[call]
    fn ping(&self) {}

    #[terminate]
    fn terminate(&mut self, _reason: &ExitReason) {
        println!("terminate ran");
    }
}
