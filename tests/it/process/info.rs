//! What is known of a process.

use super::{check, echo, end, ended, idle, lives};
use otp::prelude::*;
use otp::process::{self, Priority, Status};

#[gen_server]
struct Counter {
    count: u64,
}

#[gen_server]
impl Counter {
    #[init]
    fn init(count: u64) -> Self {
        Self { count }
    }

    #[call]
    fn next(&mut self) -> u64 {
        self.count += 1;
        self.count
    }
}

#[otp::test]
async fn proc_083_info_of_the_living_and_of_the_dead() {
    let pid = idle();
    let info = process::info(pid).expect("it lives");
    assert_eq!((info.pid, info.priority, info.behaviour), (pid, Priority::Normal, "process"));
    assert_eq!((info.name, info.label, info.suspended_by), (None, None, None));
    assert!(info.links.is_empty() && info.monitors.is_empty() && info.monitored_by.is_empty());
    assert_eq!(process::set_priority_of(pid, Priority::Max), Some(Priority::Normal));
    assert_eq!(process::info(pid).expect("it lives").priority, Priority::Max);
    assert_eq!(process::set_priority(Priority::Low), Priority::Normal);
    assert_eq!(process::set_priority(Priority::Normal), Priority::Low);
    assert_eq!(process::info(ended().await), None);
}

#[otp::test]
async fn proc_084_info_shows_the_name() {
    let pid = idle();
    assert_eq!(process::info(pid).expect("it lives").name, None);
    process::register(pid, "proc_084").expect("it is free");
    assert_eq!(process::info(pid).expect("it lives").name, Some("proc_084".into()));
    process::unregister("proc_084").expect("it is registered");
    assert_eq!(process::info(pid).expect("it lives").name, None);
    end(pid, ExitReason::Kill).await;
    assert_eq!(process::info(pid).map(|info| info.name), None);
}

#[otp::test]
async fn proc_085_info_counts_what_waits() {
    let me = process::self_pid();
    let waiting = || process::info(me).expect("it runs").message_queue_len;
    for n in 1..=100 {
        process::send(me, n).expect("a pid is no name");
        assert_eq!(waiting(), n as usize);
    }
    let before = process::info(me).expect("it runs").messages_handled;
    otp::receive! { n: i32 if n == 50 => assert_eq!(n, 50) }
    assert_eq!(waiting(), 99, "what was passed over still waits");
    for left in (0..99).rev() {
        process::receive::<i32>().await;
        assert_eq!(waiting(), left);
    }
    assert_eq!(process::info(me).expect("it runs").messages_handled, before + 100);

    let pid = idle();
    for _ in 0..7 {
        process::send(pid, "unread").expect("a pid is no name");
    }
    assert_eq!(process::info(pid).expect("it lives").message_queue_len, 7);
}

#[otp::test]
async fn proc_087_info_shows_what_it_does() {
    let me = process::info(process::self_pid()).expect("it runs");
    assert_eq!((me.status, me.trap_exit), (Status::Running, false));
    process::trap_exit(true);
    assert!(process::info(process::self_pid()).expect("it runs").trap_exit);
    let pid = process::spawn(echo());
    lives(pid).await;
    assert_eq!(process::info(pid).expect("it lives").status, Status::Waiting);
    assert_eq!((Status::Waiting.to_string(), Status::Running.to_string()), ("waiting".into(), "running".into()));
}

#[otp::test]
async fn proc_088_info_tells_what_it_runs_and_who_started_it() {
    let me = process::self_pid();
    let above = process::info(me).expect("it runs").ancestors;
    assert!(above.is_empty(), "nobody started the body of a test");
    let inner = process::spawn(async move {
        let mid = process::self_pid();
        let leaf = process::spawn(echo());
        assert_eq!(process::info(leaf).expect("it lives").ancestors, [mid, me]);
        assert!(process::info(leaf).expect("it lives").initial_call.contains("echo"));
        let counter = Counter::start_link(0).await.expect("it starts");
        assert_eq!(counter.next().await, Ok(1));
        let info = process::info(counter.pid().expect("it lives")).expect("it lives");
        assert_eq!((info.behaviour, info.ancestors), ("gen_server", vec![mid, me]));
        assert!(info.initial_call.ends_with("Counter"), "{}", info.initial_call);
        assert_eq!(info.links, [mid]);
    });
    assert_eq!(process::wait(inner).await, ExitReason::Normal);
}

#[otp::test]
async fn proc_089_a_label_is_kept_until_the_next() {
    let me = process::self_pid();
    process::set_label("first");
    assert_eq!(process::label(me).as_deref(), Some("first"));
    process::set_label(String::from("second"));
    check(async move { assert_eq!(process::label(me).as_deref(), Some("second")) }).await;
    assert_eq!(process::info(me).expect("it runs").label.as_deref(), Some("second"));
}

#[otp::test]
async fn proc_090_without_a_label_there_is_none() {
    assert_eq!(process::label(process::self_pid()), None);
    let pid = process::options().label("gone").spawn(process::sleep_forever()).expect("no name was asked for");
    assert_eq!(process::label(pid).as_deref(), Some("gone"));
    end(pid, ExitReason::Kill).await;
    assert_eq!(process::label(pid), None);
}

#[otp::test]
async fn a_pid_shows_like_one() {
    let pid = process::self_pid();
    let text = pid.to_string();
    assert!(text.starts_with("<0.") && text.ends_with('>') && text.split('.').count() == 3, "{text}");
    assert_eq!(format!("{pid:?}"), text);
    assert!(pid.is_local());
}
