//! Extra arguments: what every start can see.

use super::super::fixtures::*;
use super::fixtures::{counts, end_child, start};
use otp::prelude::*;
use otp::supervisor::dynamic::StartChildError;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Shared by all children, never cloned.
struct Pool {
    name: &'static str,
    seen: AtomicUsize,
}

#[gen_server(handle = SessionRef)]
struct Session {
    shown: String,
}

#[gen_server]
impl Session {
    #[init]
    fn init(pool: String, user: &'static str) -> Self {
        Self { shown: format!("{user} of {pool}") }
    }

    #[call]
    fn show(&self) -> String {
        self.shown.clone()
    }
}

async fn sessions() -> (DynamicSupervisorRef<Arc<Pool>>, Arc<Pool>) {
    let pool = Arc::new(Pool { name: "pool", seen: AtomicUsize::new(0) });
    let spec = DynamicSupervisor::builder().max_restarts(10).extra_arguments(pool.clone());
    (spec.start_link().await.unwrap(), pool)
}

fn args(user: &'static str) -> impl Fn(&Arc<Pool>) -> (String, &'static str) + Send + Sync {
    move |pool| {
        pool.seen.fetch_add(1, Ordering::Relaxed);
        (pool.name.to_owned(), user)
    }
}

#[otp::test]
async fn dsup_016_extra_arguments_come_before_a_child_s_own() -> otp::Result {
    let (sessions, pool) = sessions().await;
    let ada = sessions.start_with::<Session>(args("ada")).await?;
    let bob = sessions.start_with::<Session>(args("bob")).await?;
    assert_eq!(ada.show().await?, "ada of pool");
    assert_eq!(bob.show().await?, "bob of pool");
    assert_eq!(pool.seen.load(Ordering::Relaxed), 2);
    // Whoever does not ask for them is started as it is.
    start(&sessions, idle("plain")).await;
    assert_eq!(counts(&sessions).await, (3, 3, 0, 3));
    Ok(())
}

#[otp::test]
async fn dsup_017_a_restart_sees_them_again() -> otp::Result {
    let (sessions, pool) = sessions().await;
    let ada = sessions.start_with::<Session>(args("ada")).await?;
    for round in 2..5 {
        end_child(&sessions, ada.pid().unwrap(), ExitReason::other("bad")).await;
        assert_eq!(ada.show().await?, "ada of pool");
        assert_eq!(pool.seen.load(Ordering::Relaxed), round);
    }
    Ok(())
}

/// DSUP-016: a handle that takes them for something else is told so; what needs none of them it can do.
#[otp::test]
async fn a_handle_of_another_type_is_refused() -> otp::Result {
    let (sessions, _pool) = sessions().await;
    let wrong = DynamicSupervisorRef::<u64>::from_pid(sessions.pid().unwrap()).unwrap();
    let error = wrong.start_with::<Session>(|_| (String::new(), "eve")).await.unwrap_err();
    assert_eq!(error, StartChildError::OtherExtraArguments { expected: "u64" });
    assert!(error.to_string().contains("u64"), "{error}");
    start(&wrong, idle("plain")).await;
    assert_eq!(counts(&sessions).await, (1, 1, 0, 1));
    Ok(())
}

/// DSUP-016: under a supervisor it is started with them again after its own restart.
#[otp::test]
async fn extra_arguments_outlive_a_restart_of_their_supervisor() -> otp::Result {
    let pool = Arc::new(Pool { name: "pool", seen: AtomicUsize::new(0) });
    let spec = DynamicSupervisor::builder().extra_arguments(pool.clone()).child_spec("sessions");
    let app = Supervisor::builder().child(spec).start_link().await?;
    let sessions = app.child::<DynamicSupervisor<Arc<Pool>>>("sessions");
    for _ in 0..2 {
        let ada = sessions.start_with::<Session>(args("ada")).await?;
        assert_eq!(ada.show().await?, "ada of pool");
        crash(&app, "sessions").await;
        assert!(ada.show().await.unwrap_err().is_noproc(), "its children are not restarted");
    }
    Ok(())
}
