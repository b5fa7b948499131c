//! What stages allocate, and what they hold: counted by the allocator. A binary of its own, with one test, so that nothing
//! else allocates meanwhile.

use otp::gen_stage::{DemandDispatcher, DemandMode};
use otp::prelude::*;
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

struct Counting;

static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);
static LIVE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

#[expect(unsafe_code, reason = "an allocator is unsafe to implement; this one hands everything on")]
// SAFETY: all is the system allocator's; counting allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Relaxed);
        PEAK.fetch_max(LIVE.fetch_add(layout.size(), Relaxed) + layout.size(), Relaxed);
        // SAFETY: what holds for the caller of this holds for the caller of that.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Relaxed);
        // SAFETY: as above.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// What was allocated meanwhile: how often, and how many bytes beyond what there was at the beginning were live at most.
struct Measured {
    allocations: usize,
    live: usize,
    began: (usize, usize),
}

impl Measured {
    fn begin() -> (usize, usize) {
        let live = LIVE.load(Relaxed);
        PEAK.store(live, Relaxed);
        (ALLOCATIONS.load(Relaxed), live)
    }

    fn end(began: (usize, usize)) -> Self {
        let allocations = ALLOCATIONS.load(Relaxed) - began.0;
        Self { allocations, live: PEAK.load(Relaxed).saturating_sub(began.1), began }
    }
}

#[gen_stage(producer)]
struct Numbers {
    next: u64,
    end: u64,
}

#[gen_stage]
impl Numbers {
    #[init]
    fn init(end: u64) -> Self {
        Self { next: 0, end }
    }
    #[demand]
    fn demand(&mut self, demand: usize) -> Vec<u64> {
        let first = self.next;
        self.next = self.end.min(first + demand as u64);
        (first..self.next).collect()
    }
    /// Whether anybody has asked for them or not.
    #[call]
    fn flood(&mut self, n: u64) -> Reply<(), Vec<u64>> {
        Reply::now(()).then((0..n).collect())
    }
    #[discarded]
    fn discarded(&self, _: usize) -> bool {
        false
    }
    #[dispatcher]
    fn dispatcher(&self) -> DemandDispatcher<u64> {
        DemandDispatcher::new()
    }
}

#[gen_stage(producer_consumer)]
struct AddOne;

#[gen_stage]
impl AddOne {
    #[init]
    fn init() -> Self {
        Self
    }
    #[events]
    fn events(&mut self, events: Vec<u64>) -> Vec<u64> {
        events.into_iter().map(|event| event + 1).collect()
    }
}

/// Lets everybody else run before it asks for more.
#[gen_stage(consumer)]
struct Slow {
    left: u64,
    test: Pid,
}

struct Done;

#[gen_stage]
impl Slow {
    #[init]
    fn init((left, test): (u64, Pid)) -> Self {
        Self { left, test }
    }
    #[events]
    async fn events(&mut self, events: Vec<u64>) {
        for _ in 0..8 {
            tokio::task::yield_now().await;
        }
        self.left -= events.len() as u64;
        if self.left == 0 {
            let _ = otp::process::send(self.test, Done);
        }
    }
}

async fn pipeline(events: u64) -> Measured {
    let numbers = Numbers::start(events).await.expect("it starts");
    numbers.set_demand(DemandMode::Accumulate);
    let add_one = AddOne::start(()).await.expect("it starts");
    let slow = Slow::start((events, otp::process::self_pid())).await.expect("it starts");
    slow.sync_subscribe(&add_one).await.expect("it subscribes");
    add_one.sync_subscribe(&numbers).await.expect("it subscribes");
    let began = Measured::begin();
    numbers.set_demand(DemandMode::Forward);
    otp::process::receive::<Done>().await;
    Measured::end(began)
}

/// One test, as the allocator counts for all.
#[otp::test]
async fn stages_allocate_by_the_batch_and_hold_what_was_asked_for() {
    pipeline(10_000).await;
    let short = pipeline(1_000_000).await;
    // In batches of 500, each of which is made once and passed on.
    assert!(short.allocations < 1_000_000 / 50, "{} allocations for a million events", short.allocations);
    let long = pipeline(10_000_000).await;
    println!("ten million events: {} allocations, {} bytes live at most", long.allocations, long.live);
    assert!(long.allocations < 10_000_000 / 50, "{} allocations for ten million events", long.allocations);
    // A thousand events for each of two subscriptions, and some of it twice while it is divided.
    assert!(long.live < 100_000, "{} bytes", long.live);
    assert!(long.live < short.live + 20_000, "{} bytes, and {} with a tenth of the events", long.live, short.live);
    assert!(long.began.1 < short.began.1 + 20_000, "what has ended has gone");

    // Nobody asks, and ten million events come: the buffer holds ten thousand.
    let numbers = Numbers::start(0).await.expect("it starts");
    numbers.flood(10_000).await.expect("it answers");
    let began = Measured::begin();
    for _ in 0..1_000 {
        numbers.flood(10_000).await.expect("it answers");
    }
    let flooded = Measured::end(began);
    println!("ten million events that nobody wants: {} bytes live at most", flooded.live);
    assert_eq!(numbers.estimate_buffered_count().await.expect("it answers"), 10_000);
    assert!(flooded.live < 400_000, "{} bytes", flooded.live);
}
