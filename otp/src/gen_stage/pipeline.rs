//! Stages of a supervised pipeline: how many of each, and who subscribes to whom, told in one place.
//!
//! `pipeline!` writes what stands here. Without it:
//!
//! ```
//! use otp::gen_stage::StageSpec;
//! use otp::prelude::*;
//!
//! #[gen_stage(producer)]
//! struct Numbers { next: u64 }
//! #[gen_stage]
//! impl Numbers {
//!     #[init]
//!     fn init(start: u64) -> Self { Self { next: start } }
//!     #[demand]
//!     fn demand(&mut self, n: usize) -> Vec<u64> {
//!         let first = self.next;
//!         self.next += n as u64;
//!         (first..self.next).collect()
//!     }
//! }
//!
//! #[gen_stage(consumer)]
//! struct Sum { sum: u64 }
//! #[gen_stage]
//! impl Sum {
//!     #[init]
//!     fn init() -> Self { Self { sum: 0 } }
//!     #[events]
//!     fn add(&mut self, events: Vec<u64>) { self.sum += events.iter().sum::<u64>(); }
//!     #[call]
//!     fn sum(&self) -> u64 { self.sum }
//! }
//!
//! # #[otp::main]
//! # async fn main() -> otp::Result {
//! let numbers = StageSpec::<Numbers>::new("numbers", |_| 0);
//! let sums = StageSpec::<Sum>::new("sum", |_| ())
//!     .workers(2)
//!     .subscribe_to(&numbers.place(), |_worker, numbers| numbers.subscription().max_demand(10));
//! let tree = Supervisor::builder().strategy(Strategy::RestForOne).children(numbers).children(sums);
//! let pipeline = tree.start_link().await?;
//! let first = pipeline.child::<Sum>("sum-0");
//! while first.sum().await? == 0 {}
//! pipeline.stop().await?;
//! # Ok(())
//! # }
//! ```
//!
//! A stage finds its producers by their places under the supervisor, whichever process serves there: no names have to be
//! registered, the same pipeline can run many times, and one that is restarted subscribes to whoever is there then.

use super::consumer_supervisor::{ConsumerSupervisor, EventSupervisor};
use super::expand::DeclaredSubscriptions;
use super::server::StageArgs;
use super::{Consumer, Feeds, IntoSubscribeTo, Stage, StageRef, Staged, SubscribeTo};
use crate::child::{BoxFuture, Child, ChildId, ChildOptions, ChildSpec, Restart, Shutdown, Started};
use crate::gen_server::{ServerOptions, child_start_as};
use crate::process::name::Registration;
use crate::process::{Name, Slot, StartError, context};
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

/// What can be a stage of a pipeline: a stage that is also a [`Child`], such as `#[gen_stage]` makes, or a consumer supervisor.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a stage of a pipeline",
    label = "neither a stage nor a consumer supervisor",
    note = "put `#[gen_stage]` or `#[consumer_supervisor]` on `{Self}`; a stage written by hand needs `#[derive(ChildSpec)]` with `#[child_spec(args = ..)]` too"
)]
pub trait PipelineStage: Child {
    /// The stage that runs.
    type Stage: Stage;

    #[doc(hidden)]
    fn stage_options() -> ServerOptions;

    #[doc(hidden)]
    fn start_stage(
        args: Self::Args,
        subscriptions: DeclaredSubscriptions<Self::Stage>,
        options: ServerOptions,
        slot: Arc<Slot>,
    ) -> BoxFuture<'static, Result<Started, StartError>>;
}

impl<S: Stage + Child<Args = <S as Stage>::Args>> PipelineStage for S {
    type Stage = S;

    fn stage_options() -> ServerOptions {
        S::options()
    }

    fn start_stage(
        args: <S as Stage>::Args,
        subscriptions: DeclaredSubscriptions<S>,
        options: ServerOptions,
        slot: Arc<Slot>,
    ) -> BoxFuture<'static, Result<Started, StartError>> {
        child_start_as::<Staged<S>>(None, StageArgs { args, subscriptions }, options, slot)
    }
}

