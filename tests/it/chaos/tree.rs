//! A large tree of supervisors, ordinary and dynamic ones, with servers.

use super::{PATIENCE, Random, Seed, TIME, Tick, below, down, patiently, reason, seed, tasks, until};
use otp::child::{ChildKind, IntoStarted};
use otp::prelude::*;
use otp::process;
use otp::supervisor::{ChildCounts, ChildStatus};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

const NAME: &str = "chaos";
const GROUPS: usize = 6;
const DEPTH: u32 = 2;
const MEMBERS: usize = 6;
const SUBGROUPS: usize = 2;
/// The most members of a crowd.
const CROWD: usize = 12;

/// A server with everything that can be left behind: a name, a timer that never fires, a linked process, monitors, callers
/// that wait.
#[gen_server]
struct Member {
    waiting: Vec<ReplyTo<Pid>>,
    slow: bool,
}

#[gen_server]
impl Member {
    #[init]
    fn init(slow: bool) -> Self {
        process::trap_exit(slow);
        process::send_after(process::self_pid(), Tick, Duration::from_secs(3600));
        // It traps exits so as to end with the member whatever the reason.
        let satellite = async {
            process::receive::<Exit>().await;
        };
        process::options().link().trap_exit(true).spawn(satellite).expect("it has no name");
        Self { waiting: Vec::new(), slow }
    }

    #[call]
    fn who(&self) -> Pid {
        process::self_pid()
    }

    #[call]
    async fn slowly(&mut self) -> Pid {
        process::sleep(Duration::from_millis(2)).await;
        process::self_pid()
    }

    #[call]
    fn later(&mut self, from: ReplyTo<Pid>) -> Reply<Pid> {
        self.waiting.push(from);
        process::send_after(process::self_pid(), Tick, Duration::from_millis(1));
        Reply::later()
    }

    #[call]
    fn never(&mut self, from: ReplyTo<Pid>) -> Reply<Pid> {
        drop(from);
        Reply::later()
    }

    #[call]
    fn dies(&mut self) -> Pid {
        // A panic without the noise of the hook.
        std::panic::resume_unwind(Box::new("as asked"))
    }

    #[cast]
    fn watch(&mut self, other: Pid) {
        process::monitor(other);
    }

    #[cast]
    fn leave(&mut self, reason: ExitReason) -> Next {
        Next::stop(reason)
    }

    #[info]
    fn tick(&mut self, _: Tick) {
        for from in self.waiting.drain(..) {
            from.reply(process::self_pid());
        }
    }

    #[info]
    fn down(&mut self, _: Down) {}

    #[info]
    fn exit(&mut self, exit: Exit) -> Next {
        // The satellite, or a signal of the attackers.
        Next::stop(exit.reason)
    }

    #[terminate]
    async fn terminate(&mut self) {
        if self.slow {
            process::sleep(Duration::from_millis(1)).await;
        }
    }
}

fn member(place: &str, n: usize) -> ChildSpec {
    named_member(format!("{place}/m{n}"), n % 2 == 1).id(format!("m{n}")).restart(match n {
        4 => Restart::Transient,
        5 => Restart::Temporary,
        _ => Restart::Permanent,
    })
}

fn named_member(name: String, slow: bool) -> ChildSpec {
    ChildSpec::new("member", move |_slot| {
        let name = name.clone();
        async move { Member::start_link(slow).name(name).await.into_started() }
    })
}

/// Members, a crowd that attackers fill, and groups below.
#[supervisor(init)]
struct Group;

#[supervisor]
impl Group {
    #[init]
    fn init(place: String, depth: u32) -> SupervisorSpec {
        let strategies = [Strategy::OneForOne, Strategy::RestForOne, Strategy::OneForAll];
        let strategy = strategies[(place.len() + place.bytes().map(usize::from).sum::<usize>()) % strategies.len()];
        let below = if depth == 0 { 0 } else { SUBGROUPS };
        let groups = (0..below).map(|n| {
            let place = format!("{place}/s{n}");
            Group::child_spec(move || (place.clone(), depth - 1)).id(format!("s{n}"))
        });
        Supervisor::builder()
            .strategy(strategy)
            .max_restarts(20)
            .max_seconds(1)
            .children((0..MEMBERS).map(|n| member(&place, n)))
            .child(DynamicSupervisor::builder().max_children(CROWD).max_restarts(20).max_seconds(1).child_spec("crowd"))
            .children(groups)
    }
}

/// Where everything is: places, not processes.
#[derive(Clone)]
struct Map {
    groups: Vec<(String, GroupRef)>,
    members: Vec<MemberRef>,
    crowds: Vec<DynamicSupervisorRef>,
}

