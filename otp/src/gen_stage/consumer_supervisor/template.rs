//! How the child of an event is started.

use crate::child::{BoxFuture, Child, ChildKind, ChildOptions, ChildSpec, Restart, Shutdown, Started};
use crate::process::{Slot, StartError, spawn_link};
use std::fmt;
use std::future::Future;
use std::sync::Arc;

/// When the child of an event is restarted. There is no `Permanent`: it would never make room for another event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum EventRestart {
    /// Never: the default.
    #[doc(alias = ":temporary")]
    #[default]
    Temporary,
    /// When it ended for a reason other than `Normal`, `Shutdown` and `ShutdownWith`: with the same event.
    #[doc(alias = ":transient")]
    Transient,
}

type StartFn<E> = dyn Fn(E, Arc<Slot>) -> BoxFuture<'static, Result<Started, StartError>> + Send + Sync;

/// How the child of an event is started, restarted and shut down: the one template of a
/// [`ConsumerSupervisor`](super::ConsumerSupervisor).
///
/// | Option | Default |
/// |---|---|
/// | [`transient`](Self::transient) | temporary |
/// | [`shutdown`](Self::shutdown) | 5 seconds |
/// | [`kind`](Self::kind) | a worker |
/// | [`id`](Self::id) | the type's name; for reports |
pub struct EventChild<E> {
    start: Arc<StartFn<E>>,
    /// Keeps a copy of the event for a restart; `None` for a temporary child.
    keep: Option<fn(&E) -> E>,
    options: ChildOptions,
    type_name: &'static str,
}

impl<E> Clone for EventChild<E> {
    fn clone(&self) -> Self {
        let Self { start, keep, options, type_name } = self;
        Self { start: start.clone(), keep: *keep, options: options.clone(), type_name }
    }
}

impl<E> fmt::Debug for EventChild<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventChild").field("options", &self.options).finish_non_exhaustive()
    }
}

impl<E: Send + 'static> EventChild<E> {
    /// Started by a function, which must link the process it starts to the one that runs it (`start_link`, `spawn_link`), and
    /// answers which that is. A panic in it is a failed start.
    pub fn new<F, Fut>(id: impl Into<crate::child::ChildId>, start: F) -> Self
    where
        F: Fn(E) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Started, StartError>> + Send + 'static,
    {
        Self {
            start: Arc::new(move |event, _| Box::pin(start(event))),
            keep: None,
            options: ChildOptions::worker(id).restart(Restart::Temporary),
            type_name: std::any::type_name::<F>(),
        }
    }

    /// A process that runs this future, and ends with it.
    ///
    /// Elixir's `Task.start_link/1` in the start function.
    pub fn task<F, Fut>(run: F) -> Self
    where
        F: Fn(E) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        Self::new("task", move |event| {
            let pid = spawn_link(run(event));
            async move { Ok(Started::new(pid)) }
        })
    }

    /// A server, stage or supervisor of type `C`, whose arguments are made from the event. Its id, shutdown and kind are what it
    /// declares, its restart is temporary.
    pub fn of<C: Child>(args: impl Fn(E) -> C::Args + Send + Sync + 'static) -> Self {
        Self {
            start: Arc::new(move |event, slot| C::start_child(args(event), slot)),
            keep: None,
            options: C::child_options().restart(Restart::Temporary),
            type_name: std::any::type_name::<C>(),
        }
    }

    /// Restarts it, with the same event, when it ended for a reason other than `Normal`, `Shutdown` and `ShutdownWith`.
    #[must_use]
    pub fn transient(self) -> Self
    where
        E: Clone,
    {
        self.restart(EventRestart::Transient)
    }

    /// When it is restarted.
    #[must_use]
    pub fn restart(mut self, restart: EventRestart) -> Self
    where
        E: Clone,
    {
        let restart = match restart {
            EventRestart::Temporary => {
                self.keep = None;
                Restart::Temporary
            }
            EventRestart::Transient => {
                self.keep = Some(E::clone);
                Restart::Transient
            }
        };
        self.options = self.options.restart(restart);
        self
    }

    /// What it is called in reports.
    #[must_use]
    pub fn id(mut self, id: impl Into<crate::child::ChildId>) -> Self {
        self.options = self.options.id(id);
        self
    }

    /// How it is shut down.
    #[must_use]
    pub fn shutdown(mut self, shutdown: impl Into<Shutdown>) -> Self {
        self.options = self.options.shutdown(shutdown);
        self
    }

    /// Whether it is a supervisor.
    #[must_use]
    #[doc(alias = "type")]
    pub fn kind(mut self, kind: ChildKind) -> Self {
        self.options = self.options.kind(kind);
        self
    }

    pub(super) fn start(&self, event: E) -> BoxFuture<'static, Result<Started, StartError>> {
        (self.start)(event, Slot::new())
    }

    /// A copy of the event, if the child may have to be restarted.
    pub(super) fn keep(&self, event: &E) -> Option<E> {
        self.keep.map(|keep| keep(event))
    }

    /// For reports and shutdown: nothing is ever started by it.
    pub(super) fn spec(&self) -> ChildSpec {
        ChildSpec {
            options: self.options.clone(),
            start: Arc::new(|_| Box::pin(async { Err(StartError::Ignored) })),
            type_name: self.type_name,
        }
    }
}
