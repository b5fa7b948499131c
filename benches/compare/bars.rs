//! How fast `otp` has to be: the table of comparisons, and the bar of each.
//!
//! The bars hold for two cores. They leave about a fifth below what was measured, for the noise of
//! the machine: under it lies a loss that is worth a look.

use otp_benches::{Runtime, Workload};

/// What `otp` is compared with.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Against {
    /// The peer that does best at the same workload.
    BestPeer,
    /// One framework, at the same workload.
    Framework(&'static str),
    /// `otp` itself, at another workload.
    Own(Workload),
    /// Nothing: the bar is a number of bytes.
    Nothing,
}

/// One line of the last table.
#[derive(Debug)]
pub(crate) struct Comparison {
    pub(crate) workload: Workload,
    pub(crate) against: Against,
    /// On the multi-thread and on the current-thread runtime: the least ratio or the most bytes.
    /// `None` is shown, not judged.
    bars: Option<(f64, f64)>,
}

impl Comparison {
    const fn new(workload: Workload, against: Against, bars: Option<(f64, f64)>) -> Self {
        Self { workload, against, bars }
    }

    pub(crate) fn bar(&self, runtime: Runtime) -> Option<f64> {
        self.bars.map(|(mt, ct)| match runtime {
            Runtime::MultiThread => mt,
            Runtime::CurrentThread => ct,
        })
    }
}

const RAW_TOKIO: Against = Against::Framework("raw_tokio");

#[rustfmt::skip]
pub(crate) const COMPARISONS: &[Comparison] = &[
    Comparison::new(Workload::Call, Against::BestPeer, Some((1.7, 1.0))),
    Comparison::new(Workload::Call, RAW_TOKIO, Some((0.9, 0.9))),
    Comparison::new(Workload::CallTimeout, Against::BestPeer, Some((15.0, 1.7))),
    Comparison::new(Workload::CallTimeout, RAW_TOKIO, Some((8.0, 0.9))),
    // `main` is a process like any other. Not 1.0: that would fail every other time.
    Comparison::new(Workload::CallMain, Against::Own(Workload::CallTimeout), Some((0.9, 0.9))),
    Comparison::new(Workload::CallMain, Against::BestPeer, None),
    Comparison::new(Workload::CallTask, Against::Own(Workload::CallTimeout), None),
    Comparison::new(Workload::Call64, Against::BestPeer, Some((6.0, 1.0))),
    Comparison::new(Workload::Call64, RAW_TOKIO, None),
    Comparison::new(Workload::Pairs64, Against::BestPeer, Some((6.0, 1.0))),
    Comparison::new(Workload::Pairs64, RAW_TOKIO, None),
    // Handlers that wait go on by themselves: half of what calls in place reach is to be left.
    Comparison::new(Workload::CallSuspends, Against::Own(Workload::CallTimeout), Some((0.5, 0.5))),
    Comparison::new(Workload::CallSuspends, RAW_TOKIO, None),
    Comparison::new(Workload::Latency, Against::BestPeer, None),
    Comparison::new(Workload::Latency, RAW_TOKIO, None),
    Comparison::new(Workload::Cast, Against::BestPeer, Some((2.5, 1.8))),
    Comparison::new(Workload::Cast, RAW_TOKIO, None),
    Comparison::new(Workload::Cast8, Against::BestPeer, Some((2.5, 1.8))),
    Comparison::new(Workload::Cast8, RAW_TOKIO, None),
    Comparison::new(Workload::StartCallStop, RAW_TOKIO, Some((0.75, 0.75))),
    Comparison::new(Workload::StartCallStop, Against::BestPeer, None),
    Comparison::new(Workload::Memory, Against::Nothing, None),
    Comparison::new(Workload::MemorySupervised, Against::Nothing, Some((1400.0, 1400.0))),
    Comparison::new(Workload::MemorySupervised, Against::BestPeer, None),
    Comparison::new(Workload::Ring, RAW_TOKIO, Some((0.9, 0.9))),
    Comparison::new(Workload::Ring, Against::BestPeer, None),
    Comparison::new(Workload::Monitors, RAW_TOKIO, Some((0.8, 0.8))),
    Comparison::new(Workload::Monitors, Against::BestPeer, None),
    Comparison::new(Workload::Lookup, RAW_TOKIO, None),
    Comparison::new(Workload::Lookup, Against::BestPeer, None),
    Comparison::new(Workload::Register, RAW_TOKIO, None),
    Comparison::new(Workload::Register, Against::BestPeer, None),
    Comparison::new(Workload::Dispatch, RAW_TOKIO, None),
    Comparison::new(Workload::Dispatch, Against::BestPeer, None),
    // No peer has stages.
    Comparison::new(Workload::Pipeline, RAW_TOKIO, Some((0.6, 0.6))),
    Comparison::new(Workload::Pipeline10, RAW_TOKIO, None),
    Comparison::new(Workload::Pipeline1, RAW_TOKIO, None),
    Comparison::new(Workload::Broadcast8, RAW_TOKIO, None),
    Comparison::new(Workload::Partition8, RAW_TOKIO, None),
];
