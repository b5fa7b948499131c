//! A child for each event.

use super::fixtures::*;
use otp::child::{Shutdown, Started};
use otp::gen_stage::consumer_supervisor::{StartEventChildError, TerminateEventChildError};
use otp::gen_stage::{BadDemand, Cancel, ConsumerSupervisor, ConsumerSupervisorRef, EventChild, StageRef};
use otp::prelude::*;
use otp::process;
use otp::supervisor::{ChildCounts, ChildStatus};
use otp_tests::reports;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// A child tells the test that it was started, with its event.
#[derive(Debug, PartialEq)]
struct Born(u64, Pid);

/// What ends a child.
struct End(ExitReason);

/// A child that runs until it is told to end.
fn waiting() -> EventChild<u64> {
    let test = process::self_pid();
    EventChild::task(move |event: u64| async move {
        let _ = process::send(test, Born(event, process::self_pid()));
        let End(reason) = process::receive::<End>().await;
        if !reason.is_normal() {
            process::exit_with(reason);
        }
    })
}

async fn born() -> Born {
    process::receive::<Born>().await
}

fn end(child: Pid, reason: ExitReason) {
    process::send(child, End(reason)).expect("a pid");
}

async fn counts(supervisor: &ConsumerSupervisorRef<u64>) -> (usize, usize) {
    let ChildCounts { specs, active, workers, .. } = supervisor.count_children().await.expect("it answers");
    assert_eq!(specs, 1);
    (workers, active)
}

/// A supervisor that is subscribed to an idle producer.
async fn subscribed(max: usize, min: usize) -> (StageRef<Source>, ConsumerSupervisorRef<u64>) {
    let producer = SourceArgs::new("p", idle()).start().await;
    let to = producer.subscription().max_demand(max).min_demand(min);
    let supervisor = ConsumerSupervisor::new(waiting()).subscribe_to(to).start().await.expect("it starts");
    assert_eq!(demands("p").await, [max]);
    rest().await;
    (producer, supervisor)
}

fn asked(seen: Vec<Seen>) -> Vec<usize> {
    let demands = seen.into_iter().filter_map(|seen| match seen {
        Seen::Demand(_, demand) => Some(demand),
        _ => None,
    });
    demands.collect()
}

async fn children<const N: usize>() -> [Pid; N] {
    let mut all = Vec::new();
    while all.len() < N {
        all.push(born().await.1);
    }
    all.try_into().expect("so many")
}

#[otp::test(start_paused = true)]
async fn csup_009_csup_015_it_has_a_name_and_a_link() {
    let supervisor = ConsumerSupervisor::new(waiting()).start_link().name("csup-009").await.expect("it starts");
    assert_eq!(otp::name::whereis("csup-009"), supervisor.pid());
    let links = process::info(supervisor.pid().expect("it runs")).expect("it runs").links;
    assert!(links.contains(&process::self_pid()));
}

/// CSUP-001: and how its own supervisor treats it.
#[otp::test(start_paused = true)]
async fn csup_001_it_is_a_child_of_supervisors() {
    let spec = ConsumerSupervisor::child_spec(|| ConsumerSupervisor::new(EventChild::task(|_: u64| async {})));
    assert_eq!(spec.get_kind(), otp::child::ChildKind::Supervisor);
    assert_eq!(spec.get_shutdown(), Shutdown::Infinity);
    let spec = spec.id("pool");
    let tree = Supervisor::builder().child(spec).start_link().await.expect("it starts");
    assert_eq!(tree.count_children().await.expect("it answers").supervisors, 1);
    tree.stop().await.expect("it stops");
}

/// CSUP-020: with the bound.
#[otp::test(start_paused = true)]
async fn csup_020_bad_demand_is_refused() {
    let producer = SourceArgs::new("p", idle()).start().await;
    let bad = producer.subscription().min_demand(2000);
    let supervisor = ConsumerSupervisor::new(waiting()).start_link().await.expect("it starts");
    let error = supervisor.sync_subscribe(bad.clone()).await.unwrap_err();
    assert!(error.to_string().contains("between 0 and 999"), "{error}");
    assert_eq!(supervisor.async_subscribe(producer.subscription().max_demand(0)), Err(BadDemand::Max));
    assert!(ConsumerSupervisor::new(waiting()).subscribe_to(bad).start().await.is_err());
}

