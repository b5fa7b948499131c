//! Typed handles through a supervisor: right across restarts, at any depth.

use super::fixtures::*;
use otp::prelude::*;
use otp::process;
use std::time::Duration;

#[supervisor(max_restarts = 100, args(journal: Journal))]
struct Leaf {
    #[child(args = Job::new("one", journal))]
    one: Worker,
    #[child(args = Job::new("two", journal), id = "second", restart = transient)]
    two: Worker,
}

#[supervisor(strategy = one_for_all, max_restarts = 100, args(journal: Journal))]
struct Branch {
    #[child(args = journal.clone())]
    leaf: Leaf,
    #[child(args = Job::new("beside", journal))]
    beside: Worker,
}

#[supervisor(max_restarts = 100, args(journal: Journal))]
struct Root {
    #[child(args = journal.clone())]
    branch: Branch,
}

/// That a handle reaches this child now: the process that the supervisor lists.
async fn reaches(handle: &WorkerRef, supervisor: &SupervisorRef, id: &str) {
    let now = pid(supervisor, id).await;
    assert_eq!(handle.pid(), Some(now), "{id}");
    assert!(handle.is_alive());
    let before = handle.add(0).await.unwrap_or_else(|error| panic!("{id}: {error}"));
    assert_eq!(handle.add(1).await.unwrap(), before + 1);
    assert_eq!(WorkerRef::from_pid(now).unwrap().add(0).await.unwrap(), before + 1);
}

#[otp::test]
async fn a_handle_is_right_after_a_restart_of_its_child() -> otp::Result {
    let leaf = Leaf::start_link(Journal::default()).await?;
    let (one, two) = (leaf.one(), leaf.two());
    let copy = one.clone();
    for _ in 0..3 {
        reaches(&one, &leaf, "one").await;
        reaches(&two, &leaf, "second").await;
        crash(&leaf, "one").await;
        crash(&leaf, "second").await;
        reaches(&copy, &leaf, "one").await;
    }

    // A child that does not run is nobody.
    leave(&leaf, "second", ExitReason::Normal).await;
    assert_eq!(two.pid(), None);
    assert!(!two.is_alive());
    assert!(two.add(1).await.unwrap_err().is_noproc());
    two.leave(ExitReason::Normal); // a cast to nobody is lost
    assert_eq!(down(two.monitor()).await, ExitReason::NoProc);
    leaf.restart_child("second").await?;
    reaches(&two, &leaf, "second").await;
    leaf.terminate_child("second").await?;
    assert_eq!(two.pid(), None);

    // Nor is one after the end of its supervisor.
    leaf.stop().await?;
    assert!(one.add(1).await.unwrap_err().is_noproc());
    Ok(())
}

#[otp::test]
async fn a_handle_is_right_after_restarts_of_supervisors_above_it() -> otp::Result {
    let root = Root::start_link(Journal::default()).await?;
    let (branch, leaf) = (root.branch(), root.branch().leaf());
    let (one, two, beside) = (leaf.one(), leaf.two(), branch.beside());
    let first = [one.pid(), two.pid(), beside.pid(), leaf.pid(), branch.pid()];
    assert!(first.iter().all(Option::is_some));

    // The child itself, its supervisor, the one above, and what a sibling's end brings about.
    crash(&leaf, "one").await;
    reaches(&one, &leaf, "one").await;
    crash(&branch, "leaf").await;
    reaches(&one, &leaf, "one").await;
    reaches(&two, &leaf, "second").await;
    crash(&root, "branch").await;
    reaches(&one, &leaf, "one").await;
    reaches(&two, &root.branch().leaf(), "second").await;
    crash(&branch, "beside").await;
    reaches(&one, &leaf, "one").await;
    reaches(&beside, &branch, "beside").await;

    let now = [one.pid(), two.pid(), beside.pid(), leaf.pid(), branch.pid()];
    assert!(now.iter().zip(&first).all(|(now, before)| now != before));
    assert_eq!(leaf.pid(), Some(pid(&branch, "leaf").await));
    assert_eq!(branch.pid(), Some(pid(&root, "branch").await));
    assert_eq!(ids(&leaf).await, ["second", "one"]);

    // Terminated and restarted by hand, from above.
    root.terminate_child("branch").await?;
    assert_eq!((one.pid(), leaf.pid(), branch.pid()), (None, None, None));
    assert!(one.add(1).await.unwrap_err().is_noproc());
    assert!(leaf.count_children().await.unwrap_err().is_noproc());
    root.restart_child("branch").await?;
    reaches(&one, &leaf, "one").await;
    Ok(())
}

/// Brutally killed, a supervisor leaves its children to end by themselves: a handle finds the new ones all the same.
#[otp::test]
async fn a_handle_is_right_when_the_children_outlive_their_supervisor() -> otp::Result {
    #[supervisor(max_restarts = 100, args(journal: Journal))]
    struct Slow {
        #[child(args = Job::new("slow", journal).cleanup(Duration::from_millis(20)))]
        slow: Worker,
    }
    let journal = Journal::default();
    let noted = journal.clone();
    let parent = Supervisor::builder().child(Slow::child_spec(move || noted.clone())).start_link().await?;
    let supervisor = parent.child::<Slow>("Slow");
    let slow = supervisor.slow();
    let old = slow.pid().unwrap();

    crash(&parent, "Slow").await;
    assert!(process::alive(old), "it cleans up");
    reaches(&slow, &supervisor, "slow").await;
    process::wait(old).await;
    reaches(&slow, &supervisor, "slow").await;
    assert!(journal.take().contains(&"slow clean".to_owned()));
    Ok(())
}

