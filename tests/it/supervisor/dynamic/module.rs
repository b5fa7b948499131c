//! `#[dynamic_supervisor]`.

use super::super::fixtures::*;
use super::fixtures::{counts, end_child, start};
use otp::child::{Child, ChildKind, ChildOptions};
use otp::prelude::*;
use otp::process;
use otp::supervisor::dynamic::{self, StartChildError};
use std::sync::Arc;

#[dynamic_supervisor]
struct Plain;

#[dynamic_supervisor(
    max_children = 2,
    max_restarts = 1,
    max_seconds = 60,
    name = "dsup_004",
    id = "told",
    restart = transient,
    shutdown = 1_000,
    handle = Told
)]
struct WithOptions;

#[otp::test]
async fn dsup_004_a_type_has_a_specification_of_its_own() -> otp::Result {
    assert_eq!(<Plain as Child>::child_options(), ChildOptions::supervisor("Plain").kind(ChildKind::Supervisor));
    let spec = WithOptions::child_spec(|| ());
    assert_eq!((spec.get_id(), spec.get_restart()), ("told", Restart::Transient));
    assert_eq!((spec.get_shutdown(), spec.get_kind()), (seconds(1).into(), ChildKind::Supervisor));

    let app = Supervisor::builder().child(spec).child(Plain::child_spec(|| ())).start_link().await?;
    let (told, plain): (Told, PlainRef) = (app.child::<WithOptions>("told"), app.child::<Plain>("Plain"));
    assert_eq!(told.pid(), Told::named("dsup_004").pid());
    for _ in 0..2 {
        start(&told, idle("a")).await;
        start(&plain, idle("a")).await;
    }
    let full = told.start_child(idle("a")).await.unwrap_err();
    assert_eq!(full, StartChildError::MaxChildren { max: 2 });
    start(&plain, idle("a")).await;
    assert_eq!(process::info(told.pid().unwrap()).unwrap().initial_call, std::any::type_name::<WithOptions>());
    Ok(())
}

/// DSUP-005, DSUP-008: what it says of itself is what it does.
#[otp::test(start_paused = true)]
async fn the_options_of_the_struct_are_used() -> otp::Result {
    let supervisor = Plain::start().name("dynamic module").await?;
    assert_eq!(PlainRef::named("dynamic module").pid(), supervisor.pid());
    assert_eq!(PlainRef::from_pid(supervisor.pid().unwrap()).unwrap().pid(), supervisor.pid());
    let monitor = process::monitor(&supervisor);
    start(&supervisor, idle("a")).await;
    for _ in 0..3 {
        let pid = super::fixtures::only(&supervisor).await;
        end_child(&supervisor, pid, ExitReason::Kill).await;
    }
    end(super::fixtures::only(&supervisor).await, ExitReason::Kill).await;
    assert_eq!(down(monitor).await, ExitReason::Shutdown);
    Ok(())
}

/// What all sessions share.
struct Pool(&'static str);

#[dynamic_supervisor(extra_arguments(pool: Arc<Pool>, limit: usize))]
struct Sessions;

#[gen_server(restart = transient)]
struct Session {
    shown: String,
}

#[gen_server]
impl Session {
    #[init]
    fn init(pool: Arc<Pool>, limit: usize, user: String) -> Self {
        Self { shown: format!("{user} of {limit} in {}", pool.0) }
    }

    #[call]
    fn show(&self) -> String {
        self.shown.clone()
    }
}

impl Sessions {
    /// As one writes it in Elixir: an interface of the module's own.
    async fn start_session(sessions: &SessionsRef, user: &str) -> Result<SessionRef, StartChildError> {
        let user = user.to_owned();
        sessions.start_with::<Session>(move |(pool, limit)| (pool.clone(), *limit, user.clone())).await
    }
}

/// DSUP-016, DSUP-017: several of them are a tuple, and what the start takes.
#[otp::test]
async fn extra_arguments_are_what_the_start_takes() -> otp::Result {
    let sessions = Sessions::start_link(Arc::new(Pool("pool")), 7).await?;
    let ada = Sessions::start_session(&sessions, "ada").await?;
    assert_eq!(ada.show().await?, "ada of 7 in pool");
    end_child(&sessions, ada.pid().unwrap(), ExitReason::Kill).await;
    assert_eq!(ada.show().await?, "ada of 7 in pool");
    assert_eq!(counts(&sessions).await, (1, 1, 0, 1));
    Ok(())
}

/// What [`Answers`] is to answer.
#[derive(Clone, Copy)]
enum Answer {
    Start(usize),
    BadPeriod,
    Ignore,
    Stop,
    Error,
    Panic,
}

#[dynamic_supervisor(init, extra_arguments(text: &'static str))]
struct Answers;

#[dynamic_supervisor]
impl Answers {
    #[init]
    async fn init(answer: Answer) -> Result<otp::supervisor::Init<DynamicSupervisorSpec<&'static str>>, String> {
        let spec = DynamicSupervisor::builder().extra_arguments("text");
        Ok(match answer {
            Answer::Start(max) => spec.max_children(max).into(),
            Answer::BadPeriod => spec.max_seconds(0).into(),
            Answer::Ignore => otp::supervisor::Init::Ignore,
            Answer::Stop => otp::supervisor::Init::Stop(ExitReason::other("stop")),
            Answer::Error => return Err("error".into()),
            Answer::Panic => panic!("panic"),
        })
    }
}

