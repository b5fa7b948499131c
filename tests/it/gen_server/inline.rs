//! Calls that their caller runs in place. All of this holds with `OTP_INLINE=off` too, but for where a handler runs.

use super::*;
use futures_util::poll;
use otp::process::Down;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;

/// Whether callers run their requests in place at all.
fn is_on() -> bool {
    std::env::var_os("OTP_INLINE").is_none_or(|value| value != "off")
}

#[otp::test]
async fn a_call_of_an_idle_server_is_answered_at_its_first_poll() -> otp::Result {
    let server = Script::start_link(Log::default()).await?;
    assert_eq!(bump(&server).await?, 1, "it has been idle once");
    assert_eq!(poll!(&mut bump(&server)).is_ready(), is_on());

    let queued = Script::start_link(Log::default()).inline(false).await?;
    assert_eq!(bump(&queued).await?, 1);
    assert!(poll!(&mut bump(&queued)).is_pending());
    Ok(())
}

#[otp::test]
async fn a_handler_runs_as_its_server_wherever_it_runs() -> otp::Result {
    let server = Script::start_link(Log::default()).await?;
    bump(&server).await?;
    let me = process::self_pid();
    let (told, tell) = std::sync::mpsc::channel();
    ask(&server, move |_, from| {
        let caller = from.pid();
        let child = process::spawn(process::sleep_forever());
        let parent = process::info(child).expect("it lives").ancestors[0];
        told.send((process::self_pid(), caller, parent)).expect("the test waits for it");
        from.reply(0);
        Next::noreply()
    })
    .await?;
    let (ran_as, caller, parent) = tell.recv()?;
    let server = server.pid().expect("it lives");
    assert_eq!((ran_as, caller, parent), (server, Some(me), server));
    assert_eq!(process::self_pid(), me);
    assert_eq!(process::info(server).expect("it lives").messages_handled, 2);
    Ok(())
}

/// Has handlers that wait.
#[gen_server]
struct Slow {
    log: Log,
}

struct Go;

#[gen_server]
impl Slow {
    #[init]
    fn init(log: Log) -> Self {
        Self { log }
    }

    #[call]
    async fn wait_for(&mut self, gate: oneshot::Receiver<()>) -> &'static str {
        self.log.add("waits");
        let _ = gate.await;
        self.log.add("goes on");
        "waited"
    }

    #[call]
    async fn receive(&mut self) -> &'static str {
        process::receive::<Go>().await;
        "received"
    }

    #[call]
    fn answer_then(&mut self, gate: oneshot::Receiver<()>) -> Reply<&'static str, Next<oneshot::Receiver<()>>> {
        Reply::now("answered").then(Next::then(gate))
    }

    #[handle_continue]
    async fn later(&mut self, gate: oneshot::Receiver<()>) -> Next<oneshot::Receiver<()>> {
        self.log.add("continues");
        let _ = gate.await;
        self.log.add("continued");
        Next::noreply()
    }

    #[call]
    fn note(&mut self, line: &'static str) {
        self.log.add(line);
    }
}

#[otp::test]
async fn a_handler_that_waits_goes_on_in_its_server_whatever_becomes_of_the_caller() -> otp::Result {
    let log = Log::default();
    let server = Slow::start(log.clone()).await?;
    server.note("begin").await?;

    let (gate, opened) = oneshot::channel();
    let mut call = server.wait_for(opened);
    assert!(poll!(&mut call).is_pending());
    drop(call);
    let _ = gate.send(());
    server.note("given up").await?;

    let (gate, opened) = oneshot::channel();
    let calling = server.clone();
    let caller = process::spawn(async move {
        let _ = calling.wait_for(opened).await;
    });
    while log.count("waits") < 2 {
        tokio::task::yield_now().await;
    }
    process::exit(caller, ExitReason::Kill);
    process::wait(caller).await;
    let _ = gate.send(());
    server.note("killed").await?;

    let (gate, opened) = oneshot::channel();
    let error = server.wait_for(opened).timeout(20 * MS).await.expect_err("nobody opened");
    assert!(error.is_timeout());
    let _ = gate.send(());
    server.note("timed out").await?;

    let waited = ["waits", "goes on"];
    let expected: Vec<_> =
        [&["begin"], &waited[..], &["given up"], &waited, &["killed"], &waited, &["timed out"]].concat();
    assert_eq!(log.lines(), expected);
    Ok(())
}