/// Where the workers of a stage serve under their supervisor: what consumers subscribe to. From [`StageSpec::place`].
pub struct Place<C> {
    id: ChildId,
    workers: Option<usize>,
    stage: PhantomData<fn() -> C>,
}

impl<C> Clone for Place<C> {
    fn clone(&self) -> Self {
        Self { id: self.id.clone(), workers: self.workers, stage: PhantomData }
    }
}

impl<C> fmt::Debug for Place<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Place").field("id", &self.id).field("workers", &self.workers).finish()
    }
}

impl<C> Place<C> {
    /// The ids of its workers, in order.
    pub fn ids(&self) -> impl Iterator<Item = String> + use<C> {
        let (id, numbered) = (self.id.clone(), self.workers.is_some());
        (0..self.workers.unwrap_or(1))
            .map(move |worker| if numbered { format!("{id}-{worker}") } else { id.to_string() })
    }
}

type Args<C> = dyn Fn(usize) -> <C as Child>::Args + Send + Sync;
type Subscriptions<C> = DeclaredSubscriptions<<C as PipelineStage>::Stage>;
type Wire<C> = dyn Fn(usize, &Slot, Subscriptions<C>) -> Subscriptions<C> + Send + Sync;

/// One stage of a pipeline: one worker, or several alike.
///
/// | Option | Default |
/// |---|---|
/// | [`workers`](Self::workers) | one, whose id is the stage's |
/// | [`name`](Self::name) | that of its declaration; of several workers, with `-` and the worker's number |
/// | [`subscribe_to`](Self::subscribe_to), [`subscribe_to_other`](Self::subscribe_to_other) | nobody but whom its declaration and `init` name |
/// | [`restart`](Self::restart), [`shutdown`](Self::shutdown), [`significant`](Self::significant) | as it is declared |
///
/// It is an iterator of child specifications: give it to [`SupervisorSpec::children`](crate::supervisor::SupervisorSpec::children)
/// of a supervisor with [`Strategy::RestForOne`](crate::supervisor::Strategy::RestForOne), producers before their consumers.
#[must_use = "a stage is started by the supervisor that it is given to"]
pub struct StageSpec<C: PipelineStage> {
    place: Place<C>,
    options: ChildOptions,
    name: Option<Name>,
    args: Arc<Args<C>>,
    wires: Vec<Arc<Wire<C>>>,
}

impl<C: PipelineStage> fmt::Debug for StageSpec<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StageSpec").field("place", &self.place).field("options", &self.options).finish_non_exhaustive()
    }
}

impl<C: PipelineStage> StageSpec<C> {
    /// With this id, one worker, and arguments that are asked for at every start, with the number of the worker (from 0).
    pub fn new(id: impl Into<ChildId>, args: impl Fn(usize) -> C::Args + Send + Sync + 'static) -> Self {
        Self {
            place: Place { id: id.into(), workers: None, stage: PhantomData },
            options: C::child_options(),
            name: None,
            args: Arc::new(args),
            wires: Vec::new(),
        }
    }

    /// So many workers, at least one. Their ids are the stage's with a number: `parser-0`, `parser-1` ..
    ///
    /// # Panics
    /// With none.
    #[track_caller]
    pub fn workers(mut self, workers: usize) -> Self {
        let id = &self.place.id;
        assert!(workers > 0, "the stage `{id}` has no workers: its consumers would wait for ever, it needs at least 1");
        self.place.workers = Some(workers);
        self
    }

