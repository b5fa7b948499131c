//! Calls: answers, time limits, failures, and all the ways to wait for them.

use super::name::{Key, Registry};
use super::{Act, HOUR, Log, MS, Script, ask, assert_about, block, bump, hang, in_a_process, settle, tell, timed};
use futures_util::stream::{FuturesUnordered, StreamExt};
use otp::gen_server::{CallFailure, CallTo};
use otp::prelude::*;
use otp::process;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

const FIVE_SECONDS: Duration = Duration::from_secs(5);

/// Answers at once, or never.
#[gen_server]
struct Desk {
    n: u64,
    held: Vec<ReplyTo<u64>>,
}

#[gen_server]
impl Desk {
    #[init]
    fn init(n: u64) -> Self {
        Self { n, held: Vec::new() }
    }

    #[call]
    fn add(&mut self, a: u64, b: u64) -> u64 {
        self.n += a + b;
        self.n
    }

    #[call]
    async fn checked_sub(&mut self, n: u64) -> Result<u64, String> {
        self.n = self.n.checked_sub(n).ok_or_else(|| format!("only {} left", self.n))?;
        Ok(self.n)
    }

    #[call]
    fn silent(&mut self, from: ReplyTo<u64>) -> Reply<u64> {
        self.held.push(from);
        Reply::later()
    }

    #[call(timeout = 500)]
    fn half_a_second(&mut self, from: ReplyTo<u64>) -> Reply<u64> {
        self.held.push(from);
        Reply::later()
    }

    #[call(timeout = infinity)]
    fn patient(&mut self, from: ReplyTo<u64>) -> Reply<u64> {
        self.held.push(from);
        Reply::later()
    }
}

#[otp::test]
async fn gs_026_a_call_gets_the_handlers_answer_and_the_next_sees_the_new_state() -> otp::Result {
    let desk = Desk::start_link(1).await?;
    assert_eq!(desk.add(2, 3).await?, 6);
    assert_eq!(desk.add(0, 1).await?, 7);

    let server = Script::start_link(Log::default()).await?;
    assert_eq!((bump(&server).await?, bump(&server).await?), (1, 2));
    Ok(())
}

#[otp::test]
async fn gs_026_a_result_is_an_answer_and_an_err_stops_nothing() -> otp::Result {
    let desk = Desk::start_link(5).await?;
    assert_eq!(desk.checked_sub(2).await?, Ok(3));
    assert_eq!(desk.checked_sub(9).await?, Err("only 3 left".to_owned()));
    assert_eq!(desk.checked_sub(3).await?, Ok(0));
    Ok(())
}

#[otp::test(start_paused = true)]
async fn gs_027_a_call_waits_for_five_seconds_unless_said_otherwise() -> otp::Result {
    let desk = Desk::start_link(0).await?;
    let limits = [
        (timed(desk.silent()).await, FIVE_SECONDS),
        (timed(desk.silent().timeout(1234 * MS)).await, 1234 * MS),
        (timed(desk.half_a_second()).await, 500 * MS),
        (timed(desk.half_a_second().timeout(20 * HOUR)).await, 20 * HOUR),
        (timed(desk.patient().timeout(7 * MS)).await, 7 * MS),
    ];
    for ((answer, elapsed), limit) in limits {
        let error = answer.expect_err("nobody answers");
        assert!(error.is_timeout(), "{error}");
        assert_eq!(error.timeout(), Some(limit));
        assert_about(elapsed, limit);
    }
    Ok(())
}

#[otp::test(start_paused = true)]
async fn gs_027_without_a_limit_a_call_waits_as_long_as_it_takes() -> otp::Result {
    let desk = Desk::start_link(0).await?;
    let year = 24 * 365 * HOUR;
    assert!(tokio::time::timeout(year, desk.silent().infinity()).await.is_err());
    assert!(tokio::time::timeout(year, desk.patient()).await.is_err());

    let server = Script::start_link(Log::default()).await?;
    let pid = server.pid().expect("a process");
    let answer = async {
        process::sleep(year).await;
        tell(&server, |script| {
            script.held.drain(..).for_each(|from| from.reply(9));
            Next::noreply()
        });
    };
    assert_eq!(tokio::join!(hang(&server).infinity(), answer).0, Ok(9));
    assert!(process::alive(pid));
    Ok(())
}

