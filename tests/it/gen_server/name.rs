//! Names: local, global, and through a registry of one's own.

use super::{Log, Script, bump};
use otp::gen_server::{CallFailure, ServerOptions, StopFailure};
use otp::name::Via;
use otp::prelude::*;
use otp::process;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// A registry whose keys are numbers.
#[derive(Clone, Default)]
pub(super) struct Registry(Arc<Mutex<HashMap<u64, Pid>>>);

/// A name in it.
#[derive(Clone)]
pub(super) struct Key(pub(super) Registry, pub(super) u64);

impl Via for Key {
    fn register(&self, pid: Pid) -> Result<(), Pid> {
        let mut map = self.0.0.lock().expect("nobody panics inside");
        match map.get(&self.1) {
            Some(taken) => Err(*taken),
            None => {
                map.insert(self.1, pid);
                Ok(())
            }
        }
    }

    fn unregister(&self, pid: Pid) {
        let mut map = self.0.0.lock().expect("nobody panics inside");
        if map.get(&self.1) == Some(&pid) {
            map.remove(&self.1);
        }
    }

    fn whereis(&self) -> Option<Pid> {
        self.0.0.lock().expect("nobody panics inside").get(&self.1).copied()
    }

    fn describe(&self) -> String {
        format!("registry:{}", self.1)
    }
}

/// A start of another server under the same name fails, names the first, and runs no `init`.
async fn taken(start: impl IntoFuture<Output = Result<ServerRef<Script>, StartError>>, log: &Log) -> (String, Pid) {
    let error = start.await.expect_err("the name is taken");
    assert_eq!(log.lines(), [] as [&str; 0], "init of the second is never run");
    match error {
        StartError::AlreadyStarted { name, pid } => (name, pid),
        other => panic!("{other:?}"),
    }
}

#[otp::test]
async fn gs_017_a_local_name_reaches_its_server_and_is_taken() -> otp::Result {
    let first = Script::start_link(Log::default()).name("gs 017").await?;
    let named = ServerRef::<Script>::named("gs 017");
    assert_eq!(bump(&named).await?, 1);
    assert_eq!(bump(&first).await?, 2);

    let log = Log::default();
    let second = taken(Script::start_link(log.clone()).name("gs 017".to_owned()), &log).await;
    assert_eq!(Some(second), first.pid().map(|pid| ("gs 017".to_owned(), pid)));
    let unlinked = taken(Script::start(log.clone()).name("gs 017"), &log).await;
    assert_eq!(Some(unlinked.1), first.pid());
    assert_eq!(process::registered().iter().filter(|name| name.as_str() == "gs 017").count(), 1);
    assert_eq!(process::info(process::self_pid()).expect("it lives").links.len(), 1, "nothing else was linked");
    Ok(())
}

#[otp::test]
async fn gs_017_a_name_is_free_for_the_next_as_soon_as_the_first_is_known_to_have_ended() -> otp::Result {
    for _ in 0..100 {
        let (server, _) = Script::start_monitor(Log::default()).name("again and again").await?;
        process::exit(server.pid().expect("a process"), ExitReason::Kill);
        process::receive::<Down>().await;
    }
    assert_eq!(process::whereis("again and again"), None);
    Ok(())
}

#[otp::test]
async fn gs_018_a_name_in_a_registry_reaches_its_server_and_is_taken() -> otp::Result {
    let registry = Registry::default();
    let first = Script::start_link(Log::default()).via(Key(registry.clone(), 18)).await?;
    let via = ServerRef::<Script>::via(Key(registry.clone(), 18));
    assert_eq!(bump(&via).await?, 1);

    let log = Log::default();
    let second = taken(Script::start_link(log.clone()).via(Key(registry.clone(), 18)), &log).await;
    assert_eq!(Some(second), first.pid().map(|pid| ("registry:18".to_owned(), pid)));

    let other = Script::start_link(log).via(Key(registry.clone(), 19)).await?;
    assert_ne!(other.pid(), first.pid());
    via.stop().await?;
    assert_eq!(Key(registry.clone(), 18).whereis(), None, "the name was given back");
    let error = bump(&via).await.expect_err("nobody has the name");
    assert_eq!((error.failure(), error.server()), (&CallFailure::NoProc, "registry:18"));
    assert_eq!(bump(&other).await?, 1);
    Ok(())
}

