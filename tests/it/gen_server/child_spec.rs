//! How a server declares itself as a child.

use super::{Log, MS, Script};
use otp::child::{Child, ChildKind, ChildSpec};
use otp::prelude::*;
use otp::process;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

#[gen_server]
struct Plain {
    n: u64,
}

#[gen_server]
impl Plain {
    #[init]
    fn init(n: u64) -> Self {
        Self { n }
    }

    #[call]
    fn n(&self) -> u64 {
        self.n
    }
}

#[test]
fn gs_119_a_child_spec_without_options_has_the_defaults() {
    for spec in [Plain::child_spec(|| 1), ChildSpec::of::<Plain>(|| 1)] {
        assert_eq!((spec.get_id(), spec.get_restart()), ("Plain", Restart::Permanent));
        assert_eq!(spec.get_shutdown(), Shutdown::Timeout(Duration::from_millis(5000)));
        assert_eq!((spec.get_kind(), spec.is_significant()), (ChildKind::Worker, false));
    }
}

#[otp::test]
async fn gs_119_the_start_of_a_child_spec_passes_the_argument() -> otp::Result {
    static STARTS: AtomicU64 = AtomicU64::new(70);
    let spec = Plain::child_spec(|| STARTS.fetch_add(1, Ordering::Relaxed));
    let supervisor = Supervisor::builder().child(spec).start_link().await?;
    let pid = supervisor.which_children().await?[0].status.pid().expect("it runs");
    let plain = PlainRef::from_pid(pid).expect("it is a Plain");
    assert_eq!(plain.n().await?, 70);
    assert_eq!(process::info(pid).expect("it lives").links, [supervisor.pid().expect("a process")]);

    // The argument is made anew at each start.
    process::exit(pid, ExitReason::Kill);
    let again = loop {
        match supervisor.which_children().await?[0].status.pid() {
            Some(again) if again != pid => break again,
            _ => tokio::task::yield_now().await,
        }
    };
    assert_eq!(PlainRef::from_pid(again).expect("it is a Plain").n().await?, 71);
    supervisor.stop().await?;
    Ok(())
}

#[gen_server(id = "special", restart = transient, shutdown = 1_500, significant = true)]
struct Special;

#[gen_server]
impl Special {
    #[init]
    fn init() -> Self {
        Self
    }
}

#[gen_server(restart = temporary, shutdown = brutal_kill)]
struct Brutal;

#[gen_server]
impl Brutal {
    #[init]
    fn init() -> Self {
        Self
    }
}

const PATIENCE: Duration = Duration::from_secs(60);

#[gen_server(shutdown = infinity)]
struct Endless;

#[gen_server]
impl Endless {
    #[init]
    fn init() -> Self {
        Self
    }
}

#[gen_server(shutdown = PATIENCE)]
struct Patient;

#[gen_server]
impl Patient {
    #[init]
    fn init() -> Self {
        Self
    }
}

#[test]
fn gs_120_a_child_spec_carries_what_the_declaration_says() {
    let spec = Special::child_spec(|| ());
    assert_eq!((spec.get_id(), spec.get_restart()), ("special", Restart::Transient));
    assert_eq!(spec.get_shutdown(), Shutdown::Timeout(1500 * MS));
    assert!(spec.is_significant());
    let spec = Brutal::child_spec(|| ());
    assert_eq!((spec.get_id(), spec.get_restart()), ("Brutal", Restart::Temporary));
    assert_eq!(spec.get_shutdown(), Shutdown::BrutalKill);
    assert_eq!(Endless::child_spec(|| ()).get_shutdown(), Shutdown::Infinity);
    assert_eq!(Patient::child_spec(|| ()).get_shutdown(), Shutdown::Timeout(PATIENCE));
}

#[test]
fn gs_120_what_is_said_of_one_child_wins_over_the_declaration() {
    let spec = Special::child_spec(|| ()).id("other").restart(Restart::Permanent).shutdown(MS).significant(false);
    assert_eq!((spec.get_id(), spec.get_restart()), ("other", Restart::Permanent));
    assert_eq!((spec.get_shutdown(), spec.is_significant()), (Shutdown::Timeout(MS), false));
}

/// A server by hand.
#[derive(ChildSpec)]
struct ByHand(u64);

impl GenServer for ByHand {
    type Args = u64;
    type Request = ReplyTo<u64>;
    type Continue = NoContinue;
    type Ref = ServerRef<Self>;

    async fn init(n: u64) -> Init<Self> {
        Init::ok(Self(n))
    }

    async fn handle(&mut self, from: ReplyTo<u64>) -> Next {
        from.reply(self.0);
        Next::noreply()
    }
}

/// Something else that can be started.
#[derive(ChildSpec)]
#[child_spec(args = Log, id = "by function", restart = transient, shutdown = brutal_kill)]
struct ByFunction;

impl ByFunction {
    async fn start_link(log: Log) -> Result<ServerRef<Script>, StartError> {
        Script::start_link(log).await
    }
}

#[otp::test]
async fn gs_119_a_server_by_hand_derives_its_child_spec() -> otp::Result {
    let spec = ChildSpec::of::<ByHand>(|| 9);
    assert_eq!((spec.get_id(), spec.get_restart()), ("ByHand", Restart::Permanent));
    assert_eq!((spec.get_shutdown(), spec.get_kind()), (Shutdown::Timeout(5000 * MS), ChildKind::Worker));
    assert_eq!(ByHand::child_options(), <Plain as Child>::child_options().id("ByHand"));

    let supervisor = Supervisor::builder().child(spec).start_link().await?;
    let pid = supervisor.which_children().await?[0].status.pid().expect("it runs");
    let server = ServerRef::<ByHand>::from_pid(pid).expect("it is one");
    assert_eq!(server.call(|from| from).await?, 9);
    supervisor.stop().await?;
    Ok(())
}

#[otp::test]
async fn gs_120_a_type_with_a_start_link_derives_its_child_spec() -> otp::Result {
    let log = Log::default();
    let logs = log.clone();
    let spec = ChildSpec::of::<ByFunction>(move || logs.clone());
    assert_eq!((spec.get_id(), spec.get_restart()), ("by function", Restart::Transient));
    assert_eq!(spec.get_shutdown(), Shutdown::BrutalKill);
    let supervisor = Supervisor::builder().child(spec).start_link().await?;
    assert_eq!(log.lines(), ["init"]);
    supervisor.stop().await?;
    assert_eq!(log.lines(), ["init", "dropped at home"]);
    Ok(())
}
