//! Starting one application.

use super::fixtures::{Worker, is_loaded, is_started, note, noted, tree, with_tree};
use otp::application::{self, Mode, Start, StartAppError, Top};
use otp::prelude::*;
use otp::process::{self, StartError};
use otp_tests::reports;

with_tree!(One = "rel_001");

#[otp::test]
async fn rel_001_an_application_is_loaded_and_its_whole_tree_up_when_the_start_answers() {
    assert!(!is_loaded("rel_001"));
    application::start(One).await.unwrap();
    assert_eq!(noted("rel_001"), ["up"]);
    assert!(is_loaded("rel_001") && is_started("rel_001"));

    let again = application::start(One).await.unwrap_err();
    assert!(matches!(&again, StartAppError::AlreadyStarted(name) if name == "rel_001"), "{again}");
    assert!(application::ensure_started("rel_001").await.is_ok());
    assert_eq!(noted("rel_001"), ["up"]);
    application::stop("rel_001").await.unwrap();
}

#[otp::test]
async fn an_application_is_started_by_its_name() {
    with_tree!(Named = "app_by_name");
    application::start("app_by_name").await.unwrap();
    application::stop("app_by_name").await.unwrap();
    let error = application::start("app_by_nam").await.unwrap_err().to_string();
    assert!(
        error.starts_with("unknown application \"app_by_nam\": this program has ") && error.contains("app_by_name")
    );
}

#[otp::test]
async fn rel_002_a_dependency_that_is_not_started_is_named_and_nothing_is_started() {
    with_tree!(Store = "rel_002_store");
    with_tree!(Shop = "rel_002_shop", dependencies(Store));
    let error = application::start(Shop).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "not_started: application rel_002_shop depends on rel_002_store, which is not started: start that first, or use \
         ensure_all_started"
    );
    assert!(!is_started("rel_002_shop") && noted("rel_002").is_empty());
    application::start(Store).await.unwrap();
    application::start(Shop).await.unwrap();
    application::stop("rel_002_shop").await.unwrap();
    application::stop("rel_002_store").await.unwrap();
}

/// How a start fails.
#[derive(Clone, Copy)]
enum Fails {
    Error,
    Panic,
    Nobody,
    Tree,
}

async fn fail(name: &'static str, how: Fails) -> otp::Result<Top> {
    // Linked, and to be gone when the start has failed.
    Worker::start_link(name).await?;
    match how {
        Fails::Error => Err("no disk".into()),
        Fails::Panic => panic!("no disk"),
        Fails::Nobody => Ok(SupervisorRef::named("nobody_has_this_name").into()),
        Fails::Tree => {
            let fails = ChildSpec::new("bad", |_| async { Err(StartError::Failed(ExitReason::other("no disk"))) });
            Ok(Supervisor::builder().child(fails).start_link().await?.into())
        }
    }
}

macro_rules! failing {
    ($type:ident, $name:literal, $how:expr) => {
        #[application(name = $name)]
        struct $type;
        impl Application for $type {
            async fn start(&mut self, _: Start) -> otp::Result<Top> {
                fail($name, $how).await
            }
            async fn stop(&mut self) {
                note(concat!($name, " stop"));
            }
        }
    };
}

#[otp::test]
async fn rel_005_a_start_that_fails_is_told_with_the_reason_and_leaves_nothing() {
    failing!(Fail, "rel_005_error", Fails::Error);
    failing!(Panics, "rel_005_panic", Fails::Panic);
    failing!(Nobody, "rel_005_nobody", Fails::Nobody);
    failing!(Tree, "rel_005_tree", Fails::Tree);
    let expected = [
        (application::start(Fail).await, "rel_005_error", "`start` answered an error: no disk"),
        (application::start(Panics).await, "rel_005_panic", "no disk"),
        (application::start(Nobody).await, "rel_005_nobody", "leads to no process"),
        (application::start(Tree).await, "rel_005_tree", "child \"bad\" could not be started"),
    ];
    for (result, name, says) in expected {
        let error = result.unwrap_err();
        assert_eq!(error.application(), Some(name));
        let text = error.to_string();
        assert!(
            text.starts_with(&format!("application {name} could not be started: ")) && text.contains(says),
            "{text}"
        );
        assert!(!is_started(name) && is_loaded(name));
        assert_eq!(noted(name), ["up", "down"], "{name}");
    }
}

#[otp::test]
async fn a_failed_start_is_reported() {
    reports::collect();
    failing!(Reported, "app_reported", Fails::Error);
    application::start(Reported).await.unwrap_err();
    let report = reports::one("otp::application", "application", "app_reported");
    assert!(report.message.contains("was not started"));
    assert!(report.field("reason").is_some_and(|reason| reason.contains("no disk")));
}

#[otp::test]
async fn two_who_start_one_application_get_one() {
    with_tree!(Shared = "app_shared");
    let me = process::self_pid();
    for _ in 0..2 {
        process::spawn(async move {
            let started = application::start(Shared).await.is_ok();
            let _ = process::send(me, started);
        });
    }
    let (first, second) = (process::receive::<bool>().await, process::receive::<bool>().await);
    assert!(first != second);
    assert_eq!(noted("app_shared"), ["up"]);
    application::stop("app_shared").await.unwrap();
}

#[otp::test]
async fn a_caller_who_gives_up_does_not_stop_the_start() {
    #[application(name = "app_given_up")]
    struct Slow;
    impl Application for Slow {
        async fn start(&mut self, _: Start) -> otp::Result<Top> {
            process::receive::<()>().await;
            tree("app_given_up").await
        }
    }
    let caller = process::spawn(async {
        let _ = application::start(Slow).await;
    });
    let master = loop {
        let found = process::list().into_iter().find(|pid| {
            process::info(*pid).is_some_and(|info| info.label.as_deref() == Some("application app_given_up"))
        });
        if let Some(found) = found {
            break found;
        }
        process::sleep(std::time::Duration::from_millis(1)).await;
    };
    process::exit(caller, ExitReason::Kill);
    process::wait(caller).await;
    process::send(master, ()).unwrap();
    assert!(matches!(application::start(Slow).await, Err(StartAppError::AlreadyStarted(_))));
    application::stop("app_given_up").await.unwrap();
}

#[otp::test]
async fn a_start_is_told_name_and_mode_and_keeps_its_value() {
    #[application(name = "app_told")]
    #[derive(Default)]
    struct Told {
        start: Option<Start>,
    }
    impl Application for Told {
        async fn start(&mut self, start: Start) -> otp::Result<Top> {
            self.start = Some(start);
            Ok(Top::none())
        }
        async fn stop(&mut self) {
            note(format!("app_told {:?}", self.start));
        }
    }
    application::start_as(Told::default(), Mode::Transient).await.unwrap();
    application::stop("app_told").await.unwrap();
    assert_eq!(noted("app_told "), ["Some(Start { application: \"app_told\", mode: Transient })"]);
}

#[otp::test]
async fn a_mode_that_does_not_start_only_loads_or_does_nothing() {
    with_tree!(Modes = "app_modes");
    application::start_as(Modes, Mode::None).await.unwrap();
    assert!(!is_loaded("app_modes"));
    application::start_as(Modes, Mode::Load).await.unwrap();
    assert!(is_loaded("app_modes") && !is_started("app_modes"));
}
