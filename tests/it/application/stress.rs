//! Many who start, stop and kill the same applications at once.

use otp::application::{self, Start, Top};
use otp::prelude::*;
use otp::process;
use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering};

static UP: [AtomicI32; 2] = [AtomicI32::new(0), AtomicI32::new(0)];
static MOST: AtomicI32 = AtomicI32::new(0);
static STARTS: AtomicUsize = AtomicUsize::new(0);

/// Counts as up from its start until its end, however that comes.
struct Counted(usize);

impl Counted {
    fn new(index: usize) -> Self {
        let before = UP[index].fetch_add(1, Ordering::SeqCst);
        let counted = Self(index);
        MOST.fetch_max(before + 1, Ordering::SeqCst);
        STARTS.fetch_add(1, Ordering::SeqCst);
        counted
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        UP[self.0].fetch_sub(1, Ordering::SeqCst);
    }
}

macro_rules! counted {
    ($type:ident, $name:literal, $index:literal $(, $($options:tt)*)?) => {
        #[application(name = $name $(, $($options)*)?)]
        #[derive(Default)]
        struct $type {
            up: Option<Counted>,
        }
        impl Application for $type {
            async fn start(&mut self, _: Start) -> otp::Result<Top> {
                self.up = Some(Counted::new($index));
                Ok(Supervisor::builder().start_link().await?.into())
            }
        }
    };
}

counted!(Below, "stress_below", 0);
counted!(Above, "stress_above", 1, dependencies(Below));

async fn meddle(seed: usize, rounds: usize) {
    let mut random = seed;
    for _ in 0..rounds {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        match (random >> 33) % 7 {
            0 | 1 => drop(application::ensure_all_started(Above::default()).await),
            2 => drop(application::start(Below::default()).await),
            3 => drop(application::start(Above::default()).await),
            4 => drop(application::stop("stress_above").await),
            5 => drop(application::stop("stress_below").await),
            _ => {
                let master = process::list().into_iter().find(|pid| {
                    let label = process::info(*pid).and_then(|info| info.label);
                    label.is_some_and(|label| label.starts_with("application stress_"))
                });
                if let Some(master) = master {
                    process::exit(master, ExitReason::Kill);
                }
            }
        }
    }
}

#[otp::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_application_is_up_once_whoever_meddles() {
    let meddlers: Vec<_> = (1..=8).map(|seed| process::spawn_monitor(meddle(seed, 200))).collect();
    for _ in meddlers {
        assert_eq!(process::receive::<Down>().await.reason, ExitReason::Normal);
    }
    for name in ["stress_above", "stress_below"] {
        let _ = application::stop(name).await;
    }
    assert!(STARTS.load(Ordering::SeqCst) > 10);
    assert_eq!(MOST.load(Ordering::SeqCst), 1, "an application was up twice");
    assert_eq!(UP.each_ref().map(|up| up.load(Ordering::SeqCst)), [0, 0]);
    // And it starts as if nothing had been.
    assert_eq!(application::ensure_all_started(Above::default()).await.unwrap().len(), 2);
    application::stop("stress_above").await.unwrap();
    application::stop("stress_below").await.unwrap();
}
