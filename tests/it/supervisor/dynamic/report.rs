//! What dynamic supervisors report. A report is found by the id in the child's specification, which no other test uses.

use super::super::fixtures::*;
use super::fixtures::{end_child, ends_with, start};
use otp::prelude::*;
use otp_tests::reports::{self, Report};

fn told(report: &Report) -> (&str, &str) {
    (report.field("context").unwrap_or_default(), report.field("reason").unwrap_or_default())
}

fn of(child: &str) -> Vec<Report> {
    reports::of("otp::supervisor", "child", child)
}

/// DSUP-036: one report says that the limit is reached.
#[otp::test]
async fn the_ends_and_starts_of_children_are_reported() -> otp::Result {
    reports::collect();
    let supervisor = DynamicSupervisor::builder().max_restarts(1).start().await?;
    let monitor = supervisor.monitor();
    let pid = start(&supervisor, idle("dynamic report").restart(Restart::Transient)).await;
    end_child(&supervisor, pid, ExitReason::other("bad")).await;
    end(super::fixtures::only(&supervisor).await, ExitReason::Kill).await;
    assert_eq!(down(monitor).await, ExitReason::Shutdown);
    let found = of("dynamic report");
    assert_eq!(
        found.iter().map(told).collect::<Vec<_>>(),
        [
            ("started", ""),
            ("child_terminated", "\"bad\""),
            ("started", ""),
            ("child_terminated", "killed"),
            ("shutdown", "reached_max_restart_intensity"),
        ]
    );
    assert_eq!(found[0].field("pid"), Some(pid.to_string().as_str()));
    assert_eq!(found[0].field("kind"), Some("worker"));
    Ok(())
}

/// DSUP-052: a child that does not end as it should, in a shutdown of all as in one of its own.
#[otp::test]
async fn a_child_that_does_not_shut_down_as_it_should_is_reported() -> otp::Result {
    reports::collect();
    for (id, alone) in [("dynamic report alone", true), ("dynamic report all", false)] {
        let supervisor = DynamicSupervisor::builder().start_link().await?;
        let bad = start(&supervisor, ends_with(ExitReason::other("bad")).id(id)).await;
        start(&supervisor, ends_with(ExitReason::Shutdown).id(id)).await;
        if alone {
            supervisor.terminate_child(bad).await?;
        }
        supervisor.stop().await?;
        let found = of(id);
        let errors: Vec<_> = found.iter().map(told).filter(|(context, _)| *context != "started").collect();
        assert_eq!(errors, [("shutdown_error", "\"bad\"")]);
    }
    Ok(())
}

/// An orderly end is none of anybody's business, and a start that fails is told to who asked.
#[otp::test]
async fn what_goes_as_it_should_is_not_reported() -> otp::Result {
    reports::collect();
    let journal = Journal::default();
    let supervisor = DynamicSupervisor::builder().start_link().await?;
    let id = "dynamic report quiet";
    let pid = start(&supervisor, idle(id).restart(Restart::Temporary)).await;
    end_child(&supervisor, pid, ExitReason::Shutdown).await;
    let failing = Job::new("fails", &journal).next([Begin::Fail("told")]).spec().id(id);
    supervisor.start_child(failing).await.unwrap_err();
    supervisor.stop().await?;
    assert_eq!(of(id).iter().map(told).collect::<Vec<_>>(), [("started", "")]);
    Ok(())
}
