//! The specification and its parts.

use super::start::{BoxFuture, Child, Started};
use crate::process::{Slot, StartError};
use crate::sync::Mutex;
use std::borrow::Cow;
use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

/// The id of a child: unique under its supervisor.
pub type ChildId = Cow<'static, str>;

/// When a child is restarted after it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Restart {
    /// Always: the default.
    #[doc(alias = ":permanent")]
    #[default]
    Permanent,
    /// When it ended for a reason other than `Normal`, `Shutdown` and `ShutdownWith`.
    #[doc(alias = ":transient")]
    Transient,
    /// Never; and its specification is forgotten.
    #[doc(alias = ":temporary")]
    Temporary,
}

/// How a child is shut down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shutdown {
    /// It is killed at once.
    #[doc(alias = ":brutal_kill")]
    BrutalKill,
    /// It is asked with an exit signal `Shutdown`, and killed when it is not gone in this time. The default of a worker,
    /// with 5 seconds.
    Timeout(Duration),
    /// It is asked, and waited for as long as it takes. The default of a supervisor, which needs the time for its own
    /// children.
    #[doc(alias = ":infinity")]
    Infinity,
}

/// 5 seconds: that of a worker.
impl Default for Shutdown {
    fn default() -> Self {
        Self::Timeout(Duration::from_secs(5))
    }
}

impl From<Duration> for Shutdown {
    fn from(timeout: Duration) -> Self {
        Self::Timeout(timeout)
    }
}

/// Whether a child is a supervisor itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChildKind {
    /// A worker.
    #[doc(alias = ":worker")]
    Worker,
    /// A supervisor.
    #[doc(alias = ":supervisor")]
    Supervisor,
}

impl fmt::Display for ChildKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Worker => "worker",
            Self::Supervisor => "supervisor",
        })
    }
}

/// How a type declares itself as a child: everything of a specification but its start.
///
/// | Field | Worker | Supervisor |
/// |---|---|---|
/// | restart | permanent | permanent |
/// | shutdown | 5 s | infinity |
/// | significant | no | no |
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "options have an effect when a child is made with them"]
pub struct ChildOptions {
    pub(crate) id: ChildId,
    pub(crate) restart: Restart,
    pub(crate) shutdown: Shutdown,
    pub(crate) kind: ChildKind,
    pub(crate) significant: bool,
}

macro_rules! setters {
    ($($options:ident)?) => {
        /// The id, unique under its supervisor.
        pub fn id(mut self, id: impl Into<ChildId>) -> Self {
            self$(.$options)?.id = id.into();
            self
        }

        /// When it is restarted. Default: [`Restart::Permanent`].
        pub fn restart(mut self, restart: Restart) -> Self {
            self$(.$options)?.restart = restart;
            self
        }

        /// How it is shut down. Default: 5 seconds for a worker, no limit for a supervisor.
        pub fn shutdown(mut self, shutdown: impl Into<Shutdown>) -> Self {
            self$(.$options)?.shutdown = shutdown.into();
            self
        }

        /// Whether it is a supervisor. Default: a worker.
        #[doc(alias = "type")]
        pub fn kind(mut self, kind: ChildKind) -> Self {
            self$(.$options)?.kind = kind;
            self
        }

        /// Whether its end by itself may shut the supervisor down, as the supervisor's `auto_shutdown` says. Default: no.
        pub fn significant(mut self, significant: bool) -> Self {
            self$(.$options)?.significant = significant;
            self
        }
    };
}

impl ChildOptions {
    /// The defaults of a worker.
    pub fn worker(id: impl Into<ChildId>) -> Self {
        Self {
            id: id.into(),
            restart: Restart::Permanent,
            shutdown: Shutdown::default(),
            kind: ChildKind::Worker,
            significant: false,
        }
    }

    /// The defaults of a supervisor.
    pub fn supervisor(id: impl Into<ChildId>) -> Self {
        Self { shutdown: Shutdown::Infinity, kind: ChildKind::Supervisor, ..Self::worker(id) }
    }

