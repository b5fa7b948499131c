//! Whoever waits for a server that ends learns at once, and why.

use super::{Log, Script, ask, bump, hang, settle, short, tell};
use futures_util::FutureExt;
use otp::gen_server::CallFailure;
use otp::prelude::*;
use otp::process;
use std::future::{Future, IntoFuture};
use std::pin::Pin;

/// A way to end a server, and the reason it ends with.
struct Death {
    name: &'static str,
    cause: fn(&ServerRef<Script>),
    reason: &'static str,
    /// Whether `terminate` runs.
    terminates: bool,
}

fn pid(server: &ServerRef<Script>) -> Pid {
    server.pid().expect("a process")
}

fn deaths() -> [Death; 9] {
    let death = |name, cause, reason, terminates| Death { name, cause, reason, terminates };
    [
        death("panic", |it| tell(it, |_| panic!("boom")), "panic: boom", true),
        death("stop", |it| tell(it, |_| Next::stop(ExitReason::other("why"))), "\"why\"", true),
        death("normal stop", |it| tell(it, |_| Next::stop(ExitReason::Normal)), "normal", true),
        death("error", |it| tell(it, |_| Next::stop(ExitReason::error("an error"))), "an error", true),
        death("exit_with", |it| tell(it, |_| process::exit_with(ExitReason::other(3))), "3", true),
        death("asked to stop", ask_to_stop, "shutdown", true),
        death("kill", |it| process::exit(pid(it), ExitReason::Kill), "killed", false),
        death("exit signal", |it| process::exit(pid(it), ExitReason::other("signal")), "\"signal\"", false),
        death("shutdown signal", |it| process::exit(pid(it), ExitReason::Shutdown), "shutdown", false),
    ]
}

/// The request is sent at the first poll.
fn ask_to_stop(server: &ServerRef<Script>) {
    // It may be gone by then, on another thread.
    let _ = server.stop().reason(ExitReason::Shutdown).into_future().now_or_never();
}

type Waiting = Pin<Box<dyn Future<Output = Result<u64, CallError>> + Send>>;

/// Sends the call now.
async fn sent(call: impl Future<Output = Result<u64, CallError>> + Send + 'static) -> Waiting {
    let mut call: Waiting = Box::pin(call);
    assert!(futures_util::poll!(&mut call).is_pending());
    call
}

#[track_caller]
fn assert_told(answer: Result<u64, CallError>, death: &Death) {
    let error = answer.expect_err(death.name);
    let reason = error.exit_reason().unwrap_or_else(|| panic!("{}: {error}", death.name));
    assert_eq!(short(reason), death.reason, "{}", death.name);
}

/// GS-044
#[otp::test(start_paused = true)]
async fn every_death_wakes_whoever_waits_with_its_reason_and_drops_the_state_at_home() -> otp::Result {
    for death in deaths() {
        let log = Log::default();
        let server = Script::start(log.clone()).await?;
        let monitor = server.monitor();
        // Its answer was put off; its handler has not begun; and one by a task that is no process.
        let deferred = sent(hang(&server).infinity().owned()).await;
        settle().await;
        let task = tokio::spawn(hang(&server).infinity().owned());
        settle().await;
        (death.cause)(&server);
        let queued = sent(bump(&server).infinity().owned()).await;

        assert_told(deferred.await, &death);
        assert_told(queued.await, &death);
        assert_told(task.await?, &death);
        let down = process::receive::<Down>().await;
        assert_eq!((down.reference, short(&down.reason)), (monitor, death.reason.to_owned()), "{}", death.name);
        let terminate = format!("terminate {}", death.reason);
        let expected = match death.terminates {
            true => vec!["init", &terminate, "dropped at home"],
            false => vec!["init", "dropped at home"],
        };
        assert_eq!(log.lines(), expected, "{}", death.name);
        let late = bump(&server).await.expect_err("it has ended");
        assert_eq!(late.failure(), &CallFailure::NoProc, "{}", death.name);
    }
    Ok(())
}

/// A server whose handler waits, so that a signal finds it in the middle.
#[gen_server]
struct Busy {
    log: Log,
    _tracked: super::Tracked,
}

#[gen_server]
impl Busy {
    #[init]
    fn init(log: Log) -> Self {
        Self { _tracked: super::Tracked::new(&log), log }
    }

    #[call(timeout = infinity)]
    async fn work(&mut self) -> u64 {
        process::sleep_forever().await;
        self.log.add("never");
        1
    }