impl Map {
    fn of(root: &SupervisorRef) -> Self {
        let mut map = Self { groups: Vec::new(), members: Vec::new(), crowds: Vec::new() };
        for n in 0..GROUPS {
            map.enter(format!("{NAME}/g{n}"), root.child::<Group>(&format!("g{n}")), DEPTH);
        }
        map
    }

    fn enter(&mut self, place: String, group: GroupRef, depth: u32) {
        for n in 0..MEMBERS {
            // Both ways to reach one.
            self.members.push(group.child::<Member>(&format!("m{n}")));
            self.members.push(MemberRef::named(format!("{place}/m{n}")));
        }
        self.crowds.push(group.child::<DynamicSupervisor>("crowd"));
        if depth > 0 {
            for n in 0..SUBGROUPS {
                self.enter(format!("{place}/s{n}"), group.child::<Group>(&format!("s{n}")), depth - 1);
            }
        }
        self.groups.push((place, group));
    }
}

/// How calls went.
#[derive(Default)]
struct Tally {
    answered: AtomicUsize,
    refused: AtomicUsize,
}

/// Calls until it is over, without any time limit. Each call comes back, or this never ends.
async fn caller(map: Map, mut random: Random, over: Arc<AtomicBool>, tally: Arc<Tally>) {
    while !over.load(Ordering::Relaxed) {
        let member = random.one_of(&map.members);
        let result = match random.below(40) {
            0..20 => member.who().infinity().await,
            20..28 => member.slowly().infinity().await,
            28..38 => member.later().infinity().await,
            38 => member.never().infinity().await,
            _ => member.dies().infinity().await,
        };
        match result {
            Ok(_) => tally.answered.fetch_add(1, Ordering::Relaxed),
            Err(error) => {
                assert!(!error.is_timeout(), "{error}");
                tally.refused.fetch_add(1, Ordering::Relaxed)
            }
        };
    }
}

/// Ends, stops, terminates, restarts, adds and removes until it is over. Then waits for the `Down` of everything that it
/// monitored: exactly one each.
async fn attacker(map: Map, mut random: Random, over: Arc<AtomicBool>, ended: Arc<AtomicBool>) {
    let mut monitors = HashSet::new();
    let mut added = 0;
    while !over.load(Ordering::Relaxed) {
        let member = random.one_of(&map.members).clone();
        let (_, group) = random.one_of(&map.groups).clone();
        let id = format!("m{}", random.below(MEMBERS));
        if random.below(4) == 0 {
            monitors.insert(member.monitor());
        }
        match random.below(125) {
            0..40 => process::exit(&*member, reason(&mut random)),
            40..50 => member.leave(reason(&mut random)),
            50..55 => {
                let _ = member.stop().reason(reason(&mut random)).await;
            }
            55..62 => {
                if let Some(other) = random.one_of(&map.members).pid() {
                    member.watch(other);
                }
            }
            62..65 => process::exit(&**group, ExitReason::Kill),
            65..67 => {
                let _ = group.stop().reason(reason(&mut random)).await;
            }
            67..80 => {
                let _ = group.terminate_child(id.clone()).await;
                let _ = group.restart_child(id).await;
            }
            80..88 => {
                added += 1;
                let late = process::options();
                let name = format!("{NAME}/late {} {added}", process::self_pid());
                let spec = ChildSpec::new(name.clone(), move |_slot| {
                    let late = late.clone().link().name(name.clone());
                    async move { late.spawn(process::sleep_forever()).map_err(StartError::from).into_started() }
                });
                let _ = group.start_child(spec.restart(Restart::Temporary)).await;
            }
            88..95 => {
                let _ = group.terminate_child(id.clone()).await;
                let _ = group.delete_child(id).await;
            }
            100..125 => {
                added += 1;
                disturb(random.one_of(&map.crowds).clone(), &mut random, added).await;
            }
            _ => {
                if let Some(monitor) = monitors.iter().next().copied() {
                    process::demonitor_flush(monitor);
                    monitors.remove(&monitor);
                }
            }
        }
        process::sleep(Duration::from_micros(random.next() % 2_000)).await;
    }

    while !ended.load(Ordering::Relaxed) {
        process::sleep(Duration::from_millis(1)).await;
    }
    while !monitors.is_empty() {
        let down = process::receive::<Down>().await;
        assert!(monitors.remove(&down.reference), "it was not expected: {down:?}");
    }
    assert!(process::receive_timeout::<Down>(Duration::ZERO).await.is_none(), "each monitor fires once");
    assert_eq!(process::info(process::self_pid()).expect("it runs").monitors, []);
}

