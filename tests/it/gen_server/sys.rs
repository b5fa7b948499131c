//! System requests: looking into a server, suspending it, tracing it.

use super::{HOUR, Log, MS, Script, ask, assert_about, block, bump, settle, tell, timed};
use otp::prelude::*;
use otp::sys::{Event, Switch};
use otp::{process, sys};
use otp_tests::reports;
use std::time::{Duration, SystemTime};

#[gen_server]
#[derive(Clone, Debug)]
struct Counter {
    n: u64,
}

#[gen_server]
impl Counter {
    #[init]
    fn init(n: u64) -> Self {
        Self { n }
    }

    #[call]
    fn next(&mut self) -> u64 {
        self.n += 1;
        self.n
    }

    #[call]
    fn later(&mut self, from: ReplyTo<u64>) -> Reply<u64> {
        tokio::spawn(async move { from.reply(0) });
        Reply::later()
    }

    #[cast]
    fn add(&mut self, n: u64) {
        self.n += n;
    }

    #[info]
    fn times(&mut self, n: u64) {
        self.n *= n;
    }
}

#[otp::test]
async fn gs_105_the_state_can_be_looked_at_and_replaced() -> otp::Result {
    let counter = Counter::start_link(5).await?;
    assert_eq!(sys::get_state(&counter).await?.n, 5);
    assert_eq!(sys::inspect_state(&counter, |counter| counter.n * 2).await?, 10);
    assert_eq!(sys::replace_state(&counter, |counter| counter.n = 41).await?.n, 41);
    assert_eq!(counter.next().await?, 42);

    sys::suspend(&counter).await?;
    counter.add(100);
    assert_eq!(sys::get_state(&counter).await?.n, 42, "also while it is suspended");
    assert_eq!(sys::replace_state(&counter, |counter| counter.n = 0).await?.n, 0);
    sys::resume(&counter).await?;
    assert_eq!(counter.next().await?, 101);
    Ok(())
}

#[otp::test]
async fn gs_105_a_query_runs_no_callback() -> otp::Result {
    let log = Log::default();
    let server = Script::start_link(log.clone()).await?;
    sys::statistics(&server, Switch::On).await?;
    for _ in 0..3 {
        sys::inspect_state(&server, |script| script.n).await?;
        sys::get_status(&server).await?;
    }
    let counted = sys::statistics(&server, Switch::Get).await?.expect("switched on");
    assert_eq!((counted.messages_in, counted.messages_out), (0, 0));
    assert_eq!(log.lines(), ["init"]);
    Ok(())
}

#[otp::test]
async fn a_panic_of_whoever_looks_harms_only_the_request() -> otp::Result {
    let counter = Counter::start_link(1).await?;
    let error = sys::replace_state(&counter, |_| panic!("clumsy")).await.expect_err("it panicked");
    assert_eq!(error.failure(), &otp::gen_server::CallFailure::ReplyDropped);
    assert_eq!(counter.next().await?, 2);
    Ok(())
}

#[otp::test(start_paused = true)]
async fn gs_107_a_suspended_server_handles_nothing_until_it_is_resumed() -> otp::Result {
    let log = Log::default();
    let server = Script::start_link(log.clone()).await?;
    sys::suspend(&server).await?;
    sys::suspend(&server).await?;
    assert_eq!(
        process::info(server.pid().expect("a process")).expect("it lives").suspended_by,
        Some(process::self_pid())
    );

    let note = |line: &'static str| {
        tell(&server, move |script| {
            script.log.add(line);
            Next::noreply()
        });
    };
    note("first");
    process::send(server.pid().expect("a process"), 'm')?;
    note("third");
    let (answer, elapsed) = timed(bump(&server)).await;
    assert!(answer.is_err_and(|error| error.is_timeout()));
    assert_about(elapsed, Duration::from_secs(5));
    assert_eq!(log.lines(), ["init"]);

    note("fifth");
    sys::resume(&server).await?;
    sys::resume(&server).await?;
    note("sixth");
    assert_eq!(bump(&server).await?, 2);
    assert_eq!(log.lines(), ["init", "first", "info", "third", "fifth", "sixth"]);
    assert_eq!(process::info(server.pid().expect("a process")).expect("it lives").suspended_by, None);
    Ok(())
}

