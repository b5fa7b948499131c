//! Child specifications: defaults, overrides, what is accepted, additional information of a start.

use super::fixtures::*;
use otp::child::{Child, ChildKind, Restart, Shutdown, Started};
use otp::prelude::*;
use otp::process;
use otp::supervisor::{ChildNotFound, StartedChild};
use std::time::Duration;

/// Everything that a specification says.
fn fields(spec: &ChildSpec) -> (&str, Restart, Shutdown, ChildKind, bool) {
    (spec.get_id(), spec.get_restart(), spec.get_shutdown(), spec.get_kind(), spec.is_significant())
}

const FIVE_SECONDS: Shutdown = Shutdown::Timeout(seconds(5));

#[gen_server]
struct Unit;

#[gen_server]
impl Unit {
    #[init]
    fn init() -> Self {
        Self
    }
}

#[gen_server]
struct Number {
    value: u32,
}

#[gen_server]
impl Number {
    #[init]
    fn init(value: u32) -> Self {
        Self { value }
    }

    #[call]
    fn value(&self) -> u32 {
        self.value
    }
}

#[gen_server(id = "declared", restart = transient, shutdown = 1_000, significant = true)]
struct Declared;

#[gen_server]
impl Declared {
    #[init]
    fn init() -> Self {
        Self
    }
}

#[supervisor(args(value: u32))]
struct Plain {
    #[child(args = *value)]
    number: Number,
}

#[supervisor(id = "other", restart = transient, shutdown = 1_000, significant = true)]
struct Adorned {
    #[child]
    unit: Unit,
}

#[test]
fn sup_001_a_specification_without_options_has_the_defaults() {
    let worker = ("Unit", Restart::Permanent, FIVE_SECONDS, ChildKind::Worker, false);
    assert_eq!(fields(&Unit::child_spec(|| ())), worker);
    assert_eq!(fields(&ChildSpec::of::<Unit>(|| ())), worker);
    assert_eq!(fields(&idle("Unit")), worker);

    let supervisor = ("tree", Restart::Permanent, Shutdown::Infinity, ChildKind::Supervisor, false);
    assert_eq!(fields(&Supervisor::builder().child_spec("tree")), supervisor);
    assert_eq!(fields(&Plain::child_spec(|| 1).id("tree")), supervisor);
}

#[otp::test]
async fn sup_002_a_supervisor_type_has_a_specification_of_its_own() -> otp::Result {
    assert_eq!(
        fields(&Plain::child_spec(|| 1)),
        ("Plain", Restart::Permanent, Shutdown::Infinity, ChildKind::Supervisor, false)
    );
    assert_eq!(
        fields(&Adorned::child_spec(|| ())),
        ("other", Restart::Transient, Shutdown::Timeout(seconds(1)), ChildKind::Supervisor, true)
    );
    assert_eq!(
        fields(&Declared::child_spec(|| ())),
        ("declared", Restart::Transient, Shutdown::Timeout(seconds(1)), ChildKind::Worker, true)
    );

    // The argument reaches its start.
    let parent = Supervisor::builder().child(Plain::child_spec(|| 42)).start_link().await?;
    let plain = parent.child::<Plain>("Plain");
    assert_eq!(plain.number().value().await?, 42);
    Ok(())
}

#[otp::test]
async fn sup_003_a_type_with_or_without_arguments_and_a_specification_are_children() -> otp::Result {
    let complete = Number::child_spec(|| 3).id("complete").restart(Restart::Temporary);
    let supervisor = Supervisor::start_link(supervision_tree! {
        Unit,
        Number(2),
        (complete),
    })
    .await?;

    assert_eq!(ids(&supervisor).await, ["complete", "Number", "Unit"]);
    assert_eq!(counts(&supervisor).await, (3, 3, 0, 3));
    assert_eq!(supervisor.child::<Number>("Number").value().await?, 2);
    assert_eq!(supervisor.child::<Number>("complete").value().await?, 3);
    assert_eq!(supervisor.get_child_spec("complete").await?.get_restart(), Restart::Temporary);

    // The builder takes the same, and whole specifications of supervisors.
    let supervisor = Supervisor::builder()
        .children([ChildSpec::of::<Unit>(|| ())])
        .child(Supervisor::builder().child(Number::child_spec(|| 4)).child_spec("inner"))
        .start_link()
        .await?;
    assert_eq!(ids(&supervisor).await, ["inner", "Unit"]);
    Ok(())
}

#[otp::test]
async fn sup_004_an_override_changes_its_field_and_no_other() -> otp::Result {
    let given = || Number::child_spec(|| 7);
    let (id, restart, shutdown, kind, significant) =
        ("Number", Restart::Permanent, FIVE_SECONDS, ChildKind::Worker, false);

    assert_eq!(fields(&given()), (id, restart, shutdown, kind, significant));
    assert_eq!(fields(&given().id("n")), ("n", restart, shutdown, kind, significant));
    assert_eq!(fields(&given().restart(Restart::Temporary)), (id, Restart::Temporary, shutdown, kind, significant));
    assert_eq!(fields(&given().shutdown(Shutdown::BrutalKill)), (id, restart, Shutdown::BrutalKill, kind, significant));
    assert_eq!(
        fields(&given().shutdown(Duration::from_millis(7))),
        (id, restart, Shutdown::Timeout(Duration::from_millis(7)), kind, significant)
    );
    assert_eq!(
        fields(&given().kind(ChildKind::Supervisor)),
        (id, restart, shutdown, ChildKind::Supervisor, significant)
    );
    assert_eq!(fields(&given().significant(true)), (id, restart, shutdown, kind, true));

    // What the start does stays, whatever else is changed.
    let changed = given().id("n").restart(Restart::Transient).shutdown(Shutdown::Infinity);
    let supervisor = Supervisor::builder().child(changed).start_link().await?;
    assert_eq!(supervisor.child::<Number>("n").value().await?, 7);
    Ok(())
}