#[otp::test]
async fn gs_019_a_global_name_is_a_name_of_another_scope() -> otp::Result {
    let global = Script::start_link(Log::default()).name(Name::global("gs 019")).await?;
    let local = Script::start_link(Log::default()).name("gs 019").await?;
    assert_ne!(global.pid(), local.pid());
    assert_eq!(bump(&ServerRef::named(Name::global("gs 019"))).await?, 1);
    assert_eq!(bump(&local).await?, 1);

    let log = Log::default();
    let second = taken(Script::start_link(log.clone()).name(Name::global("gs 019")), &log).await;
    assert_eq!(Some(second), global.pid().map(|pid| ("global:gs 019".to_owned(), pid)));
    global.stop().await?;
    assert_eq!(process::whereis(Name::global("gs 019")), None);
    assert_eq!(process::whereis("gs 019"), local.pid());
    Ok(())
}

#[gen_server(name = "gs 021")]
struct Named;

#[gen_server]
impl Named {
    #[init]
    fn init() -> Self {
        Self
    }

    #[call]
    fn hello(&self) -> &'static str {
        "hello"
    }
}

#[otp::test]
async fn gs_021_without_a_name_a_server_has_none() -> otp::Result {
    let server = Script::start_link(Log::default()).await?;
    assert_eq!(process::info(server.pid().expect("a process")).expect("it lives").name, None);

    let unnamed = Named::start_link(()).options(ServerOptions::new().name("x").unnamed()).await?;
    assert_eq!(process::info(unnamed.pid().expect("a process")).expect("it lives").name, None);
    let named = Named::start_link(()).await?;
    assert_eq!(process::whereis("gs 021"), named.pid());
    assert_eq!(NamedRef::named("gs 021").hello().await?, "hello");
    Ok(())
}

#[otp::test]
async fn gs_022_a_handle_says_whom_it_reaches() -> otp::Result {
    let registry = Registry::default();
    let local = Script::start_link(Log::default()).name("gs 022").await?;
    let via = Script::start_link(Log::default()).via(Key(registry.clone(), 22)).await?;
    let pid = local.pid().expect("a process");
    assert_eq!(ServerRef::<Script>::named("gs 022").pid(), Some(pid));
    assert_eq!(process::whereis("gs 022"), Some(pid));
    assert_eq!(ServerRef::<Script>::from_pid(pid).and_then(|server| server.pid()), Some(pid));
    assert_eq!(ServerRef::<Script>::via(Key(registry.clone(), 22)).pid(), via.pid());
    assert_eq!(ServerRef::<Script>::named("gs 022, unknown").pid(), None);
    assert_eq!(ServerRef::<Script>::named(Name::global("gs 022")).pid(), None);
    assert_eq!(ServerRef::<Script>::via(Key(registry, 23)).pid(), None);

    local.stop().await?;
    assert_eq!(local.pid(), Some(pid), "a handle of a process keeps its pid");
    assert!(!local.is_alive());
    assert!(ServerRef::<Script>::from_pid(pid).is_none());
    Ok(())
}

#[otp::test]
async fn a_name_follows_whoever_has_it() -> otp::Result {
    let named = ServerRef::<Script>::named("follow me");
    for _ in 0..3 {
        let server = Script::start(Log::default()).name("follow me").await?;
        assert_eq!(bump(&named).await?, 1);
        server.stop().await?;
        assert!(bump(&named).await.is_err_and(|error| error.is_noproc()));
    }
    Ok(())
}

#[otp::test]
async fn a_name_that_a_server_of_another_type_has_is_refused() -> otp::Result {
    let named = Named::start_link(()).name("not a script").await?;
    let wrong = ServerRef::<Script>::named("not a script");
    assert_eq!(bump(&wrong).await.expect_err("it is a Named").failure(), &CallFailure::OtherServer);
    assert_eq!(wrong.stop().await.expect_err("it is a Named").failure, StopFailure::OtherServer);
    let request = super::Act::Tell(Box::new(|_| Next::noreply()));
    let back = wrong.try_cast(request).expect_err("it is a Named");
    assert!(matches!(back, otp::gen_server::CastError::OtherServer(_)));
    super::tell(&wrong, |_| Next::stop(ExitReason::Normal));
    assert!(ServerRef::<Script>::from_pid(named.pid().expect("a process")).is_none());
    assert_eq!(named.hello().await?, "hello", "it never noticed");
    Ok(())
}

#[otp::test]
async fn handles_print_what_they_reach() -> otp::Result {
    let server = Script::start_link(Log::default()).name("printed").await?;
    let pid = server.pid().expect("a process");
    assert_eq!(server.to_string(), format!("printed {pid}"));
    assert_eq!(format!("{:?}", ServerRef::<Script>::named(Name::global("g"))), "Script(global:g)");
    assert_eq!(ServerRef::<Script>::via(Key(Registry::default(), 5)).to_string(), "registry:5");
    Ok(())
}
