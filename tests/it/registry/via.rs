//! Keys as names of servers.

use super::{end, fresh, other, unique, uniques};
use otp::gen_server::CallFailure;
use otp::prelude::*;
use otp::process;
use otp::registry::SendError;
use std::time::Duration;

#[gen_server]
struct Counter {
    value: u64,
    notes: Vec<String>,
}

#[gen_server]
impl Counter {
    #[init]
    fn init(value: u64) -> Self {
        Self { value, notes: Vec::new() }
    }

    #[call]
    fn add(&mut self, n: u64) -> u64 {
        self.value += n;
        self.value
    }

    #[call]
    fn fail(&self) {
        panic!("as it should");
    }

    #[call]
    fn notes(&self) -> Vec<String> {
        self.notes.clone()
    }

    #[cast]
    fn set(&mut self, value: u64) {
        self.value = value;
    }

    #[info]
    fn note(&mut self, note: String) {
        self.notes.push(note);
    }
}

#[otp::test]
async fn reg_040_a_server_is_started_and_reached_by_a_key() -> otp::Result {
    for rooms in uniques::<String, ()>().await {
        let server = Counter::start_link(1).via(rooms.via("lobby")).await?;
        let lobby = CounterRef::via(rooms.via("lobby"));
        assert_eq!(lobby.pid(), server.pid());
        assert_eq!(lobby.add(2).await?, 3);
        lobby.set(10);
        assert_eq!(server.add(1).await?, 11);
        assert_eq!(rooms.lookup("lobby")?, server.pid().map(|pid| (pid, ())));
        assert_eq!(rooms.keys(server.pid().expect("a process"))?, ["lobby"]);
        rooms.send("lobby", String::from("by key"))?;
        assert_eq!(lobby.notes().await?, ["by key"]);

        let taken = Counter::start_link(1).via(rooms.via("lobby")).await.expect_err("it is taken");
        let name = format!("{}[\"lobby\"]", rooms.name());
        assert_eq!(taken, StartError::AlreadyStarted { name: name.clone(), pid: server.pid().expect("a process") });
        assert_eq!(lobby.to_string(), name);
        lobby.stop().await?;
        assert_eq!((rooms.lookup("lobby")?, rooms.count()?), (None, 0));
    }
    Ok(())
}

#[otp::test]
async fn reg_041_a_name_may_carry_the_value_of_the_registration() -> otp::Result {
    for rooms in uniques::<String, &str>().await {
        let server = Counter::start_link(1).via(rooms.via_with("lobby", "hello")).await?;
        let pid = server.pid().expect("a process");
        assert_eq!(rooms.lookup("lobby")?, Some((pid, "hello")));
        assert_eq!(CounterRef::via(rooms.via("lobby")).add(1).await?, 2);
        assert_eq!(CounterRef::via(rooms.via_with("lobby", "whatever")).pid(), Some(pid));
        assert_eq!(rooms.lookup("lobby")?, Some((pid, "hello")), "asking changes nothing");
        let without = Counter::start_link(1).via(rooms.via("attic")).await?;
        assert_eq!(rooms.lookup("attic")?, Some((without.pid().expect("a process"), "")), "the default value");
    }
    Ok(())
}

#[otp::test]
async fn reg_044_a_key_that_nobody_has_is_an_error_for_a_send_and_noproc_for_a_call() -> otp::Result {
    let rooms = unique::<String, ()>().await;
    let back = rooms.send("lobby", 7_u8).expect_err("nobody is there");
    assert_eq!(back, SendError::NotRegistered { registry: rooms.name(), message: 7 });
    assert_eq!(back.into_inner(), 7);
    let lobby = CounterRef::via(rooms.via("lobby"));
    lobby.set(1);
    assert_eq!((lobby.pid(), lobby.is_alive()), (None, false));
    let error = lobby.add(1).await.expect_err("nobody is there");
    assert_eq!(error.failure(), &CallFailure::NoProc);
    assert_eq!(error.server(), format!("{}[\"lobby\"]", rooms.name()));
    assert!(lobby.stop().await.is_err());

    rooms.stop().await?;
    assert!(matches!(rooms.send("lobby", 7_u8), Err(SendError::Unknown { message: 7, .. })));
    lobby.set(1);
    assert!(lobby.add(1).await.is_err_and(|error| error.is_noproc()));
    Ok(())
}

