//! Bounded mailboxes: what calls, casts and messages learn of a server that is too slow.

use super::{Act, Log, Script, block, bump, settle, tell};
use otp::gen_server::{CallFailure, CastError};
use otp::prelude::*;
use otp::process::{self, Mailbox, Overflow};
use otp::sys;
use otp_tests::reports;
use tokio::sync::oneshot;

/// A server with room for three, which is busy until the gate is dropped.
async fn busy(overflow: Overflow, log: &Log) -> (ServerRef<Script>, oneshot::Sender<()>) {
    let start = Script::start(log.clone()).mailbox(Mailbox::bounded(3, overflow));
    let server = start.await.expect("it starts");
    let gate = block(&server).await;
    (server, gate)
}

fn note(line: u32) -> Act {
    Act::Tell(Box::new(move |script| {
        script.log.add(line);
        Next::noreply()
    }))
}

fn fill(server: &ServerRef<Script>) {
    for line in 0..3 {
        server.cast(note(line));
    }
}

fn waiting(server: &ServerRef<Script>) -> usize {
    process::info(server.pid().expect("a process")).expect("it lives").message_queue_len
}

#[otp::test]
async fn a_call_that_finds_the_mailbox_full_fails_at_once_whatever_the_policy() -> otp::Result {
    for overflow in [Overflow::Kill, Overflow::Log, Overflow::Drop] {
        let log = Log::default();
        let (server, gate) = busy(overflow, &log).await;
        fill(&server);
        let error = bump(&server).await.expect_err("it is full");
        assert_eq!(error.failure(), &CallFailure::Overloaded, "{overflow:?}");
        assert_eq!(error.request(), "ask");
        assert_eq!(waiting(&server), 3, "the request was not sent");
        drop(gate);
        settle().await;
        assert_eq!(bump(&server).await?, 1, "there is room again");
        assert_eq!(log.lines(), ["init", "0", "1", "2"]);
        server.stop().await?;
    }
    Ok(())
}

#[otp::test]
async fn a_call_takes_its_place_in_the_mailbox() -> otp::Result {
    let (server, gate) = busy(Overflow::Kill, &Log::default()).await;
    let mut calls: Vec<_> = (0..4).map(|_| Box::pin(bump(&server))).collect();
    for call in &mut calls[..3] {
        assert!(futures_util::poll!(call).is_pending());
    }
    let fourth = calls.pop().expect("there are four").await;
    assert_eq!(fourth.expect_err("it is full").failure(), &CallFailure::Overloaded);
    drop(gate);
    for (i, call) in calls.into_iter().enumerate() {
        assert_eq!(call.await?, i as u64 + 1);
    }
    Ok(())
}

#[otp::test]
async fn a_cast_past_the_bound_kills_the_server_with_kill() -> otp::Result {
    reports::collect();
    let log = Log::default();
    let (server, _gate) = busy(Overflow::Kill, &log).await;
    let monitor = server.monitor();
    fill(&server);
    settle().await;
    assert!(server.is_alive(), "at the bound it lives");
    tell(&server, |_| Next::noreply());
    let down = process::receive::<Down>().await;
    assert_eq!((down.reference, down.reason), (monitor, ExitReason::Killed));
    assert_eq!(log.lines(), ["init", "dropped at home"]);
    let name = server.pid().expect("a process");
    assert_eq!(reports::one("otp::process", "name", name).field("max"), Some("3"));
    Ok(())
}

#[otp::test]
async fn a_cast_past_the_bound_is_taken_and_logged_once_with_log() -> otp::Result {
    reports::collect();
    let log = Log::default();
    let (server, gate) = busy(Overflow::Log, &log).await;
    fill(&server);
    for line in 3..6 {
        server.cast(note(line));
    }
    let name = server.pid().expect("a process");
    assert_eq!(reports::of("otp::process", "name", name).len(), 1);
    drop(gate);
    settle().await;
    assert_eq!(log.lines(), ["init", "0", "1", "2", "3", "4", "5"]);

    // Once it has been below the bound, the next overflow is logged again.
    let gate = block(&server).await;
    fill(&server);
    server.cast(note(3));
    assert_eq!(reports::of("otp::process", "name", name).len(), 2);
    drop(gate);
    server.stop().await?;
    Ok(())
}

#[otp::test]
async fn casts_and_messages_past_the_bound_are_dropped_with_drop() -> otp::Result {
    reports::collect();
    let log = Log::default();
    let (server, gate) = busy(Overflow::Drop, &log).await;
    fill(&server);
    server.cast(note(3));
    process::send(server.pid().expect("a process"), "dropped too")?;
    assert_eq!(waiting(&server), 3);
    drop(gate);
    settle().await;
    assert_eq!(log.lines(), ["init", "0", "1", "2"]);
    assert_eq!(reports::of("otp::process", "name", server.pid().expect("a process")).len(), 1);
    server.stop().await?;
    Ok(())
}

