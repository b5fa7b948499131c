//! Hibernation: memory is given back, and nothing else changes.

use super::{HOUR, Log, MS, Script, bump, settle, tell};
use otp::prelude::*;
use otp::process::Status;
use otp::{process, sys};

struct Wake;

#[gen_server]
struct Bear {
    log: Log,
}

#[gen_server]
impl Bear {
    #[init]
    fn init(log: Log, asleep: bool) -> Init<Self> {
        let init = Init::ok(Self { log });
        if asleep { init.hibernate() } else { init }
    }

    #[call]
    fn eat(&mut self) -> Reply<(), Next> {
        self.log.add("eat");
        Reply::now(()).then(Next::hibernate())
    }

    #[call]
    fn look(&mut self) -> usize {
        self.log.lines().len()
    }

    #[cast]
    fn sleep(&mut self) -> Next {
        self.log.add("sleep");
        Next::hibernate()
    }

    #[cast]
    fn walk(&mut self) {
        self.log.add("walk");
    }

    #[info]
    fn wake(&mut self, _wake: Wake) -> Next {
        self.log.add("wake");
        Next::hibernate()
    }
}

/// What it does once it has nothing to do.
async fn status<S: GenServer>(server: &ServerRef<S>) -> Status {
    settle().await;
    process::info(server.pid().expect("a process")).expect("it lives").status
}

#[otp::test]
async fn gs_074_a_server_hibernates_until_the_next_message() -> otp::Result {
    let log = Log::default();
    let bear = Bear::start_link((log.clone(), true)).await?;
    assert_eq!(status(&bear).await, Status::Hibernated, "from init");
    assert_eq!(bear.look().await?, 0);
    assert_eq!(status(&bear).await, Status::Waiting);
    bear.eat().await?;
    assert_eq!(status(&bear).await, Status::Hibernated, "from a call");
    bear.walk();
    assert_eq!(status(&bear).await, Status::Waiting);
    bear.sleep();
    assert_eq!(status(&bear).await, Status::Hibernated, "from a cast");
    bear.send_info(Wake);
    assert_eq!(status(&bear).await, Status::Hibernated, "from a message");
    assert_eq!(log.lines(), ["eat", "walk", "sleep", "wake"]);
    Ok(())
}

#[otp::test]
async fn gs_074_messages_that_wait_are_handled_at_once_and_in_order() -> otp::Result {
    let log = Log::default();
    let bear = Bear::start_link((log.clone(), false)).await?;
    for _ in 0..100 {
        bear.sleep();
        bear.walk();
    }
    assert_eq!(bear.look().await?, 200);
    assert_eq!((log.count("sleep"), log.lines()[198..].to_vec()), (100, vec!["sleep".to_owned(), "walk".to_owned()]));
    Ok(())
}

#[otp::test]
async fn gs_074_suspending_and_resuming_leaves_it_hibernated() -> otp::Result {
    let bear = Bear::start_link((Log::default(), true)).await?;
    assert_eq!(status(&bear).await, Status::Hibernated);
    sys::suspend(&bear).await?;
    assert_eq!(status(&bear).await, Status::Suspended);
    sys::resume(&bear).await?;
    assert_eq!(status(&bear).await, Status::Hibernated);
    assert_eq!(bear.look().await?, 0);
    Ok(())
}

#[otp::test(start_paused = true)]
async fn gs_074_a_timer_that_was_armed_before_still_works_after() -> otp::Result {
    let log = Log::default();
    let server = Script::start_link(log.clone()).await?;
    tell(&server, |_| Next::timeout(HOUR));
    process::sleep(HOUR / 2).await;
    tell(&server, |_| Next::hibernate());
    process::sleep(10 * HOUR).await;
    assert_eq!(log.lines(), ["init"], "the message cancelled the timeout");
    tell(&server, |_| Next::timeout(HOUR));
    process::sleep(HOUR + 5 * MS).await;
    assert_eq!(log.lines(), ["init", "timeout"]);
    Ok(())
}

