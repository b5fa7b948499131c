//! The options of a supervisor.

use super::fixtures::*;
use otp::prelude::*;
use otp::supervisor::{SpecError, StartChildError};

#[supervisor]
struct Defaults {
    #[child(args = Job::new("a", &Journal::default()))]
    a: Worker,
    #[child(args = Job::new("b", &Journal::default()))]
    b: Worker,
}

/// Three ways to say nothing.
fn defaults() -> [ChildSpec; 3] {
    let journal = Journal::default();
    let (a, b) = (Job::new("a", &journal), Job::new("b", &journal));
    [
        Supervisor::builder().children([a.spec(), b.spec()]).child_spec("builder"),
        supervision_tree! { Worker(a.clone()) { id: "a" }, Worker(b.clone()) { id: "b" } }.child_spec("tree"),
        Defaults::child_spec(|| ()).id("struct"),
    ]
}

#[otp::test(start_paused = true)]
async fn sup_013_three_restarts_in_five_seconds_are_allowed_by_default() -> otp::Result {
    let parent = Supervisor::builder().start_link().await?;
    for spec in defaults() {
        let id = spec.get_id().to_owned();
        parent.start_child(spec.restart(Restart::Temporary)).await?;
        let supervisor = SupervisorRef::from_pid(pid(&parent, &id).await).unwrap();
        let monitor = supervisor.monitor();

        // Three, and when five seconds are over three more.
        for _ in 0..2 {
            for _ in 0..3 {
                crash(&supervisor, "a").await;
            }
            assert_eq!(counts(&supervisor).await, (2, 2, 0, 2), "{id}");
            otp::process::sleep(seconds(5) + std::time::Duration::from_millis(10)).await;
        }
        // The first of these has left the window when the fourth comes, but not when the fifth does.
        crash(&supervisor, "a").await;
        otp::process::sleep(seconds(1)).await;
        crash(&supervisor, "a").await;
        crash(&supervisor, "a").await;
        otp::process::sleep(seconds(4) + std::time::Duration::from_millis(10)).await;
        crash(&supervisor, "a").await;
        assert_eq!(counts(&supervisor).await, (2, 2, 0, 2), "{id}");
        crash(&supervisor, "a").await;
        assert_eq!(down(monitor).await, ExitReason::Shutdown, "{id}");
    }

    // Automatic shutdown is never: a significant child is refused.
    let significant = idle("s").restart(Restart::Temporary).significant(true);
    let error = parent.start_child(significant).await.unwrap_err();
    assert!(matches!(error, StartChildError::BadSpec(SpecError::SignificantWithoutAutoShutdown { .. })), "{error}");
    Ok(())
}

#[supervisor(strategy = one_for_all, max_restarts = 1, max_seconds = 2)]
struct Given {
    #[child(args = Job::new("a", &Journal::default()))]
    a: Worker,
    #[child(args = Job::new("b", &Journal::default()))]
    b: Worker,
}

/// SUP-013
#[otp::test(start_paused = true)]
async fn what_is_given_is_used() -> otp::Result {
    let journal = Journal::default();
    let (a, b) = (Job::new("a", &journal), Job::new("b", &journal));
    let built = Supervisor::builder().strategy(Strategy::OneForAll).max_restarts(1).max_seconds(2);
    let specs = [
        built.children([a.spec(), b.spec()]).child_spec("builder"),
        supervision_tree! {
            strategy: one_for_all, max_restarts: 1, max_seconds: 2;
            Worker(a.clone()) { id: "a" },
            Worker(b.clone()) { id: "b" },
        }
        .child_spec("tree"),
        Given::child_spec(|| ()).id("struct"),
    ];
    let parent = Supervisor::builder().start_link().await?;
    for spec in specs {
        let id = spec.get_id().to_owned();
        parent.start_child(spec.restart(Restart::Temporary)).await?;
        let supervisor = SupervisorRef::from_pid(pid(&parent, &id).await).unwrap();
        let monitor = supervisor.monitor();

        for _ in 0..2 {
            let [_, b] = pids(&supervisor, ["a", "b"]).await;
            crash(&supervisor, "a").await;
            assert_ne!(pid(&supervisor, "b").await, b, "{id}: one for all");
            otp::process::sleep(seconds(2) + std::time::Duration::from_millis(10)).await;
        }
        crash(&supervisor, "a").await;
        crash(&supervisor, "a").await;
        assert_eq!(down(monitor).await, ExitReason::Shutdown, "{id}");
    }
    Ok(())
}

#[otp::test]
async fn sup_014_one_for_one_is_the_default() -> otp::Result {
    let parent = Supervisor::builder().children(defaults()).start_link().await?;
    for id in ["builder", "tree", "struct"] {
        let supervisor = SupervisorRef::from_pid(pid(&parent, id).await).unwrap();
        let before = pids(&supervisor, ["a", "b"]).await;
        crash(&supervisor, "a").await;
        let after = pids(&supervisor, ["a", "b"]).await;
        assert_ne!(after[0], before[0], "{id}");
        assert_eq!(after[1], before[1], "{id}");
        // Nor the ones after it.
        crash(&supervisor, "b").await;
        assert_eq!(pid(&supervisor, "a").await, after[0], "{id}");
    }
    Ok(())
}

#[supervisor(init)]
struct Computed;

#[supervisor]
impl Computed {
    #[init]
    fn init(spec: SupervisorSpec) -> SupervisorSpec {
        spec
    }
}

/// That a specification is refused: by the check, by a start and by the start of a supervisor that computes it, all in
/// the same words.
async fn refused(spec: SupervisorSpec, option: &'static str, expected: SpecError) {
    assert_eq!(spec.check(), Err(expected.clone()));
    let bad = StartError::BadOption { option, problem: expected.to_string() };
    assert_eq!(spec.clone().start_link().await.unwrap_err(), bad);
    assert_eq!(spec.clone().start().await.unwrap_err(), bad);
    assert_eq!(Computed::start_link(spec.clone()).await.unwrap_err(), bad);

    let parent = Supervisor::builder().start_link().await.unwrap();
    for child in [spec.clone().child_spec("inner"), Computed::child_spec(move || spec.clone())] {
        assert_eq!(parent.start_child(child).await.unwrap_err(), StartChildError::Failed(bad.clone()));
    }
    assert_eq!(counts(&parent).await, (0, 0, 0, 0));
}

/// SUP-015: what the types leave.
#[otp::test]
async fn sup_015_a_period_of_zero_is_refused() {
    refused(Supervisor::builder().max_seconds(0), "max_seconds", SpecError::ZeroPeriod).await;
    refused(Supervisor::builder().period(std::time::Duration::ZERO), "max_seconds", SpecError::ZeroPeriod).await;
    let message = Supervisor::builder().max_seconds(0).start().await.unwrap_err().to_string();
    assert_eq!(message, "bad option max_seconds: max_seconds is 0: it must be at least 1");
}

#[otp::test]
async fn two_children_of_one_id_are_refused() {
    let twice = Supervisor::builder().child(idle("twin")).child(idle("other")).child(idle("twin"));
    refused(twice, "id", SpecError::DuplicateId { id: "twin".to_owned() }).await;
}
