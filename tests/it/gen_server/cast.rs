//! Casts: sent and forgotten, handled in order.

use super::name::{Key, Registry};
use super::{Act, Log, Script, bump, short, tell};
use otp::gen_server::CastError;
use otp::prelude::*;
use otp::process;

#[gen_server]
struct Journal {
    log: Log,
}

#[gen_server]
impl Journal {
    #[init]
    fn init(log: Log) -> Self {
        Self { log }
    }

    #[cast]
    fn write(&mut self, line: &'static str) {
        self.log.add(line);
    }

    #[cast]
    async fn write_slowly(&mut self, line: &'static str) {
        tokio::task::yield_now().await;
        self.log.add(line);
    }

    #[cast]
    fn parse(&mut self, text: &'static str) -> Result<(), std::num::ParseIntError> {
        let n: u64 = text.parse()?;
        self.log.add(n);
        Ok(())
    }

    #[cast]
    fn close(&mut self, reason: ExitReason) -> Next {
        Next::stop(reason)
    }

    #[call]
    fn lines(&self) -> Vec<String> {
        self.log.lines()
    }

    #[info]
    fn line(&mut self, line: &'static str) {
        self.log.add(line);
    }

    #[terminate]
    fn terminate(&mut self, reason: &ExitReason) {
        self.log.add(format!("terminate {}", short(reason)));
    }
}

#[otp::test]
async fn gs_050_a_cast_returns_before_it_is_handled_and_later_requests_see_it() -> otp::Result {
    let log = Log::default();
    let journal = Journal::start_link(log.clone()).await?;
    journal.write("a");
    assert_eq!(log.lines(), [] as [&str; 0], "it is not handled yet");
    assert_eq!(journal.lines().await?, ["a"]);
    Ok(())
}

#[otp::test(flavor = "multi_thread", worker_threads = 2)]
async fn gs_050_requests_and_messages_of_one_sender_are_handled_in_the_order_they_were_sent() -> otp::Result {
    for _ in 0..50 {
        let journal = Journal::start_link(Log::default()).await?;
        let pid = journal.pid().expect("a process");
        journal.write_slowly("a");
        process::send(pid, "b")?;
        journal.write("c");
        journal.send_info("d");
        assert_eq!(journal.lines().await?, ["a", "b", "c", "d"]);
        journal.stop().await?;
    }
    Ok(())
}

#[otp::test]
async fn gs_050_a_call_sees_the_casts_before_it_and_none_after_it() -> otp::Result {
    let journal = Journal::start_link(Log::default()).await?;
    journal.write("before");
    let mut call = journal.lines();
    assert!(futures_util::poll!(&mut call).is_pending());
    journal.write("after");
    assert_eq!(call.await?, ["before"]);
    assert_eq!(journal.lines().await?, ["before", "after"]);
    Ok(())
}

#[otp::test]
async fn gs_051_a_cast_to_nobody_is_no_error() -> otp::Result {
    let journal = Journal::start(Log::default()).await?;
    journal.stop().await?;
    let () = journal.write("to the dead");
    JournalRef::named("gs 051, unknown").write("to nobody");
    JournalRef::from(ServerRef::via(Key(Registry::default(), 51))).write("nor there");
    JournalRef::named(Name::global("gs 051, unknown")).send_info("to nobody");
    Ok(())
}

#[otp::test]
async fn gs_051_a_cast_that_reports_says_who_is_missing_and_hands_the_request_back() -> otp::Result {
    let server = Script::start(Log::default()).await?;
    let request = || {
        Act::Tell(Box::new(|script: &mut Script| {
            script.n += 1;
            Next::noreply()
        }))
    };
    assert!(server.try_cast(request()).is_ok());
    assert!(server.cast_wait(request()).await.is_ok());
    assert_eq!(bump(&server).await?, 3);
    server.stop().await?;
    let back = server.try_cast(request()).expect_err("it has ended");
    assert!(matches!(back, CastError::NoProc(Act::Tell(_))), "{back:?}");
    assert!(back.to_string().contains("noproc"), "{back}");
    assert!(matches!(back.into_inner(), Act::Tell(_)));
    let unknown = ServerRef::<Script>::named("gs 051, unknown");
    assert!(matches!(unknown.cast_wait(request()).await, Err(CastError::NoProc(_))));
    Ok(())
}

/// GS-076: also from a cast.
#[otp::test]
async fn gs_053_a_cast_may_stop_its_server() -> otp::Result {
    for reason in [ExitReason::other(53), ExitReason::Normal, ExitReason::shutdown_with("done")] {
        let log = Log::default();
        let (journal, _) = Journal::start_monitor(log.clone()).await?;
        journal.write("before");
        journal.close(reason.clone());
        journal.write("never handled");
        assert_eq!(process::receive::<Down>().await.reason, reason);
        assert_eq!(log.lines(), ["before".to_owned(), format!("terminate {reason}")]);
    }
    Ok(())
}

#[otp::test]
async fn an_err_of_a_cast_stops_its_server_with_that_error() -> otp::Result {
    let log = Log::default();
    let (journal, _) = Journal::start_monitor(log.clone()).await?;
    journal.parse("7");
    journal.parse("seven");
    let reason = process::receive::<Down>().await.reason;
    assert!(reason.error_ref::<std::num::ParseIntError>().is_some(), "{reason:?}");
    assert_eq!(log.lines(), ["7", "terminate invalid digit found in string"]);
    Ok(())
}

#[otp::test]
async fn handlers_are_methods_that_need_no_process() {
    let mut journal = Journal { log: Log::default() };
    journal.write("a");
    journal.write_slowly("b").await;
    assert_eq!(journal.lines(), ["a", "b"]);
    assert!(journal.parse("x").is_err());
}

#[otp::test]
async fn a_cast_of_a_server_to_itself_is_handled_next() -> otp::Result {
    let log = Log::default();
    let server = Script::start_link(log.clone()).await?;
    let itself = server.clone();
    tell(&server, move |script| {
        tell(&itself, |script| {
            script.log.add("second");
            Next::noreply()
        });
        script.log.add("first");
        Next::noreply()
    });
    bump(&server).await?;
    bump(&server).await?;
    assert_eq!(log.lines(), ["init", "first", "second"]);
    Ok(())
}
