//! Races on real threads, in many rounds: whatever the order, each promise is kept. Bounded in rounds; nothing depends on
//! chance but which orders are met.

use super::{duplicate, end, fresh, unique};
use otp::name::Via;
use otp::prelude::*;
use otp::process;
use otp::registry::RegisterFailure;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

const ROUNDS: u32 = 400;

/// Burns a little time, a different amount in each round, so that the two sides meet at different moments.
fn jitter(n: u32) {
    for _ in 0..(n.wrapping_mul(2_654_435_761) >> 24) * 4 {
        std::hint::spin_loop();
    }
}

async fn down_of(monitor: MonitorRef) -> ExitReason {
    receive! { down: Down if down.reference == monitor => down.reason }
}

/// Another thread names the process while it ends: the name was refused, or is free again.
#[otp::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_registered_who_has_ended() -> otp::Result {
    let (rooms, topics) = (unique::<u32, ()>().await, duplicate::<u32, u32>().await);
    let (mut took, mut refused) = (0, 0);
    for round in 0..ROUNDS {
        let (inside, dying) = (topics.clone(), Arc::new(AtomicBool::new(false)));
        let started = dying.clone();
        let (pid, monitor) = process::spawn_monitor(async move {
            started.store(true, Ordering::SeqCst);
            inside.register(round, 0).expect("any number");
            jitter(round);
            inside.register(round, 1).expect("any number");
        });
        while !dying.load(Ordering::SeqCst) {
            tokio::task::yield_now().await;
        }
        jitter(round / 2);
        match rooms.via(round).register(pid) {
            Ok(()) => took += 1,
            Err(by) => {
                assert_eq!(by, Pid::NOBODY);
                refused += 1;
            }
        }
        assert_eq!(down_of(monitor).await, ExitReason::Normal);
        assert_eq!((rooms.whereis(&round)?, rooms.keys(pid)?, topics.lookup(&round)?), (None, vec![], vec![]));
    }
    assert_eq!((rooms.count()?, topics.count()?), (0, 0));
    assert_eq!(took + refused, ROUNDS);
    Ok(())
}

/// A kill meets a process that registers and unregisters without end.
#[otp::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_is_killed_while_it_registers_leaves_nothing() -> otp::Result {
    let (rooms, topics) = (unique::<u32, ()>().await, duplicate::<u32, u32>().await);
    for round in 0..ROUNDS {
        let (one, two) = (rooms.clone(), topics.clone());
        let (pid, monitor) = process::spawn_monitor(async move {
            for n in 0.. {
                one.register(n % 10, ()).expect("it is free");
                two.register(n % 3, n).expect("any number");
                if n % 2 == 1 {
                    one.unregister(&(n % 10)).expect("it runs");
                    two.unregister_match(&(n % 3), |value| *value == n).expect("it runs");
                } else if n % 10 == 8 {
                    (0..10).for_each(|key| one.unregister(&key).expect("it runs"));
                }
                tokio::task::yield_now().await;
            }
        });
        jitter(round);
        process::exit(pid, ExitReason::Kill);
        assert_eq!(down_of(monitor).await, ExitReason::Killed);
        assert_eq!((rooms.count()?, topics.count()?), (0, 0));
        assert_eq!((rooms.keys(pid)?, topics.keys(pid)?), (vec![], vec![]));
    }
    assert_eq!(rooms.select(|_, _, ()| Some(()))?.len() + topics.select(|_, _, _| Some(()))?.len(), 0);
    Ok(())
}

/// Whoever learns of the end can take the key at once, in whatever way it is told.
#[otp::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_key_is_free_when_the_end_is_told() -> otp::Result {
    process::trap_exit(true);
    let rooms = unique::<String, ()>().await;
    for round in 0..ROUNDS {
        let options = process::options().link().via(rooms.via("lobby"));
        let (pid, monitor) = options.spawn_monitor(async move { jitter(round) })?;
        match round % 3 {
            0 => drop(down_of(monitor).await),
            1 => drop(receive! { exit: Exit if exit.from == pid => exit }),
            _ => drop(process::wait(pid).await),
        }
        rooms.register("lobby", ())?;
        rooms.unregister("lobby")?;
    }
    Ok(())
}