#[otp::test(start_paused = true)]
async fn gs_107_an_idle_timeout_does_not_pass_while_it_is_suspended() -> otp::Result {
    let log = Log::default();
    let server = Script::start_link(log.clone()).await?;
    tell(&server, |_| Next::timeout(HOUR));
    settle().await;
    sys::suspend(&server).await?;
    process::sleep(2 * HOUR).await;
    assert_eq!(log.lines(), ["init"]);
    sys::resume(&server).await?;
    settle().await;
    assert_eq!(log.lines(), ["init", "timeout"]);
    Ok(())
}

#[otp::test]
async fn what_waits_for_a_suspended_server_lies_in_its_mailbox() -> otp::Result {
    let server = Script::start_link(Log::default()).await?;
    let pid = server.pid().expect("a process");
    let waiting = || process::info(pid).expect("it lives").message_queue_len;
    sys::suspend(&server).await?;
    for _ in 0..3 {
        tell(&server, |_| Next::noreply());
    }
    sys::get_status(&server).await?;
    assert_eq!(waiting(), 3);
    sys::resume(&server).await?;
    assert_eq!(bump(&server).await?, 1);
    assert_eq!(waiting(), 0);
    Ok(())
}

#[otp::test]
async fn a_suspended_server_can_be_suspended_again_while_it_catches_up() -> otp::Result {
    let log = Log::default();
    let server = Script::start_link(log.clone()).await?;
    sys::suspend(&server).await?;
    for i in 0..3 {
        tell(&server, move |script| {
            script.log.add(i);
            Next::noreply()
        });
    }
    sys::resume(&server).await?;
    sys::suspend(&server).await?;
    sys::resume(&server).await?;
    assert_eq!(bump(&server).await?, 1);
    assert_eq!(log.lines(), ["init", "0", "1", "2"]);
    Ok(())
}

#[otp::test]
async fn a_suspended_server_still_ends_with_its_parent() -> otp::Result {
    let log = Log::default();
    let logs = log.clone();
    let (tell, told) = tokio::sync::oneshot::channel();
    let parent = process::spawn(async move {
        let server = Script::start_link(logs).trap_exit(true).await.expect("it starts");
        sys::suspend(&server).await.expect("it lives");
        let _ = tell.send(server);
        process::sleep_forever().await;
    });
    let server = told.await?;
    let monitor = server.monitor();
    process::exit(parent, ExitReason::Shutdown);
    let down = process::receive::<Down>().await;
    assert_eq!((down.reference, down.reason), (monitor, ExitReason::Shutdown));
    assert_eq!(log.lines(), ["init", "terminate shutdown", "dropped at home"]);
    Ok(())
}

#[otp::test(start_paused = true)]
async fn gs_108_a_resumed_server_handles_the_request_of_a_caller_that_gave_up() -> otp::Result {
    let log = Log::default();
    let server = Script::start_link(log.clone()).await?;
    sys::suspend(&server).await?;
    assert!(bump(&server).timeout(10 * MS).await.is_err_and(|error| error.is_timeout()));
    sys::resume(&server).await?;
    assert_eq!(bump(&server).await?, 2, "it handled both, and this is no late answer");
    Ok(())
}

#[otp::test]
async fn gs_110_a_status_tells_what_the_server_is_and_does() -> otp::Result {
    let counter = Counter::start_link(7).name("gs 110").await?;
    let pid = counter.pid().expect("a process");
    let me = process::self_pid();
    let status = sys::get_status(&counter).await?;
    assert_eq!(status.header, "Status for generic server gs 110");
    assert_eq!((status.pid, status.parent, status.behaviour), (pid, Some(me), "gen_server"));
    assert_eq!(status.initial_call, std::any::type_name::<Counter>());
    assert_eq!(status.ancestors.first(), Some(&me));
    assert_eq!(status.status, sys::Status::Running);
    assert_eq!((status.debug.len(), status.logged_events.len()), (0, 0));
    assert_eq!(status.state, "Counter { n: 7 }");
    let printed = status.to_string();
    assert!(printed.starts_with("Status for generic server gs 110\n"), "{printed}");
    let lines = [
        "  Status: running\n".to_owned(),
        format!("  Parent: {me}\n"),
        "  Logged events: []\n".to_owned(),
        "  State: Counter { n: 7 }".to_owned(),
    ];
    for line in lines {
        assert!(printed.contains(&line), "{line:?} is missing in {printed}");
    }

    sys::statistics(&counter, Switch::On).await?;
    sys::trace(&counter, true).await?;
    sys::log(&counter, Some(10)).await?;
    sys::install(&counter, "mine", |_| {}).await?;
    counter.next().await?;
    sys::suspend(&counter).await?;
    let status = sys::get_status(&counter).await?;
    assert_eq!(status.status, sys::Status::Suspended);
    assert_eq!(status.debug, ["statistics", "trace", "log", "mine"]);
    assert_eq!(status.logged_events.len(), 3);
    let printed = status.to_string();
    assert!(printed.contains("  Status: suspended\n") && printed.contains("got call next"), "{printed}");
    Ok(())
}