/// CSUP-016, CSUP-025: the first ask is `max_demand`.
#[otp::test(start_paused = true)]
async fn csup_019_csup_025_it_subscribes_and_asks() {
    let producer = SourceArgs::new("p", idle()).start().await;
    let supervisor = ConsumerSupervisor::new(waiting()).start_link().await.expect("it starts");
    let tag = supervisor.sync_subscribe(&producer).await.expect("it subscribes");
    let seen = rest().await;
    assert!(seen.contains(&Seen::Subscriber("p", tag)));
    assert_eq!(asked(seen), [1000]);
}

#[otp::test(start_paused = true)]
async fn csup_021_csup_022_csup_023_csup_024_a_producer_that_is_not_there() {
    let dead = SourceArgs::new("p", idle()).start().await;
    dead.stop().await.expect("it stops");
    for producer in [StageRef::named("csup-021"), dead] {
        for cancel in [Cancel::Permanent, Cancel::Temporary] {
            let supervisor = ConsumerSupervisor::new(waiting()).start().await.expect("it starts");
            let pid = supervisor.pid().expect("it runs");
            let monitor = process::monitor(pid);
            supervisor.sync_subscribe(producer.subscription().cancel(cancel)).await.expect("it is answered");
            if cancel == Cancel::Permanent {
                let down = process::receive::<Down>().await;
                assert_eq!((down.reference, down.reason), (monitor, ExitReason::NoProc));
            } else {
                process::sleep(Duration::from_millis(1)).await;
                assert!(supervisor.is_alive());
            }
        }
    }
}

/// CSUP-034: in the order of the events.
#[otp::test(start_paused = true)]
async fn csup_027_csup_034_an_event_starts_a_child() {
    let (producer, supervisor) = subscribed(10, 5).await;
    producer.cast(ToSource::Emit(vec![7, 8, 9]));
    for n in [7, 8, 9] {
        assert_eq!(born().await.0, n);
    }
    assert_eq!(counts(&supervisor).await, (3, 3));
}

/// What the start of an event's child does, by event: runs, with a value along, fails, is ignored, panics.
fn by_event() -> EventChild<u64> {
    EventChild::new("by event", |event: u64| async move {
        let started = || Started::new(process::spawn_link(process::sleep_forever()));
        match event {
            0 => Ok(started()),
            1 => Ok(started().with_info("hello")),
            2 => Err(StartError::Failed(ExitReason::other("no"))),
            3 => Err(StartError::Ignored),
            _ => panic!("not that one"),
        }
    })
}

/// CSUP-028 to CSUP-032.
#[otp::test(start_paused = true)]
async fn csup_028_csup_029_csup_030_csup_032_what_a_start_answers() {
    reports::collect();
    let producer = SourceArgs::new("p", idle()).start().await;
    let to = producer.subscription().max_demand(10).min_demand(0);
    let supervisor = ConsumerSupervisor::new(by_event()).subscribe_to(to).start().await.expect("it starts");
    let name = supervisor.pid().expect("it runs").to_string();
    assert_eq!(demands("p").await, [10]);
    rest().await;
    for (event, all, errors, freed) in
        [(0, 1, 0, None), (1, 2, 0, None), (2, 2, 1, Some(1)), (3, 2, 1, Some(1)), (4, 2, 2, Some(1))]
    {
        producer.cast(ToSource::Emit(vec![event]));
        assert_eq!(asked(rest().await), Vec::from_iter(freed), "{event}");
        assert_eq!(counts(&supervisor).await, (all, all), "{event}");
        let logged = reports::of("otp::supervisor", "supervisor", &name);
        assert_eq!(logged.iter().filter(|report| report.field("context") == Some("start_error")).count(), errors);
    }
}

/// CSUP-066, CSUP-067: by hand, the caller learns it.
#[otp::test(start_paused = true)]
async fn csup_066_csup_067_children_started_by_hand() {
    let supervisor = ConsumerSupervisor::new(by_event()).start_link().await.expect("it starts");
    assert!(supervisor.start_child(0).await.is_ok() && supervisor.start_child(1).await.is_ok());
    let failed = supervisor.start_child(2).await.unwrap_err();
    assert!(matches!(failed, StartEventChildError::Start(StartError::Failed(_))), "{failed}");
    let ignored = supervisor.start_child(3).await.unwrap_err();
    assert!(matches!(ignored, StartEventChildError::Start(StartError::Ignored)), "{ignored}");
    let panicked = supervisor.start_child(4).await.unwrap_err();
    assert!(panicked.to_string().contains("not that one"), "{panicked}");
    assert_eq!(counts(&supervisor).await, (2, 2));
}