#[otp::test(start_paused = true)]
async fn gs_028_a_call_that_is_not_answered_in_time_says_what_was_asked_of_whom() -> otp::Result {
    let desk = Desk::start_link(0).name("gs 028").await?;
    let by_name = DeskRef::named("gs 028").silent().timeout(50 * MS).await.expect_err("nobody answers");
    assert_eq!(by_name.failure(), &CallFailure::Timeout);
    assert_eq!((by_name.server(), by_name.request()), ("gs 028", "silent"));
    assert_eq!(by_name.timeout(), Some(50 * MS));
    assert_eq!(by_name.to_string(), "call of silent on gs 028 timed out after 50ms");

    let by_pid = desk.silent().timeout(50 * MS).await.expect_err("nobody answers");
    assert!(by_pid.server().contains(&desk.pid().expect("a process").to_string()), "{by_pid}");
    assert_eq!(desk.add(1, 1).await?, 2, "the server goes on");
    Ok(())
}

#[otp::test(start_paused = true)]
async fn gs_030_a_call_of_nobody_fails_at_once() -> otp::Result {
    let server = Script::start(Log::default()).name("gs 030").await?;
    let pid = server.pid().expect("a process");
    server.stop().await?;
    let unknown = ServerRef::<Script>::named("gs 030, unknown");
    let via = ServerRef::<Script>::via(Key(Registry::default(), 30));
    for (nobody, shown) in [(&server, &*pid.to_string()), (&unknown, "gs 030, unknown"), (&via, "registry:30")] {
        let (answer, elapsed) = timed(bump(nobody).timeout(HOUR)).await;
        let error = answer.expect_err("nobody is there");
        assert_eq!(elapsed, Duration::ZERO, "not after the timeout");
        assert!(error.is_noproc(), "{error}");
        assert!(error.server().contains(shown), "{error}");
        assert_eq!((error.request(), error.timeout()), ("ask", Some(HOUR)));
    }
    Ok(())
}

/// Calls itself, by whatever handle it is given.
#[gen_server]
struct Narcissus {
    me: Option<NarcissusRef>,
}

#[gen_server]
impl Narcissus {
    #[init]
    fn init() -> Self {
        Self { me: None }
    }

    #[cast]
    fn meet(&mut self, me: NarcissusRef) {
        self.me = Some(me);
    }

    #[call]
    async fn reflect(&mut self) -> Option<CallFailure> {
        self.me.as_ref()?.reflect().await.err().map(|error| error.failure().clone())
    }

    #[call]
    async fn look_inside(&mut self) -> Option<CallFailure> {
        otp::sys::get_status(self.me.as_ref()?).await.err().map(|error| error.failure().clone())
    }
}

#[otp::test(start_paused = true)]
async fn gs_031_a_server_that_calls_itself_fails_at_once() -> otp::Result {
    let key = Key(Registry::default(), 31);
    let local = Narcissus::start_link(()).name("gs 031").await?;
    let global = Narcissus::start_link(()).name(Name::global("gs 031")).await?;
    let via = Narcissus::start_link(()).via(key.clone()).await?;
    let handles = [
        (&local, local.clone()),
        (&local, NarcissusRef::named("gs 031")),
        (&global, NarcissusRef::named(Name::global("gs 031"))),
        (&via, NarcissusRef::from(ServerRef::via(key))),
        (&via, NarcissusRef::from_pid(via.pid().expect("a process")).expect("it is one")),
    ];
    for (server, itself) in handles {
        server.meet(itself);
        let (answer, elapsed) = timed(server.reflect()).await;
        assert_eq!(answer?, Some(CallFailure::CallingSelf));
        assert_eq!(server.look_inside().await?, Some(CallFailure::CallingSelf));
        assert_eq!(elapsed, Duration::ZERO, "not after the timeout");
        assert!(server.is_alive());
    }
    Ok(())
}

#[otp::test]
async fn gs_035_a_call_with_no_time_is_sent_and_handled() -> otp::Result {
    let server = Script::start_link(Log::default()).await?;
    let gate = block(&server).await;
    let error = bump(&server).timeout(Duration::ZERO).await.expect_err("the answer is not there yet");
    assert!(error.is_timeout(), "{error}");
    assert_eq!(error.timeout(), Some(Duration::ZERO));
    drop(gate);
    assert_eq!(bump(&server).await?, 2, "the first was handled too");
    Ok(())
}

#[otp::test(start_paused = true)]
async fn an_answer_that_is_there_wins_over_a_time_that_has_passed() -> otp::Result {
    let server = Script::start_link(Log::default()).inline(false).await?;
    let mut call = bump(&server).timeout(10 * MS);
    assert!(futures_util::poll!(&mut call).is_pending());
    process::sleep(HOUR).await;
    assert_eq!(call.await?, 1);
    Ok(())
}

