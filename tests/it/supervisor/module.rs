//! Supervisors with a type: `#[supervisor]`, with and without `#[init]`, and `Supervise` by hand.

use super::fixtures::*;
use otp::name::{Name, Via};
use otp::prelude::*;
use otp::process;
use otp::supervisor::{self, ChildStatus, FailedToStartChild};
use std::sync::{Arc, Mutex};

/// What `init` is to answer.
#[derive(Clone, Copy, PartialEq)]
enum Answer {
    Children,
    Ignore,
    Error,
    Stop,
    Panic,
}

/// By the macro: children, options and answers are found out at start.
#[supervisor(init)]
struct Computed {
    #[child]
    first: Worker,
}

#[supervisor]
impl Computed {
    #[init]
    async fn init(
        answer: Answer,
        journal: Journal,
        names: Vec<&'static str>,
    ) -> Result<supervisor::Init, std::fmt::Error> {
        journal.note("computed");
        process::sleep(std::time::Duration::ZERO).await;
        Ok(match answer {
            Answer::Children => {
                let tree = Supervisor::builder().strategy(Strategy::OneForAll).children(workers(&names, &journal));
                tree.into()
            }
            Answer::Ignore => supervisor::Init::Ignore,
            Answer::Error => return Err(std::fmt::Error),
            Answer::Stop => supervisor::Init::Stop(ExitReason::other("stop")),
            Answer::Panic => panic!("oh dear"),
        })
    }
}

/// The same by hand.
struct ByHand;