/// CSUP-036: the event is lost.
#[otp::test(start_paused = true)]
async fn csup_036_csup_053_a_temporary_child_is_not_restarted() {
    let (producer, supervisor) = subscribed(10, 1).await;
    for reason in [ExitReason::Shutdown, ExitReason::other("x"), ExitReason::Normal] {
        producer.cast(ToSource::Emit(vec![1]));
        let [child] = children().await;
        end(child, reason);
        assert_eq!(asked(rest().await), [1]);
        assert_eq!(counts(&supervisor).await, (0, 0));
    }
}

/// The asks that follow the end of each of so many children, one after the other.
async fn asks_of(max: usize, min: usize, ends: usize) -> Vec<usize> {
    let producer = SourceArgs::new("p", counting()).start().await;
    let to = producer.subscription().max_demand(max).min_demand(min);
    let supervisor = ConsumerSupervisor::new(waiting()).subscribe_to(to).start().await.expect("it starts");
    let mut running = Vec::new();
    let mut asks = asked(rest().await);
    for _ in 0..ends {
        while let Some(Born(_, child)) = process::receive_timeout::<Born>(Duration::from_millis(1)).await {
            running.push(child);
        }
        let (workers, active) = counts(&supervisor).await;
        assert!(workers == active && active == running.len());
        assert!(active <= max && active >= max - min.max(1), "{active} of {max}/{min}");
        end(running.remove(0), ExitReason::Normal);
        asks.extend(asked(rest().await));
    }
    supervisor.stop().await.expect("it stops");
    producer.stop().await.expect("it stops");
    rest().await;
    // Those that the last end made room for.
    while process::receive_timeout::<Born>(Duration::from_millis(1)).await.is_some() {}
    asks
}

/// CSUP-043 to CSUP-047: `min_demand` is the size of a refill.
#[otp::test(start_paused = true)]
async fn csup_043_csup_044_csup_045_csup_046_csup_047_csup_052_refills() {
    assert_eq!(asks_of(10, 5, 10).await, [10, 5, 5]);
    assert_eq!(asks_of(10, 8, 16).await, [10, 8, 8]);
    assert_eq!(asks_of(10, 2, 6).await, [10, 2, 2, 2]);
    assert_eq!(asks_of(10, 0, 3).await, [10, 1, 1, 1]);
    assert_eq!(asks_of(10, 1, 3).await, [10, 1, 1, 1]);
    assert_eq!(asks_of(10, 9, 9).await, [10, 9]);
    assert_eq!(asks_of(50, 25, 50).await, [50, 25, 25]);
    assert_eq!(asks_of(1, 0, 3).await, [1, 1, 1, 1]);
}

#[otp::test(start_paused = true)]
async fn csup_038_csup_068_csup_069_a_child_can_be_terminated() {
    let (producer, supervisor) = subscribed(2, 0).await;
    producer.cast(ToSource::Emit(vec![1, 2]));
    let [first, second] = children().await;
    assert_eq!(asked(rest().await), []);
    let monitor = process::monitor(first);
    supervisor.terminate_child(first).await.expect("it is there");
    let down = process::receive::<Down>().await;
    assert_eq!((down.reference, down.reason), (monitor, ExitReason::Shutdown));
    let again = supervisor.terminate_child(first).await.unwrap_err();
    assert!(matches!(again, TerminateEventChildError::NotFound));
    assert_eq!(asked(rest().await), [1]);
    assert_eq!(counts(&supervisor).await, (1, 1));
    supervisor.terminate_child(second).await.expect("it is there");

    let brutal = ConsumerSupervisor::new(waiting().shutdown(Shutdown::BrutalKill)).start().await.expect("it starts");
    let child = brutal.start_child(1).await.expect("it starts");
    let monitor = process::monitor(child);
    brutal.terminate_child(child).await.expect("it is there");
    let down = process::receive::<Down>().await;
    assert_eq!((down.reference, down.reason), (monitor, ExitReason::Killed));
    assert_eq!(counts(&brutal).await, (0, 0));
}

#[otp::test(start_paused = true)]
async fn csup_040_it_does_not_ask_while_children_run() {
    let (producer, _supervisor) = subscribed(3, 0).await;
    producer.cast(ToSource::Emit(vec![1, 2]));
    children::<2>().await;
    assert_eq!(asked(rest().await), []);
}

