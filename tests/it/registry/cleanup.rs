//! What the end of a process and the end of the registry take along.

use super::{at, duplicates, end, other, register_at, sorted, unique, uniques};
use otp::prelude::*;
use otp::process;

/// Ends a process and waits until its `Down` is here: at that moment, not later, everything must be gone.
async fn down(pid: Pid, reason: ExitReason) {
    let monitor = process::monitor(pid);
    process::exit(pid, reason);
    receive! { down: Down if down.reference == monitor => () }
}

#[otp::test(flavor = "multi_thread", worker_threads = 2)]
async fn reg_022_entries_are_gone_before_the_end_is_told() -> otp::Result {
    for reason in [ExitReason::Kill, ExitReason::Shutdown, ExitReason::other("abnormal")] {
        for registry in uniques::<u32, u32>().await {
            let (gone, stays) = (other(), other());
            for key in 0..50 {
                register_at(&registry, gone, key, key).await;
            }
            register_at(&registry, stays, 50, 50).await;
            down(gone, reason.clone()).await;
            assert!((0..50).all(|key| registry.lookup(&key) == Ok(None)));
            assert_eq!((registry.count()?, registry.keys(gone)?), (1, vec![]));
            assert_eq!(registry.lookup(&50)?, Some((stays, 50)));
        }
        for registry in duplicates::<u32, u32>().await {
            let (gone, stays) = (other(), other());
            for n in 0..100 {
                register_at(&registry, gone, n % 3, n).await;
                register_at(&registry, stays, n % 3, n).await;
            }
            down(gone, reason.clone()).await;
            assert!((0..3).all(|key| registry.lookup(&key).is_ok_and(|all| all.iter().all(|(pid, _)| *pid == stays))));
            assert_eq!((registry.count()?, registry.keys(gone)?.len(), registry.keys(stays)?.len()), (100, 0, 100));
        }
    }
    Ok(())
}

#[otp::test]
async fn reg_022_a_process_leaves_every_registry_and_by_every_way_out() -> otp::Result {
    let (one, two) = (unique::<u8, u8>().await, super::duplicate::<u8, u8>().await);
    type Ends = fn();
    let ends: [Ends; 3] = [|| (), || panic!("as it should"), || process::exit_with(ExitReason::Shutdown)];
    for leave in ends {
        let (first, second) = (one.clone(), two.clone());
        let (_, monitor) = process::spawn_monitor(async move {
            first.register(1, 1).expect("it is free");
            second.register(1, 1).expect("it is free");
            second.register(1, 2).expect("it is free");
            leave();
        });
        receive! { down: Down if down.reference == monitor => () }
        assert_eq!((one.count()?, two.count()?), (0, 0));
        assert_eq!((one.lookup(&1)?, two.lookup(&1)?), (None, vec![]));
    }
    Ok(())
}

/// Its destructor registers: the process is still there then, and takes it along.
struct Late(Registry<u8>);

impl Drop for Late {
    fn drop(&mut self) {
        self.0.register(1, ()).expect("it is free");
        assert_eq!(self.0.whereis(&1), Ok(Some(process::self_pid())));
    }
}

/// A message whose destructor finds the process ended.
struct TooLate(Registry<u8>, tokio::sync::oneshot::Sender<bool>);

struct Dropped(Option<TooLate>);

impl Drop for Dropped {
    fn drop(&mut self) {
        let TooLate(registry, told) = self.0.take().expect("dropped once");
        let error = registry.register(2, ()).expect_err("it has ended");
        let _ = told.send(error.failure == otp::registry::RegisterFailure::NoProc(process::self_pid()));
    }
}

#[otp::test]
async fn reg_022_nobody_can_register_a_process_that_has_ended() -> otp::Result {
    let registry = unique::<u8, ()>().await;
    let late = Late(registry.clone());
    let pid = process::spawn(async move {
        let _late = late;
        process::sleep_forever().await;
    });
    let (told, answer) = tokio::sync::oneshot::channel();
    process::send(pid, Dropped(Some(TooLate(registry.clone(), told)))).expect("a pid is no name");
    process::sleep(std::time::Duration::from_millis(1)).await;
    end(pid, ExitReason::Kill).await;
    assert!(answer.await?, "a message is dropped when the entries are gone");
    assert_eq!(registry.count()?, 0);
    let name = registry.via(3);
    assert_eq!(otp::name::Via::register(&name, pid), Err(Pid::NOBODY), "nor by a name");
    assert_eq!(registry.count()?, 0);
    Ok(())
}

/// Ends when it is dropped, before its entries go: somebody else takes the key in that moment.
struct Slow(Registry<u8>, Pid);

impl Drop for Slow {
    fn drop(&mut self) {
        let Self(registry, next) = self;
        assert!(!process::alive(process::self_pid()));
        let taken = otp::name::Via::register(&registry.via(1), *next);
        assert_eq!(taken, Ok(()), "its holder has begun to end");
    }
}

