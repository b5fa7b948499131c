//! Aliases.

use super::{check, idle, quiet};
use otp::process::{self, AliasMode, Down, ExitReason, Info};
use std::time::Duration;

async fn waiting() -> Option<&'static str> {
    process::receive_timeout::<&str>(Duration::ZERO).await
}

#[otp::test(start_paused = true)]
async fn proc_047_a_closed_alias_drops_silently() {
    let alias = process::alias();
    assert!(process::unalias(alias));
    assert_eq!(process::send(alias, "late"), Ok(()));
    assert_eq!(process::try_send(alias, "late"), Ok(()));
    quiet().await;
}

#[otp::test(start_paused = true)]
async fn proc_048_a_reply_alias_takes_one_message() {
    let alias = process::alias_with(AliasMode::Reply);
    check(async move {
        process::send(alias, "first").expect("an alias is no name");
        process::send(alias, "second").expect("an alias is no name");
    })
    .await;
    assert_eq!(process::receive::<&str>().await, "first");
    assert!(!process::unalias(alias), "the first message closed it");
    quiet().await;
}

#[otp::test]
async fn proc_049_an_alias_takes_any_number_of_messages() {
    let alias = process::alias();
    for n in 0..1000 {
        process::send(alias, n).expect("an alias is no name");
    }
    for n in 0..1000 {
        assert_eq!(process::receive::<i32>().await, n);
    }
    assert!(process::unalias(alias));
}

#[otp::test]
async fn proc_050_unalias_tells_whether_it_was_open_and_ones_own() {
    let alias = process::alias();
    check(async move { assert!(!process::unalias(alias), "another's") }).await;
    assert!(process::unalias(alias));
    assert!(!process::unalias(alias), "closed already");
    let monitor = process::monitor(idle());
    assert!(!process::unalias(monitor), "no alias at all");
}

#[otp::test]
async fn proc_051_what_came_through_in_time_stays() {
    let alias = process::alias();
    process::send(alias, "in time").expect("an alias is no name");
    assert!(process::unalias(alias));
    process::send(alias, "late").expect("an alias is no name");
    assert_eq!(waiting().await, Some("in time"));
    assert_eq!(waiting().await, None);
}

/// A process that sends two messages to the address it is given, then ends. It waits for the address.
fn answers_twice() -> process::Pid {
    process::spawn(async {
        let to = process::receive::<process::MonitorRef>().await;
        process::send(to, "first").expect("an alias is no name");
        process::send(to, "second").expect("an alias is no name");
        process::exit_with(ExitReason::Shutdown);
    })
}

#[otp::test(start_paused = true)]
async fn proc_052_an_explicit_alias_leaves_its_monitor_alone() {
    let pid = answers_twice();
    let monitor = process::monitor_with_alias(pid, AliasMode::Explicit);
    process::send(pid, monitor).expect("a pid is no name");
    assert!(process::receive::<Info>().await.is::<&str>());
    assert!(process::receive::<Info>().await.is::<&str>());
    let down = process::receive::<Down>().await;
    assert_eq!((down.reference, down.reason), (monitor, ExitReason::Shutdown));
    process::send(monitor, "still open").expect("an alias is no name");
    assert_eq!(waiting().await, Some("still open"));
    assert!(process::unalias(monitor));
    quiet().await;
}

#[otp::test(start_paused = true)]
async fn proc_054_a_demonitor_closes_the_alias_bound_to_the_monitor() {
    for mode in [AliasMode::Demonitor, AliasMode::ReplyDemonitor] {
        let monitor = process::monitor_with_alias(idle(), mode);
        assert!(process::demonitor(monitor));
        process::send(monitor, "late").expect("an alias is no name");
        assert!(!process::unalias(monitor));
    }
    let monitor = process::monitor_with_alias(idle(), AliasMode::Demonitor);
    process::send(monitor, "before").expect("an alias is no name");
    process::send(monitor, "before").expect("an alias is no name");
    assert!(process::demonitor(monitor));
    assert_eq!((waiting().await, waiting().await), (Some("before"), Some("before")));
    quiet().await;
}

/// PROC-054: the end of the watched process closes it too.
#[otp::test(start_paused = true)]
async fn proc_054_a_down_closes_the_alias_bound_to_the_monitor() {
    for mode in [AliasMode::Demonitor, AliasMode::ReplyDemonitor] {
        let pid = idle();
        let monitor = process::monitor_with_alias(pid, mode);
        process::exit(pid, ExitReason::Shutdown);
        process::wait(pid).await;
        process::send(monitor, "late").expect("an alias is no name");
        assert_eq!(process::receive::<Down>().await.reference, monitor);
        assert!(!process::unalias(monitor));
    }
    // Also when there was nobody to watch.
    let monitor = process::monitor_with_alias("nobody", AliasMode::Demonitor);
    assert_eq!(process::receive::<Down>().await.reason, ExitReason::NoProc);
    process::send(monitor, "late").expect("an alias is no name");
    quiet().await;
}

/// The mode of a call: the reply takes the monitor back, and a second reply is dropped.
#[otp::test(start_paused = true)]
async fn a_reply_through_a_reply_demonitor_alias_takes_the_monitor_back() {
    let pid = answers_twice();
    let monitor = process::monitor_with_alias(pid, AliasMode::ReplyDemonitor);
    process::send(pid, monitor).expect("a pid is no name");
    assert_eq!(process::receive::<&str>().await, "first");
    quiet().await;
    assert!(!process::demonitor(monitor) && !process::unalias(monitor));
}

#[otp::test]
async fn the_alias_of_a_process_that_ended_drops() {
    let parent = process::self_pid();
    let pid = process::spawn(async move { process::send(parent, process::alias()).expect("a pid is no name") });
    let alias = process::receive::<process::AliasRef>().await;
    process::wait(pid).await;
    assert_eq!(process::send(alias, "nobody"), Ok(()));
    assert_eq!(alias.reference().owner(), pid);
}