/// Does something to a dynamic supervisor or its children.
async fn disturb(crowd: DynamicSupervisorRef, random: &mut Random, added: usize) {
    if random.below(20) == 0 {
        return process::exit(&crowd, reason(random));
    }
    let name = format!("{NAME}/crowd {} {added}", process::self_pid());
    let restart = *random.one_of(&[Restart::Permanent, Restart::Transient, Restart::Temporary]);
    let shutdown = *random.one_of(&[Shutdown::BrutalKill, Shutdown::Infinity, Duration::from_millis(1).into()]);
    let spec = named_member(name, random.below(2) == 0).restart(restart).shutdown(shutdown);
    let _ = crowd.start_child(spec).await;
    let Ok(children) = crowd.which_children().await else { return };
    assert!(children.len() <= CROWD, "{}", children.len());
    let running: Vec<Pid> = children.iter().filter_map(|child| child.status.pid()).collect();
    let Some(member) = (!running.is_empty()).then(|| *random.one_of(&running)) else { return };
    match random.below(4) {
        0 => process::exit(member, reason(random)),
        1 => {
            if let Some(member) = MemberRef::from_pid(member) {
                assert!(member.dies().infinity().await.is_err());
            }
        }
        _ => {
            let _ = crowd.terminate_child(member).await;
        }
    }
}

fn names() -> BTreeSet<String> {
    let all = process::registered().into_iter().map(|name| name.to_string());
    all.filter(|name| name.starts_with(&format!("{NAME}/"))).collect()
}

/// A supervisor of either kind.
enum Either {
    Ordinary(SupervisorRef),
    Dynamic(DynamicSupervisorRef),
}

/// A child of either.
#[derive(Debug)]
struct Found {
    status: ChildStatus,
    kind: ChildKind,
}

impl Either {
    fn from_pid(pid: Pid) -> Option<Self> {
        let ordinary = SupervisorRef::from_pid(pid).map(Self::Ordinary);
        ordinary.or_else(|| DynamicSupervisorRef::from_pid(pid).map(Self::Dynamic))
    }

    async fn children(&self) -> Result<Vec<Found>, CallError> {
        Ok(match self {
            Self::Ordinary(supervisor) => {
                let children = supervisor.which_children().await?.into_iter();
                children.map(|child| Found { status: child.status, kind: child.kind }).collect()
            }
            Self::Dynamic(supervisor) => {
                let children = supervisor.which_children().await?.into_iter();
                children.map(|child| Found { status: child.status, kind: child.kind }).collect()
            }
        })
    }

    async fn counts(&self) -> Result<ChildCounts, CallError> {
        match self {
            Self::Ordinary(supervisor) => supervisor.count_children().await,
            Self::Dynamic(supervisor) => supervisor.count_children().await,
        }
    }
}