#[otp::test]
async fn a_handler_that_receives_does_so_in_its_server() -> otp::Result {
    let server = Slow::start(Log::default()).await?;
    server.note("begin").await?;
    let mut call = server.receive();
    assert!(poll!(&mut call).is_pending());
    process::send(&server, Go)?;
    assert_eq!(call.await?, "received");
    Ok(())
}

#[otp::test]
async fn a_caller_does_not_wait_for_what_follows_its_answer_and_the_next_one_does() -> otp::Result {
    let log = Log::default();
    let server = Slow::start(log.clone()).await?;
    server.note("begin").await?;
    let (gate, opened) = oneshot::channel();
    assert_eq!(server.answer_then(opened).await?, "answered");
    let mut next = server.note("next");
    assert!(poll!(&mut next).is_pending(), "the continue step comes before the mailbox");
    drop(gate);
    next.await?;
    assert_eq!(log.lines(), ["begin", "continues", "continued", "next"]);
    Ok(())
}

#[otp::test]
async fn a_panic_in_place_is_the_servers_and_its_end_its_own() -> otp::Result {
    let log = Log::default();
    let server = Script::start(log.clone()).await?;
    bump(&server).await?;
    let monitor = process::monitor(&server);
    let error = ask(&server, |_, _| panic!("in place")).await.expect_err("it panics");
    assert!(error.to_string().contains("in place"), "{error}");
    let down = process::receive::<Down>().await;
    assert_eq!(down.reference, monitor);
    assert!(matches!(down.reason, ExitReason::Panic(_)), "{}", down.reason);
    assert_eq!(log.lines(), ["init", "terminate panic: in place", "dropped at home"]);
    Ok(())
}

#[otp::test]
async fn an_answer_comes_before_the_end_that_follows_it() -> otp::Result {
    let log = Log::default();
    let server = Script::start(log.clone()).await?;
    bump(&server).await?;
    process::monitor(&server);
    let answer = ask(&server, |_, from| {
        from.reply(7);
        Next::stop(ExitReason::Shutdown)
    });
    assert_eq!(answer.await?, 7);
    assert_eq!(process::receive::<Down>().await.reason, ExitReason::Shutdown);
    assert_eq!(log.lines(), ["init", "terminate shutdown", "dropped at home"]);
    Ok(())
}

#[otp::test]
async fn a_server_that_is_killed_in_place_tells_the_caller() -> otp::Result {
    let log = Log::default();
    let server = Script::start(log.clone()).await?;
    bump(&server).await?;
    let call = ask(&server, |script, from| {
        process::exit(process::self_pid(), ExitReason::Kill);
        script.held.push(from);
        Next::noreply()
    });
    let error = call.await.expect_err("it is killed");
    assert!(error.to_string().contains("killed"), "{error}");
    assert_eq!(log.lines(), ["init", "dropped at home"], "no further callback ran");
    Ok(())
}

/// Adds what the one below answers.
#[gen_server]
struct Storey {
    below: Option<StoreyRef>,
}

#[gen_server]
impl Storey {
    #[init]
    fn init(below: Option<StoreyRef>) -> Self {
        Self { below }
    }

    #[call]
    async fn height(&mut self) -> u64 {
        match &self.below {
            Some(below) => 1 + below.height().await.expect("it stands"),
            None => 1,
        }
    }
}

#[otp::test]
async fn calls_within_calls_are_answered_however_deep() -> otp::Result {
    let mut top = Storey::start_link(None).await?;
    for _ in 1..100 {
        top = Storey::start_link(Some(top)).await?;
    }
    for _ in 0..3 {
        assert_eq!(top.height().await?, 100);
    }
    Ok(())
}

#[test]
fn a_server_of_another_runtime_runs_there() {
    let build = || tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("threads");
    let (here, there) = (build(), build());
    let server = there.block_on(in_a_process_that_stays(Script::start(Log::default())));
    let home = there.handle().id();
    let ran_at = here.block_on(in_a_process(async move {
        let mut homes = Vec::new();
        for _ in 0..10 {
            let (told, tell) = oneshot::channel();
            let call = ask(&server, |_, from| {
                let _ = told.send(tokio::runtime::Handle::current().id());
                from.reply(0);
                Next::noreply()
            });
            call.await.expect("it answers");
            homes.push(tell.await.expect("it told"));
        }
        homes
    }));
    assert_eq!(ran_at, [home; 10]);
}