    #[terminate]
    fn terminate(&mut self, _reason: &ExitReason) {
        self.log.add("terminate");
    }
}

#[otp::test]
async fn a_signal_in_the_middle_of_a_handler_wakes_its_caller_with_the_reason() -> otp::Result {
    for (signal, reason) in [(ExitReason::Kill, ExitReason::Killed), (ExitReason::Shutdown, ExitReason::Shutdown)] {
        let log = Log::default();
        let busy = Busy::start(log.clone()).await?;
        let mut handled = busy.work();
        let mut queued = busy.work();
        assert!(futures_util::poll!(&mut handled).is_pending());
        assert!(futures_util::poll!(&mut queued).is_pending());
        settle().await;
        process::exit(busy.pid().expect("a process"), signal);
        assert_eq!(handled.await.expect_err("it ends").exit_reason(), Some(&reason));
        assert_eq!(queued.await.expect_err("it ends").exit_reason(), Some(&reason));
        assert_eq!(process::wait(busy.pid().expect("a process")).await, ExitReason::NoProc);
        assert_eq!(log.lines(), ["dropped at home"], "no further callback runs");
    }
    Ok(())
}

#[otp::test]
async fn a_caller_that_learns_of_the_end_finds_the_name_free() -> otp::Result {
    for _ in 0..50 {
        let server = Script::start(Log::default()).name("mourned").await?;
        ask(&server, |_, _| panic!("no more")).await.expect_err("it panics");
        let next = Script::start(Log::default()).name("mourned").await?;
        next.stop().await?;
    }
    Ok(())
}

/// Calls that are handled, queued, or race with the end: each is answered, or learns the reason, or that nobody is
/// there any more.
#[otp::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_caller_is_lost_when_a_server_ends_amid_calls() -> otp::Result {
    const CALLERS: usize = 6;
    for round in 0..150 {
        let deaths = deaths();
        let death = &deaths[round % deaths.len()];
        let log = Log::default();
        let server = Script::start(log.clone()).await?;
        let callers: Vec<_> = (0..CALLERS)
            .map(|i| {
                let server = server.clone();
                let calls = async move {
                    loop {
                        // Some are answered at once, some never.
                        let answer = match i % 3 {
                            2 => hang(&server).infinity().await,
                            _ => bump(&server).infinity().await,
                        };
                        if let Err(error) = answer {
                            return error;
                        }
                    }
                };
                match i % 2 {
                    0 => tokio::spawn(super::in_a_process(calls)),
                    _ => tokio::spawn(calls),
                }
            })
            .collect();
        bump(&server).await?;
        if round % 2 == 0 {
            tokio::task::yield_now().await;
        }
        (death.cause)(&server);
        for caller in callers {
            let error = caller.await?;
            match error.failure() {
                CallFailure::NoProc => {}
                CallFailure::Exit(reason) => assert_eq!(short(reason), death.reason, "{}", death.name),
                other => panic!("{}: {other:?}", death.name),
            }
        }
        assert_eq!(log.count("dropped at home"), 1, "{}: {:?}", death.name, log.lines());
    }
    Ok(())
}

/// The answer and the death of the server come at the same moment.
#[otp::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_answer_sent_before_the_end_is_not_lost() -> otp::Result {
    for _ in 0..300 {
        let server = Script::start(Log::default()).await?;
        let call = ask(&server, |_, from| {
            from.reply(7);
            Next::stop(ExitReason::other("at once"))
        });
        assert_eq!(call.await?, 7);
    }
    Ok(())
}

#[otp::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_blocked_by_its_handler_ends_when_that_returns() -> otp::Result {
    let log = Log::default();
    let server = Script::start(log.clone()).await?;
    let (gate, opened) = std::sync::mpsc::channel::<()>();
    let (entered, inside) = tokio::sync::oneshot::channel();
    tell(&server, move |_| {
        let _ = entered.send(());
        let _ = opened.recv();
        Next::noreply()
    });
    inside.await?;
    let queued = sent(bump(&server).infinity().owned()).await;
    process::exit(pid(&server), ExitReason::Kill);
    drop(gate);
    let error = queued.await.expect_err("it was killed");
    assert_eq!(error.exit_reason(), Some(&ExitReason::Killed));
    assert_eq!(log.lines(), ["init", "dropped at home"]);
    Ok(())
}