/// Of many that want a key one gets it, and the others are told who.
#[otp::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_many_gets_the_key() -> otp::Result {
    let rooms = unique::<u32, u32>().await;
    for round in 0..ROUNDS {
        let ready = Arc::new(AtomicUsize::new(0));
        let (told, mut answers) = tokio::sync::mpsc::unbounded_channel();
        let all: Vec<_> = (0..4)
            .map(|n| {
                let (rooms, ready, told) = (rooms.clone(), ready.clone(), told.clone());
                process::spawn(async move {
                    ready.fetch_add(1, Ordering::SeqCst);
                    while ready.load(Ordering::SeqCst) < 4 {
                        tokio::task::yield_now().await;
                    }
                    jitter(round + n);
                    let won = rooms.register(1, n).map(drop).map_err(|error| error.failure);
                    told.send((process::self_pid(), n, won)).expect("it waits");
                    process::sleep_forever().await;
                })
            })
            .collect();
        let mut winner = Vec::new();
        let mut losers = Vec::new();
        for _ in 0..4 {
            match answers.recv().await.expect("they answer") {
                (pid, n, Ok(())) => winner.push((pid, n)),
                (_, _, Err(failure)) => losers.push(failure),
            }
        }
        let [(pid, n)] = *winner else { panic!("{winner:?}") };
        assert_eq!(losers, vec![RegisterFailure::AlreadyRegistered(pid); 3]);
        assert_eq!((rooms.lookup(&1)?, rooms.count()?), (Some((pid, n)), 1));
        for pid in all {
            end(pid, ExitReason::Kill).await;
        }
        assert_eq!(rooms.count()?, 0);
    }
    Ok(())
}

/// Readers see a holder or nobody, and of a duplicate key what was there at one moment.
#[otp::test(flavor = "multi_thread", worker_threads = 3)]
async fn readers_see_one_moment() -> otp::Result {
    let (rooms, topics) = (unique::<u8, u64>().await, duplicate::<u8, u64>().await);
    let stop = Arc::new(AtomicBool::new(false));
    let readers: Vec<_> = (0..2)
        .map(|_| {
            let (rooms, topics, stop) = (rooms.clone(), topics.clone(), stop.clone());
            std::thread::spawn(move || {
                while !stop.load(Ordering::SeqCst) {
                    if let Some((pid, value)) = rooms.lookup(&1).expect("it runs") {
                        assert!(pid != Pid::NOBODY && value % 2 == 0, "a value that was never registered: {value}");
                    }
                    let mut values: Vec<u64> = Vec::new();
                    topics.dispatch(&1, |part| values.extend(part.iter().map(|(_, value)| *value))).expect("it runs");
                    // The writer adds 0 to 99 in this order and takes them out in this order.
                    values.sort_unstable();
                    assert!(values.windows(2).all(|pair| pair[0] + 1 == pair[1]), "{values:?}");
                }
            })
        })
        .collect();
    for round in 0..u64::from(ROUNDS) / 4 {
        rooms.register(1, round * 2)?;
        for value in 0..100 {
            topics.register(1, value)?;
        }
        rooms.update_value(&1, |value| value + 2)?;
        for gone in 0..100 {
            topics.unregister_match(&1, |value| *value == gone)?;
        }
        rooms.unregister(&1)?;
    }
    stop.store(true, Ordering::SeqCst);
    for reader in readers {
        reader.join().expect("it saw nothing wrong");
    }
    assert_eq!((rooms.count()?, topics.count()?), (0, 0));
    Ok(())
}

/// Many register, unregister and end under the same few keys.
#[otp::test(flavor = "multi_thread", worker_threads = 4)]
async fn after_a_storm_nothing_is_left() -> otp::Result {
    let spec = Registry::<u32, u32>::duplicate(fresh()).partitions(2);
    let topics = spec.start_link().await?;
    let mut monitors = Vec::new();
    for n in 0..200 {
        let topics = topics.clone();
        let (pid, monitor) = process::spawn_monitor(async move {
            for step in 0..100_u32 {
                let key = (n * 7 + step) % 5;
                topics.register(key, step).expect("any number");
                match step % 4 {
                    0 => topics.unregister(&key).expect("it runs"),
                    1 => topics.unregister_match(&key, |value| value % 2 == 0).expect("it runs"),
                    2 => topics.dispatch(&key, |part| assert!(part.iter().count() == part.len())).expect("it runs"),
                    _ => tokio::task::yield_now().await,
                }
            }
            if n % 2 == 0 {
                process::sleep_forever().await;
            }
        });
        if n % 2 == 0 {
            process::send_after(process::self_pid(), pid, std::time::Duration::from_millis(u64::from(n) % 20));
        }
        monitors.push(monitor);
    }
    for _ in 0..100 {
        process::exit(process::receive::<Pid>().await, ExitReason::Kill);
    }
    for monitor in monitors {
        drop(down_of(monitor).await);
    }
    assert_eq!(topics.count()?, 0);
    assert_eq!(topics.select(|_, _, _| Some(()))?, []);
    assert!((0..5).all(|key| topics.lookup(&key) == Ok(vec![])));
    Ok(())
}

/// The registry ends while processes register: none of those that were told `Ok` by the one that ended lives on.
#[otp::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_registered_ends_with_the_registry() -> otp::Result {
    process::trap_exit(true);
    for round in 0..ROUNDS / 2 {
        let rooms = Registry::<u32>::unique(fresh()).start().await?;
        let owner = rooms.pid().expect("it runs");
        let (told, mut answers) = tokio::sync::mpsc::unbounded_channel();
        for n in 0..4 {
            let (rooms, told) = (rooms.clone(), told.clone());
            process::spawn(async move {
                jitter(round * 4 + n);
                told.send((process::self_pid(), rooms.register(n, ()).is_ok())).expect("it waits");
                process::sleep_forever().await;
            });
        }
        jitter(round);
        end(owner, ExitReason::Kill).await;
        for _ in 0..4 {
            let (pid, registered) = answers.recv().await.expect("they answer");
            if registered {
                process::wait(pid).await;
            } else {
                assert!(process::alive(pid));
                end(pid, ExitReason::Kill).await;
            }
        }
        assert_eq!(rooms.pid(), None);
    }
    Ok(())
}