#[otp::test]
async fn gs_036_a_caller_that_ends_while_it_waits_harms_nobody() -> otp::Result {
    let server = Script::start_link(Log::default()).await?;
    let gate = block(&server).await;
    let (asked, sent) = tokio::sync::oneshot::channel();
    let calling = server.clone();
    let caller = process::spawn(async move {
        let mut call = bump(&calling).infinity();
        assert!(futures_util::poll!(&mut call).is_pending());
        let _ = asked.send(());
        let _ = call.await;
    });
    sent.await?;
    process::exit(caller, ExitReason::Kill);
    assert_eq!(process::wait(caller).await, ExitReason::Killed);
    drop(gate);
    assert_eq!(bump(&server).await?, 2, "the request was handled, the answer went nowhere");
    Ok(())
}

#[otp::test]
async fn gs_036_a_call_that_is_dropped_is_handled_all_the_same() -> otp::Result {
    let server = Script::start_link(Log::default()).await?;
    let gate = block(&server).await;
    let mut call = bump(&server);
    assert!(futures_util::poll!(&mut call).is_pending());
    drop(call);
    drop(bump(&server));
    drop(gate);
    assert_eq!(bump(&server).await?, 2, "one was sent, the other never polled");
    Ok(())
}

#[otp::test]
async fn gs_037_requests_of_several_processes_are_handled_one_at_a_time_in_order() -> otp::Result {
    let log = Log::default();
    let server = Script::start_link(log.clone()).await?;
    let gate = block(&server).await;
    let mut callers = Vec::new();
    for i in 0..20 {
        let calling = server.clone();
        let (asked, sent) = tokio::sync::oneshot::channel();
        callers.push(tokio::spawn(in_a_process(async move {
            let mut call = ask(&calling, move |script, from| {
                script.log.add(i);
                script.n += 1;
                from.reply(script.n);
                Next::noreply()
            });
            assert!(futures_util::poll!(&mut call).is_pending());
            let _ = asked.send(());
            call.await
        })));
        sent.await?;
    }
    drop(gate);
    for (i, caller) in callers.into_iter().enumerate() {
        assert_eq!(caller.await?, Ok(i as u64 + 1), "each saw the state that the one before left");
    }
    let order: Vec<String> = (0..20).map(|i| i.to_string()).collect();
    assert_eq!(log.lines()[1..], order);
    Ok(())
}

#[otp::test(flavor = "multi_thread", worker_threads = 4)]
async fn gs_037_no_handler_runs_beside_another() -> otp::Result {
    let server = Script::start_link(Log::default()).await?;
    let callers: Vec<_> = (0..8)
        .map(|_| {
            let server = server.clone();
            tokio::spawn(in_a_process(async move {
                let mut last = 0;
                for _ in 0..500 {
                    let n = bump(&server).await.expect("it lives");
                    assert!(n > last);
                    last = n;
                }
            }))
        })
        .collect();
    for caller in callers {
        caller.await?;
    }
    assert_eq!(bump(&server).await?, 8 * 500 + 1);
    Ok(())
}

/// Counts how often a future is polled.
struct Polls<F>(F, u32);

impl<F: Future + Unpin> Future for Polls<F> {
    type Output = (F::Output, u32);

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.1 += 1;
        let polls = self.1;
        Pin::new(&mut self.0).poll(cx).map(|output| (output, polls))
    }
}

/// A message that nobody reads for now.
struct Unread(u32);

#[otp::test]
async fn gs_038_unread_messages_of_the_caller_cost_a_call_nothing() -> otp::Result {
    const UNREAD: u32 = 200_000;
    // Every call waits for its answer: in place there would be nothing to wait for.
    let server = Script::start_link(Log::default()).inline(false).await?;
    let me = process::self_pid();
    let (_, few) = Polls(bump(&server), 0).await;
    for i in 0..UNREAD {
        process::send(me, Unread(i))?;
    }
    let before = process::info(me).expect("this process lives");
    for _ in 0..100 {
        let (answer, many) = Polls(bump(&server), 0).await;
        answer?;
        assert!(many <= few, "{many} polls where {few} did without the messages");
    }
    let after = process::info(me).expect("this process lives");
    assert_eq!(after.message_queue_len, UNREAD as usize, "no message was touched");
    assert_eq!(after.messages_handled, before.messages_handled);
    for i in 0..UNREAD {
        assert_eq!(process::receive::<Unread>().await.0, i);
    }
    Ok(())
}

