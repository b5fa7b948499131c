//! The stages, and how they are wired.
//!
//! ```text
//!               +-> parser-0 -+   +-> counter-0 (words of partition 0) -+
//! reader -------+-> ...       +-->+-> ...                               +--> totals
//!   pieces      +-> parser-n -+   +-> counter-m (words of partition m) -+
//! ```
//!
//! The end of the input travels the same way as the input: the reader ends when it has read all; a parser whose reader has
//! ended in order ends when everything that it made has been sent; a counter ends when all of its parsers have. Each hands on
//! before it ends what it has. Subscriptions are temporary, so that the end of a producer does not end its consumers before
//! they are done; a *crash* of a producer restarts them all the same, because the tree is `rest_for_one`.
//!
//! What is lost when a stage is killed: the pieces and words that it had in its hands, in its mailbox and in its buffer. That is
//! at most `max_demand` pieces of a parser and what it had made of them; of a counter, what it had counted since it handed on
//! last. A reader that is restarted reads from the beginning, and nothing is lost. A counter that is only restarted along with a parser loses nothing that it has counted: it hands on in `#[terminate]`.

use crate::words::{self, Counts, Pieces};
use otp::gen_stage::{Cancelled, NewSubscription, PartitionDispatcher, StageInit, StageRef, Subscription};
use otp::prelude::*;
use otp::process;
use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// How the work is done.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    /// How many parse.
    pub(crate) parsers: usize,
    /// How many count, each its own words.
    pub(crate) counters: usize,
    /// How many bytes a piece has, about.
    pub(crate) piece: usize,
    /// How many pieces each parser may have asked for.
    pub(crate) max_demand: usize,
}

/// What can be seen of a pipeline from outside while it runs. Written by the stages, read by whoever shows it.
#[derive(Debug, Default)]
pub(crate) struct Gauges {
    /// Bytes that the reader has read.
    pub(crate) read: AtomicU64,
    /// Pieces that were read and are not parsed.
    pub(crate) in_flight: AtomicUsize,
    /// The most there were.
    pub(crate) peak: AtomicUsize,
    /// Files, or parts of them, that could not be read.
    pub(crate) unreadable: AtomicUsize,
}

/// A part of a file, counted as in flight for as long as it exists.
pub(crate) struct Piece {
    text: Vec<u8>,
    gauges: Arc<Gauges>,
}

impl Piece {
    fn new(text: Vec<u8>, gauges: &Arc<Gauges>) -> Self {
        gauges.read.fetch_add(text.len() as u64, Ordering::Relaxed);
        let now = gauges.in_flight.fetch_add(1, Ordering::Relaxed) + 1;
        gauges.peak.fetch_max(now, Ordering::Relaxed);
        Self { text, gauges: gauges.clone() }
    }
}

impl Drop for Piece {
    fn drop(&mut self) {
        self.gauges.in_flight.fetch_sub(1, Ordering::Relaxed);
    }
}

/// How often a word occurs in a piece. The word decides who counts it.
#[derive(PartitionKey)]
pub(crate) struct Found {
    #[partition_key]
    word: String,
    count: u64,
}

/// Nothing comes any more.
struct Finish;

/// Reads pieces when somebody wants them, and no sooner.
#[gen_stage(producer, restart = transient)]
pub(crate) struct Reader {
    pieces: Pieces,
    gauges: Arc<Gauges>,
}

#[gen_stage]
impl Reader {
    #[init]
    fn init(files: Vec<PathBuf>, piece: usize, totals: TotalsRef, gauges: Arc<Gauges>) -> Self {
        // Also when it is restarted: it reads from the beginning, and what was counted until then would be counted twice.
        totals.begin();
        gauges.read.store(0, Ordering::Relaxed);
        Self { pieces: Pieces::new(files, piece), gauges }
    }

    #[demand]
    fn read(&mut self, demand: usize) -> Vec<Piece> {
        let mut read = Vec::new();
        while read.len() < demand {
            match self.pieces.next() {
                Ok(Some(text)) => read.push(Piece::new(text, &self.gauges)),
                Ok(None) => {
                    finish_behind_events::<Self>();
                    break;
                }
                Err(error) => {
                    tracing::warn!(%error, "a file is left out");
                    self.gauges.unreadable.fetch_add(1, Ordering::Relaxed);
                }
            }
        }
        read
    }

    #[info]
    fn finish(&mut self, _: Finish) -> Next {
        Next::stop(ExitReason::Normal)
    }
}

/// Makes words of pieces: those of one piece together, so that there are fewer events.
#[gen_stage(producer_consumer, restart = transient)]
pub(crate) struct Parser {
    counters: usize,
    /// Readers that go on.
    readers: usize,
}

#[gen_stage]
impl Parser {
    #[init]
    fn init(counters: usize) -> StageInit<Self, Finish> {
        StageInit::ok(Self { counters, readers: 0 }).then(Finish)
    }

    /// Equal words go to the same counter.
    #[dispatcher]
    fn by_word(&self) -> PartitionDispatcher<Found> {
        PartitionDispatcher::by_key(self.counters)
    }

    #[subscribed]
    fn subscribed(&mut self, _: &mut NewSubscription<'_>) {
        self.readers += 1;
    }

