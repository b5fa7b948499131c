//! What supervisors report. A report is found by the id of the child, which no other test uses.

use super::fixtures::*;
use otp::child::Started;
use otp::prelude::*;
use otp::process;
use otp_tests::reports::{self, Report};
use std::time::Duration;

fn of(child: &str) -> Vec<Report> {
    reports::of("otp::supervisor", "child", child)
}

/// What a report says besides who the child is.
fn told(report: &Report) -> (&str, &str) {
    (report.field("context").unwrap_or_default(), report.field("reason").unwrap_or_default())
}

#[otp::test]
async fn sup_062_one_report_says_that_the_limit_is_reached() -> otp::Result {
    reports::collect();
    let supervisor = Supervisor::builder().max_restarts(1).child(idle("report 062")).start().await?;
    let name = supervisor.pid().unwrap().to_string();
    let monitor = supervisor.monitor();
    let first = pid(&supervisor, "report 062").await;
    crash(&supervisor, "report 062").await;
    let second = pid(&supervisor, "report 062").await;
    end(second, ExitReason::other("bad")).await;
    assert_eq!(down(monitor).await, ExitReason::Shutdown);

    let found = of("report 062");
    assert_eq!(
        found.iter().map(told).collect::<Vec<_>>(),
        [
            ("started", ""),
            ("child_terminated", "killed"),
            ("started", ""),
            ("child_terminated", "\"bad\""),
            ("shutdown", "reached_max_restart_intensity"),
        ]
    );
    assert_eq!(found[1].field("pid"), Some(first.to_string().as_str()));
    assert_eq!(found[3].field("pid"), Some(second.to_string().as_str()));
    for report in &found {
        assert_eq!(report.field("supervisor"), Some(name.as_str()));
        assert_eq!(report.field("kind"), Some("worker"));
        let level = if told(report).0 == "started" { tracing::Level::DEBUG } else { tracing::Level::ERROR };
        assert_eq!(report.level, level);
    }
    Ok(())
}

/// A child that ends with this reason when it is told to shut down.
fn ends_with(id: &'static str, reason: ExitReason, restart: Restart) -> ChildSpec {
    let spec = ChildSpec::new(id, move |_slot| {
        let reason = reason.clone();
        async move {
            let life = async move {
                process::receive::<Exit>().await;
                process::exit_with(reason)
            };
            let pid = process::options().link().trap_exit(true).spawn(life).expect("it has no name");
            Ok(Started::new(pid))
        }
    });
    spec.restart(restart)
}

#[otp::test(start_paused = true)]
async fn sup_072_a_child_that_does_not_end_as_it_should_is_reported() -> otp::Result {
    reports::collect();
    let details = || ExitReason::shutdown_with("details");
    let bad = || ExitReason::other("bad");
    let cases = [
        ("report 072 a", ExitReason::Shutdown, Restart::Permanent, None),
        ("report 072 b", ExitReason::Normal, Restart::Permanent, Some("normal")),
        ("report 072 c", details(), Restart::Permanent, Some("shutdown: \"details\"")),
        ("report 072 d", ExitReason::Normal, Restart::Transient, None),
        ("report 072 e", details(), Restart::Temporary, None),
        ("report 072 f", bad(), Restart::Transient, Some("\"bad\"")),
        ("report 072 g", bad(), Restart::Temporary, Some("\"bad\"")),
    ];
    for (id, reason, restart, expected) in cases {
        let supervisor = Supervisor::builder().child(ends_with(id, reason, restart)).start_link().await?;
        supervisor.stop().await?;
        let errors: Vec<_> = of(id).into_iter().filter(|report| told(report).0 != "started").collect();
        let errors: Vec<_> = errors.iter().map(told).collect();
        let expected: Vec<_> = expected.map(|reason| ("shutdown_error", reason)).into_iter().collect();
        assert_eq!(errors, expected, "{id}");
    }

    // A kill is what is expected of brutal kill, and no other.
    let late = |id: &'static str, shutdown: Shutdown| {
        let job = Job::new("late", &Journal::default()).cleanup(seconds(60));
        Worker::child_spec(move || job.clone()).id(id).shutdown(shutdown)
    };
    let supervisor = Supervisor::builder()
        .child(late("report 072 brutal", Shutdown::BrutalKill))
        .child(late("report 072 late", Shutdown::Timeout(Duration::from_millis(10))))
        .start_link()
        .await?;
    supervisor.stop().await?;
    assert_eq!(of("report 072 brutal").iter().map(told).collect::<Vec<_>>(), [("started", "")]);
    assert_eq!(
        of("report 072 late").iter().map(told).collect::<Vec<_>>(),
        [("started", ""), ("shutdown_error", "killed")]
    );
    Ok(())
}