/// Every supervisor with its children, when nobody is being restarted any more.
async fn settled(root: &SupervisorRef) -> BTreeMap<Pid, Vec<Found>> {
    'again: loop {
        let mut found = BTreeMap::new();
        let mut next = vec![root.pid().expect("the root runs")];
        while let Some(pid) = next.pop() {
            let Some(supervisor) = Either::from_pid(pid) else { continue 'again };
            let Ok(children) = supervisor.children().await else { continue 'again };
            for child in &children {
                match child.status {
                    ChildStatus::Restarting => continue 'again,
                    ChildStatus::Running(pid) if !process::alive(pid) => continue 'again,
                    ChildStatus::Running(pid) if child.kind == ChildKind::Supervisor => next.push(pid),
                    _ => {}
                }
            }
            found.insert(pid, children);
        }
        return found;
    }
}

/// What should be there according to the supervisors, and is there according to the processes.
async fn agree(root: &SupervisorRef) -> Result<(), String> {
    let found = settled(root).await;
    let top = root.pid().expect("the root runs");
    let mut expected = BTreeSet::new();
    let mut named = BTreeSet::new();
    for (supervisor, children) in &found {
        let handle = Either::from_pid(*supervisor).ok_or("a supervisor ended")?;
        let counts = handle.counts().await.map_err(|error| error.to_string())?;
        let running: BTreeSet<Pid> = children.iter().filter_map(|child| child.status.pid()).collect();
        if (counts.specs, counts.active) != (children.len(), running.len()) {
            return Err(format!("{supervisor} counts {counts:?} and lists {children:?}"));
        }
        if counts.workers + counts.supervisors != counts.specs {
            return Err(format!("{counts:?}"));
        }
        let info = process::info(*supervisor).ok_or("a supervisor ended")?;
        let linked: BTreeSet<Pid> =
            info.links.iter().copied().filter(|pid| Some(pid) != info.ancestors.first()).collect();
        if linked != running {
            return Err(format!("{supervisor} is linked to {linked:?}, and its children are {running:?}"));
        }
        for child in children {
            let Some(pid) = child.status.pid() else { continue };
            expected.insert(pid);
            let info = process::info(pid).ok_or("a child ended")?;
            if child.kind == ChildKind::Worker {
                let name = info.name.ok_or("a worker without its name")?;
                if process::whereis(&name) != Some(pid) {
                    return Err(format!("{name} is not {pid}"));
                }
                named.insert(name.to_string());
                // The satellite.
                expected.extend(info.links.into_iter().filter(|pid| pid != supervisor));
            }
        }
    }
    let there = below(top);
    if there != expected {
        let (more, less): (Vec<_>, Vec<_>) =
            (there.difference(&expected).collect(), expected.difference(&there).collect());
        return Err(format!("processes too many: {more:?}, too few: {less:?}"));
    }
    if names() != named {
        return Err(format!("names: {:?}", names().symmetric_difference(&named).collect::<Vec<_>>()));
    }
    Ok(())
}

#[otp::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_tree_survives_chaos_and_leaves_nothing_behind() -> otp::Result {
    let seed = Seed(seed());
    let mut random = Random(seed.0);
    let before = tasks();

    let groups = (0..GROUPS).map(|n| {
        let place = format!("{NAME}/g{n}");
        Group::child_spec(move || (place.clone(), DEPTH)).id(format!("g{n}"))
    });
    let root = Supervisor::builder().max_restarts(u32::MAX).children(groups).start_link().await?;
    let top = root.pid().expect("it runs");
    assert_eq!(names().len(), GROUPS * MEMBERS * (1 + SUBGROUPS + SUBGROUPS * SUBGROUPS));
    agree(&root).await?;

    let (over, ended) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let (map, tally) = (Map::of(&root), Arc::new(Tally::default()));
    let mut fork = || Random(random.next());
    let callers: Vec<_> =
        (0..8).map(|_| process::spawn_monitor(caller(map.clone(), fork(), over.clone(), tally.clone()))).collect();
    let attackers: Vec<_> =
        (0..4).map(|_| process::spawn_monitor(attacker(map.clone(), fork(), over.clone(), ended.clone()))).collect();
    process::sleep(TIME).await;
    over.store(true, Ordering::Relaxed);

    // Everybody who waits for an answer has it, or a reason.
    for (pid, monitor) in callers {
        let reason = patiently("a caller", down(monitor)).await;
        assert_eq!(reason, ExitReason::Normal, "{pid}");
    }
    let (answered, refused) = (tally.answered.load(Ordering::Relaxed), tally.refused.load(Ordering::Relaxed));
    assert!(answered > 100 && refused > 10, "{answered} answers and {refused} refusals are no chaos");

    // It settles, and all agree on what runs.
    let deadline = tokio::time::Instant::now() + PATIENCE;
    while let Err(why) = patiently("the tree", agree(&root)).await {
        assert!(tokio::time::Instant::now() < deadline, "it does not settle: {why}");
        process::sleep(Duration::from_millis(1)).await;
    }
    // Handles that were made before lead to what is there now.
    for (place, group) in &map.groups {
        let Some(pid) = group.pid() else { continue };
        let handle = GroupRef::from_pid(pid).unwrap_or_else(|| panic!("{place} has ended"));
        assert_eq!(group.which_children().await?, handle.which_children().await?, "{place}");
    }
    for member in &map.members {
        if let Some(pid) = member.pid() {
            assert_eq!(member.who().await?, pid);
        }
    }

    // And nothing stays behind: no process, no name, no link, no monitor, no timer or other task.
    patiently("the stop of the root", async { root.stop().await }).await?;
    ended.store(true, Ordering::Relaxed);
    for (pid, monitor) in attackers {
        let reason = patiently("an attacker", down(monitor)).await;
        assert_eq!(reason, ExitReason::Normal, "{pid}");
    }
    until("processes", || if below(top).is_empty() { Ok(()) } else { Err(format!("{:?}", below(top))) }).await;
    assert_eq!(names(), BTreeSet::new());
    let me = process::info(process::self_pid()).expect("it runs");
    assert_eq!((me.links, me.monitors, me.monitored_by), (vec![], vec![], vec![]));
    until("tasks", || if tasks() <= before { Ok(()) } else { Err(format!("{} of them, {before} before", tasks())) })
        .await;
    Ok(())
}