async fn in_a_process_that_stays<T: Send + 'static, E: std::fmt::Debug + Send + 'static>(
    start: impl IntoFuture<Output = Result<T, E>, IntoFuture: Send + 'static> + Send + 'static,
) -> T {
    let start = start.into_future();
    in_a_process(async move { start.await.expect("it starts") }).await
}

/// What one process sends arrives in order, also when some of it runs in place and some waits in the mailbox.
#[otp::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_one_sends_is_handled_in_order_in_place_or_not() -> otp::Result {
    const SENDERS: u64 = 6;
    const ROUNDS: u64 = 3_000;
    let server = Script::start_link(Log::default()).await?;
    let total = Arc::new(AtomicU64::new(0));
    let mut senders = Vec::new();
    for sender in 0..SENDERS {
        let (server, total) = (server.clone(), total.clone());
        senders.push(tokio::spawn(in_a_process(async move {
            let mine = Arc::new(AtomicU64::new(0));
            for round in 0..ROUNDS {
                let (counted, seen) = (mine.clone(), mine.clone());
                tell(&server, move |script| {
                    script.n += 1;
                    counted.fetch_add(1, Ordering::Relaxed);
                    Next::noreply()
                });
                let call = ask(&server, move |_, from| {
                    from.reply(seen.load(Ordering::Relaxed));
                    Next::noreply()
                });
                assert_eq!(call.await.expect("it answers"), round + 1, "a call overtook a cast");
                if round % 64 == sender {
                    tokio::task::yield_now().await;
                }
            }
            total.fetch_add(ROUNDS, Ordering::Relaxed);
        })));
    }
    for sender in senders {
        sender.await?;
    }
    assert_eq!(bump(&server).await?, SENDERS * ROUNDS + 1);
    assert_eq!(total.load(Ordering::Relaxed), SENDERS * ROUNDS);
    Ok(())
}

/// After a cast is sent, at most one call in place comes before it, and what waited in the mailbox.
#[otp::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_callers_without_pause_keep_nobody_waiting() -> otp::Result {
    const CALLERS: u64 = 2;
    let server = Script::start_link(Log::default()).await?;
    let calls = Arc::new(AtomicU64::new(0));
    let done = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let mut callers = Vec::new();
    for _ in 0..CALLERS {
        let (server, calls, done) = (server.clone(), calls.clone(), done.clone());
        callers.push(tokio::spawn(in_a_process(async move {
            while !done.load(Ordering::Relaxed) {
                let calls = calls.clone();
                let call = ask(&server, move |_, from| {
                    calls.fetch_add(1, Ordering::SeqCst);
                    from.reply(0);
                    Next::noreply()
                });
                call.await.expect("it answers");
            }
        })));
    }
    for _ in 0..2_000 {
        let (told, tell_me) = oneshot::channel();
        let handled = calls.clone();
        tell(&server, move |_| {
            let _ = told.send(handled.load(Ordering::SeqCst));
            Next::noreply()
        });
        let sent = calls.load(Ordering::SeqCst);
        let handled = tell_me.await?;
        assert!(handled <= sent + CALLERS + 1, "{} calls came before a cast", handled - sent);
    }
    done.store(true, Ordering::Relaxed);
    for caller in callers {
        caller.await?;
    }
    Ok(())
}

#[test]
fn a_runtime_may_end_while_callers_are_inside() {
    for round in 0..60 {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(3).enable_all().build().expect("threads");
        let calls = Arc::new(AtomicU64::new(0));
        let (started, ready) = std::sync::mpsc::channel();
        for _ in 0..4 {
            let (calls, started) = (calls.clone(), started.clone());
            runtime.spawn(async move {
                let server = in_a_process_that_stays(Script::start(Log::default())).await;
                for _ in 0..3 {
                    let (server, calls) = (server.clone(), calls.clone());
                    process::spawn(async move {
                        while bump(&server).await.is_ok() {
                            calls.fetch_add(1, Ordering::Relaxed);
                        }
                    });
                }
                let _ = started.send(());
            });
        }
        (0..4).for_each(|_| ready.recv().expect("it starts"));
        while calls.load(Ordering::Relaxed) < 1_000 + round {
            std::thread::yield_now();
        }
        drop(runtime);
    }
}

