//! When everything has come to rest: whether it may.

use super::driver::{Driver, Handle, Threads};
use super::world::{Producing, Received, World, lock};
use otp::process;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Waits until no stage does anything more.
pub(super) async fn wait(driver: &Driver) {
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

/// What must hold now.
pub(super) async fn check(driver: &Driver) {
    let world = &driver.world;
    for (at, stage) in driver.stages.iter().enumerate() {
        let doomed = lock(&world.doomed).get(&at).cloned();
        let ended = lock(&world.ended).contains(&at);
        match (stage.is_alive(), doomed) {
            (true, Some(why)) => world.fail(|| format!("stage {at} lives, and was to exit: {why}")),
            (false, None) if !ended => world.fail(|| format!("stage {at} has died of nothing")),
            _ => {}
        }
        if !stage.is_alive() {
            continue;
        }
        let placeable = match stage.buffered().await {
            Some(buffered) => {
                let producing = world.producing(at);
                let producing = lock(&producing);
                producer(world, at, &producing, buffered);
                if let Handle::Source(_) = stage {
                    source(world, at, &producing);
                }
                producing.placeable
            }
            None => 1,
        };
        for received in lock(&world.received).iter().filter(|(_, it)| it.consumer == at) {
            consumer(world, received.0, received.1, placeable > 0, driver.stages[received.1.producer].is_alive());
        }
    }
}

fn producer(world: &World, at: usize, it: &Producing, buffered: usize) {
    let all = it.taken + it.dropped + buffered as u64;
    world.check(it.emitted == all, || {
        let Producing { emitted, taken, dropped, .. } = it;
        format!("stage {at} has emitted {emitted}: {taken} were taken, {dropped} dropped, {buffered} are buffered")
    });
    world.check(it.buffer.is_none_or(|size| buffered <= size), || format!("stage {at} has buffered {buffered}"));
    world.check(buffered == 0 || it.placeable == 0, || {
        format!("stage {at} has buffered {buffered}, and could place {}", it.placeable)
    });
    world.check(it.buffer.is_some() || it.dropped == 0, || format!("stage {at} dropped {}", it.dropped));
    // With a consumer in each partition that asks again, nothing waits inside.
    let taken = it.sent.values().filter(|it| it.live && it.asked > it.numbers.len()).count();
    world.check(it.partitions == 0 || taken < it.partitions || it.queued == 0, || {
        format!("stage {at} holds events back")
    });
}

fn source(world: &World, at: usize, it: &Producing) {
    world.check(it.placeable <= it.owed, || {
        format!("stage {at} was asked for {} more, and could place {}", it.owed, it.placeable)
    });
    world
        .check(it.owed == 0 || it.supply == 0, || format!("stage {at} owes {}, which the test does not mean", it.owed));
}

/// `wants`: nothing that has come can be left lying.
fn consumer(
    world: &World,
    tag: &otp::gen_stage::dispatcher::SubscriptionTag,
    it: &Received,
    wants: bool,
    producer_lives: bool,
) {
    let producing = world.producing(it.producer);
    let producing = lock(&producing);
    let Some(sent) = producing.sent.get(tag) else {
        return world
            .check(it.ended.is_some() || !wants, || format!("{tag} is not known to its producer, and goes on"));
    };
    let (got, all) = (it.numbers.len(), sent.numbers.len());
    world.check(got == all || !wants, || format!("{tag} was sent {all} events, and stage {} got {got}", it.consumer));
    let over = it.ended.is_some();
    world.check(over || producer_lives || !wants, || format!("{tag} goes on without its producer"));
    world.check(sent.live || over || !wants, || format!("{tag} has ended for its producer only"));
    world.check(!sent.live || !over || !producer_lives, || format!("{tag} has ended for its consumer only"));
    if sent.live && !over && producer_lives && !it.manual {
        let open = sent.asked - got;
        world.check(open <= it.max && (open > it.min || !wants), || {
            format!("{tag} has {open} open, with {}/{}", it.max, it.min)
        });
    }
}
