//! How stages are set up, and what a subscription says.

use super::dispatcher::Dispatcher;
use super::{Producer, Stage, StageHandle, StageRef};
use crate::process::ExitReason;
use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::fmt;
use std::num::NonZeroUsize;
use std::sync::Arc;

/// What a producer does with demand.
#[doc(alias = "demand/2")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum DemandMode {
    /// It goes to `handle_demand`: the default.
    #[doc(alias = ":forward")]
    #[default]
    Forward,
    /// It is held back, and with it what is emitted, until the mode is set to forward: so that all consumers can subscribe
    /// before the first event is sent.
    #[doc(alias = ":accumulate")]
    Accumulate,
}

/// Which events stay when a buffer is full.
#[doc(alias = "buffer_keep")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum BufferKeep {
    /// The oldest; newcomers are dropped.
    #[doc(alias = ":first")]
    First,
    /// The newest; the oldest are dropped. The default.
    #[doc(alias = ":last")]
    #[default]
    Last,
}

/// What the end of a subscription does to its consumer.
///
/// | Mode | the producer ends, or cancels, in order | for another reason |
/// |---|---|---|
/// | `Permanent` | the consumer exits with the reason | the same |
/// | `Transient` | it goes on | the consumer exits with the reason |
/// | `Temporary` | it goes on | it goes on |
///
/// In order is `Normal`, `Shutdown` and `ShutdownWith`.
#[doc(alias = ":cancel")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Cancel {
    /// The consumer exits: the default.
    #[doc(alias = ":permanent")]
    #[default]
    Permanent,
    /// The consumer exits, unless the end was in order.
    #[doc(alias = ":transient")]
    Transient,
    /// The consumer goes on.
    #[doc(alias = ":temporary")]
    Temporary,
}

impl Cancel {
    /// Whether a consumer exits when a subscription ends for this reason.
    pub(crate) fn exits(self, reason: &ExitReason) -> bool {
        match self {
            Self::Permanent => true,
            Self::Transient => !reason.is_orderly(),
            Self::Temporary => false,
        }
    }
}

/// A demand that no subscription can have. Names the bound.
#[doc(alias = ":bad_opts")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadDemand {
    /// `max_demand` is zero.
    #[error("max_demand must be at least 1, and is 0")]
    Max,
    /// `min_demand` is not below `max_demand`.
    #[error("min_demand must be between 0 and {bound}, and is {min}: it is the demand at which more is asked for")]
    Min {
        /// What was given.
        min: usize,
        /// `max_demand` less one.
        bound: usize,
    },
}

/// The demand of a subscription, checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Demand {
    pub(crate) max: usize,
    pub(crate) min: usize,
}

/// How much a consumer asks for unless it says otherwise.
pub(crate) const DEFAULT_MAX: usize = 1000;

/// What a producer can buffer unless it says otherwise.
pub(crate) const DEFAULT_BUFFER: usize = 10_000;

impl Demand {
    fn new(max: Option<usize>, min: Option<usize>) -> Result<Self, BadDemand> {
        let max = max.unwrap_or(DEFAULT_MAX);
        let min = min.unwrap_or(max / 2);
        match max {
            0 => Err(BadDemand::Max),
            _ if min >= max => Err(BadDemand::Min { min, bound: max - 1 }),
            _ => Ok(Self { max, min }),
        }
    }
}

/// What both sides of a subscription can read of it.
///
/// Options of your own travel by type:
///
/// ```
/// use otp::gen_stage::SubscriptionOptions;
/// use std::time::Duration;
///
/// struct Interval(Duration);
///
/// fn interval(options: &SubscriptionOptions) -> Duration {
///     options.get::<Interval>().map_or(Duration::from_secs(5), |interval| interval.0)
/// }
/// ```
#[doc(alias = "subscription_options")]
#[derive(Clone)]
pub struct SubscriptionOptions {
    pub(crate) demand: Demand,
    pub(crate) cancel: Cancel,
    extra: Option<Arc<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>>,
}

impl fmt::Debug for SubscriptionOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SubscriptionOptions")
            .field("max_demand", &self.demand.max)
            .field("min_demand", &self.demand.min)
            .field("cancel", &self.cancel)
            .finish_non_exhaustive()
    }
}

impl SubscriptionOptions {
    /// The most events that are on their way or being handled. Default: 1000.
    pub fn max_demand(&self) -> usize {
        self.demand.max
    }

    /// When no more than this many are, more are asked for. Default: half of `max_demand`.
    pub fn min_demand(&self) -> usize {
        self.demand.min
    }

    /// What its end does to the consumer. Default: [`Cancel::Permanent`].
    pub fn cancel(&self) -> Cancel {
        self.cancel
    }

    /// An option of your own, given by [`SubscribeTo::with`].
    pub fn get<T: Send + Sync + 'static>(&self) -> Option<&T> {
        let any = self.extra.as_ref()?.get(&TypeId::of::<T>())?;
        any.downcast_ref()
    }
}

/// A subscription to be made: to which producer, and how.
///
/// | Option | Default |
/// |---|---|
/// | [`max_demand`](Self::max_demand) | 1000 |
/// | [`min_demand`](Self::min_demand) | half of `max_demand` |
/// | [`cancel`](Self::cancel) | [`Cancel::Permanent`] |
/// | [`with`](Self::with) | nothing of your own |
///
/// Made by [`StageRef::subscription`], or [`StageRef::partition`] for a partitioned producer; a bare handle of a producer
/// stands for one with the defaults.
pub struct SubscribeTo<P: Producer> {
    pub(crate) to: StageRef<P>,
    max: Option<usize>,
    min: Option<usize>,
    cancel: Cancel,
    extra: HashMap<TypeId, Arc<dyn Any + Send + Sync>>,
    pub(crate) dispatch: OptionsOf<P>,
}