/// GS-048
#[otp::test]
async fn gs_047_a_call_may_be_sent_now_and_awaited_later() -> otp::Result {
    let server = Script::start_link(Log::default()).await?;
    let gate = block(&server).await;
    let mut call = bump(&server).infinity();
    assert!(futures_util::poll!(&mut call).is_pending(), "sent, and there is no answer yet");
    drop(gate);
    settle().await;
    assert_eq!(futures_util::poll!(&mut call), Poll::Ready(Ok(1)));

    let mut call = ask(&server, |_, _| Next::stop(ExitReason::other("bad request")));
    server_ended(&mut call).await;
    Ok(())
}

async fn server_ended(call: impl Future<Output = Result<u64, CallError>>) {
    process::trap_exit(true);
    let error = call.await.expect_err("the server ends");
    assert_eq!(error.exit_reason(), Some(&ExitReason::other("bad request")));
    assert_eq!(error.request(), "ask", "an error names reason, request and server: {error}");
}

#[otp::test(start_paused = true)]
async fn gs_048_a_wait_that_timed_out_may_be_taken_up_again() -> otp::Result {
    let server = Script::start_link(Log::default()).await?;
    let mut call = hang(&server).infinity();
    assert!(tokio::time::timeout(10 * MS, &mut call).await.is_err());
    assert!(tokio::time::timeout(10 * MS, &mut call).await.is_err());
    tell(&server, |script| {
        script.held.pop().expect("it waits").reply(48);
        Next::noreply()
    });
    assert_eq!(call.await?, 48);
    Ok(())
}

/// GS-028: nor does it disturb the next call of the same process.
#[otp::test(start_paused = true)]
async fn gs_048_an_answer_that_comes_after_the_caller_gave_up_is_never_seen() -> otp::Result {
    let server = Script::start_link(Log::default()).await?;
    for round in 0..10 {
        let given_up = hang(&server).timeout(10 * MS).await;
        assert!(given_up.is_err_and(|error| error.is_timeout()));
        assert!(tokio::time::timeout(MS, hang(&server)).await.is_err(), "dropped while it waited");
        // While the next call waits, the late answers come.
        let answer = ask(&server, move |script, from| {
            for late in script.held.drain(..) {
                assert!(!late.is_wanted());
                late.reply(666);
            }
            from.reply(round);
            Next::noreply()
        });
        assert_eq!(answer.await?, round);
    }
    let me = process::info(process::self_pid()).expect("this process lives");
    assert_eq!(me.message_queue_len, 0, "nothing is left in the caller's mailbox");
    Ok(())
}

#[otp::test]
async fn gs_049_a_set_of_calls_with_labels_answers_in_order_of_arrival() -> otp::Result {
    let server = Script::start_link(Log::default()).await?;
    let labels = ["a", "b", "c"];
    let mut calls: FuturesUnordered<_> = labels
        .iter()
        .map(|label| {
            let call = hang(&server);
            async move { (*label, call.await) }
        })
        .collect();
    assert!(futures_util::poll!(calls.next()).is_pending());
    for (label, place) in [("c", 2), ("a", 0), ("b", 0)] {
        tell(&server, move |script| {
            script.held.remove(place).reply(place as u64);
            Next::noreply()
        });
        assert_eq!(calls.next().await, Some((label, Ok(place as u64))));
    }
    assert_eq!(calls.next().await, None, "nothing is asked any more");
    Ok(())
}

#[otp::test(start_paused = true)]
async fn several_calls_of_one_process_wait_at_once_each_with_its_own_time() -> otp::Result {
    let quick = Script::start_link(Log::default()).await?;
    let slow = Script::start_link(Log::default()).await?;
    let started = tokio::time::Instant::now();
    let at = |answer: Result<u64, CallError>| (answer.map_err(|error| error.is_timeout()), started.elapsed());
    let (long, short, answered, middle) = tokio::join!(
        async { at(hang(&slow).timeout(300 * MS).await) },
        async { at(hang(&slow).timeout(100 * MS).await) },
        async { at(bump(&quick).timeout(400 * MS).await) },
        async { at(hang(&quick).timeout(200 * MS).await) },
    );
    assert_eq!((long.0, short.0, answered.0, middle.0), (Err(true), Err(true), Ok(1), Err(true)));
    assert_about(long.1, 300 * MS);
    assert_about(short.1, 100 * MS);
    assert_about(answered.1, Duration::ZERO);
    assert_about(middle.1, 200 * MS);
    Ok(())
}

