//! Names.

use super::{check, end, ended, idle, run};
use crate::cost::{Cost, assert_constant};
use otp::process::{self, ExitReason, Name, NotRegistered, Pid, RegisterError, Via};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

#[otp::test]
async fn proc_077_a_name_stands_for_its_process() {
    let me = process::self_pid();
    assert_eq!(process::whereis("proc_077"), None);
    process::register(me, "proc_077").expect("it is free");
    assert_eq!(process::whereis("proc_077"), Some(me));
    assert_eq!(process::whereis(String::from("proc_077")), Some(me));
    process::send("proc_077", "by name").expect("it is registered");
    assert_eq!(process::receive::<&str>().await, "by name");
    assert!(process::registered().contains(&Name::new("proc_077")));
    process::unregister("proc_077").expect("it is registered");
    assert_eq!(process::whereis("proc_077"), None);
    assert!(!process::registered().contains(&Name::new("proc_077")));
    process::register(me, "proc_077 too").expect("it has no name any more");
}

#[otp::test]
async fn proc_078_a_registration_that_fails_changes_nothing() {
    let (first, second) = (idle(), idle());
    process::register(first, "proc_078").expect("it is free");
    let taken = process::register(second, "proc_078").unwrap_err();
    assert_eq!(taken, RegisterError::Taken { name: "proc_078".into(), by: first });
    assert_eq!(process::whereis("proc_078"), Some(first));
    assert_eq!(process::info(second).expect("it lives").name, None);

    let has = process::register(first, "proc_078 too").unwrap_err();
    assert_eq!(has, RegisterError::HasName { pid: first, has: "proc_078".into() });
    assert_eq!(process::whereis("proc_078 too"), None);
    assert_eq!(process::info(first).expect("it lives").name, Some("proc_078".into()));

    let pid = ended().await;
    assert_eq!(process::register(pid, "proc_078 too"), Err(RegisterError::NoProc(pid)));
    assert_eq!(process::whereis("proc_078 too"), None);
    for error in [taken, has] {
        assert!(error.to_string().contains("proc_078"), "{error}");
    }
}

#[otp::test]
async fn proc_080_a_name_that_nobody_has_cannot_be_freed() {
    assert_eq!(process::unregister("proc_080"), Err(NotRegistered("proc_080".into())));
    assert_eq!(process::whereis("proc_080"), None);
    process::register(process::self_pid(), "proc_080").expect("it is free");
    process::unregister("proc_080").expect("it is registered");
    assert!(process::unregister("proc_080").is_err());
}

#[otp::test]
async fn proc_081_the_end_frees_the_name() {
    type Ends = (&'static str, fn());
    let ends: [Ends; 3] = [
        ("return", || ()),
        ("panic", || panic!("as it should")),
        ("exit", || process::exit_with(ExitReason::Shutdown)),
    ];
    for (name, end) in ends {
        run(async move {
            process::register(process::self_pid(), "proc_081").expect("it is free");
            end();
        })
        .await;
        assert_eq!(process::whereis("proc_081"), None, "{name}");
    }
    for reason in [ExitReason::Kill, ExitReason::other("abnormal")] {
        let pid = process::options().name("proc_081").spawn(process::sleep_forever()).expect("it is free");
        end(pid, reason).await;
        assert_eq!(process::whereis("proc_081"), None);
    }
}

/// Whoever learns of the end can take the name at once.
#[otp::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_name_is_free_when_the_end_is_told() {
    process::trap_exit(true);
    for round in 0..200 {
        let options = process::options().link().name("free at the end");
        let (pid, monitor) = options.spawn_monitor(process::sleep_forever()).expect("it is free, every time");
        process::exit(pid, ExitReason::Kill);
        match round % 3 {
            0 => drop(super::down_of(monitor).await),
            1 => drop(otp::receive! { exit: process::Exit if exit.from == pid => exit }),
            _ => drop(process::wait(pid).await),
        }
    }
}