#[otp::test]
async fn gs_110_a_server_without_name_or_parent_has_a_status_too() -> otp::Result {
    let server = Opaque::start(()).await?;
    let status = sys::get_status(&server).await?;
    let pid = server.pid().expect("a process");
    assert_eq!((status.header, status.parent), (format!("Status for generic server {pid}"), None));
    assert!(status.state.contains("Opaque"), "a state that cannot be printed: {}", status.state);
    Ok(())
}

/// Cannot be printed.
#[gen_server]
struct Opaque;

#[gen_server]
impl Opaque {
    #[init]
    fn init() -> Self {
        Self
    }
}

#[otp::test]
async fn gs_111_statistics_count_from_when_they_are_switched_on() -> otp::Result {
    let counter = Counter::start_link(0).await?;
    assert_eq!(sys::statistics(&counter, Switch::Get).await?, None);
    counter.next().await?;
    let before = SystemTime::now();
    let on = sys::statistics(&counter, Switch::On).await?.expect("it is on");
    assert_eq!((on.messages_in, on.messages_out), (0, 0));
    counter.next().await?;
    counter.add(1);
    counter.send_info(2_u64);
    counter.next().await?;
    let counted = sys::statistics(&counter, Switch::Get).await?.expect("it is on");
    assert_eq!((counted.messages_in, counted.messages_out), (4, 2));
    assert_eq!(counted.start_time, on.start_time);
    assert!(before <= counted.start_time && counted.start_time <= counted.current_time, "{counted:?}");
    assert!(counted.to_string().ends_with("messages_in: 4, messages_out: 2"), "{counted}");

    sys::statistics(&counter, Switch::Off).await?;
    assert_eq!(sys::statistics(&counter, Switch::Get).await?, None);
    let again = sys::statistics(&counter, Switch::On).await?.expect("it is on");
    assert_eq!(again.messages_in, 0, "what was counted before is forgotten");
    sys::no_debug(&counter).await?;
    assert_eq!(sys::statistics(&counter, Switch::Get).await?, None);
    Ok(())
}

#[otp::test]
async fn gs_111_an_answer_of_another_process_is_not_a_message_of_the_server() -> otp::Result {
    let counter = Counter::start_link(0).await?;
    sys::statistics(&counter, Switch::On).await?;
    counter.later().await?;
    let counted = sys::statistics(&counter, Switch::Get).await?.expect("it is on");
    assert_eq!((counted.messages_in, counted.messages_out), (1, 0));
    Ok(())
}

#[otp::test]
async fn gs_112_a_trace_reports_each_event_until_debugging_is_switched_off() -> otp::Result {
    reports::collect();
    let counter = Counter::start_link(0).name("gs 112").await?;
    let me = process::self_pid();
    sys::trace(&counter, true).await?;
    counter.next().await?;
    counter.add(4);
    counter.send_info(2_u64);
    sys::no_debug(&counter).await?;
    counter.next().await?;
    let traced: Vec<_> = reports::of("otp::sys", "name", "gs 112").into_iter().map(|report| report.message).collect();
    let expected = [
        format!("gs 112 got call next from {me}"),
        format!("gs 112 sent reply to {me}"),
        "gs 112 new state Counter { n: 1 }".to_owned(),
        "gs 112 got cast add".to_owned(),
        "gs 112 new state Counter { n: 5 }".to_owned(),
        "gs 112 got a message of type u64".to_owned(),
        "gs 112 new state Counter { n: 10 }".to_owned(),
    ];
    assert_eq!(traced, expected);
    Ok(())
}

