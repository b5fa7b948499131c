//! Answering a call: later, from elsewhere, before the handler is done, or not at all.

use super::{HOUR, Log, MS, Script, ask, bump, hang, settle, short, tell, timed};
use otp::gen_server::{self, CallFailure};
use otp::prelude::*;
use otp::process;
use std::future::IntoFuture;

#[otp::test(start_paused = true)]
async fn gs_039_an_answer_may_come_in_a_later_callback() -> otp::Result {
    let server = Script::start_link(Log::default()).await?;
    let mut waiting = hang(&server).timeout(HOUR);
    assert!(tokio::time::timeout(HOUR / 2, &mut waiting).await.is_err(), "it stays blocked");
    assert_eq!(bump(&server).await?, 1, "the server goes on meanwhile");
    tell(&server, |script| {
        let from = script.held.pop().expect("it waits");
        assert!(from.is_wanted());
        gen_server::reply(from, 39);
        Next::noreply()
    });
    assert_eq!(waiting.await?, 39);
    Ok(())
}

#[otp::test]
async fn gs_039_an_answer_may_come_from_another_process_or_task() -> otp::Result {
    let server = Script::start_link(Log::default()).await?;
    let by_process = ask(&server, |_, from| {
        process::spawn(async move { from.reply(1) });
        Next::noreply()
    });
    assert_eq!(by_process.await?, 1);
    let by_task = ask(&server, |_, from| {
        tokio::spawn(async move { from.reply(2) });
        Next::noreply()
    });
    assert_eq!(by_task.await?, 2);
    let by_thread = ask(&server, |_, from| {
        std::thread::spawn(move || from.reply(3));
        Next::noreply()
    });
    assert_eq!(by_thread.await?, 3);
    Ok(())
}

#[otp::test]
async fn gs_039_an_answer_still_comes_when_its_server_has_ended() -> otp::Result {
    let server = Script::start(Log::default()).await?;
    let me = process::self_pid();
    let mut call = ask(&server, move |_, from| {
        process::send(me, from).expect("a pid takes everything");
        Next::noreply()
    });
    assert!(futures_util::poll!(&mut call).is_pending());
    let from = process::receive::<ReplyTo<u64>>().await;
    server.stop().await?;
    assert!(futures_util::poll!(&mut call).is_pending(), "whoever has the handle may still answer");
    from.reply(4);
    assert_eq!(call.await?, 4);
    Ok(())
}

#[otp::test]
async fn a_reply_handle_knows_its_caller() -> otp::Result {
    let server = Script::start_link(Log::default()).await?;
    let me = process::self_pid();
    let call = ask(&server, move |_, from| {
        assert_eq!(from.pid(), Some(me));
        assert_eq!(format!("{from:?}"), format!("ReplyTo({me})"));
        from.reply(1);
        Next::noreply()
    });
    assert_eq!(call.await?, 1);
    Ok(())
}

/// Answers in many ways.
#[gen_server]
struct Clerk {
    log: Log,
}

struct Later;

#[gen_server]
impl Clerk {
    #[init]
    fn init(log: Log) -> Self {
        Self { log }
    }

    /// Answers, then works on.
    #[call]
    async fn answer_first(&mut self, from: ReplyTo<&'static str>) {
        from.reply("at once");
        process::sleep(HOUR).await;
        self.log.add("worked on");
    }

    #[call]
    fn now(&mut self) -> Reply<u8> {
        Reply::now(1)
    }

    #[call]
    fn now_and_stop(&mut self, reason: ExitReason) -> Reply<u8, Next> {
        Reply::now(2).then(Next::stop(reason))
    }

    #[call]
    fn now_and_fail(&mut self) -> Reply<u8, Result<(), std::fmt::Error>> {
        Reply::now(3).then(Err(std::fmt::Error))
    }

    #[call]
    fn stop_without_answer(&mut self, reason: ExitReason) -> Reply<u8, Next> {
        Reply::stop(reason)
    }

    #[call]
    fn now_and_later(&mut self) -> Reply<u8, Next<Later>> {
        Reply::now(4).then(Next::then(Later))
    }

    /// Answers twice: the first counts.
    #[call]
    fn twice(&mut self, from: ReplyTo<u8>) -> Reply<u8> {
        from.reply(5);
        Reply::now(6)
    }

    /// Takes the handle, and answers through what it returns.
    #[call]
    fn held_and_now(&mut self, from: ReplyTo<u8>) -> Reply<u8> {
        drop(from);
        Reply::now(7)
    }

    #[call]
    fn forget(&mut self, from: ReplyTo<u8>) {
        drop(from);
    }

    #[call]
    fn forget_and_stop(&mut self, from: ReplyTo<u8>) -> Next {
        drop(from);
        Next::stop(ExitReason::other("forgotten"))
    }

    #[call]
    fn forget_and_panic(&mut self, from: ReplyTo<u8>) -> Next {
        drop(from);
        panic!("forgotten");
    }

    #[call]
    fn lend(&mut self, from: ReplyTo<u8>) {
        process::spawn(async move {
            let _from = from;
            panic!("it was to answer");
        });
    }

    #[handle_continue]
    fn later(&mut self, _step: Later) {
        self.log.add("later");
    }

    #[terminate]
    fn terminate(&mut self, reason: &ExitReason) {
        self.log.add(format!("terminate {}", short(reason)));
    }
}