#[otp::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handler_may_block_in_place() -> otp::Result {
    let server = Script::start_link(Log::default()).await?;
    for n in 1..20 {
        let call = ask(&server, |script, from| {
            script.n += 1;
            from.reply(tokio::task::block_in_place(|| script.n));
            Next::noreply()
        });
        assert_eq!(call.await?, n);
    }
    Ok(())
}

#[otp::test]
async fn a_call_in_place_is_polled_once_and_its_answer_taken_once() -> otp::Result {
    let server = Script::start_link(Log::default()).await?;
    bump(&server).await?;
    // A second answer, from elsewhere, finds nobody.
    let call = ask(&server, |script, from| {
        from.reply(1);
        script.n = 10;
        Next::noreply()
    });
    assert_eq!(call.await?, 1);
    let mut both = (bump(&server), bump(&server));
    let (a, b) = (poll!(&mut both.0), poll!(&mut both.1));
    if is_on() {
        assert_eq!((a, b), (Poll::Ready(Ok(11)), Poll::Ready(Ok(12))));
    } else {
        assert_eq!((both.0.await?, both.1.await?), (11, 12));
    }
    Ok(())
}

/// Looks at its mailbox in the middle of a handler, without waiting.
#[gen_server]
struct Careless;

#[gen_server]
impl Careless {
    #[init]
    fn init() -> Self {
        Self
    }

    #[call]
    fn begin_and_forget(&mut self) -> bool {
        Task::async_(process::sleep_forever()).ignore().is_none()
    }
}

#[otp::test]
async fn a_handler_that_looks_at_its_mailbox_does_not_wait_for_its_task() -> otp::Result {
    let server = Careless::start_link(()).await?;
    for _ in 0..3 {
        assert!(server.begin_and_forget().await?);
    }
    server.stop().await?;
    Ok(())
}

#[otp::test]
async fn a_request_that_cannot_be_made_leaves_the_server_as_it_was() -> otp::Result {
    let server = Script::start_link(Log::default()).await?;
    for n in 1..=20 {
        assert_eq!(bump(&server).await?, n);
        let careless = server.clone();
        let (_, monitor) = process::spawn_monitor(async move {
            let _ = careless.call::<u64>(|_| panic!("no request")).await;
        });
        let down = process::receive::<Down>().await;
        assert_eq!(down.reference, monitor);
        assert!(matches!(down.reason, ExitReason::Panic(_)), "{}", down.reason);
    }
    server.stop().await?;
    Ok(())
}

/// Has handlers of both kinds, and one with a name of the trait's.
#[gen_server]
struct Mixed {
    notes: Vec<u64>,
}

#[gen_server]
impl Mixed {
    #[init]
    fn init() -> Self {
        Self { notes: Vec::new() }
    }

    #[call]
    fn handle_now(&mut self, n: u64) -> usize {
        self.notes.push(n);
        self.notes.len()
    }

    #[call]
    async fn handle(&mut self, n: u64) -> usize {
        tokio::task::yield_now().await;
        self.notes.push(n);
        self.notes.len()
    }

    #[cast]
    fn note(&mut self, n: u64) {
        self.notes.push(n);
    }

    #[cast]
    async fn note_later(&mut self, n: u64) {
        tokio::task::yield_now().await;
        self.notes.push(n);
    }

    #[call]
    fn notes(&mut self) -> Vec<u64> {
        self.notes.clone()
    }
}

#[otp::test]
async fn handlers_that_wait_and_handlers_that_do_not_keep_their_order() -> otp::Result {
    let server = Mixed::start_link(()).await?;
    for round in 0..50 {
        let n = 6 * round;
        server.note_later(n);
        server.note(n + 1);
        assert_eq!(server.handle_now(n + 2).await?, n as usize + 3);
        server.note(n + 3);
        assert_eq!(server.handle(n + 4).await?, n as usize + 5);
        assert_eq!(server.handle_now(n + 5).await?, n as usize + 6);
    }
    assert_eq!(server.notes().await?, (0..300).collect::<Vec<_>>());
    Ok(())
}