    setters!();
}

/// Starts a child: runs in the supervisor's process, which it links to.
pub(crate) type StartFn = dyn Fn(Arc<Slot>) -> BoxFuture<'static, Result<Started, StartError>> + Send + Sync;

/// How a supervisor starts, restarts and shuts down one child.
///
/// ```
/// use otp::child::{ChildSpec, Restart, Shutdown};
/// use otp::prelude::*;
/// use std::time::Duration;
///
/// #[gen_server]
/// struct Stack { items: Vec<String> }
/// #[gen_server]
/// impl Stack {
///     #[init]
///     fn init(items: Vec<String>) -> Self { Self { items } }
/// }
///
/// let spec = ChildSpec::of::<Stack>(|| vec!["hello".to_string()]);
/// assert_eq!((spec.get_id(), spec.get_restart()), ("Stack", Restart::Permanent));
/// let spec = spec.id("s1").restart(Restart::Transient).shutdown(Duration::from_secs(10));
/// assert_eq!(spec.get_shutdown(), Shutdown::Timeout(Duration::from_secs(10)));
/// ```
#[doc(alias = "child_spec")]
#[derive(Clone)]
#[must_use = "a specification has an effect when it is given to a supervisor"]
pub struct ChildSpec {
    pub(crate) options: ChildOptions,
    pub(crate) start: Arc<StartFn>,
    /// What `which_children` shows in the place of Erlang's modules.
    pub(crate) type_name: &'static str,
}

impl fmt::Debug for ChildSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChildSpec")
            .field("options", &self.options)
            .field("type_name", &self.type_name)
            .finish_non_exhaustive()
    }
}

impl ChildSpec {
    /// A child of type `C`, with the options it declares. `args` is called at **every** start and restart: where Elixir
    /// keeps one value in the specification, this makes a new one each time, and needs no `Clone`.
    pub fn of<C: Child>(args: impl Fn() -> C::Args + Send + Sync + 'static) -> Self {
        Self {
            options: C::child_options(),
            start: Arc::new(move |slot| C::start_child(args(), slot)),
            type_name: std::any::type_name::<C>(),
        }
    }

    /// A temporary child of type `C`, from arguments that its one start uses up.
    pub(crate) fn once<C: Child>(args: C::Args) -> Self {
        let args = Mutex::new(Some(args));
        let take = move || args.lock().take().expect("a temporary child is started once");
        Self::of::<C>(take).restart(Restart::Temporary)
    }

    /// A worker that is started by a function, which must link the process it starts to the one that runs it
    /// (`start_link`, `spawn_link`).
    ///
    /// ```
    /// use otp::child::{ChildSpec, Started};
    /// use otp::process;
    ///
    /// let ticker = ChildSpec::new("ticker", |_slot| async {
    ///     Ok(Started::new(process::spawn_link(process::sleep_forever())))
    /// });
    /// ```
    pub fn new<F, Fut>(id: impl Into<ChildId>, start: F) -> Self
    where
        F: Fn(Arc<Slot>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Started, StartError>> + Send + 'static,
    {
        Self {
            options: ChildOptions::worker(id),
            start: Arc::new(move |slot| Box::pin(start(slot))),
            type_name: std::any::type_name::<F>(),
        }
    }

    setters!(options);

    /// The id.
    pub fn get_id(&self) -> &str {
        &self.options.id
    }

    /// When it is restarted.
    pub fn get_restart(&self) -> Restart {
        self.options.restart
    }

    /// How it is shut down.
    pub fn get_shutdown(&self) -> Shutdown {
        self.options.shutdown
    }

    /// Whether it is a supervisor.
    pub fn get_kind(&self) -> ChildKind {
        self.options.kind
    }

    /// Whether its end may shut the supervisor down.
    pub fn is_significant(&self) -> bool {
        self.options.significant
    }
}