#[otp::test]
async fn a_key_of_a_process_that_is_ending_is_free_and_stays_with_the_next() -> otp::Result {
    let registry = unique::<u8, ()>().await;
    let next = other();
    let slow = Slow(registry.clone(), next);
    let first = registry.clone();
    let holder = process::spawn(async move {
        first.register(1, ()).expect("it is free");
        let _slow = slow;
        process::sleep_forever().await;
    });
    while registry.whereis(&1)? != Some(holder) {
        process::sleep(std::time::Duration::from_millis(1)).await;
    }
    end(holder, ExitReason::Kill).await;
    assert_eq!((registry.whereis(&1)?, registry.count()?), (Some(next), 1));
    end(next, ExitReason::Kill).await;
    assert_eq!((registry.whereis(&1)?, registry.count()?), (None, 0));
    Ok(())
}

type Prepare = fn(&Registry<u8>);

/// Whether the end of a registry ends a process that has done this.
async fn ends_with(registry: &Registry<u8>, prepare: Prepare) -> bool {
    let member = other();
    let clone = registry.clone();
    at(member, move || prepare(&clone)).await;
    end(registry.pid().expect("it runs"), ExitReason::Kill).await;
    // A signal has its effect before anything that was sent after it.
    let (done, answer) = tokio::sync::oneshot::channel();
    process::send(member, super::Act(Box::new(move || done.send(()).expect("it waits")))).expect("a pid is no name");
    answer.await.is_err()
}

#[otp::test]
async fn reg_025_a_process_is_tied_to_the_registry_as_long_as_it_has_a_key() -> otp::Result {
    process::trap_exit(true);
    let tied: [(Prepare, bool); 5] = [
        (|_| (), false),
        (|registry| drop(registry.register(1, ())), true),
        (
            |registry| {
                registry.register(1, ()).expect("it is free");
                registry.unregister(&1).expect("it runs");
            },
            false,
        ),
        (
            |registry| {
                registry.register(1, ()).expect("it is free");
                registry.register(2, ()).expect("it is free");
                registry.unregister(&1).expect("it runs");
            },
            true,
        ),
        (
            |registry| {
                registry.register(1, ()).expect("it is free");
                registry.unregister_match(&1, |()| true).expect("it runs");
            },
            false,
        ),
    ];
    for (prepare, expected) in tied {
        let registry = unique::<u8, ()>().await;
        assert_eq!(ends_with(&registry, prepare).await, expected);
    }
    Ok(())
}

#[otp::test]
async fn reg_026_the_end_of_the_registry_ends_who_is_registered() -> otp::Result {
    process::trap_exit(true);
    let registry = unique::<u8, ()>().await;
    let owner = registry.pid().expect("it runs");
    let member = other();
    register_at(&registry, member, 1, ()).await;
    registry.register(2, ())?;
    let monitor = process::monitor(member);
    process::exit(owner, ExitReason::Kill);
    assert_eq!(receive! { down: Down if down.reference == monitor => down.reason }, ExitReason::Killed);
    // This one traps exits. It is linked to the registry by the start too, and is told once.
    let exit = process::receive::<Exit>().await;
    assert_eq!((exit.from, exit.reason), (owner, ExitReason::Killed));
    assert!(process::receive_timeout::<Exit>(std::time::Duration::from_millis(1)).await.is_none());
    let again = Registry::<u8>::unique(registry.name()).start_link().await?;
    assert_eq!((again.count()?, registry.count()?), (0, 0), "it comes back empty, and old handles find it");
    Ok(())
}

#[otp::test]
async fn reg_026_a_registry_that_is_stopped_in_an_orderly_way_lets_its_processes_live() -> otp::Result {
    let registry = unique::<u8, ()>().await;
    let member = other();
    register_at(&registry, member, 1, ()).await;
    registry.stop().await?;
    let again = Registry::<u8>::unique(registry.name()).start_link().await?;
    assert_eq!(at(member, || 7).await, 7, "`normal` ends nobody");
    register_at(&again, member, 1, ()).await;
    end(member, ExitReason::Kill).await;
    assert_eq!(again.count()?, 0);
    Ok(())
}

#[gen_server]
struct Room;

#[gen_server]
impl Room {
    #[init]
    fn init(rooms: Registry<String>) -> otp::Result<Self> {
        rooms.register("lobby", ())?;
        Ok(Self)
    }
}

/// What it is for: a registry that came back is complete.
#[otp::test]
async fn reg_026_servers_register_again_when_their_registry_was_restarted() -> otp::Result {
    let name = super::fresh();
    let rooms = Registry::<String>::named(name.clone());
    let given = rooms.clone();
    let tree = supervision_tree! {
        strategy: one_for_one;
        Registry::<String>::unique(name),
        (Room::child_spec(move || given.clone())),
    };
    let supervisor = Supervisor::start_link(tree).await?;
    let before = rooms.whereis("lobby")?;
    assert!(before.is_some());
    end(rooms.pid().expect("it runs"), ExitReason::Kill).await;
    let after = loop {
        match rooms.whereis("lobby") {
            Ok(Some(pid)) if Some(pid) != before => break pid,
            _ => process::sleep(std::time::Duration::from_millis(1)).await,
        }
    };
    assert!(process::alive(after));
    assert_eq!(sorted(rooms.select(|key, pid, ()| Some((key.clone(), pid)))?), [("lobby".to_string(), after)]);
    supervisor.stop().await?;
    Ok(())
}