/// SUP-073
#[otp::test]
async fn a_stop_that_is_not_in_order_is_reported() -> otp::Result {
    reports::collect();
    process::trap_exit(true);
    let orderly = [ExitReason::Normal, ExitReason::Shutdown, ExitReason::shutdown_with("x")];
    for (reason, expected) in orderly.into_iter().map(|reason| (reason, 0)).chain([(ExitReason::other("bad"), 1)]) {
        let supervisor = Supervisor::builder().child(idle("report 073")).start_link().await?;
        let pid = supervisor.pid().unwrap();
        supervisor.stop().reason(reason.clone()).await?;
        let found = reports::of("otp::gen_server", "pid", pid);
        assert_eq!(found.len(), expected, "{reason}: {found:?}");
        for report in found {
            assert_eq!((report.level, report.field("reason")), (tracing::Level::ERROR, Some("\"bad\"")));
        }
    }
    Ok(())
}

/// SUP-039: each end is seen with its reason. Orderly ends that cause no restart are not worth a report.
#[otp::test]
async fn ends_are_reported_with_their_reasons() -> otp::Result {
    reports::collect();
    let supervisor = Supervisor::builder()
        .max_restarts(100)
        .child(Worker::child_spec(|| Job::new("x", &Journal::default())).id("report 039"))
        .start_link()
        .await?;
    let worker = supervisor.child::<Worker>("report 039");
    worker.crash();
    process::wait(worker.pid().unwrap()).await;
    let after = pid(&supervisor, "report 039").await;
    WorkerRef::from_pid(after).unwrap().leave_at_once(ExitReason::other("left"));
    process::wait(after).await;
    leave(&supervisor, "report 039", ExitReason::Normal).await;
    crash(&supervisor, "report 039").await;

    let found = of("report 039");
    let reasons: Vec<_> = found.iter().map(told).filter(|(context, _)| *context == "child_terminated").collect();
    assert!(reasons[0].1.contains("crashed as told"), "{reasons:?}");
    assert_eq!(reasons[1..].iter().map(|(_, reason)| *reason).collect::<Vec<_>>(), ["\"left\"", "normal", "killed"]);

    let quiet = idle("report 039 quiet").restart(Restart::Temporary);
    supervisor.start_child(quiet).await?;
    end(pid(&supervisor, "report 039 quiet").await, ExitReason::Shutdown).await;
    assert_eq!(counts(&supervisor).await.0, 1);
    assert_eq!(of("report 039 quiet").iter().map(told).collect::<Vec<_>>(), [("started", "")]);
    Ok(())
}

#[otp::test]
async fn a_start_that_fails_is_reported() -> otp::Result {
    reports::collect();
    let fails = ChildSpec::new("report fails", |_slot| async { Err(StartError::Failed(ExitReason::other("no luck"))) });
    let supervisor = Supervisor::builder().start_link().name("report_supervisor").await?;
    supervisor.start_child(fails).await.unwrap_err();
    let found = of("report fails");
    assert_eq!(found.iter().map(told).collect::<Vec<_>>(), [("start_error", "init failed: \"no luck\"")]);
    assert!(found[0].field("supervisor").unwrap().contains("report_supervisor"));
    assert!(found[0].message.contains("report fails"));
    Ok(())
}
