//! Idle timeouts: what happens when no message comes.

use super::{HOUR, Log, MS, Script, ask, bump, short, tell};
use otp::prelude::*;
use otp::{process, sys};
use std::time::Duration;

struct Ring(&'static str);

/// How to wait, and for how long.
#[derive(Clone, Copy)]
enum Wait {
    Forever,
    Idle(Duration),
    With(Duration, &'static str),
}

fn next(wait: Wait) -> Next {
    match wait {
        Wait::Forever => Next::noreply(),
        Wait::Idle(time) => Next::timeout(time),
        Wait::With(time, message) => Next::timeout_with(time, Ring(message)),
    }
}

struct Later(Wait);

#[gen_server]
struct Waiter {
    log: Log,
    again: u32,
}

#[gen_server]
impl Waiter {
    #[init]
    async fn init(log: Log, first: Option<Duration>) -> Init<Self> {
        // The time of init itself does not count.
        process::sleep(HOUR).await;
        let init = Init::ok(Self { log, again: 0 });
        match first {
            Some(time) => init.timeout(time),
            None => init,
        }
    }

    #[call]
    fn ask(&mut self, wait: Wait) -> Reply<(), Next> {
        Reply::now(()).then(next(wait))
    }

    #[cast]
    fn wait(&mut self, wait: Wait) -> Next {
        next(wait)
    }

    #[cast]
    fn again(&mut self, times: u32, time: Duration) -> Next {
        self.again = times;
        Next::timeout(time)
    }

    #[cast]
    fn via_step(&mut self, wait: Wait) -> Next<Later> {
        Next::then(Later(wait))
    }

    #[cast]
    fn send_itself_then(&mut self, wait: Wait) -> Next {
        process::send(process::self_pid(), Ring("message")).expect("a pid takes everything");
        next(wait)
    }

    #[handle_continue]
    fn later(&mut self, later: Later) -> Next {
        next(later.0)
    }

    #[info]
    fn ring(&mut self, ring: Ring) {
        self.log.add(ring.0);
    }

    #[info]
    fn wait_by_message(&mut self, wait: Wait) -> Next {
        next(wait)
    }

    #[timeout]
    fn idle(&mut self) -> Next {
        self.log.add("timeout");
        match self.again.checked_sub(1) {
            Some(left) => {
                self.again = left;
                Next::timeout(HOUR)
            }
            None => Next::noreply(),
        }
    }
}

async fn waiter(log: &Log) -> WaiterRef {
    Waiter::start_link((log.clone(), None)).await.expect("it starts")
}

const NOTHING: [&str; 0] = [];

#[otp::test(start_paused = true)]
async fn gs_067_a_timeout_of_any_callback_runs_the_handler_once() -> otp::Result {
    let log = Log::default();
    let waiter = waiter(&log).await;
    let ways: [&(dyn Fn(Wait) + Sync); 3] =
        [&|wait| waiter.wait(wait), &|wait| waiter.via_step(wait), &|wait| waiter.send_info(wait)];
    for (i, way) in ways.iter().enumerate() {
        way(Wait::Idle(HOUR));
        process::sleep(HOUR - MS).await;
        assert_eq!(log.lines().len(), i, "not yet");
        process::sleep(5 * MS).await;
        assert_eq!(log.lines().len(), i + 1);
        process::sleep(10 * HOUR).await;
        assert_eq!(log.lines().len(), i + 1, "not again");
    }
    waiter.ask(Wait::Idle(HOUR)).await?;
    process::sleep(2 * HOUR).await;
    assert_eq!(log.lines(), ["timeout"; 4]);
    Ok(())
}

#[otp::test(start_paused = true)]
async fn gs_067_a_timeout_that_is_asked_for_again_runs_again() -> otp::Result {
    let log = Log::default();
    let waiter = waiter(&log).await;
    waiter.again(3, HOUR);
    for times in 1..=4 {
        process::sleep(HOUR + 5 * MS).await;
        assert_eq!(log.lines().len(), times);
    }
    process::sleep(10 * HOUR).await;
    assert_eq!(log.lines().len(), 4);
    Ok(())
}

#[otp::test(start_paused = true)]
async fn gs_068_a_message_cancels_the_timeout() -> otp::Result {
    let log = Log::default();
    let waiter = waiter(&log).await;
    let others: [&(dyn Fn() + Sync); 2] = [&|| waiter.wait(Wait::Forever), &|| waiter.send_info(Ring("ring"))];
    for other in others {
        waiter.wait(Wait::Idle(HOUR));
        process::sleep(HOUR / 2).await;
        other();
        process::sleep(10 * HOUR).await;
    }
    waiter.wait(Wait::Idle(HOUR));
    process::sleep(HOUR / 2).await;
    waiter.ask(Wait::Forever).await?;
    process::sleep(10 * HOUR).await;
    // Also a message that nobody handles is one.
    waiter.wait(Wait::Idle(HOUR));
    process::sleep(HOUR / 2).await;
    process::send(waiter.pid().expect("a process"), 'x')?;
    process::sleep(10 * HOUR).await;
    assert_eq!(log.lines(), ["ring"]);
    Ok(())
}

#[otp::test(start_paused = true)]
async fn gs_068_a_new_timeout_replaces_the_one_before() -> otp::Result {
    let log = Log::default();
    let waiter = waiter(&log).await;
    waiter.wait(Wait::Idle(HOUR));
    waiter.wait(Wait::Idle(3 * HOUR));
    process::sleep(2 * HOUR).await;
    assert_eq!(log.lines(), NOTHING);
    waiter.wait(Wait::Idle(MS));
    process::sleep(5 * MS).await;
    assert_eq!(log.lines(), ["timeout"]);
    process::sleep(10 * HOUR).await;
    assert_eq!(log.lines(), ["timeout"]);
    Ok(())
}

#[otp::test]
async fn gs_070_a_timeout_of_zero_comes_at_once_unless_a_message_waits() -> otp::Result {
    let log = Log::default();
    let server = Script::start_link(log.clone()).await?;
    tell(&server, |_| Next::timeout(Duration::ZERO));
    super::settle().await;
    assert_eq!(log.lines(), ["init", "timeout"]);

    tell(&server, |_| Next::timeout(Duration::ZERO));
    process::send(server.pid().expect("a process"), "a message waits")?;
    bump(&server).await?;
    super::settle().await;
    assert_eq!(log.lines(), ["init", "timeout", "info"]);
    Ok(())
}

#[otp::test(start_paused = true)]
async fn gs_071_a_timeout_of_init_begins_when_init_is_done() -> otp::Result {
    let log = Log::default();
    let _waiter = Waiter::start_link((log.clone(), Some(10 * MS))).await?;
    assert_eq!(log.lines(), NOTHING);
    process::sleep(9 * MS).await;
    assert_eq!(log.lines(), NOTHING);
    process::sleep(5 * MS).await;
    assert_eq!(log.lines(), ["timeout"]);
    process::sleep(10 * HOUR).await;
    assert_eq!(log.lines(), ["timeout"]);
    Ok(())
}

#[otp::test(start_paused = true)]
async fn gs_073_a_timeout_may_carry_its_own_message() -> otp::Result {
    let log = Log::default();
    let waiter = waiter(&log).await;
    waiter.wait(Wait::With(HOUR, "its own"));
    process::sleep(HOUR - MS).await;
    assert_eq!(log.lines(), NOTHING);
    process::sleep(5 * MS).await;
    assert_eq!(log.lines(), ["its own"]);

    waiter.ask(Wait::With(HOUR, "cancelled")).await?;
    process::sleep(HOUR / 2).await;
    waiter.wait(Wait::Forever);
    process::sleep(10 * HOUR).await;
    assert_eq!(log.lines(), ["its own"]);
    Ok(())
}

#[otp::test(start_paused = true)]
async fn gs_073_with_no_time_it_comes_before_messages_that_wait() -> otp::Result {
    let log = Log::default();
    let waiter = waiter(&log).await;
    waiter.send_itself_then(Wait::With(Duration::ZERO, "its own"));
    process::sleep(MS).await;
    assert_eq!(log.lines(), ["its own", "message"]);
    waiter.send_itself_then(Wait::Idle(Duration::ZERO));
    process::sleep(MS).await;
    assert_eq!(log.lines(), ["its own", "message", "message"], "an idle timeout loses");
    Ok(())
}

#[otp::test(start_paused = true)]
async fn a_system_request_neither_cancels_nor_prolongs_a_timeout() -> otp::Result {
    let log = Log::default();
    let waiter = waiter(&log).await;
    waiter.wait(Wait::Idle(HOUR));
    for _ in 0..5 {
        process::sleep(HOUR / 6).await;
        sys::get_status(&waiter).await?;
    }
    assert_eq!(log.lines(), NOTHING);
    process::sleep(HOUR / 6 + 5 * MS).await;
    assert_eq!(log.lines(), ["timeout"]);
    Ok(())
}

#[otp::test(start_paused = true)]
async fn a_call_of_a_handler_does_not_disturb_the_timeout_it_asks_for() -> otp::Result {
    let log = Log::default();
    let other = Script::start_link(Log::default()).await?;
    let server = Asker::start_link((log.clone(), other)).await?;
    server.ask_and_wait(HOUR, 2 * HOUR);
    process::sleep(HOUR + 2 * HOUR - MS).await;
    assert_eq!(log.lines(), ["call timed out"]);
    process::sleep(10 * MS).await;
    assert_eq!(log.lines(), ["call timed out", "timeout"]);

    server.ask_and_wait(2 * HOUR, MS);
    process::sleep(2 * HOUR + 10 * MS).await;
    assert_eq!(log.lines()[2..], ["call timed out", "timeout"]);
    Ok(())
}

/// Asks a server that does not answer, then waits.
#[gen_server]
struct Asker {
    log: Log,
    other: ServerRef<Script>,
}

#[gen_server]
impl Asker {
    #[init]
    fn init(log: Log, other: ServerRef<Script>) -> Self {
        Self { log, other }
    }

    #[cast]
    async fn ask_and_wait(&mut self, patience: Duration, idle: Duration) -> Next {
        let silent = ask(&self.other, |script, from| {
            script.held.push(from);
            Next::noreply()
        });
        if silent.timeout(patience).await.is_err_and(|error| error.is_timeout()) {
            self.log.add("call timed out");
        }
        Next::timeout(idle)
    }

    #[timeout]
    fn idle(&mut self) {
        self.log.add("timeout");
    }
}

/// GS-076: also from a timeout.
#[otp::test(start_paused = true)]
async fn a_timeout_handler_may_stop_its_server_and_an_err_does() -> otp::Result {
    for (error, reason) in [(false, "\"idle\""), (true, "an error occurred when formatting an argument")] {
        let (server, _) = Impatient::start_monitor(error).await?;
        let down = process::receive::<Down>().await;
        assert_eq!((down.pid, short(&down.reason)), (server.pid(), reason.to_owned()));
    }
    Ok(())
}

#[gen_server]
struct Impatient {
    error: bool,
}

#[gen_server]
impl Impatient {
    #[init]
    fn init(error: bool) -> Init<Self> {
        Init::ok(Self { error }).timeout(HOUR)
    }

    #[timeout]
    async fn idle(&mut self) -> Result<Next, std::fmt::Error> {
        if self.error { Err(std::fmt::Error) } else { Ok(Next::stop(ExitReason::other("idle"))) }
    }
}

/// Its share of messages ends in the middle of a flood, while the idle time runs.
#[otp::test(start_paused = true)]
async fn a_flood_of_messages_while_the_idle_time_runs_is_handled_in_turns() -> otp::Result {
    let waiter = waiter(&Log::default()).await;
    for _ in 0..10_000 {
        waiter.wait(Wait::Idle(HOUR));
    }
    waiter.ask(Wait::Forever).await?;
    Ok(())
}