/// A server that is started with one text.
#[gen_server(handle = TextRef)]
struct Text(&'static str);

#[gen_server]
impl Text {
    #[init]
    fn init(text: &'static str) -> Self {
        Self(text)
    }

    #[call]
    fn get(&self) -> &'static str {
        self.0
    }
}

#[otp::test]
async fn dsup_007_init_may_start_ignore_stop_or_fail() -> otp::Result {
    let started = Answers::start_link(Answer::Start(1)).await?;
    assert_eq!(started.start_with::<Text>(|text| text).await?.get().await?, "text");
    assert!(started.start_child(idle("a")).await.is_err());

    let failed = async |answer| Answers::start_link(answer).name("dsup_007").await.unwrap_err();
    assert_eq!(failed(Answer::Ignore).await, StartError::Ignored);
    assert_eq!(failed(Answer::Stop).await, StartError::Failed(ExitReason::other("stop")));
    assert!(matches!(failed(Answer::BadPeriod).await, StartError::BadOption { option: "max_seconds", .. }));
    assert_eq!(failed(Answer::Error).await.to_string(), "init failed: error");
    assert!(failed(Answer::Panic).await.to_string().contains("panic"));
    assert_eq!(otp::name::whereis("dsup_007"), None);
    Ok(())
}

/// DSUP-007: as a child its init runs again at each restart.
#[otp::test]
async fn init_runs_at_each_restart() -> otp::Result {
    let starts = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let count = starts.clone();
    let spec = Answers::child_spec(move || {
        count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Answer::Start(1)
    });
    let app = Supervisor::builder().child(spec).start_link().await?;
    let answers: AnswersRef = app.child::<Answers>("Answers");
    for round in 1..=3 {
        start(&answers, idle("a")).await;
        assert_eq!(starts.load(std::sync::atomic::Ordering::Relaxed), round);
        crash(&app, "Answers").await;
        assert_eq!(counts(&answers).await, (0, 0, 0, 0));
    }
    Ok(())
}

/// By hand, without the macro.
struct ByHand;

impl DynamicSupervise for ByHand {
    type Args = usize;
    type Extra = ();
    type Ref = DynamicSupervisorRef;

    async fn init(max: usize) -> otp::supervisor::Init<DynamicSupervisorSpec> {
        DynamicSupervisor::builder().max_children(max).into()
    }
}

#[otp::test]
async fn the_trait_can_be_implemented_by_hand() -> otp::Result {
    let supervisor = dynamic::start_module::<ByHand>(0).await?;
    assert!(supervisor.start_child(idle("a")).await.is_err());
    supervisor.stop().await?;
    Ok(())
}

/// Generic: one type of supervisor for each parameter.
#[dynamic_supervisor(extra_arguments(value: Arc<T>))]
struct Generic<T: Send + Sync + 'static>;

#[otp::test]
async fn a_dynamic_supervisor_may_be_generic() -> otp::Result {
    let supervisor: GenericRef<&'static str> = Generic::start_link(Arc::new("generic")).await?;
    assert_eq!(supervisor.start_with::<Text>(|value| **value).await?.get().await?, "generic");
    Ok(())
}

/// In a field and in a tree, like any child.
#[supervisor]
struct App {
    #[child(args = (Arc::new(Pool("app")), 1))]
    sessions: Sessions,
}

#[otp::test]
async fn it_is_a_child_like_any_other() -> otp::Result {
    let app = App::start_link().await?;
    let ada = Sessions::start_session(&app.sessions(), "ada").await?;
    assert_eq!(ada.show().await?, "ada of 1 in app");

    let tree = supervision_tree! {
        Plain { id: "plain" },
        dynamic_supervisor "rooms" { max_children: 1, name: "dynamic module tree", restart: temporary },
        dynamic_supervisor "more",
    };
    let app = Supervisor::start_link(tree).await?;
    start(&app.child::<Plain>("plain"), idle("a")).await;
    let rooms = app.child::<DynamicSupervisor>("rooms");
    start(&rooms, idle("a")).await;
    assert!(rooms.start_child(idle("a")).await.is_err());
    assert_eq!(rooms.pid(), otp::name::whereis("dynamic module tree"));
    assert_eq!(app.get_child_spec("rooms").await?.get_restart(), Restart::Temporary);
    start(&app.child::<DynamicSupervisor>("more"), idle("a")).await;
    Ok(())
}
