//! Whole trees in one place.

use super::fixtures::*;
use otp::child::{ChildKind, Restart, Shutdown};
use otp::prelude::*;
use otp::process;
use std::time::Duration;

/// Each start of a level is noted.
fn tree(journal: &Journal) -> SupervisorSpec {
    let job = |name| Job::new(name, journal).cleanup(Duration::ZERO);
    let (a, b, c, d, e) = (job("a"), job("b"), job("c"), job("d"), job("e"));
    supervision_tree! {
        strategy: rest_for_one, max_restarts: 10, max_seconds: 60;
        Worker(a.clone()) { id: "a" },
        supervisor "middle" {
            strategy: one_for_all, max_restarts: 1, shutdown: infinity;
            Worker(b.clone()) { id: "b", restart: transient },
            supervisor "deep" {
                max_restarts: 0, restart: temporary;
                Worker(c.clone()) { id: "c", shutdown: 1_000 },
            },
            Worker(d.clone()) { id: "d" },
        },
        Worker(e.clone()) { id: "e" },
    }
}

async fn below(supervisor: &SupervisorRef, id: &str) -> SupervisorRef {
    SupervisorRef::from_pid(pid(supervisor, id).await).expect("it is a supervisor")
}

#[otp::test]
async fn a_tree_starts_in_order_and_stops_in_reverse() -> otp::Result {
    let journal = Journal::default();
    let root = Supervisor::start_link(tree(&journal)).await?;
    let starts: Vec<_> = journal.take().into_iter().filter(|line| line.ends_with("init")).collect();
    assert_eq!(starts, ["a init", "b init", "c init", "d init", "e init"]);

    let middle = below(&root, "middle").await;
    let deep = below(&middle, "deep").await;
    assert_eq!(counts(&root).await, (3, 3, 1, 2));
    assert_eq!(counts(&middle).await, (3, 3, 1, 2));
    assert_eq!(counts(&deep).await, (1, 1, 0, 1));
    let ancestors = process::info(pid(&deep, "c").await).unwrap().ancestors;
    assert_eq!(ancestors, [deep.pid().unwrap(), middle.pid().unwrap(), root.pid().unwrap(), process::self_pid()]);

    root.stop().await?;
    let ends: Vec<_> = journal.take().into_iter().filter(|line| line.ends_with("gone")).collect();
    assert_eq!(ends, ["e gone", "d gone", "c gone", "b gone", "a gone"]);
    Ok(())
}

#[otp::test]
async fn the_options_of_a_tree_are_those_of_its_parts() -> otp::Result {
    let root = Supervisor::start_link(tree(&Journal::default())).await?;
    let middle = below(&root, "middle").await;
    let deep = below(&middle, "deep").await;
    let options = |spec: ChildSpec| (spec.get_restart(), spec.get_shutdown(), spec.get_kind());
    assert_eq!(
        options(root.get_child_spec("middle").await?),
        (Restart::Permanent, Shutdown::Infinity, ChildKind::Supervisor)
    );
    assert_eq!(
        options(middle.get_child_spec("deep").await?),
        (Restart::Temporary, Shutdown::Infinity, ChildKind::Supervisor)
    );
    assert_eq!(
        options(middle.get_child_spec("b").await?),
        (Restart::Transient, Shutdown::Timeout(seconds(5)), ChildKind::Worker)
    );
    assert_eq!(
        options(deep.get_child_spec("c").await?),
        (Restart::Permanent, Shutdown::Timeout(seconds(1)), ChildKind::Worker)
    );
    Ok(())
}

#[otp::test]
async fn each_level_of_a_tree_has_its_own_strategy_and_limit() -> otp::Result {
    let journal = Journal::default();
    let root = Supervisor::start_link(tree(&journal)).await?;
    let middle = below(&root, "middle").await;
    let deep = below(&middle, "deep").await;
    let [a, e] = pids(&root, ["a", "e"]).await;
    let [b, d] = pids(&middle, ["b", "d"]).await;

    // The deepest gives up at the first failure, and is temporary: nobody else notices.
    let gone = deep.monitor();
    crash(&deep, "c").await;
    assert_eq!(down(gone).await, ExitReason::Shutdown);
    assert_eq!(ids(&middle).await, ["d", "b"]);
    assert_eq!(pids(&middle, ["b", "d"]).await, [b, d]);

    // The middle one restarts all of its own, once. The second time it gives up, and the root restarts it and what is
    // behind it.
    crash(&middle, "b").await;
    assert!(pids(&middle, ["b", "d"]).await.iter().zip([b, d]).all(|(now, before)| *now != before));
    assert_eq!(pids(&root, ["a", "e"]).await, [a, e]);
    let gone = middle.monitor();
    crash(&middle, "d").await;
    assert_eq!(down(gone).await, ExitReason::Shutdown);
    let now = pids(&root, ["a", "e"]).await;
    assert!(now[0] == a && now[1] != e);
    // It is as it was at first, the temporary one included.
    let middle = below(&root, "middle").await;
    assert_eq!(ids(&middle).await, ["d", "deep", "b"]);
    assert_eq!(counts(&middle).await, (3, 3, 1, 2));
    Ok(())
}

/// A struct, a tree and a builder below each other.
#[otp::test]
async fn the_forms_can_be_mixed() -> otp::Result {
    #[supervisor(args(journal: Journal))]
    struct Module {
        #[child(args = Job::new("inner", journal))]
        inner: Worker,
    }
    let journal = Journal::default();
    let noted = journal.clone();
    let built = Supervisor::builder().children(workers(&["x", "y"], &journal)).child_spec("built");
    let root = Supervisor::start_link(supervision_tree! {
        (built),
        supervisor "nested" {
            Module(noted.clone()) { id: "module" },
        },
    })
    .await?;
    let nested = below(&root, "nested").await;
    let module = nested.child::<Module>("module");
    assert_eq!(module.inner().add(1).await?, 1);
    crash(&root, "nested").await;
    assert_eq!(module.inner().add(1).await?, 1);
    assert_eq!(counts(&below(&root, "built").await).await, (2, 2, 0, 2));
    Ok(())
}