#[otp::test]
async fn try_cast_says_that_the_mailbox_is_full_and_applies_no_policy() -> otp::Result {
    let log = Log::default();
    let (server, gate) = busy(Overflow::Kill, &log).await;
    for line in 0..3 {
        assert!(server.try_cast(note(line)).is_ok());
    }
    let back = server.try_cast(note(3)).expect_err("it is full");
    assert!(matches!(back, CastError::Full(_)), "{back:?}");
    drop(gate);
    settle().await;
    assert!(server.try_cast(back.into_inner()).is_ok());
    settle().await;
    assert_eq!(log.lines(), ["init", "0", "1", "2", "3"]);
    server.stop().await?;
    Ok(())
}

#[otp::test]
async fn cast_wait_waits_for_room() -> otp::Result {
    let log = Log::default();
    let (server, gate) = busy(Overflow::Kill, &log).await;
    fill(&server);
    let (first, second) = (server.clone(), server.clone());
    let senders = [
        tokio::spawn(async move { first.cast_wait(note(3)).await }),
        tokio::spawn(async move { second.cast_wait(note(4)).await }),
    ];
    settle().await;
    assert!(senders.iter().all(|sender| !sender.is_finished()));
    assert_eq!(waiting(&server), 3);
    drop(gate);
    for sender in senders {
        assert!(sender.await?.is_ok());
    }
    assert_eq!(bump(&server).await?, 1);
    let lines = log.lines();
    assert_eq!(lines.len(), 6, "{lines:?}");
    assert_eq!(lines[..4], ["init", "0", "1", "2"]);
    Ok(())
}

#[otp::test]
async fn cast_wait_ends_when_the_server_does() -> otp::Result {
    let (server, _gate) = busy(Overflow::Drop, &Log::default()).await;
    fill(&server);
    let sending = server.clone();
    let sender = tokio::spawn(async move { sending.cast_wait(note(3)).await });
    settle().await;
    process::exit(server.pid().expect("a process"), ExitReason::Kill);
    let back = sender.await?.expect_err("nobody is there any more");
    assert!(matches!(back, CastError::NoProc(_)), "{back:?}");
    Ok(())
}

#[otp::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_senders_that_wait_for_room_all_get_through() -> otp::Result {
    let log = Log::default();
    let server = Script::start(log).mailbox(Mailbox::bounded(2, Overflow::Kill)).await?;
    let senders: Vec<_> = (0..6)
        .map(|_| {
            let server = server.clone();
            tokio::spawn(async move {
                for _ in 0..200 {
                    let add = Act::Tell(Box::new(|script: &mut Script| {
                        script.n += 1;
                        Next::noreply()
                    }));
                    server.cast_wait(add).await.map_err(|error| error.to_string())?;
                }
                Ok::<_, String>(())
            })
        })
        .collect();
    for sender in senders {
        sender.await??;
    }
    assert_eq!(sys::inspect_state(&server, |script| script.n).await?, 6 * 200);
    Ok(())
}

#[otp::test]
async fn system_requests_and_notifications_always_get_through() -> otp::Result {
    let log = Log::default();
    let (server, gate) = busy(Overflow::Drop, &log).await;
    let watched = process::spawn(async { process::sleep_forever().await });
    drop(gate);
    tell(&server, move |_| {
        process::monitor(watched);
        Next::noreply()
    });
    let gate = block(&server).await;
    fill(&server);
    process::exit(watched, ExitReason::Kill);
    process::wait(watched).await;
    let mut status = sys::get_status(&server);
    assert!(futures_util::poll!(&mut status).is_pending());
    drop(gate);
    assert!(status.await.is_ok());
    assert_eq!(log.lines(), ["init", "0", "1", "2", "down killed"]);
    server.stop().await?;
    Ok(())
}

#[gen_server(mailbox = 2, overflow = drop)]
struct Narrow {
    log: Log,
}

#[gen_server]
impl Narrow {
    #[init]
    async fn init(log: Log, opened: oneshot::Receiver<()>) -> Self {
        let _ = opened.await;
        Self { log }
    }

    #[cast]
    fn note(&mut self, n: u32) {
        self.log.add(n);
    }

    #[call]
    fn lines(&self) -> Vec<String> {
        self.log.lines()
    }
}

#[otp::test]
async fn the_bound_holds_from_before_init() -> otp::Result {
    let (gate, opened) = oneshot::channel();
    let start = tokio::spawn(Narrow::start((Log::default(), opened)).name("narrow").into_future());
    settle().await;
    let narrow = NarrowRef::named("narrow");
    for n in 0..5 {
        narrow.note(n);
    }
    drop(gate);
    start.await??;
    settle().await;
    assert_eq!(narrow.lines().await?, ["0", "1"]);
    narrow.stop().await?;
    Ok(())
}