/// Registries come and go under one name, and whoever asks finds the one that runs or none.
#[otp::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_registry_is_restarted_under_its_name_at_once() -> otp::Result {
    process::trap_exit(true);
    let name = fresh();
    let stop = Arc::new(AtomicBool::new(false));
    let (asked, asking) = (Registry::<u32>::named(name.clone()), stop.clone());
    let reader = std::thread::spawn(move || {
        while !asking.load(Ordering::SeqCst) {
            let _ = asked.lookup(&1);
        }
        asked
    });
    for round in 0..ROUNDS {
        let rooms = Registry::<u32>::unique(name.clone()).start().await?;
        let owner = rooms.pid().expect("it runs");
        assert_eq!(rooms.count()?, 0);
        let member = process::options().via(rooms.via(1)).spawn(process::sleep_forever())?;
        assert_eq!(rooms.whereis(&1)?, Some(member));
        jitter(round);
        end(owner, ExitReason::Kill).await;
        let reason = process::wait(member).await;
        assert!(matches!(reason, ExitReason::Killed | ExitReason::NoProc), "{reason}");
    }
    stop.store(true, Ordering::SeqCst);
    let asked = reader.join().expect("it saw nothing wrong");
    assert!(asked.count().is_err());
    Ok(())
}

#[gen_server]
struct Holder {
    key: u32,
}

#[gen_server]
impl Holder {
    #[init]
    fn init(key: u32) -> Self {
        Self { key }
    }

    #[call]
    fn holds(&self) -> (u32, Pid) {
        (self.key, process::self_pid())
    }
}

/// A server that is ended from two sides at any moment is started again under its key: every time at the first attempt, since
/// the key is free before its supervisor hears of the end. Callers by that name get its answer or learn that it ended.
#[otp::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_server_is_restarted_under_its_key_at_once() -> otp::Result {
    use otp::child::IntoStarted;

    const KEYS: u32 = 3;
    let rooms = unique::<u32, ()>().await;
    let starts = Arc::new(AtomicUsize::new(0));
    let holders = (0..KEYS).map(|key| {
        let (rooms, starts) = (rooms.clone(), starts.clone());
        ChildSpec::new(format!("holder {key}"), move |_slot| {
            starts.fetch_add(1, Ordering::SeqCst);
            let start = Holder::start_link(key).via(rooms.via(key));
            async move { start.await.into_started() }
        })
    });
    let supervisor = Supervisor::builder().max_restarts(u32::MAX).children(holders).start_link().await?;
    let stop = Arc::new(AtomicBool::new(false));
    let callers: Vec<_> = (0..2)
        .map(|n| {
            let (rooms, stop) = (rooms.clone(), stop.clone());
            process::spawn_monitor(async move {
                for round in n.. {
                    match HolderRef::via(rooms.via(round % KEYS)).holds().infinity().await {
                        Ok((key, _)) => assert_eq!(key, round % KEYS),
                        Err(error) => assert!(error.is_noproc() || error.exit_reason().is_some(), "{error}"),
                    }
                    if stop.load(Ordering::SeqCst) {
                        return;
                    }
                }
            })
        })
        .collect();
    let mut ended = 0;
    for round in 0..ROUNDS {
        let key = round % KEYS;
        // A restart is under way if nobody has it.
        let pid = loop {
            match rooms.whereis(&key)? {
                Some(pid) => break pid,
                None => tokio::task::yield_now().await,
            }
        };
        let other = std::thread::spawn(move || {
            jitter(round);
            process::exit(pid, ExitReason::Kill);
        });
        jitter(round / 3);
        process::exit(pid, ExitReason::Shutdown);
        other.join().expect("it does not fail");
        process::wait(pid).await;
        ended += 1;
        assert_ne!(rooms.whereis(&key)?, Some(pid));
    }
    stop.store(true, Ordering::SeqCst);
    for (_, monitor) in callers {
        assert_eq!(down_of(monitor).await, ExitReason::Normal);
    }
    // Everybody is back, after one start for each end.
    for key in 0..KEYS {
        while HolderRef::via(rooms.via(key)).holds().await.is_err() {
            tokio::task::yield_now().await;
        }
    }
    assert_eq!(starts.load(Ordering::SeqCst), KEYS as usize + ended);
    assert_eq!((rooms.count()?, supervisor.count_children().await?.active), (KEYS as usize, KEYS as usize));
    supervisor.stop().await?;
    assert_eq!(rooms.count()?, 0);
    Ok(())
}