#[otp::test]
async fn sup_010_every_legal_combination_is_accepted() -> otp::Result {
    let mut specs = Vec::new();
    for restart in [Restart::Permanent, Restart::Transient, Restart::Temporary] {
        for shutdown in
            [Shutdown::Timeout(Duration::ZERO), Shutdown::Timeout(seconds(1)), Shutdown::Infinity, Shutdown::BrutalKill]
        {
            for kind in [ChildKind::Worker, ChildKind::Supervisor] {
                let id = format!("{restart:?} {shutdown:?} {kind}");
                specs.push(idle(id).restart(restart).shutdown(shutdown).kind(kind));
            }
        }
    }
    let given = Supervisor::builder().children(specs.clone());
    assert_eq!(given.check(), Ok(()));
    let given = given.start_link().await?;
    let added = Supervisor::builder().start_link().await?;
    for spec in &specs {
        added.start_child(spec.clone()).await?;
    }

    for supervisor in [given, added] {
        assert_eq!(counts(&supervisor).await, (24, 24, 12, 12));
        for spec in &specs {
            assert_eq!(fields(&supervisor.get_child_spec(spec.get_id()).await?), fields(spec));
        }
        supervisor.stop().await?;
    }
    Ok(())
}

#[otp::test]
async fn sup_011_a_start_may_give_information_along() -> otp::Result {
    let spec = ChildSpec::new("extra", |_slot| async {
        let pid = process::spawn_link(process::sleep_forever());
        Ok(Started::new(pid).with_info(format!("runs as {pid}")))
    });
    let text = |started: StartedChild| {
        let pid = started.pid.unwrap();
        (pid, *started.info.unwrap().downcast::<String>().unwrap())
    };

    let supervisor = Supervisor::builder().start_link().await?;
    let (first, info) = text(supervisor.start_child(spec.clone()).await?);
    assert_eq!(info, format!("runs as {first}"));
    assert_eq!(pid(&supervisor, "extra").await, first);

    supervisor.terminate_child("extra").await?;
    let (second, info) = text(supervisor.restart_child("extra").await?);
    assert_eq!(info, format!("runs as {second}"));
    assert_ne!(second, first);

    crash(&supervisor, "extra").await;
    assert_ne!(pid(&supervisor, "extra").await, second);

    // Nor is it in the way of a start from the list; a start without information gives none.
    let supervisor = Supervisor::builder().child(spec).start_link().await?;
    assert_eq!(counts(&supervisor).await, (1, 1, 0, 1));
    assert!(supervisor.start_child(idle("plain")).await?.info.is_none());
    Ok(())
}

#[otp::test]
async fn sup_012_the_specification_of_a_child_can_be_asked_for() -> otp::Result {
    let supervisor = Supervisor::builder()
        .child(Number::child_spec(|| 1).restart(Restart::Transient))
        .child(Plain::child_spec(|| 2))
        .start_link()
        .await?;

    assert_eq!(
        fields(&supervisor.get_child_spec("Number").await?),
        ("Number", Restart::Transient, FIVE_SECONDS, ChildKind::Worker, false)
    );
    assert_eq!(
        fields(&supervisor.get_child_spec("Plain").await?),
        ("Plain", Restart::Permanent, Shutdown::Infinity, ChildKind::Supervisor, false)
    );
    assert_eq!(supervisor.get_child_spec("nobody").await.unwrap_err(), ChildNotFound::NotFound);

    // It is complete: another child can be started from it.
    let copy = supervisor.get_child_spec("Number").await?.id("copy");
    supervisor.start_child(copy).await?;
    assert_eq!(supervisor.child::<Number>("copy").value().await?, 1);
    Ok(())
}

/// A server with a start of its own, by hand.
struct ByHand;

impl Child for ByHand {
    type Args = Pid;
    type Handle = Pid;

    fn child_options() -> otp::child::ChildOptions {
        otp::child::ChildOptions::worker("by hand").restart(Restart::Temporary)
    }

    fn start_child(
        told: Pid,
        _slot: std::sync::Arc<otp::child::Slot>,
    ) -> otp::child::BoxFuture<'static, Result<Started, StartError>> {
        Box::pin(async move {
            let pid = process::spawn_link(process::sleep_forever());
            process::send(told, pid).expect("a pid can always be sent to");
            Ok(Started::new(pid))
        })
    }

    fn handle(slot: std::sync::Arc<otp::child::Slot>) -> Pid {
        slot.pid().unwrap_or(process::self_pid())
    }
}

#[otp::test]
async fn anything_can_be_a_child() -> otp::Result {
    let me = process::self_pid();
    let spec = ChildSpec::of::<ByHand>(move || me);
    assert_eq!(fields(&spec), ("by hand", Restart::Temporary, FIVE_SECONDS, ChildKind::Worker, false));
    let supervisor = Supervisor::builder().child(spec).start_link().await?;
    let started = process::receive::<Pid>().await;
    assert_eq!(pid(&supervisor, "by hand").await, started);
    assert_eq!(supervisor.child::<ByHand>("by hand"), started);
    Ok(())
}