fn shown(events: &[Event]) -> Vec<String> {
    events.iter().map(ToString::to_string).collect()
}

#[otp::test]
async fn gs_113_the_last_events_are_kept() -> otp::Result {
    let counter = Counter::start_link(0).await?;
    let me = process::self_pid();
    assert_eq!(sys::get_log(&counter).await?, []);
    sys::log(&counter, Some(4)).await?;
    counter.next().await?;
    let first = sys::get_log(&counter).await?;
    assert_eq!(
        first,
        [
            Event::Call { request: "next", from: Some(me) },
            Event::Reply { to: Some(me) },
            Event::State { state: "Counter { n: 1 }".to_owned() },
        ]
    );
    counter.add(1);
    let last = sys::get_log(&counter).await?;
    let expected = [
        format!("sent reply to {me}"),
        "new state Counter { n: 1 }".into(),
        "got cast add".into(),
        "new state Counter { n: 2 }".into(),
    ];
    assert_eq!(shown(&last), expected);
    assert_eq!(sys::get_status(&counter).await?.logged_events, last);

    sys::log(&counter, None).await?;
    assert_eq!(sys::get_log(&counter).await?, [], "they are forgotten");
    counter.add(1);
    sys::log(&counter, Some(10)).await?;
    for _ in 0..20 {
        counter.add(1);
    }
    assert_eq!(sys::get_log(&counter).await?.len(), 10);
    sys::no_debug(&counter).await?;
    assert_eq!(sys::get_log(&counter).await?, []);
    Ok(())
}

#[otp::test(start_paused = true)]
async fn gs_113_steps_and_timeouts_are_events_too() -> otp::Result {
    let server = Stepper::start_link(()).await?;
    sys::log(&server, Some(10)).await?;
    server.go();
    process::sleep(2 * HOUR).await;
    let kinds = sys::get_log(&server).await?;
    let kinds: Vec<_> = kinds.iter().filter(|event| !matches!(event, Event::State { .. })).collect();
    assert!(matches!(kinds[..], [Event::Cast { .. }, Event::Continue, Event::Timeout]), "{kinds:?}");
    Ok(())
}

struct Step;

#[gen_server]
struct Stepper;

#[gen_server]
impl Stepper {
    #[init]
    fn init() -> Self {
        Self
    }

    #[cast]
    fn go(&mut self) -> Next<Step> {
        Next::then(Step)
    }

    #[handle_continue]
    fn step(&mut self, _step: Step) -> Next {
        Next::timeout(HOUR)
    }

    #[timeout]
    fn idle(&mut self) {}
}

#[otp::test]
async fn gs_114_a_debug_function_sees_each_event_with_a_state_of_its_own() -> otp::Result {
    let (log, other) = (Log::default(), Log::default());
    let counter = Counter::start_link(0).await?;
    let seen = log.clone();
    let mut count = 0;
    sys::install(&counter, "count", move |event| {
        count += 1;
        seen.add(format!("{count} {}", matches!(event, Event::Cast { .. })));
    })
    .await?;
    counter.add(1);
    let ignored = log.clone();
    sys::install(&counter, "count", move |_| ignored.add("a second one")).await?;
    counter.add(1);
    assert_eq!(counter.next().await?, 3);
    sys::get_status(&counter).await?;
    assert_eq!(log.lines()[..4], ["1 true", "2 false", "3 true", "4 false"], "the same id changes nothing");
    assert_eq!(log.lines().len(), 7);

    let seen = other.clone();
    sys::install(&counter, "other", move |_| seen.add("seen")).await?;
    counter.add(1);
    sys::remove(&counter, "count").await?;
    sys::remove(&counter, "unknown").await?;
    counter.add(1);
    sys::no_debug(&counter).await?;
    counter.add(1);
    assert_eq!(counter.next().await?, 7);
    assert_eq!((log.lines().len(), other.lines().len()), (9, 4));
    Ok(())
}