#[otp::test(start_paused = true)]
async fn a_call_times_out_also_after_the_time_of_an_earlier_one_has_passed() -> otp::Result {
    let server = Script::start_link(Log::default()).await?;
    assert_eq!(bump(&server).timeout(100 * MS).await?, 1);
    process::sleep(HOUR).await;
    let call = hang(&server).timeout(200 * MS);
    let (answer, elapsed) = timed(tokio::time::timeout(HOUR, call)).await;
    assert!(answer?.is_err_and(|error| error.is_timeout()));
    assert_about(elapsed, 200 * MS);
    Ok(())
}

#[otp::test(start_paused = true)]
async fn calls_in_a_set_of_futures_keep_their_times() -> otp::Result {
    let server = Script::start_link(Log::default()).await?;
    let started = tokio::time::Instant::now();
    let mut calls: FuturesUnordered<_> = (1..=50).rev().map(|i| hang(&server).timeout(i * 10 * MS)).collect();
    for i in 1..=50 {
        let error = calls.next().await.expect("one is left").expect_err("nobody answers");
        assert_eq!(error.timeout(), Some(i * 10 * MS));
        assert_about(started.elapsed(), i * 10 * MS);
    }
    Ok(())
}

#[otp::test]
async fn a_hundred_calls_of_one_process_may_be_under_way() -> otp::Result {
    let server = Script::start_link(Log::default()).await?;
    let answers = futures_util::future::join_all((0..100).map(|_| bump(&server))).await;
    for (i, answer) in answers.into_iter().enumerate() {
        assert_eq!(answer?, i as u64 + 1, "sent in the order of their first polls");
    }
    Ok(())
}

#[otp::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_owned_call_may_be_spawned_and_outlives_its_handle() -> otp::Result {
    let server = Script::start_link(Log::default()).await?;
    let task = {
        let handle = server.clone();
        tokio::spawn(
            ask(&handle, |script, from| {
                assert_eq!(from.pid(), None, "the caller is no process");
                script.n += 10;
                from.reply(script.n);
                Next::noreply()
            })
            .owned(),
        )
    };
    assert_eq!(task.await??, 10);
    let call = bump(&server).timeout(HOUR).owned();
    assert_eq!(in_a_process(call).await?, 11);
    let plain = tokio::spawn(async move { bump(&server).await });
    assert_eq!(plain.await??, 12);
    Ok(())
}

#[test]
fn a_call_needs_no_process() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let runtime = runtime.expect("it can be built");
    let server = runtime.block_on(async { Script::start(Log::default()).await }).expect("it starts");
    assert_eq!(runtime.block_on(async { bump(&server).await }), Ok(1));
    let timed_out = runtime.block_on(async { hang(&server).timeout(MS).await });
    assert!(timed_out.is_err_and(|error| error.is_timeout()));
    assert_eq!(runtime.block_on(async { bump(&server).await }), Ok(2));
}

#[otp::test]
async fn a_call_moved_to_another_task_while_it_waits_wakes_that_one() -> otp::Result {
    let server = Script::start_link(Log::default()).await?;
    let mut call = hang(&server).infinity().owned();
    assert!(futures_util::poll!(&mut call).is_pending());
    let task = tokio::spawn(call);
    settle().await;
    tell(&server, |script| {
        script.held.pop().expect("it waits").reply(5);
        Next::noreply()
    });
    assert_eq!(task.await??, 5);
    Ok(())
}

#[otp::test]
async fn a_call_to_anybody_hides_which_server_answers() -> otp::Result {
    let server = Script::start_link(Log::default()).await?;
    let desk = Desk::start_link(100).await?;
    let through_desk = CallTo::from_fn(move |n: u64| {
        let desk = desk.clone();
        async move { desk.add(n, 0).await }
    });
    let through_script = CallTo::new(server.clone(), "add", |n: u64, from| {
        Act::Ask(
            Box::new(move |script, from| {
                script.n += n;
                from.reply(script.n);
                Next::noreply()
            }),
            from,
        )
    });
    for (anybody, expected) in [(through_desk.clone(), 107), (through_script.clone(), 7)] {
        assert_eq!(anybody.call(7).await?, expected);
    }
    server.stop().await?;
    let error = through_script.call(1).await.expect_err("it has ended");
    assert!(error.is_noproc());
    assert_eq!(error.request(), "add");
    assert_eq!(through_desk.call(0).await?, 107);
    Ok(())
}
