//! The places that handles go through: those of forgotten children do not stay behind.

use super::fixtures::*;
use otp::child::{Child, Slot, Started};
use otp::prelude::*;
use otp::process;
use otp::supervisor;
use std::sync::{Arc, Mutex, Weak};

/// The place of each child that was started, without keeping it.
#[derive(Clone, Default)]
struct Places(Arc<Mutex<Vec<Weak<Slot>>>>);

impl Places {
    fn left(&self) -> usize {
        self.0.lock().unwrap().iter().filter(|place| place.strong_count() > 0).count()
    }

    fn see(&self, slot: &Arc<Slot>) {
        self.0.lock().unwrap().push(Arc::downgrade(slot));
    }

    fn idle(&self, id: impl Into<otp::child::ChildId>) -> ChildSpec {
        let places = self.clone();
        ChildSpec::new(id, move |slot| {
            places.see(&slot);
            async { Ok(Started::new(process::spawn_link(process::sleep_forever()))) }
        })
    }

    /// A worker with a typed handle.
    fn worker(&self, job: Job) -> ChildSpec {
        let (places, id) = (self.clone(), job.name);
        ChildSpec::new(id, move |slot| {
            places.see(&slot);
            Worker::start_child(job.clone(), slot)
        })
    }
}

#[otp::test]
async fn the_place_of_a_forgotten_child_is_given_back() -> otp::Result {
    let places = Places::default();
    let journal = Journal::default();
    let supervisor = Supervisor::builder().max_restarts(100).start_link().await?;

    // It ends by itself, is terminated, is deleted, ignores its start, or fails.
    let temporary = |id: &str| places.idle(id.to_owned()).restart(Restart::Temporary);
    supervisor.start_child(temporary("ends")).await?;
    crash(&supervisor, "ends").await;
    supervisor.start_child(temporary("terminated")).await?;
    supervisor.terminate_child("terminated").await?;
    supervisor.start_child(places.idle("deleted")).await?;
    supervisor.terminate_child("deleted").await?;
    supervisor.delete_child("deleted").await?;
    let ignores = Job::new("ignores", &journal).next([Begin::Ignore]);
    supervisor.start_child(places.worker(ignores).restart(Restart::Temporary)).await?;
    let fails = Job::new("fails", &journal).next([Begin::Fail("no luck")]);
    supervisor.start_child(places.worker(fails)).await.unwrap_err();
    assert_eq!(counts(&supervisor).await, (0, 0, 0, 0));
    assert_eq!(places.0.lock().unwrap().len(), 5);
    assert_eq!(places.left(), 0);

    // Many, each with an id of its own.
    for n in 0..100 {
        supervisor.start_child(temporary(&format!("job {n}"))).await?;
    }
    assert_eq!(places.left(), 100);
    for n in 0..100 {
        crash(&supervisor, &format!("job {n}")).await;
    }
    assert_eq!(places.left(), 0);

    // One that is restarted keeps its place.
    supervisor.start_child(places.worker(Job::new("kept", &journal))).await?;
    crash(&supervisor, "kept").await;
    assert_eq!(places.left(), 2, "the same one, seen at both starts");
    supervisor.stop().await?;
    drop(supervisor);
    process::sleep(std::time::Duration::ZERO).await;
    assert_eq!(places.left(), 0, "the last handle of the supervisor is gone");
    Ok(())
}

/// A place that somebody holds stays for the next child of that id, and goes when that is forgotten.
#[otp::test]
async fn a_place_that_is_held_is_given_back_later() -> otp::Result {
    let places = Places::default();
    let journal = Journal::default();
    let supervisor = Supervisor::builder().start_link().await?;
    let spec = || places.worker(Job::new("a", &journal)).restart(Restart::Temporary);

    supervisor.start_child(spec()).await?;
    let held = supervisor.child::<Worker>("a");
    supervisor.terminate_child("a").await?;
    assert_eq!(places.left(), 1);
    supervisor.start_child(spec()).await?;
    assert_eq!(places.left(), 2, "the same place");
    assert_eq!(held.add(1).await?, 1);
    drop(held);
    supervisor.terminate_child("a").await?;
    assert_eq!(places.left(), 0);
    Ok(())
}

/// Supervisors hold their own place while they run.
#[otp::test]
async fn the_place_of_a_forgotten_supervisor_is_given_back_with_all_below() -> otp::Result {
    struct Nested;
    impl Supervise for Nested {
        type Args = Places;
        type Ref = SupervisorRef;
        async fn init(places: Places) -> supervisor::Init {
            Supervisor::builder().child(places.idle("below")).into()
        }
    }
    let places = Places::default();
    let seen = places.clone();
    let spec = ChildSpec::new("nested", move |slot| {
        seen.see(&slot);
        supervisor::child_start_module::<Nested>(seen.clone(), slot)
    });
    let parent = Supervisor::builder().max_restarts(100).start_link().await?;
    for _ in 0..3 {
        parent.start_child(spec.clone().restart(Restart::Temporary)).await?;
        parent.terminate_child("nested").await?;
        parent.start_child(spec.clone().restart(Restart::Temporary)).await?;
        crash(&parent, "nested").await;
    }
    assert_eq!(counts(&parent).await, (0, 0, 0, 0));
    assert_eq!(places.0.lock().unwrap().len(), 12);
    assert_eq!(places.left(), 0);
    Ok(())
}