#[otp::test]
async fn global_names_are_another_scope() {
    let pid = idle();
    process::register(pid, "two scopes").expect("it is free");
    process::register(pid, Name::global("two scopes")).expect("it is another name");
    process::register(pid, Name::global("any number")).expect("of global names there may be any number");
    assert_eq!(process::info(pid).expect("it lives").name, Some("two scopes".into()));
    assert_eq!(process::whereis(Name::global("any number")), Some(pid));
    assert!(!process::registered().contains(&Name::global("any number")));
    process::unregister(Name::global("two scopes")).expect("it is registered");
    assert_eq!(process::whereis("two scopes"), Some(pid));
    end(pid, ExitReason::Kill).await;
    assert_eq!(process::whereis("two scopes"), None);
    assert_eq!(process::whereis(Name::global("any number")), None);
    assert_eq!(Name::global("x").to_string(), "global:x");
}

#[derive(Clone)]
struct Room(Arc<Mutex<Option<Pid>>>);

impl Via for Room {
    fn register(&self, pid: Pid) -> Result<(), Pid> {
        let mut owner = self.0.lock().expect("nobody panics");
        match *owner {
            Some(by) => Err(by),
            None => {
                *owner = Some(pid);
                Ok(())
            }
        }
    }
    fn unregister(&self, pid: Pid) {
        let mut owner = self.0.lock().expect("nobody panics");
        owner.take_if(|owner| *owner == pid);
    }
    fn whereis(&self) -> Option<Pid> {
        *self.0.lock().expect("nobody panics")
    }
    fn describe(&self) -> String {
        "room 7".into()
    }
}

#[otp::test]
async fn a_registry_of_ones_own_gives_names_too() {
    let room = Room(Arc::default());
    let pid = process::options().via(room.clone()).spawn(process::sleep_forever()).expect("it is free");
    assert_eq!(room.whereis(), Some(pid));
    let taken = process::options().via(room.clone()).spawn(async {}).unwrap_err();
    assert_eq!(taken, process::NameTaken { name: "room 7".into(), by: pid });
    end(pid, ExitReason::Kill).await;
    assert_eq!(room.whereis(), None);
}

#[otp::test]
async fn a_name_moves_on_with_its_new_owner() {
    let old = idle();
    process::register(old, "moves on").expect("it is free");
    process::unregister("moves on").expect("it is registered");
    let new = idle();
    process::register(new, "moves on").expect("it is free");
    // The end of the old owner does not free what it no longer has.
    end(old, ExitReason::Kill).await;
    assert_eq!(process::whereis("moves on"), Some(new));
    check(async { assert!(process::whereis("moves on").is_some()) }).await;
}

/// Watches whoever asks for a name, then refuses it or panics.
#[derive(Debug)]
struct Guarded {
    panics: bool,
}

impl Via for Guarded {
    fn register(&self, pid: Pid) -> Result<(), Pid> {
        process::monitor(pid);
        assert!(!self.panics, "not today");
        Err(process::self_pid())
    }
    fn unregister(&self, _: Pid) {}
    fn whereis(&self) -> Option<Pid> {
        None
    }
    fn describe(&self) -> String {
        "a guarded room".into()
    }
}

#[otp::test]
async fn a_process_that_gets_no_name_ends_like_any_other() {
    for panics in [false, true] {
        check(async move {
            let options = process::options().via(Guarded { panics });
            let started = catch_unwind(AssertUnwindSafe(|| options.spawn(process::sleep_forever())));
            assert_eq!(started.is_err(), panics);
            let down = process::receive::<process::Down>().await;
            assert_eq!(down.reason, ExitReason::Killed, "who found it is told, though it never ran");
            assert!(!process::list().contains(&down.pid.expect("a process")));
        })
        .await;
    }
}

/// As many names of one process as there are to be beside the one that comes and goes: global, of which a process may have
/// any number.
#[otp::test]
async fn a_name_comes_and_goes_at_the_same_cost_beside_many_others() {
    let mut costs = Vec::new();
    for others in [200_u32, 12_800] {
        let holder = idle();
        for n in 0..others {
            process::register(holder, Name::global(format!("crowd {others} {n}"))).expect("it is free");
        }
        let cost = Cost::begin();
        for _ in 0..3_000 {
            let named = process::options().name("one of a crowd").spawn(process::sleep_forever()).expect("it is free");
            assert_eq!(process::whereis("one of a crowd"), Some(named));
            end(named, ExitReason::Kill).await;
        }
        costs.push(cost.end());
        end(holder, ExitReason::Kill).await;
    }
    assert_constant(costs[0], costs[1]);
}