#[otp::test(start_paused = true)]
async fn csup_042_csup_054_csup_055_a_transient_child_keeps_its_place_and_event() {
    let producer = SourceArgs::new("p", idle()).start().await;
    let to = producer.subscription().max_demand(2).min_demand(0);
    let supervisor = ConsumerSupervisor::new(waiting().transient()).subscribe_to(to).start().await.expect("it starts");
    assert_eq!(demands("p").await, [2]);
    producer.cast(ToSource::Emit(vec![7, 8]));
    let [first, second] = children().await;
    rest().await;
    end(first, ExitReason::other("x"));
    let Born(event, again) = born().await;
    assert_eq!(event, 7);
    assert_eq!(asked(rest().await), []);
    assert_eq!(counts(&supervisor).await, (2, 2));
    end(again, ExitReason::Normal);
    assert_eq!(asked(rest().await), [1]);
    end(second, ExitReason::shutdown_with("x"));
    assert_eq!(asked(rest().await), [1]);
    assert_eq!(counts(&supervisor).await, (0, 0));
}

#[otp::test(start_paused = true)]
async fn csup_049_csup_051_more_events_than_places() {
    // Children that were started by hand take none.
    let (producer, supervisor) = subscribed(2, 0).await;
    for n in 0..5 {
        supervisor.start_child(n).await.expect("it starts");
    }
    let [first, ..] = children::<5>().await;
    end(first, ExitReason::Normal);
    assert_eq!(asked(rest().await), []);
    producer.cast(ToSource::Emit(vec![1, 2]));
    children::<2>().await;
    assert_eq!(counts(&supervisor).await, (6, 6));
}

/// A child whose first starts go well and whose later ones fail so often.
fn failing(fails: usize) -> EventChild<u64> {
    let starts = Arc::new(AtomicUsize::new(0));
    let test = process::self_pid();
    let child = EventChild::new("failing", move |event: u64| {
        let nth = starts.fetch_add(1, Ordering::Relaxed);
        async move {
            if (1..=fails).contains(&nth) {
                return Err(StartError::Failed(ExitReason::other("not now")));
            }
            let pid = process::spawn_link(async {
                let End(reason) = process::receive::<End>().await;
                process::exit_with(reason);
            });
            let _ = process::send(test, Born(event, pid));
            Ok(Started::new(pid))
        }
    });
    child.transient()
}

/// CSUP-062: at once, with others in between.
#[otp::test(start_paused = true)]
async fn csup_057_csup_062_a_restart_that_fails_is_tried_again() {
    let supervisor = ConsumerSupervisor::new(failing(1)).max_restarts(2).start().await.expect("it starts");
    supervisor.start_child(7).await.expect("it starts");
    let [child] = children().await;
    end(child, ExitReason::other("x"));
    assert_eq!(born().await.0, 7);
    assert_eq!(counts(&supervisor).await, (1, 1));
}

#[otp::test(start_paused = true)]
async fn csup_058_csup_059_csup_060_too_many_restarts_end_it() {
    for (restarts, seconds) in [(1, 5), (3, 0), (10, 5)] {
        let supervisor = ConsumerSupervisor::new(failing(usize::MAX)).max_restarts(restarts).max_seconds(seconds);
        let supervisor = supervisor.start().await.expect("it starts");
        let monitor = process::monitor(supervisor.pid().expect("it runs"));
        supervisor.start_child(7).await.expect("it starts");
        let [child] = children().await;
        end(child, ExitReason::other("x"));
        let down = process::receive::<Down>().await;
        assert_eq!((down.reference, down.reason), (monitor, ExitReason::Shutdown));
    }
}

#[otp::test(start_paused = true)]
async fn csup_072_the_children_are_listed() {
    let supervisor = ConsumerSupervisor::new(waiting()).start_link().await.expect("it starts");
    let child = supervisor.start_child(1).await.expect("it starts");
    let [info] = supervisor.which_children().await.expect("it answers").try_into().expect("one child");
    assert_eq!((info.status, info.kind), (ChildStatus::Running(child), otp::child::ChildKind::Worker));
}