#[otp::test]
async fn gs_114_a_debug_function_that_fails_is_removed_and_harms_nobody() -> otp::Result {
    let log = Log::default();
    let counter = Counter::start_link(0).await?;
    let seen = log.clone();
    sys::install(&counter, "fragile", |_| panic!("at the first event")).await?;
    sys::install(&counter, "robust", move |_| seen.add("seen")).await?;
    assert_eq!(counter.next().await?, 1);
    assert_eq!(counter.next().await?, 2);
    let status = sys::get_status(&counter).await?;
    assert_eq!(status.debug, ["robust"]);
    assert_eq!(log.lines().len(), 6);
    Ok(())
}

#[otp::test(start_paused = true)]
async fn gs_116_a_system_request_waits_for_five_seconds_unless_said_otherwise() -> otp::Result {
    let server = Script::start_link(Log::default()).name("gs 116").await?;
    let gate = block(&server).await;
    macro_rules! requests {
        ($($name:literal: $request:expr),* $(,)?) => {$(
            let (answer, elapsed) = timed($request).await;
            let error = answer.expect_err("it is busy");
            assert!(error.is_timeout(), "{error}");
            assert_eq!((error.request(), error.timeout()), ($name, Some(Duration::from_secs(5))));
            assert_about(elapsed, Duration::from_secs(5));
            let (answer, elapsed) = timed($request.timeout(30 * MS)).await;
            assert_eq!(answer.expect_err("it is busy").timeout(), Some(30 * MS));
            assert_about(elapsed, 30 * MS);
            assert!(tokio::time::timeout(HOUR, $request.infinity()).await.is_err(), $name);
        )*};
    }
    requests! {
        "sys:get_state": sys::inspect_state(&server, |_| ()),
        "sys:get_status": sys::get_status(&server),
        "sys:suspend": sys::suspend(&server),
        "sys:resume": sys::resume(&server),
        "sys:statistics": sys::statistics(&server, Switch::On),
        "sys:trace": sys::trace(&server, false),
        "sys:log": sys::log(&server, None),
        "sys:install": sys::install(&server, "x", |_| {}),
        "sys:remove": sys::remove(&server, "x"),
        "sys:no_debug": sys::no_debug(&server),
    }
    drop(gate);
    assert_eq!(bump(&server).await?, 1, "each of them was handled in its turn");
    assert_eq!(sys::get_status(&server).await?.debug, [] as [&str; 0]);
    Ok(())
}

#[otp::test(start_paused = true)]
async fn gs_116_get_and_replace_state_have_the_same_limits() -> otp::Result {
    let server = Sleeper::start_link(()).await?;
    server.doze();
    for (request, limit) in [
        (sys::get_state(&server), Duration::from_secs(5)),
        (sys::replace_state(&server, |_| ()).timeout(7 * MS), 7 * MS),
    ] {
        let (answer, elapsed) = timed(request).await;
        assert!(answer.is_err_and(|error| error.is_timeout()));
        assert_about(elapsed, limit);
    }
    sys::get_state(&server).infinity().await?;
    Ok(())
}

#[gen_server]
#[derive(Clone)]
struct Sleeper;

#[gen_server]
impl Sleeper {
    #[init]
    fn init() -> Self {
        Self
    }

    #[cast]
    async fn doze(&mut self) {
        process::sleep(HOUR).await;
    }
}

#[otp::test]
async fn a_system_request_to_nobody_fails_with_noproc() -> otp::Result {
    let server = Script::start(Log::default()).await?;
    server.stop().await?;
    assert!(sys::get_status(&server).await.is_err_and(|error| error.is_noproc()));
    assert!(sys::suspend(&ServerRef::<Script>::named("nobody at all")).await.is_err_and(|error| error.is_noproc()));
    Ok(())
}

#[otp::test]
async fn system_requests_are_answered_in_their_turn() -> otp::Result {
    // So that the call waits in the mailbox.
    let server = Script::start_link(Log::default()).inline(false).await?;
    for _ in 0..5 {
        tell(&server, |script| {
            script.n += 1;
            Next::noreply()
        });
    }
    assert_eq!(sys::inspect_state(&server, |script| script.n).await?, 5);
    let mut call = ask(&server, |script, from| {
        script.n = 100;
        from.reply(0);
        Next::noreply()
    });
    assert!(futures_util::poll!(&mut call).is_pending());
    assert_eq!(sys::inspect_state(&server, |script| script.n).await?, 100);
    assert_eq!(call.await?, 0);
    Ok(())
}
