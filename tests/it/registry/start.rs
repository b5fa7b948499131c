//! Starting, finding and ending a registry.

use super::{end, fresh, other, register_at, unique};
use otp::child::ChildKind;
use otp::prelude::*;
use otp::process::{self, StartError};
use otp::registry::{PartitionBy, RegisterFailure, UnknownRegistry};
use std::time::Duration;

#[otp::test]
async fn reg_001_it_is_a_child_with_its_name_as_id_and_has_its_partitions() -> otp::Result {
    let (rooms, topics) = (fresh(), fresh());
    let tree = supervision_tree! {
        strategy: one_for_one;
        Registry::<String>::unique(rooms.clone()),
        Registry::<u64, String>::duplicate(topics.clone()).partitions(4) { restart: transient },
    };
    let supervisor = Supervisor::start_link(tree).await?;
    let children = supervisor.which_children().await?;
    let ids: Vec<_> = children.iter().map(|child| child.id.to_string()).collect();
    assert_eq!(super::sorted(ids), super::sorted(vec![rooms.clone(), topics.clone()]));
    assert!(children.iter().all(|child| child.kind == ChildKind::Supervisor));

    let rooms = Registry::<String>::named(rooms);
    let topics = DuplicateRegistry::<u64, String>::named(topics);
    assert_eq!((rooms.partitions()?, topics.partitions()?), (1, 4));
    assert_eq!(rooms.pid(), process::whereis(rooms.name()));
    rooms.register("lobby", ())?;
    topics.register(7, "loud".into())?;
    assert_eq!((rooms.count()?, topics.count()?), (1, 1));
    rooms.unregister("lobby")?;
    topics.unregister(&7)?;
    supervisor.stop().await?;
    assert!(rooms.count().is_err(), "it was shut down with its supervisor");
    Ok(())
}

#[supervisor]
struct App {
    #[child(args = Registry::unique("rooms of an app"))]
    rooms: Registry<String, u8>,
    #[child(args = Registry::duplicate("topics of an app").partition_by(PartitionBy::Key))]
    topics: DuplicateRegistry<String>,
}

#[otp::test]
async fn reg_001_a_field_of_a_supervisor_can_be_a_registry() -> otp::Result {
    let app = App::start_link().await?;
    let (rooms, topics) = (app.rooms(), app.topics());
    let member = other();
    register_at(&rooms, member, "lobby".into(), 1).await;
    register_at(&topics, member, "news".into(), ()).await;
    assert_eq!(rooms.lookup("lobby")?, Some((member, 1)));
    assert_eq!(Registry::<String, u8>::named("rooms of an app").lookup("lobby")?, Some((member, 1)));

    // The accessor's handle is right after a restart too, as is one by name and the one of a start.
    let before = rooms.pid().expect("it runs");
    end(before, ExitReason::Kill).await;
    while rooms.count().is_err() {
        process::sleep(Duration::from_millis(1)).await;
    }
    assert_ne!(rooms.pid(), Some(before));
    assert_eq!(rooms.count()?, 0, "a registry starts empty");
    rooms.register("lobby", 2)?;
    assert_eq!(app.rooms().lookup("lobby")?, Some((process::self_pid(), 2)));
    rooms.unregister("lobby")?;
    app.stop().await?;
    assert_eq!(rooms.count(), Err(UnknownRegistry::NotRunning("rooms".into())), "by its place, nobody is there");
    Ok(())
}

#[otp::test]
async fn reg_003_no_partitions_are_an_error_that_names_option_and_value() {
    let none = Registry::<u8>::unique(fresh()).partitions(0).start_link().await.expect_err("it cannot be");
    assert!(matches!(none, StartError::BadOption { option: "partitions", .. }), "{none}");
    assert!(none.to_string().contains("partitions: 0"), "{none}");
}

