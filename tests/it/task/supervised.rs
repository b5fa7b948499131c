//! Tasks as children of a static supervisor, and types of their own.

use super::never;
use otp::child::{Child, ChildKind};
use otp::prelude::*;
use otp::process;
use otp::supervisor::ChildStatus;

#[otp::test]
async fn task_012_a_supervisor_does_not_wait_for_a_task_to_be_done() -> otp::Result {
    let me = process::self_pid();
    let tree = supervision_tree! {
        Task::child_spec(never::<()>) { id: "first" },
        Task::child_spec(move || async move { process::send(me, "second").expect("a pid is no name") }) { id: "second" },
    };
    let supervisor = Supervisor::start_link(tree).await?;
    assert_eq!(process::receive::<&str>().await, "second");
    let first = supervisor.get_child("first").await?;
    assert!(matches!(first.status, ChildStatus::Running(pid) if process::alive(pid)), "{first:?}");
    supervisor.stop().await?;
    Ok(())
}

/// Says hello to somebody.
struct Greeter;

#[task]
impl Greeter {
    #[run]
    async fn run(whom: Pid, what: &'static str) {
        process::send(whom, (what, process::callers())).expect("a pid is no name");
    }
}

/// Fails a few times.
struct Flaky;

#[task(id = "flaky", restart = transient, shutdown = 100)]
impl Flaky {
    /// Fails while it is told so.
    #[run]
    async fn attempt(teller: Pid) -> Result<(), String> {
        process::send(teller, process::self_pid()).map_err(|error| error.to_string())?;
        match process::receive::<Result<(), &str>>().await {
            Ok(()) => Ok(()),
            Err(why) => Err(Self::shout(why)),
        }
    }

    fn shout(text: &str) -> String {
        text.to_uppercase()
    }
}

#[otp::test]
async fn task_013_a_task_type_is_temporary_and_named_after_itself() -> otp::Result {
    let spec = Greeter::child_spec(|| (process::self_pid(), "hello"));
    assert_eq!(
        (spec.get_id(), spec.get_restart(), spec.get_shutdown()),
        ("Greeter", Restart::Temporary, Shutdown::default())
    );
    assert_eq!((spec.get_kind(), spec.is_significant()), (ChildKind::Worker, false));
    let spec = Flaky::child_spec(process::self_pid);
    let hundred = Shutdown::Timeout(std::time::Duration::from_millis(100));
    assert_eq!((spec.get_id(), spec.get_restart(), spec.get_shutdown()), ("flaky", Restart::Transient, hundred));
    let spec = spec.id("other").restart(Restart::Permanent);
    assert_eq!((spec.get_id(), spec.get_restart()), ("other", Restart::Permanent));
    let plain = Task::child_spec(never::<()>);
    assert_eq!(
        (plain.get_id(), plain.get_restart(), plain.get_shutdown()),
        ("Task", Restart::Temporary, Shutdown::default())
    );
    Ok(())
}

#[otp::test]
async fn a_task_type_is_started_by_hand_and_by_a_supervisor() -> otp::Result {
    let me = process::self_pid();
    let pid = Greeter::start_link((me, "by hand"));
    assert!(process::info(me).expect("I live").links.contains(&pid));
    assert_eq!(process::receive::<(&str, Vec<Pid>)>().await, ("by hand", vec![me]));
    Greeter::start((me, "alone"));
    assert_eq!(process::receive::<(&str, Vec<Pid>)>().await.0, "alone");

    let supervisor = Supervisor::start_link(supervision_tree! { Greeter(me, "supervised") { id: "g" } }).await?;
    let (what, callers) = process::receive::<(&str, Vec<Pid>)>().await;
    assert_eq!((what, callers), ("supervised", supervisor.pid().into_iter().collect()));
    // A temporary child that has ended is forgotten.
    while supervisor.count_children().await?.specs > 0 {}
    Ok(())
}

#[supervisor]
struct App {
    #[child(args = process::whereis("task-types").expect("the test has the name"))]
    flaky: Flaky,
}

#[otp::test]
async fn a_task_type_that_fails_is_run_again_as_it_says() -> otp::Result {
    process::register(process::self_pid(), "task-types")?;
    let app = App::start_link().await?;
    let first = process::receive::<Pid>().await;
    assert_eq!(app.flaky().pid(), Some(first));
    process::send(first, Err::<(), _>("again"))?;
    let second = process::receive::<Pid>().await;
    assert_ne!(first, second);
    process::send(second, Ok::<(), &str>(()))?;
    process::wait(second).await;
    while app.count_children().await?.active > 0 {}
    Ok(())
}

#[otp::test]
async fn a_generic_task_type_is_a_child_too() {
    struct Sends<T>(std::marker::PhantomData<T>);

    #[task]
    impl<T: Clone + Send + 'static> Sends<T> {
        #[run]
        async fn run(to: Pid, value: T) {
            process::send(to, value).expect("a pid is no name");
        }
    }
    Sends::<u8>::start((process::self_pid(), 7));
    assert_eq!(process::receive::<u8>().await, 7);
    assert_eq!(
        <Sends<u8> as Child>::child_options(),
        otp::child::ChildOptions::worker("Sends").restart(Restart::Temporary)
    );
}