impl Supervise for ByHand {
    type Args = (Answer, Journal, Vec<&'static str>);
    type Ref = SupervisorRef;

    async fn init((answer, journal, names): Self::Args) -> supervisor::Init {
        journal.note("computed");
        match answer {
            Answer::Children => {
                Supervisor::builder().strategy(Strategy::OneForAll).children(workers(&names, &journal)).into()
            }
            Answer::Ignore => supervisor::Init::Ignore,
            Answer::Error => supervisor::Init::Stop(ExitReason::error(std::fmt::Error)),
            Answer::Stop => supervisor::Init::Stop(ExitReason::other("stop")),
            Answer::Panic => panic!("oh dear"),
        }
    }
}

#[otp::test]
async fn sup_016_a_supervisor_may_ignore_its_start() -> otp::Result {
    process::trap_exit(true);
    let journal = Journal::default();
    let args = || (Answer::Ignore, journal.clone(), vec!["a"]);
    assert_eq!(Computed::start_link(args()).name("sup_016").await.unwrap_err(), StartError::Ignored);
    assert_eq!(process::receive::<Exit>().await.reason, ExitReason::Normal);
    assert_eq!(process::whereis("sup_016"), None);
    assert_eq!(supervisor::start_link_module::<ByHand>(args()).await.unwrap_err(), StartError::Ignored);
    assert_eq!(process::receive::<Exit>().await.reason, ExitReason::Normal);
    assert_eq!(supervisor::start_module::<ByHand>(args()).await.unwrap_err(), StartError::Ignored);
    assert_eq!(journal.take(), ["computed"; 3], "no child was started");

    // As a child it is kept like any other that ignored its start.
    let parent = Supervisor::builder().child(Computed::child_spec(move || args_of(&journal))).start_link().await?;
    assert_eq!(status(&parent, "Computed").await, ChildStatus::Stopped);
    assert_eq!(counts(&parent).await, (1, 0, 1, 0));
    Ok(())
}

fn args_of(journal: &Journal) -> (Answer, Journal, Vec<&'static str>) {
    (Answer::Ignore, journal.clone(), Vec::new())
}

#[otp::test]
async fn sup_018_init_gets_the_argument_and_its_children_run_when_start_returns() -> otp::Result {
    let journal = Journal::default();
    let args = (Answer::Children, journal.clone(), vec!["first", "second"]);
    let expected = ["computed", "first init", "first runs", "second init", "second runs"];

    let computed = Computed::start_link(args.clone()).await?;
    assert_eq!(journal.take(), expected);
    assert_eq!(ids(&computed).await, ["second", "first"]);
    assert_eq!(computed.first().add(2).await?, 2, "a field names a child that `init` gave");

    let by_hand = supervisor::start_link_module::<ByHand>(args).await?;
    assert_eq!(journal.take(), expected);
    assert_eq!(ids(&by_hand).await, ["second", "first"]);

    // With the options that `init` gave.
    crash(&by_hand, "second").await;
    assert_eq!(journal.take(), ["second gone", "first gone", expected[1], expected[2], expected[3], expected[4]]);
    Ok(())
}

#[otp::test]
async fn an_init_may_refuse() -> otp::Result {
    let journal = Journal::default();
    for answer in [Answer::Error, Answer::Stop, Answer::Panic] {
        let args = || (answer, journal.clone(), vec!["a"]);
        let errors = [
            Computed::start_link(args()).await.unwrap_err(),
            supervisor::start_link_module::<ByHand>(args()).await.unwrap_err(),
        ];
        for error in errors {
            let StartError::Failed(reason) = error else { panic!("{error}") };
            match answer {
                Answer::Error => assert!(reason.error_ref::<std::fmt::Error>().is_some(), "{reason}"),
                Answer::Stop => assert_eq!(reason, ExitReason::other("stop")),
                _ => assert!(matches!(&reason, ExitReason::Panic(report) if report.message == "oh dear"), "{reason}"),
            }
        }
    }
    assert_eq!(journal.take(), ["computed"; 6]);
    Ok(())
}

/// What `init` computes is computed again at each restart, from arguments that are made anew.
#[otp::test]
async fn init_runs_at_every_restart() -> otp::Result {
    let journal = Journal::default();
    let names = Arc::new(Mutex::new(vec!["first"]));
    let (seen, noted) = (names.clone(), journal.clone());
    let spec = Computed::child_spec(move || (Answer::Children, noted.clone(), seen.lock().unwrap().clone()));
    let parent = Supervisor::builder().child(spec).start_link().await?;
    let computed = parent.child::<Computed>("Computed");
    assert_eq!(ids(&computed).await, ["first"]);
    computed.start_child(idle("added")).await?;

    names.lock().unwrap().push("second");
    crash(&parent, "Computed").await;
    assert_eq!(counts(&parent).await, (1, 1, 1, 0));
    // What was added by hand is lost, as in OTP.
    assert_eq!(ids(&computed).await, ["second", "first"]);
    assert_eq!(computed.first().add(1).await?, 1);
    Ok(())
}

/// A child whose start fails says so through every level.
#[otp::test]
async fn a_nested_failure_names_the_way_to_it() -> otp::Result {
    let journal = Journal::default();
    let bad = Job::new("bad", &journal).next([Begin::Fail("no luck")]);
    let tree = supervision_tree! {
        supervisor "outer" {
            supervisor "inner" { Worker(bad.clone()) { id: "bad" } },
        },
    };
    let StartError::Failed(reason) = tree.start_link().await.unwrap_err() else { panic!("it failed") };
    let mut path = Vec::new();
    let mut reason = reason;
    while let Some(failed) = reason.downcast_ref::<FailedToStartChild>() {
        path.push(failed.id.clone());
        let StartError::Failed(inner) = &failed.error else { panic!("{failed}") };
        reason = inner.clone();
    }
    assert_eq!(path, ["outer", "inner", "bad"]);
    assert_eq!(reason, ExitReason::other("no luck"));
    Ok(())
}

/// A registry of one name.
#[derive(Clone, Default)]
struct Only(Arc<Mutex<Option<Pid>>>);

impl Via for Only {
    fn register(&self, pid: Pid) -> Result<(), Pid> {
        let mut owner = self.0.lock().unwrap();
        match *owner {
            Some(other) => Err(other),
            None => {
                *owner = Some(pid);
                Ok(())
            }
        }
    }

    fn unregister(&self, pid: Pid) {
        self.0.lock().unwrap().take_if(|owner| *owner == pid);
    }

    fn whereis(&self) -> Option<Pid> {
        *self.0.lock().unwrap()
    }