#[otp::test]
async fn a_handle_from_a_name_is_as_right() -> otp::Result {
    #[supervisor(name = "handles_app", max_restarts = 100, args(journal: Journal))]
    struct App {
        #[child(args = Job::new("a", journal))]
        a: Worker,
        #[child(args = journal.clone())]
        leaf: Leaf,
    }
    let journal = Journal::default();
    let parent = Supervisor::builder().child(App::child_spec(move || journal.clone())).start_link().await?;

    let named = AppRef::named("handles_app");
    let (a, leaf, one) = (named.a(), named.leaf(), named.leaf().one());
    reaches(&a, &named, "a").await;
    reaches(&one, &leaf, "one").await;

    crash(&named, "a").await;
    reaches(&a, &named, "a").await;
    let before = named.pid();
    crash(&parent, "App").await;
    assert_ne!(named.pid(), before);
    reaches(&a, &named, "a").await;
    reaches(&one, &leaf, "one").await;

    // By pid: the handle of the supervisor is of that process, those of its children are of their places.
    let by_pid = AppRef::from_pid(named.pid().unwrap()).unwrap();
    let again = by_pid.a();
    crash(&parent, "App").await;
    assert!(by_pid.count_children().await.unwrap_err().is_noproc());
    reaches(&again, &named, "a").await;
    assert!(AppRef::from_pid(again.pid().unwrap()).is_none(), "a worker is no supervisor");

    // Only a root that is started by nobody's supervisor begins anew: a handle taken through the name finds it.
    parent.stop().await?;
    assert!(named.a().add(1).await.unwrap_err().is_noproc());
    let _app = App::start_link(Journal::default()).await?;
    reaches(&named.a(), &named, "a").await;
    Ok(())
}

/// A child may ask for its siblings in its own `init`, through the name.
#[otp::test]
async fn a_child_finds_its_siblings_while_the_supervisor_starts() -> otp::Result {
    #[gen_server]
    struct Second {
        first: WorkerRef,
    }
    #[gen_server]
    impl Second {
        #[init]
        async fn init() -> Result<Self, CallError> {
            let first = PairRef::named("handles_pair").first();
            first.add(7).await?;
            Ok(Self { first })
        }
        #[call]
        async fn add(&mut self, n: u32) -> Result<u32, CallError> {
            self.first.add(n).await
        }
    }
    #[supervisor(name = "handles_pair")]
    struct Pair {
        #[child(args = Job::new("first", &Journal::default()))]
        first: Worker,
        #[child]
        second: Second,
    }
    let pair = Pair::start_link().await?;
    assert_eq!(pair.second().add(1).await??, 8);
    crash(&pair, "first").await;
    assert_eq!(pair.second().add(1).await??, 1);
    Ok(())
}

/// By id, for children that no field names; a wrong id or a wrong type leads nowhere, and says so.
#[otp::test]
async fn a_handle_by_id_reaches_what_has_that_id() -> otp::Result {
    let journal = Journal::default();
    let supervisor = Supervisor::builder().start_link().await?;
    // Taken before there is such a child.
    let a = supervisor.child::<Worker>("a");
    assert_eq!(a.pid(), None);
    let error = a.add(1).await.unwrap_err();
    assert!(error.is_noproc(), "{error}");
    supervisor.start_child(Job::new("a", &journal).spec()).await?;
    reaches(&a, &supervisor, "a").await;

    let wrong = supervisor.child::<Leaf>("a");
    let error = wrong.count_children().await.unwrap_err();
    assert_eq!(*error.failure(), otp::gen_server::CallFailure::OtherServer);
    assert!(supervisor.child::<Worker>("b").add(1).await.unwrap_err().is_noproc());
    Ok(())
}

/// An id that is used again, by a temporary child or after a deletion, is the same place.
#[otp::test]
async fn a_held_handle_follows_an_id_that_is_used_again() -> otp::Result {
    let journal = Journal::default();
    let supervisor = Supervisor::builder().start_link().await?;
    let temporary = || Job::new("a", &journal).spec().restart(Restart::Temporary);
    supervisor.start_child(temporary()).await?;
    let held = supervisor.child::<Worker>("a");
    for _ in 0..3 {
        reaches(&held, &supervisor, "a").await;
        leave(&supervisor, "a", ExitReason::Normal).await;
        assert_eq!(held.pid(), None);
        supervisor.start_child(temporary()).await?;
        reaches(&held, &supervisor, "a").await;
        supervisor.terminate_child("a").await?;
        assert!(held.add(1).await.unwrap_err().is_noproc());
        supervisor.start_child(temporary()).await?;
    }
    supervisor.terminate_child("a").await?;
    supervisor.start_child(Job::new("a", &journal).spec()).await?;
    reaches(&held, &supervisor, "a").await;
    supervisor.terminate_child("a").await?;
    supervisor.delete_child("a").await?;
    supervisor.start_child(Job::new("a", &journal).spec()).await?;
    reaches(&held, &supervisor, "a").await;
    Ok(())
}

/// Handles move between processes and outlive the one that took them.
#[otp::test]
async fn a_handle_can_be_sent() -> otp::Result {
    let leaf = Leaf::start_link(Journal::default()).await?;
    let (one, me) = (leaf.one(), process::self_pid());
    let (_, monitor) = process::spawn_monitor(async move {
        one.add(5).await.unwrap();
        process::send(me, one).unwrap();
    });
    down(monitor).await;
    let one = process::receive::<WorkerRef>().await;
    assert_eq!(one.add(1).await?, 6);
    Ok(())
}