#[otp::test]
async fn a_registry_that_does_not_run_starts_nothing() {
    let rooms = Registry::<String>::named(fresh());
    let me = process::self_pid();
    let error = Counter::start_link(1).via(rooms.via("lobby")).await.expect_err("it does not run");
    assert!(matches!(error, StartError::BadOption { option: "via", .. }), "{error:?}");
    assert!(error.to_string().contains(&format!("{}[\"lobby\"]", rooms.name())), "{error}");
    let error = process::options().via(rooms.via("lobby")).spawn(async {}).expect_err("it does not run");
    assert_eq!(error.by, Pid::NOBODY);
    assert!(error.to_string().contains("its registry does not run"), "{error}");
    let is_mine = |pid: &Pid| process::info(*pid).is_some_and(|info| info.ancestors.contains(&me));
    assert_eq!(process::list().into_iter().find(is_mine), None);
    let started = process::spawn(std::future::pending::<()>());
    assert_eq!(process::list().into_iter().find(is_mine), Some(started));
    process::exit(started, ExitReason::Killed);
}

#[otp::test]
async fn calls_through_a_name_reach_the_present_incarnation() -> otp::Result {
    let name = fresh();
    let rooms = Registry::<String, u32>::named(name.clone());
    let given = rooms.clone();
    let tree = supervision_tree! {
        strategy: rest_for_one, max_restarts: 10;
        Registry::<String, u32>::unique(name),
        supervisor "inner" {
            strategy: one_for_one;
            (otp::child::ChildSpec::new("counter", move |_| {
                let start = Counter::start_link(1).via(given.via_with("lobby", 7));
                async move { Ok(otp::child::Started::new(start.await?.pid().expect("a process"))) }
            })),
        },
    };
    let supervisor = Supervisor::start_link(tree).await?;
    let lobby = CounterRef::via(rooms.via("lobby"));
    let back = async |before: Option<Pid>| {
        while lobby.pid() == before || !lobby.is_alive() {
            process::sleep(Duration::from_millis(1)).await;
        }
    };
    for round in 0..3 {
        let before = lobby.pid();
        assert_eq!(lobby.add(1).await?, 2);
        match round {
            0 => drop(lobby.fail().await),
            1 => process::exit(before.expect("it runs"), ExitReason::Kill),
            _ => process::exit(rooms.pid().expect("it runs"), ExitReason::Kill),
        }
        back(before).await;
        assert_eq!(rooms.lookup("lobby")?, lobby.pid().map(|pid| (pid, 7)));
    }
    supervisor.stop().await?;
    Ok(())
}

#[otp::test]
async fn plain_processes_and_supervisors_take_such_names_too() -> otp::Result {
    let rooms = unique::<u32, ()>().await;
    let pid = process::options().via(rooms.via(1)).spawn(process::sleep_forever())?;
    assert_eq!(rooms.whereis(&1)?, Some(pid));
    let supervisor = Supervisor::start_link(Supervisor::builder()).via(rooms.via(2)).await?;
    assert_eq!(rooms.whereis(&2)?, supervisor.pid());
    let (server, _) = Counter::start_monitor(1).via(rooms.via(3)).await?;
    assert_eq!(rooms.whereis(&3)?, server.pid());
    end(pid, ExitReason::Kill).await;
    assert_eq!((rooms.whereis(&1)?, rooms.count()?), (None, 2));
    supervisor.stop().await?;
    assert_eq!(rooms.count()?, 1);
    Ok(())
}

#[otp::test]
async fn a_named_process_may_give_its_key_back_and_take_others() -> otp::Result {
    let rooms = unique::<u32, ()>().await;
    let pid = process::options().via(rooms.via(1)).spawn(async {
        loop {
            let super::Act(act) = process::receive().await;
            act();
        }
    })?;
    let clone = rooms.clone();
    super::at(pid, move || {
        clone.unregister(&1).expect("it runs");
        clone.register(2, ()).expect("it is free");
    })
    .await;
    let next = other();
    super::register_at(&rooms, next, 1, ()).await;
    end(pid, ExitReason::Kill).await;
    assert_eq!((rooms.whereis(&1)?, rooms.whereis(&2)?), (Some(next), None), "it frees only what it has");
    Ok(())
}