#[otp::test(start_paused = true)]
async fn csup_076_csup_077_csup_078_children_and_the_end_of_a_producer() {
    for cancel in [Cancel::Temporary, Cancel::Permanent] {
        let producer = SourceArgs::new("p", idle()).start().await;
        let to = producer.subscription().max_demand(10).cancel(cancel);
        let supervisor = ConsumerSupervisor::new(waiting()).subscribe_to(to).start().await.expect("it starts");
        demands::<1>("p").await;
        producer.cast(ToSource::Emit(vec![1, 2]));
        let [first, second] = children().await;
        let monitors = [first, second].map(process::monitor);
        producer.stop().reason(ExitReason::other("gone")).await.expect("it stops");
        rest().await;
        assert_eq!(supervisor.is_alive(), cancel == Cancel::Temporary);
        if cancel == Cancel::Temporary {
            assert_eq!(counts(&supervisor).await, (2, 2));
            end(first, ExitReason::Normal);
            supervisor.terminate_child(second).await.expect("it is there");
            assert_eq!(counts(&supervisor).await, (0, 0));
            for _ in monitors {
                process::receive::<Down>().await;
            }
        } else {
            for _ in monitors {
                assert_eq!(process::receive::<Down>().await.reason, ExitReason::Shutdown);
            }
        }
        rest().await;
    }
}

/// CSUP-083, CSUP-085: their own orderly reason is theirs.
#[otp::test(start_paused = true)]
async fn csup_079_csup_080_csup_082_csup_083_stopping_shuts_all_children_down() {
    let cases = [
        (Shutdown::BrutalKill, ExitReason::Killed),
        (Shutdown::Infinity, ExitReason::Shutdown),
        (Shutdown::Timeout(Duration::from_secs(1)), ExitReason::Shutdown),
    ];
    for (shutdown, reason) in cases {
        let supervisor = ConsumerSupervisor::new(waiting().shutdown(shutdown)).start().await.expect("it starts");
        for n in 0..3 {
            let child = supervisor.start_child(n).await.expect("it starts");
            process::monitor(child);
        }
        supervisor.stop().await.expect("it stops");
        for _ in 0..3 {
            assert_eq!(process::receive::<Down>().await.reason, reason);
        }
    }
    let trapping = EventChild::task(|_: u64| async {
        process::trap_exit(true);
        process::receive::<Exit>().await;
        process::exit_with(ExitReason::shutdown_with("mine"));
    });
    let supervisor = ConsumerSupervisor::new(trapping).start().await.expect("it starts");
    let child = supervisor.start_child(1).await.expect("it starts");
    process::sleep(Duration::from_millis(1)).await;
    process::monitor(child);
    supervisor.stop().await.expect("it stops");
    assert_eq!(process::receive::<Down>().await.reason, ExitReason::shutdown_with("mine"));
}

/// All children end at the same time, however many there are.
#[otp::test(start_paused = true)]
async fn a_shutdown_takes_as_long_as_its_slowest_child() {
    let slow = EventChild::task(|_: u64| async {
        process::trap_exit(true);
        process::receive::<Exit>().await;
        process::sleep(Duration::from_secs(2)).await;
    });
    let supervisor = ConsumerSupervisor::new(slow).start().await.expect("it starts");
    for n in 0..100 {
        supervisor.start_child(n).await.expect("it starts");
    }
    let start = tokio::time::Instant::now();
    supervisor.stop().await.expect("it stops");
    assert!(start.elapsed() < Duration::from_secs(3));
}

/// A printer for each number, at most fifty at once.
#[otp::test(start_paused = true)]
async fn csup_086_counter_and_printer() {
    let producer = SourceArgs::new("p", counting()).start().await;
    let (test, running) = (process::self_pid(), Arc::new(AtomicUsize::new(0)));
    let printer = EventChild::task(move |n: u64| {
        let running = running.clone();
        async move {
            assert!(running.fetch_add(1, Ordering::Relaxed) < 50);
            process::sleep(Duration::from_millis(n % 7 + 1)).await;
            running.fetch_sub(1, Ordering::Relaxed);
            let _ = process::send(test, n);
        }
    });
    let to = producer.subscription().max_demand(50);
    let supervisor = ConsumerSupervisor::new(printer).subscribe_to(to).start().await.expect("it starts");
    let mut printed = Vec::new();
    while printed.len() < 1000 {
        printed.push(process::receive::<u64>().await);
    }
    supervisor.stop().await.expect("it stops");
    let first = demands::<10>("p").await;
    assert_eq!((first[0], &first[1..]), (50, &[25; 9][..]));
    printed.sort_unstable();
    printed.dedup();
    assert_eq!(printed.len(), 1000, "each once");
}