#[otp::test(start_paused = true)]
async fn gs_040_a_caller_goes_on_while_the_handler_still_works() -> otp::Result {
    let log = Log::default();
    let clerk = Clerk::start_link(log.clone()).await?;
    let (answer, elapsed) = timed(clerk.answer_first()).await;
    assert_eq!(answer?, "at once");
    assert!(elapsed < MS && log.lines().is_empty(), "the handler is not done: {elapsed:?}");
    assert!(clerk.now().timeout(MS).await.is_err(), "nor does the server handle anything else");
    assert_eq!(clerk.now().infinity().await?, 1);
    assert_eq!(log.lines(), ["worked on"]);
    Ok(())
}

#[otp::test]
async fn gs_041_the_first_of_two_answers_counts() -> otp::Result {
    let clerk = Clerk::start_link(Log::default()).await?;
    for _ in 0..3 {
        assert_eq!(clerk.twice().await?, 5);
        assert_eq!(clerk.now().await?, 1, "the second has no effect on a later call");
        assert_eq!(clerk.held_and_now().await?, 7);
    }
    Ok(())
}

#[otp::test(start_paused = true)]
async fn gs_042_a_reply_handle_that_is_dropped_wakes_its_caller_while_the_server_lives() -> otp::Result {
    let clerk = Clerk::start_link(Log::default()).name("gs 042").await?;
    let (answer, elapsed) = timed(clerk.forget()).await;
    let error = answer.expect_err("nobody can answer");
    assert_eq!(error.failure(), &CallFailure::ReplyDropped);
    assert!(!error.is_noproc() && error.exit_reason().is_none(), "it is told from the end of the server");
    assert!(elapsed < MS, "at once: {elapsed:?}");

    let lent = clerk.lend().await.expect_err("the borrower ends");
    assert_eq!(lent.failure(), &CallFailure::ReplyDropped);
    assert_eq!(clerk.now().await?, 1, "the server lives on");
    Ok(())
}

#[otp::test]
async fn gs_042_a_handle_that_is_dropped_later_wakes_its_caller_too() -> otp::Result {
    let server = Script::start_link(Log::default()).await?;
    let mut call = hang(&server);
    assert!(futures_util::poll!(&mut call).is_pending());
    tell(&server, |script| {
        script.held.clear();
        Next::noreply()
    });
    assert_eq!(call.await.expect_err("nobody can answer").failure(), &CallFailure::ReplyDropped);

    let me = process::self_pid();
    let mut call = ask(&server, move |_, from| {
        process::send(me, from).expect("a pid takes everything");
        Next::noreply()
    });
    assert!(futures_util::poll!(&mut call).is_pending());
    drop(process::receive::<ReplyTo<u64>>().await);
    assert_eq!(call.await.expect_err("nobody can answer").failure(), &CallFailure::ReplyDropped);
    Ok(())
}

#[otp::test]
async fn a_handle_dropped_by_a_handler_that_ends_the_server_tells_the_reason() -> otp::Result {
    let clerk = Clerk::start(Log::default()).await?;
    let error = clerk.forget_and_stop().await.expect_err("it stops");
    assert_eq!(error.exit_reason(), Some(&ExitReason::other("forgotten")));

    let clerk = Clerk::start(Log::default()).await?;
    let error = clerk.forget_and_panic().await.expect_err("it panics");
    assert_eq!(error.exit_reason().map(short), Some("panic: forgotten".to_owned()));
    Ok(())
}

/// GS-076: also from a call.
#[otp::test]
async fn gs_044_a_call_whose_handler_stops_the_server_fails_with_the_reason() -> otp::Result {
    for reason in [ExitReason::other(44), ExitReason::Normal, ExitReason::Shutdown] {
        let log = Log::default();
        let (clerk, monitor) = Clerk::start_monitor(log.clone()).await?;
        let error = clerk.stop_without_answer(reason.clone()).await.expect_err("there is no answer");
        assert_eq!(error.exit_reason(), Some(&reason));
        assert_eq!(log.lines(), [format!("terminate {reason}")]);
        assert!(!clerk.is_alive(), "the caller is told when the server is gone");
        let down = process::receive::<Down>().await;
        assert_eq!((down.reference, down.reason), (monitor, reason));
    }
    Ok(())
}

#[otp::test]
async fn an_answer_with_a_stop_is_an_answer_and_a_stop() -> otp::Result {
    let log = Log::default();
    let (clerk, _) = Clerk::start_monitor(log.clone()).await?;
    assert_eq!(clerk.now_and_stop(ExitReason::Shutdown).await?, 2);
    assert_eq!(process::receive::<Down>().await.reason, ExitReason::Shutdown);
    assert_eq!(log.lines(), ["terminate shutdown"]);

    let (clerk, _) = Clerk::start_monitor(Log::default()).await?;
    assert_eq!(clerk.now_and_fail().await?, 3);
    let reason = process::receive::<Down>().await.reason;
    assert!(reason.error_ref::<std::fmt::Error>().is_some(), "{reason:?}");
    Ok(())
}

#[otp::test]
async fn an_answer_with_a_continue_is_an_answer_first() -> otp::Result {
    let log = Log::default();
    let clerk = Clerk::start_link(log.clone()).await?;
    assert_eq!(clerk.now_and_later().into_future().await?, 4);
    settle().await;
    assert_eq!(log.lines(), ["later"]);
    Ok(())
}