    /// The name it is registered under; that of several workers gets a number: `parser-0`, `parser-1` ..
    pub fn name(mut self, name: impl Into<Name>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// When it is restarted.
    pub fn restart(mut self, restart: Restart) -> Self {
        self.options = self.options.restart(restart);
        self
    }

    /// How it is shut down.
    pub fn shutdown(mut self, shutdown: impl Into<Shutdown>) -> Self {
        self.options = self.options.shutdown(shutdown);
        self
    }

    /// Whether its end by itself may shut the supervisor down, as `auto_shutdown` says.
    pub fn significant(mut self, significant: bool) -> Self {
        self.options = self.options.significant(significant);
        self
    }

    /// Where it serves: for its consumers. Set the number of workers before.
    pub fn place(&self) -> Place<C> {
        self.place.clone()
    }

    /// Each worker of this stage subscribes to each worker of that one, at every start. `subscription` gets the number of this
    /// stage's worker, and the producer.
    ///
    /// The subscriptions are made before the worker's start is done, behind those of its `init`. A producer that is not
    /// there makes the start fail with `NoProc`, unless the subscription is temporary.
    pub fn subscribe_to<P: PipelineStage<Stage: Feeds<C::Stage>>>(
        mut self,
        producer: &Place<P>,
        subscription: impl Fn(usize, StageRef<P::Stage>) -> SubscribeTo<P::Stage> + Send + Sync + 'static,
    ) -> Self
    where
        C::Stage: Consumer,
    {
        let producer = producer.clone();
        self.wires.push(Arc::new(move |worker, supervisor, subscriptions| {
            producer.ids().fold(subscriptions, |subscriptions, id| {
                let to = subscription(worker, StageRef::from_slot(supervisor.child(&id)));
                subscriptions.subscribe_to(to)
            })
        }));
        self
    }

    /// Each worker subscribes to a producer from outside of the pipeline, at every start: by name, through a registry, or in
    /// another supervisor.
    pub fn subscribe_to_other<T: IntoSubscribeTo<Producer: Feeds<C::Stage>>>(
        mut self,
        subscription: impl Fn(usize) -> T + Send + Sync + 'static,
    ) -> Self
    where
        C::Stage: Consumer,
    {
        self.wires.push(Arc::new(move |worker, _, subscriptions| {
            subscriptions.subscribe_to(subscription(worker).into_subscribe_to())
        }));
        self
    }

    fn worker(&self, worker: usize, id: String) -> ChildSpec {
        let (args, wires) = (self.args.clone(), self.wires.clone());
        let (name, numbered) = (self.name.clone(), self.place.workers.is_some());
        let start = move |slot: Arc<Slot>| {
            let supervisor = supervisor_slot();
            let empty = DeclaredSubscriptions::default();
            let subscriptions = wires.iter().fold(empty, |wired, wire| wire(worker, &supervisor, wired));
            let options = named(C::stage_options(), name.as_ref(), numbered.then_some(worker));
            C::start_stage(args(worker), subscriptions, options, slot)
        };
        ChildSpec {
            options: self.options.clone().id(id),
            start: Arc::new(start),
            type_name: std::any::type_name::<C>(),
        }
    }
}

/// The place of the supervisor whose process runs this: that of nobody, in a process that is none.
fn supervisor_slot() -> Arc<Slot> {
    let slot = context::with(|running| {
        running.and_then(|running| running.core().shared.lock().extra.as_ref().and_then(|extra| extra.slot.clone()))
    });
    slot.unwrap_or_default()
}

/// Names are unique: those of several workers get a number.
fn named(mut options: ServerOptions, name: Option<&Name>, number: Option<usize>) -> ServerOptions {
    if let Some(name) = name {
        options = options.name(name);
    }
    if let (Some(Registration::Name(name)), Some(number)) = (&options.spawn.registration, number) {
        let name = name.numbered(number);
        options = options.name(name);
    }
    options
}

impl<C: PipelineStage> IntoIterator for StageSpec<C> {
    type Item = ChildSpec;
    type IntoIter = std::vec::IntoIter<ChildSpec>;

    fn into_iter(self) -> Self::IntoIter {
        let workers: Vec<_> = self.place.ids().enumerate().map(|(worker, id)| self.worker(worker, id)).collect();
        workers.into_iter()
    }
}

impl<E: Send + 'static> PipelineStage for ConsumerSupervisor<E> {
    type Stage = EventSupervisor<E>;

    fn stage_options() -> ServerOptions {
        EventSupervisor::<E>::options()
    }

    fn start_stage(
        args: Self,
        subscriptions: DeclaredSubscriptions<EventSupervisor<E>>,
        options: ServerOptions,
        slot: Arc<Slot>,
    ) -> BoxFuture<'static, Result<Started, StartError>> {
        args.start_wired(subscriptions, options, slot)
    }
}
