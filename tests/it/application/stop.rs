//! Stopping, and ends that nobody asked for.

use super::fixtures::{Worker, is_started, master, note, noted, tree, with_tree};
use otp::application::{self, Mode, Start, StopAppError, Top};
use otp::prelude::*;
use otp::process;
use otp_tests::reports;

#[otp::test]
async fn an_application_stops_in_order() {
    reports::collect();
    with_tree!(Stops = "stop_order");
    application::start(Stops).await.unwrap();
    application::stop("stop_order").await.unwrap();
    let told = reports::of("otp::application", "application", "stop_order");
    let told: Vec<&str> = told.iter().map(|report| report.message.as_str()).collect();
    assert_eq!(told, ["application stop_order is started", "application stop_order is stopped"]);
    assert_eq!(noted("stop_order "), ["up", "prepare_stop", "down", "stop"]);
    assert_eq!(application::stop("stop_order").await, Err(StopAppError::NotStarted("stop_order".into())));
    assert!(application::stop("stop_nobody").await.is_err());
    // And starts anew.
    application::start(Stops).await.unwrap();
    application::stop("stop_order").await.unwrap();
    assert_eq!(noted("stop_order ").len(), 8);
}

#[otp::test]
async fn callbacks_that_panic_stop_nothing_and_are_reported() {
    reports::collect();
    #[application(name = "stop_panics")]
    struct Panics;
    impl Application for Panics {
        async fn start(&mut self, _: Start) -> otp::Result<Top> {
            tree("stop_panics").await
        }
        async fn prepare_stop(&mut self) {
            panic!("as it should");
        }
        async fn stop(&mut self) {
            panic!("as it should too");
        }
    }
    application::start(Panics).await.unwrap();
    application::stop("stop_panics").await.unwrap();
    assert_eq!(noted("stop_panics "), ["up", "down"]);
    let failed = reports::of("otp::application", "application", "stop_panics");
    let callbacks: Vec<_> = failed.iter().filter_map(|report| report.field("callback")).collect();
    assert_eq!(callbacks, ["prepare_stop", "stop"]);
}

#[otp::test]
async fn what_is_linked_besides_the_tree_ends_too() {
    #[application(name = "stop_links")]
    struct Links;
    impl Application for Links {
        async fn start(&mut self, _: Start) -> otp::Result<Top> {
            Worker::start_link("stop_links beside").await?;
            tree("stop_links tree").await
        }
    }
    application::start(Links).await.unwrap();
    application::stop("stop_links").await.unwrap();
    let mut lines = noted("stop_links ");
    lines.sort();
    assert_eq!(lines, ["beside down", "beside up", "tree down", "tree up"]);
}

/// REL-008: the others are in `run.rs`, where a whole program can end.
#[otp::test]
async fn rel_008_the_end_of_a_temporary_application_is_reported_and_stops_nobody() {
    reports::collect();
    with_tree!(Other = "rel_008_other");
    #[application(name = "rel_008_temporary")]
    struct Temporary;
    impl Application for Temporary {
        async fn start(&mut self, _: Start) -> otp::Result<Top> {
            let top = process::spawn_link(async {
                process::receive::<()>().await;
                process::exit_with(ExitReason::other("tired"));
            });
            process::register(top, "rel_008_top")?;
            Ok(top.into())
        }
        async fn stop(&mut self) {
            note("rel_008_temporary stop");
        }
    }
    application::start(Other).await.unwrap();
    application::start(Temporary).await.unwrap();
    process::send("rel_008_top", ()).unwrap();
    while is_started("rel_008_temporary") {
        process::sleep(std::time::Duration::from_millis(1)).await;
    }
    assert_eq!(noted("rel_008_temporary "), ["stop"]);
    assert!(is_started("rel_008_other"));
    // The report comes right after the place is free.
    let exited = loop {
        let all = reports::of("otp::application", "application", "rel_008_temporary");
        if let Some(exited) = all.into_iter().find(|report| report.message.contains("exited")) {
            break exited;
        }
        process::sleep(std::time::Duration::from_millis(1)).await;
    };
    assert_eq!(exited.field("reason"), Some("\"tired\""));
    assert_eq!(exited.field("mode"), Some("temporary"));

    // By request nobody else stops either, whatever the mode.
    application::start_as(Temporary, Mode::Permanent).await.unwrap();
    application::stop("rel_008_temporary").await.unwrap();
    assert!(is_started("rel_008_other"));
    application::stop("rel_008_other").await.unwrap();
}

#[otp::test]
async fn a_master_that_is_killed_leaves_the_application_loaded() {
    with_tree!(Killed = "stop_killed");
    reports::collect();
    application::start(Killed).await.unwrap();
    let master = master("stop_killed").expect("it runs");
    process::exit(master, ExitReason::Kill);
    process::wait(master).await;
    // It has ended when its tree has, and then it can be started again at once.
    application::ensure_started(Killed).await.unwrap();
    assert_eq!(noted("stop_killed "), ["up", "down", "up"]);
    let exited = || {
        let all = reports::of("otp::application", "application", "stop_killed");
        all.into_iter().find(|report| report.field("reason") == Some("killed"))
    };
    while exited().is_none() {
        process::sleep(std::time::Duration::from_millis(1)).await;
    }
    application::stop("stop_killed").await.unwrap();
}