    fn describe(&self) -> String {
        "only".to_owned()
    }
}

#[supervisor(name = "sup_019_declared")]
struct Declared {
    #[child(args = Job::new("a", &Journal::default()))]
    a: Worker,
}

/// That all operations reach the supervisor, which has no child yet.
async fn operate(supervisor: &SupervisorRef, expected: Pid) -> otp::Result {
    assert_eq!(supervisor.pid(), Some(expected));
    let started = supervisor.start_child(Job::new("x", &Journal::default()).spec()).await?;
    assert_eq!(ids(supervisor).await, ["x"]);
    assert_eq!(pid(supervisor, "x").await, started.pid.unwrap());
    assert_eq!(supervisor.child::<Worker>("x").add(3).await?, 3);
    assert_eq!(counts(supervisor).await, (1, 1, 0, 1));
    supervisor.terminate_child("x").await?;
    supervisor.restart_child("x").await?;
    assert_eq!(supervisor.child::<Worker>("x").add(4).await?, 4);
    assert_eq!(supervisor.get_child_spec("x").await?.get_id(), "x");
    supervisor.terminate_child("x").await?;
    supervisor.delete_child("x").await?;
    Ok(())
}

fn taken(error: StartError, name: &str, by: Pid) {
    assert_eq!(error, StartError::AlreadyStarted { name: name.to_owned(), pid: by });
}

#[otp::test]
async fn sup_019_all_operations_accept_a_name() -> otp::Result {
    // Local.
    let first = Supervisor::builder().start_link().name("sup_019").await?;
    let owner = first.pid().unwrap();
    assert_eq!(process::whereis("sup_019"), Some(owner));
    operate(&SupervisorRef::named("sup_019"), owner).await?;
    taken(Supervisor::builder().start_link().name("sup_019").await.unwrap_err(), "sup_019", owner);
    taken(Supervisor::builder().name("sup_019").start().await.unwrap_err(), "sup_019", owner);
    SupervisorRef::named("sup_019").stop().await?;
    assert_eq!(process::whereis("sup_019"), None);

    // Global.
    let name = || Name::global("sup_019");
    let first = Supervisor::builder().start_link().name(name()).await?;
    let owner = first.pid().unwrap();
    operate(&SupervisorRef::named(name()), owner).await?;
    taken(Supervisor::builder().start_link().name(name()).await.unwrap_err(), "global:sup_019", owner);
    SupervisorRef::named(name()).stop().await?;

    // Through a registry.
    let via = Only::default();
    let first = Supervisor::builder().start_link().via(via.clone()).await?;
    let owner = first.pid().unwrap();
    operate(&SupervisorRef::via(via.clone()), owner).await?;
    taken(Supervisor::builder().start_link().via(via.clone()).await.unwrap_err(), "only", owner);
    SupervisorRef::via(via.clone()).stop().await?;
    assert_eq!(via.whereis(), None);

    // With a type: declared, and given.
    let first = Declared::start_link().await?;
    let owner = first.pid().unwrap();
    assert_eq!(DeclaredRef::named("sup_019_declared").pid(), Some(owner));
    assert_eq!(DeclaredRef::named("sup_019_declared").a().add(1).await?, 1);
    taken(Declared::start_link().await.unwrap_err(), "sup_019_declared", owner);
    let other = Declared::start_link().name("sup_019_given").await?;
    assert_eq!(process::whereis("sup_019_given"), other.pid());
    let third = Declared::start().via(via.clone()).await?;
    assert_eq!(via.whereis(), third.pid());
    third.stop().await?;
    Ok(())
}

/// A name that is taken starts no children.
#[otp::test]
async fn a_second_start_under_a_name_starts_nothing() -> otp::Result {
    let journal = Journal::default();
    let _first = Supervisor::builder().start_link().name("sup_019_once").await?;
    let second = Supervisor::builder().children(workers(&["a"], &journal)).start_link().name("sup_019_once").await;
    assert!(second.is_err());
    assert_eq!(journal.take(), Vec::<String>::new());
    Ok(())
}
