//! What was measured.

use std::collections::BTreeMap;

use otp_benches::{Runtime, Workload};

use crate::Kind;
use crate::options::Options;

/// Where a value belongs: runtime, workload, name of the framework.
pub(crate) type Place = (Runtime, Workload, &'static str);

#[derive(Debug)]
pub(crate) struct Results {
    values: BTreeMap<Place, Vec<f64>>,
    /// Whether the best round counts, and not the median.
    best: bool,
}

/// All rounds of one measurement.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Summary {
    /// What counts: the median or the best.
    pub(crate) value: f64,
    pub(crate) min: f64,
    pub(crate) max: f64,
}

impl Results {
    pub(crate) fn new(best: bool) -> Self {
        Self { values: BTreeMap::new(), best }
    }

    pub(crate) fn add(&mut self, place: Place, value: f64) {
        self.values.entry(place).or_default().push(value);
    }

    /// `None` if nothing was measured there.
    pub(crate) fn at(&self, place: Place) -> Option<Summary> {
        let mut values = self.values.get(&place)?.clone();
        values.sort_by(f64::total_cmp);
        let middle = values.len() / 2;
        let median = if values.len() % 2 == 1 { values[middle] } else { (values[middle - 1] + values[middle]) / 2.0 };
        let (min, max) = (*values.first()?, *values.last()?);
        let value = match self.best {
            true if place.1.unit().is_cost() => min,
            true => max,
            false => median,
        };
        Some(Summary { value, min, max })
    }

    /// The peer that does best at a workload.
    pub(crate) fn best_peer(
        &self,
        options: &Options,
        runtime: Runtime,
        workload: Workload,
    ) -> Option<(&'static str, Summary)> {
        let peers = options.competitors.iter().filter(|competitor| competitor.kind == Kind::Peer);
        peers.filter_map(|peer| Some((peer.name, self.at((runtime, workload, peer.name))?))).max_by(
            |(_, one), (_, other)| {
                let order = one.value.total_cmp(&other.value);
                if workload.unit().is_cost() { order.reverse() } else { order }
            },
        )
    }
}