#[otp::test(start_paused = true)]
async fn gs_075_a_server_hibernates_after_it_had_nothing_to_do_for_so_long() -> otp::Result {
    let server = Script::start_link(Log::default()).hibernate_after(HOUR).await?;
    process::sleep(HOUR - MS).await;
    assert_eq!(status(&server).await, Status::Waiting);
    process::sleep(5 * MS).await;
    assert_eq!(status(&server).await, Status::Hibernated, "after init");

    assert_eq!(bump(&server).await?, 1);
    assert_eq!(status(&server).await, Status::Waiting);
    process::sleep(HOUR / 2).await;
    assert_eq!(bump(&server).await?, 2);
    process::sleep(HOUR - MS).await;
    assert_eq!(status(&server).await, Status::Waiting, "each message begins the time anew");
    process::sleep(5 * MS).await;
    assert_eq!(status(&server).await, Status::Hibernated);
    Ok(())
}

#[otp::test(start_paused = true)]
async fn gs_075_a_query_wakes_it_only_for_the_query() -> otp::Result {
    let server = Script::start_link(Log::default()).hibernate_after(HOUR).await?;
    process::sleep(2 * HOUR).await;
    assert_eq!(status(&server).await, Status::Hibernated);
    assert_eq!(sys::inspect_state(&server, |script| script.n).await?, 0);
    assert_eq!(status(&server).await, Status::Hibernated);
    Ok(())
}

#[otp::test(start_paused = true)]
async fn hibernation_and_an_idle_timeout_go_together() -> otp::Result {
    let log = Log::default();
    let server = Script::start_link(log.clone()).hibernate_after(HOUR).await?;
    tell(&server, |_| Next::timeout(3 * HOUR));
    process::sleep(2 * HOUR).await;
    assert_eq!(status(&server).await, Status::Hibernated);
    assert_eq!(log.lines(), ["init"]);
    process::sleep(HOUR + 5 * MS).await;
    assert_eq!(log.lines(), ["init", "timeout"]);
    Ok(())
}

#[gen_server(hibernate_after = 100)]
struct Dormouse;

#[gen_server]
impl Dormouse {
    #[init]
    fn init() -> Self {
        Self
    }
}

#[otp::test(start_paused = true)]
async fn gs_075_the_time_may_stand_in_the_declaration() -> otp::Result {
    let mouse = Dormouse::start_link(()).await?;
    process::sleep(99 * MS).await;
    assert_eq!(status(&mouse).await, Status::Waiting);
    process::sleep(5 * MS).await;
    assert_eq!(status(&mouse).await, Status::Hibernated);
    Ok(())
}

/// Messages that come while it gives back the memory of its mailbox are handled in their turn, however many lie there.
#[otp::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_hibernates_often_handles_everything_in_order() -> otp::Result {
    struct Number(u32);

    #[gen_server]
    struct Dormouse {
        next: u32,
        nap: u32,
    }
    #[gen_server]
    impl Dormouse {
        #[init]
        fn init(nap: u32) -> Self {
            Self { next: 0, nap }
        }
        #[info]
        fn number(&mut self, number: Number) -> Next {
            assert_eq!(number.0, self.next);
            self.next += 1;
            if self.next.is_multiple_of(self.nap) { Next::hibernate() } else { Next::noreply() }
        }
        #[call]
        fn seen(&mut self) -> u32 {
            self.next
        }
    }

    for nap in [1, 2, 3, 5, 16, 40, 1_000] {
        let server = Dormouse::start_link(nap).await?;
        let mut sent = 0;
        for burst in (0..400_u32).map(|n| n * n % 61) {
            (0..burst).for_each(|n| server.send_info(Number(sent + n)));
            sent += burst;
            match burst % 3 {
                0 => assert_eq!(server.seen().await?, sent),
                1 => tokio::task::yield_now().await,
                _ => {}
            }
        }
        assert_eq!(server.seen().await?, sent, "with a nap after {nap}");
    }
    Ok(())
}