/// What a subscription to this producer says to its dispatcher.
pub type OptionsOf<P> = <<P as Stage>::Dispatcher as Dispatcher<<P as Stage>::Out>>::Options;

impl<P: Producer> Clone for SubscribeTo<P> {
    fn clone(&self) -> Self {
        Self {
            to: self.to.clone(),
            max: self.max,
            min: self.min,
            cancel: self.cancel,
            extra: self.extra.clone(),
            dispatch: self.dispatch.clone(),
        }
    }
}

impl<P: Producer> fmt::Debug for SubscribeTo<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SubscribeTo")
            .field("to", &self.to)
            .field("max_demand", &self.max)
            .field("min_demand", &self.min)
            .field("cancel", &self.cancel)
            .finish_non_exhaustive()
    }
}

impl<P: Producer> SubscribeTo<P> {
    pub(crate) fn new(to: StageRef<P>, dispatch: OptionsOf<P>) -> Self {
        Self { to, max: None, min: None, cancel: Cancel::Permanent, extra: HashMap::new(), dispatch }
    }

    /// The most events that are on their way or being handled: at least 1. A consumer handles at most
    /// `max_demand - min_demand` at once.
    #[must_use]
    pub fn max_demand(mut self, max: usize) -> Self {
        self.max = Some(max);
        self
    }

    /// When no more than this many are, more are asked for: below `max_demand`.
    #[must_use]
    pub fn min_demand(mut self, min: usize) -> Self {
        self.min = Some(min);
        self
    }

    /// What its end does to the consumer.
    #[must_use]
    pub fn cancel(mut self, cancel: Cancel) -> Self {
        self.cancel = cancel;
        self
    }

    /// An option of your own, which the subscription callbacks of both sides can read by its type.
    #[must_use]
    pub fn with<T: Send + Sync + 'static>(mut self, option: T) -> Self {
        self.extra.insert(TypeId::of::<T>(), Arc::new(option));
        self
    }

    /// The options, if the demand is one that can be.
    ///
    /// # Errors
    /// `max_demand` is zero, or `min_demand` is not below it.
    pub fn options(&self) -> Result<SubscriptionOptions, BadDemand> {
        let demand = Demand::new(self.max, self.min)?;
        let extra = (!self.extra.is_empty()).then(|| Arc::new(self.extra.clone()));
        Ok(SubscriptionOptions { demand, cancel: self.cancel, extra })
    }
}

/// What can be subscribed to: a [`SubscribeTo`], or a reference to a producer's handle, with the default options.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is nothing that can be subscribed to",
    label = "expected `&handle` of a producer, or a `SubscribeTo`",
    note = "a partitioned producer is subscribed to with `producer.partition(..)`"
)]
pub trait IntoSubscribeTo {
    /// The producer.
    type Producer: Producer;
    /// The subscription to be made.
    fn into_subscribe_to(self) -> SubscribeTo<Self::Producer>;
}

impl<P: Producer> IntoSubscribeTo for SubscribeTo<P> {
    type Producer = P;
    fn into_subscribe_to(self) -> Self {
        self
    }
}

impl<H: StageHandle<Stage: Producer>> IntoSubscribeTo for &H
where
    OptionsOf<H::Stage>: Default,
{
    type Producer = H::Stage;
    fn into_subscribe_to(self) -> SubscribeTo<H::Stage> {
        self.stage().subscription()
    }
}

/// How a stage is set up, beside its state. `None`: the default of its kind.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Setup {
    pub(crate) mode: Option<DemandMode>,
    pub(crate) buffer: Option<BufferSize>,
    pub(crate) keep: Option<BufferKeep>,
}

/// The limit of a buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BufferSize {
    Limited(NonZeroUsize),
    Unlimited,
}

impl BufferSize {
    pub(crate) fn limit(self) -> Option<usize> {
        match self {
            Self::Limited(size) => Some(size.get()),
            Self::Unlimited => None,
        }
    }
}

/// A buffer cannot hold nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("buffer_size must be at least 1, and is 0")]
pub struct BadBufferSize;

#[cfg(all(test, not(otp_loom)))]
mod tests {
    use super::*;

    #[test]
    fn stg_003_stg_004_the_bounds_of_demand() {
        assert_eq!(Demand::new(None, None), Ok(Demand { max: 1000, min: 500 }));
        assert_eq!(Demand::new(None, Some(0)), Ok(Demand { max: 1000, min: 0 }));
        assert_eq!(Demand::new(None, Some(999)), Ok(Demand { max: 1000, min: 999 }));
        assert_eq!(Demand::new(Some(1), None), Ok(Demand { max: 1, min: 0 }));
        assert_eq!(Demand::new(Some(5), Some(5)), Err(BadDemand::Min { min: 5, bound: 4 }));
        assert_eq!(Demand::new(None, Some(2000)), Err(BadDemand::Min { min: 2000, bound: 999 }));
        assert_eq!(Demand::new(Some(0), None), Err(BadDemand::Max));
        assert!(BadDemand::Min { min: 5, bound: 4 }.to_string().contains("between 0 and 4"));
    }

    #[test]
    fn the_table_of_cancels() {
        let reasons = [(ExitReason::Normal, true), (ExitReason::Shutdown, true), (ExitReason::Killed, false)];
        for (reason, orderly) in reasons {
            assert!(Cancel::Permanent.exits(&reason));
            assert_eq!(Cancel::Transient.exits(&reason), !orderly);
            assert!(!Cancel::Temporary.exits(&reason));
        }
    }
}