#[otp::test]
async fn reg_004_what_does_not_run_is_an_error_that_names_it() -> otp::Result {
    let name = fresh();
    let registry = Registry::<String, u8>::named(name.clone());
    let unknown = UnknownRegistry::NotRunning(name.clone().into());
    let error = registry.lookup("a").expect_err("it does not run");
    assert_eq!(error, unknown);
    assert!(error.to_string().contains(&name), "{error}");
    let refused = registry.register("a", 1).expect_err("it does not run");
    assert_eq!(
        (refused.failure, refused.key, refused.value),
        (RegisterFailure::Unknown(unknown.clone()), "a".into(), 1)
    );

    let started = Registry::<String, u8>::unique(name.clone()).start_link().await?;
    assert_eq!(registry.lookup("a")?, None, "the handle was there before the registry");
    started.stop().await?;
    for registry in [registry, started] {
        assert_eq!(registry.count(), Err(unknown.clone()));
        assert_eq!(registry.lookup("a"), Err(unknown.clone()));
        assert_eq!(registry.match_("a", |_| true), Err(unknown.clone()));
        assert_eq!(registry.select(|_, _, _| Some(1)), Err(unknown.clone()));
        assert_eq!(registry.keys(process::self_pid()), Err(unknown.clone()));
        assert_eq!(registry.unregister("a"), Err(unknown.clone()));
        assert_eq!(registry.dispatch("a", |_| ()), Err(unknown.clone()));
        assert_eq!(registry.update_value("a", |n| *n), Err(unknown.clone()));
        assert_eq!(registry.meta::<u8>("a"), Err(unknown.clone()));
        assert_eq!(registry.lock("a", || async {}).await, Err(unknown.clone()));
        assert_eq!(registry.stop().await, Err(unknown.clone()));
        assert_eq!(registry.pid(), None);
    }
    Ok(())
}

#[otp::test]
async fn reg_004_a_registry_of_other_types_is_another() -> otp::Result {
    let rooms = unique::<String, u8>().await;
    let other = UnknownRegistry::OtherType(rooms.name());
    assert_eq!(Registry::<u32, u8>::named(rooms.name()).count(), Err(other.clone()));
    assert_eq!(Registry::<String>::named(rooms.name()).count(), Err(other.clone()));
    assert_eq!(DuplicateRegistry::<String, u8>::named(rooms.name()).count(), Err(other));
    assert_eq!(Registry::<String, u8>::named(rooms.name()).count()?, 0);
    Ok(())
}

#[otp::test]
async fn reg_005_a_second_registry_of_the_name_is_not_started() -> otp::Result {
    let first = unique::<String, ()>().await;
    first.register("a", ())?;
    let second = Registry::<u8>::duplicate(first.name()).start_link().await.expect_err("the name is taken");
    let pid = first.pid().expect("it runs");
    assert_eq!(second, StartError::AlreadyStarted { name: first.name().to_string(), pid });
    assert_eq!(first.count()?, 1, "the first is as it was");
    Ok(())
}

#[test]
fn a_registry_can_be_used_from_outside_of_processes() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("it can be built");
    runtime.block_on(async {
        let spec = Registry::<String>::unique(fresh());
        assert_eq!(spec.clone().start_link().await.expect_err("nobody to link to"), StartError::NotAProcess);
        let registry = spec.start().await.expect("the name is free");
        let member = other();
        register_at(&registry, member, "a".into(), ()).await;
        assert_eq!(registry.lookup("a"), Ok(Some((member, ()))));
        registry.stop().await.expect("it runs");
    });
}

#[otp::test]
async fn it_ends_with_its_parent_and_by_no_other_signal() -> otp::Result {
    let name = fresh();
    let (starter, monitor) = process::spawn_monitor(async move {
        let registry = Registry::<String>::unique(name).start_link().await.expect("it is free");
        process::exit(registry.pid().expect("it runs"), ExitReason::Shutdown);
        process::send(registry.pid().expect("it runs"), "nobody reads this").expect("a pid is no name");
        registry.register("a", ()).expect("the signal did nothing");
        process::exit_with(ExitReason::shutdown_with(registry.pid()));
    });
    let reason = receive! { down: Down if down.reference == monitor => down.reason };
    let registry = reason.downcast_ref::<Option<Pid>>().copied().flatten().expect("the pid of the registry");
    assert_ne!(process::wait(registry).await, ExitReason::Normal);
    assert!(!process::alive(registry) && !process::alive(starter));
    Ok(())
}