    /// Right after the start: a parser that is restarted when the reader has ended already has nothing to do.
    #[handle_continue]
    fn begin(&mut self, _: Finish) {
        if self.readers == 0 {
            finish_behind_events::<Self>();
        }
    }

    #[events]
    fn parse(&mut self, pieces: Vec<Piece>) -> Vec<Found> {
        let counts = pieces.iter().flat_map(|piece| words::count(&piece.text));
        counts.map(|(word, count)| Found { word, count }).collect()
    }

    #[cancelled]
    fn cancelled(&mut self, _: &Subscription, how: &Cancelled) {
        // After a crash of the reader the tree restarts this one too.
        if ended_in_order(how) {
            self.readers -= 1;
            if self.readers == 0 {
                finish_behind_events::<Self>();
            }
        }
    }

    #[info]
    fn finish(&mut self, _: Finish) -> Next {
        Next::stop(ExitReason::Normal)
    }
}

/// Whether a producer has done all it had to: also before the subscription reached it, which makes it one that is not there.
fn ended_in_order(how: &Cancelled) -> bool {
    how.reason().is_orderly() || *how.reason() == ExitReason::NoProc
}

/// Sends `Finish` to this stage itself, behind all events that it has still to send.
fn finish_behind_events<S: otp::gen_stage::Stage>() {
    if let Some(me) = StageRef::<S>::from_pid(process::self_pid()) {
        me.async_info(Finish);
    }
}

/// Counts the words of its partition.
#[gen_stage(consumer, restart = transient, trap_exit)]
pub(crate) struct Counter {
    number: usize,
    counts: Counts,
    totals: TotalsRef,
    /// Parsers that go on.
    parsers: usize,
}

#[gen_stage]
impl Counter {
    #[init]
    fn init(number: usize, totals: TotalsRef) -> StageInit<Self, Finish> {
        StageInit::ok(Self { number, counts: Counts::new(), totals, parsers: 0 }).then(Finish)
    }

    #[subscribed]
    fn subscribed(&mut self, _: &mut NewSubscription<'_>) {
        self.parsers += 1;
    }

    #[handle_continue]
    fn begin(&mut self, _: Finish) -> Next {
        self.goes_on()
    }

    #[events]
    fn count(&mut self, found: Vec<Found>) {
        for Found { word, count } in found {
            *self.counts.entry(word).or_default() += count;
        }
    }

    #[cancelled]
    fn cancelled(&mut self, _: &Subscription, how: &Cancelled) -> Next {
        if ended_in_order(how) {
            self.parsers -= 1;
        }
        self.goes_on()
    }

    fn goes_on(&self) -> Next {
        if self.parsers == 0 { Next::stop(ExitReason::Normal) } else { Next::noreply() }
    }

    /// Also when the tree shuts it down, to restart it behind a parser.
    #[terminate]
    fn hand_on(&mut self, reason: &ExitReason) {
        let done = reason == &ExitReason::Normal;
        self.totals.add(self.number, std::mem::take(&mut self.counts), done);
    }
}

/// Keeps what was counted, outside of the pipeline: what has to survive a restart is not held by who is restarted.
#[gen_server]
pub(crate) struct Totals {
    counts: Counts,
    counters: usize,
    /// Those that will not count more. One that is restarted with another when it was done already says so twice.
    done: HashSet<usize>,
    waiting: Vec<ReplyTo<Counts>>,
}

#[gen_server]
impl Totals {
    #[init]
    fn init(counters: usize) -> Self {
        Self { counts: Counts::new(), counters, done: HashSet::new(), waiting: Vec::new() }
    }

    /// The reader begins to read.
    #[cast]
    pub(crate) fn begin(&mut self) {
        self.counts.clear();
        self.done.clear();
    }

    /// What a counter has counted; `done` when it will not count more.
    #[cast]
    pub(crate) fn add(&mut self, counter: usize, counts: Counts, done: bool) {
        words::add(&mut self.counts, counts);
        if done {
            self.done.insert(counter);
        }
        self.answer();
    }

    /// The total, when all is counted.
    #[call]
    pub(crate) fn total(&mut self, from: ReplyTo<Counts>) -> Reply<Counts> {
        self.waiting.push(from);
        self.answer();
        Reply::later()
    }

    fn answer(&mut self) {
        if self.done.len() == self.counters {
            for from in self.waiting.drain(..) {
                from.reply(self.counts.clone());
            }
        }
    }
}

/// The whole of it: readers before parsers before counters.
pub(crate) fn tree(files: Vec<PathBuf>, settings: Settings, totals: TotalsRef, gauges: Arc<Gauges>) -> SupervisorSpec {
    let Settings { parsers, counters, piece, max_demand } = settings;
    let source_totals = totals.clone();
    pipeline! {
        max_restarts: 10;
        reader: Reader(files.clone(), piece, source_totals.clone(), gauges.clone()),
        parser: Parser(counters) * parsers <- reader { max_demand: max_demand, min_demand: max_demand / 2, cancel: temporary },
        counter: |k| Counter(k, totals.clone()) * counters <- parser { partition: k, cancel: temporary },
    }
}
