//! When everything has come to rest: whether it may.
//!
//! On the current-thread runtime nobody can be about to do something when the time passes. With several threads somebody can:
//! a thread may have lost its core between two steps, the end of a process and the news of it, say. What must hold then
//! holds a little later; what never comes is still missing after [`PATIENCE`].

use super::driver::{Driver, Handle, Threads};
use super::world::{Producing, Received, World, lock};
use otp::process;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// For so long a thread may be without a core.
const PATIENCE: Duration = Duration::from_secs(20);

/// Waits until no stage does anything more, and notes what does not hold then.
pub(super) async fn check(driver: &Driver) {
    let began = Instant::now();
    let missing = loop {
        wait(driver).await;
        let missing = look(driver).await;
        let over = driver.threads == Threads::One || began.elapsed() > PATIENCE;
        if missing.is_none() || over || driver.world.failure().is_some() {
            break missing;
        }
        tokio::task::yield_now().await;
    };
    if let Some(missing) = missing {
        driver.world.fail(|| missing);
    }
}

/// What does not hold: the first of it.
#[derive(Default)]
struct Missing(Option<String>);

impl Missing {
    fn fail(&mut self, what: impl FnOnce() -> String) {
        self.0.get_or_insert_with(what);
    }

    fn check(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.fail(what);
        }
    }
}

/// Waits until no stage does anything more, as far as can be seen from here.
async fn wait(driver: &Driver) {
    // Who was ended is gone first, and has said so to the others.
    let ended = lock(&driver.world.ended).clone();
    for at in ended {
        process::wait(driver.stages[at].pid()).await;
    }
    if driver.threads == Threads::One {
        // The time is paused: it passes when nobody has anything to do.
        process::sleep(Duration::from_secs(60)).await;
    }
    // Each has nothing in its mailbox when it answers, and nobody has sent anything while all of them did.
    loop {
        let before = driver.world.activity.load(Ordering::SeqCst);
        for stage in &driver.stages {
            stage.ping().await;
            if !stage.is_alive() {
                // It tells its callers first, and then those who monitor it.
                process::wait(stage.pid()).await;
            }
        }
        if driver.world.activity.load(Ordering::SeqCst) == before {
            return;
        }
    }
}

/// What must hold now, and does not.
async fn look(driver: &Driver) -> Option<String> {
    let world = &driver.world;
    let mut missing = Missing::default();
    for (at, stage) in driver.stages.iter().enumerate() {
        let doomed = lock(&world.doomed).get(&at).cloned();
        let ended = lock(&world.ended).contains(&at);
        match (stage.is_alive(), doomed) {
            (true, Some(why)) => missing.fail(|| format!("stage {at} lives, and was to exit: {why}")),
            (false, None) if !ended => missing.fail(|| format!("stage {at} has died of nothing")),
            _ => {}
        }
        if !stage.is_alive() {
            continue;
        }
        let placeable = match stage.buffered().await {
            Some(buffered) => {
                let producing = world.producing(at);
                let producing = lock(&producing);
                producer(&mut missing, at, &producing, buffered);
                if let Handle::Source(_) = stage {
                    source(&mut missing, at, &producing);
                }
                producing.placeable
            }
            None => 1,
        };
        for (tag, received) in lock(&world.received).iter().filter(|(_, it)| it.consumer == at) {
            let producer_lives = driver.stages[received.producer].is_alive();
            consumer(&mut missing, world, tag, received, placeable > 0, producer_lives);
        }
    }
    missing.0
}

fn producer(missing: &mut Missing, at: usize, it: &Producing, buffered: usize) {
    let all = it.taken + it.dropped + buffered as u64;
    missing.check(it.emitted == all, || {
        let Producing { emitted, taken, dropped, .. } = it;
        format!("stage {at} has emitted {emitted}: {taken} were taken, {dropped} dropped, {buffered} are buffered")
    });
    missing.check(it.buffer.is_none_or(|size| buffered <= size), || format!("stage {at} has buffered {buffered}"));
    missing.check(buffered == 0 || it.placeable == 0, || {
        format!("stage {at} has buffered {buffered}, and could place {}", it.placeable)
    });
    missing.check(it.buffer.is_some() || it.dropped == 0, || format!("stage {at} dropped {}", it.dropped));
    // With a consumer in each partition that asks again, nothing waits inside.
    let taken = it.sent.values().filter(|it| it.live && it.asked > it.numbers.len()).count();
    missing.check(it.partitions == 0 || taken < it.partitions || it.queued == 0, || {
        format!("stage {at} holds events back")
    });
}

fn source(missing: &mut Missing, at: usize, it: &Producing) {
    missing.check(it.placeable <= it.owed, || {
        format!("stage {at} was asked for {} more, and could place {}", it.owed, it.placeable)
    });
    missing
        .check(it.owed == 0 || it.supply == 0, || format!("stage {at} owes {}, which the test does not mean", it.owed));
}

/// `wants`: nothing that has come can be left lying.
fn consumer(
    missing: &mut Missing,
    world: &World,
    tag: &otp::gen_stage::dispatcher::SubscriptionTag,
    it: &Received,
    wants: bool,
    producer_lives: bool,
) {
    let producing = world.producing(it.producer);
    let producing = lock(&producing);
    let Some(sent) = producing.sent.get(tag) else {
        return missing
            .check(it.ended.is_some() || !wants, || format!("{tag} is not known to its producer, and goes on"));
    };
    let (got, all) = (it.numbers.len(), sent.numbers.len());
    missing.check(got == all || !wants, || format!("{tag} was sent {all} events, and stage {} got {got}", it.consumer));
    let over = it.ended.is_some();
    missing.check(over || producer_lives || !wants, || format!("{tag} goes on without its producer"));
    missing.check(sent.live || over || !wants, || format!("{tag} has ended for its producer only"));
    missing.check(!sent.live || !over || !producer_lives, || format!("{tag} has ended for its consumer only"));
    if sent.live && !over && producer_lives && !it.manual {
        let open = sent.asked - got;
        missing.check(open <= it.max && (open > it.min || !wants), || {
            format!("{tag} has {open} open, with {}/{}", it.max, it.min)
        });
    }
}
