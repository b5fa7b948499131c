//! What a supervisor is started with.

use super::error::SpecError;
use super::module::{Init, child_start_spec, start_spec};
use super::{SupervisorRef, children::Children};
use crate::child::{ChildId, ChildKind, ChildOptions, ChildSpec};
use crate::process::{Name, StartError, Via};
use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

/// Which children are restarted when one of them has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Strategy {
    /// Only that one: the default.
    #[doc(alias = ":one_for_one")]
    #[default]
    OneForOne,
    /// That one and all that were started after it.
    #[doc(alias = ":rest_for_one")]
    RestForOne,
    /// All.
    #[doc(alias = ":one_for_all")]
    OneForAll,
}

/// Whether a supervisor ends by itself when significant children have ended and are not restarted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum AutoShutdown {
    /// Never: the default. No child may be significant.
    #[doc(alias = ":never")]
    #[default]
    Never,
    /// When any significant child has ended.
    #[doc(alias = ":any_significant")]
    AnySignificant,
    /// When the last significant child has ended.
    #[doc(alias = ":all_significant")]
    AllSignificant,
}

/// Children and options of a supervisor.
///
/// | Option | Default |
/// |---|---|
/// | `strategy` | [`Strategy::OneForOne`] |
/// | `max_restarts` | 3 |
/// | `max_seconds` | 5 s |
/// | `auto_shutdown` | [`AutoShutdown::Never`] |
/// | `name` | none |
///
/// More than `max_restarts` restarts within `max_seconds`, of all children together, end the supervisor with
/// `shutdown`. A restart of a group counts once; a failed try counts too.
///
/// Follows Elixir's `Supervisor.init/2`.
#[doc(alias = "Supervisor.init")]
#[derive(Clone)]
#[must_use = "nothing is supervised until `start_link` is called"]
pub struct SupervisorSpec {
    pub(crate) strategy: Strategy,
    pub(crate) max_restarts: u32,
    pub(crate) period: Duration,
    pub(crate) auto_shutdown: AutoShutdown,
    pub(crate) children: Vec<ChildSpec>,
    pub(crate) name: Option<Name>,
}

impl fmt::Debug for SupervisorSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SupervisorSpec")
            .field("strategy", &self.strategy)
            .field("max_restarts", &self.max_restarts)
            .field("period", &self.period)
            .field("auto_shutdown", &self.auto_shutdown)
            .field("children", &self.children)
            .finish_non_exhaustive()
    }
}

impl Default for SupervisorSpec {
    fn default() -> Self {
        Self {
            strategy: Strategy::default(),
            max_restarts: 3,
            period: Duration::from_secs(5),
            auto_shutdown: AutoShutdown::default(),
            children: Vec::new(),
            name: None,
        }
    }
}

impl SupervisorSpec {
    /// Which children are restarted together.
    pub fn strategy(mut self, strategy: Strategy) -> Self {
        self.strategy = strategy;
        self
    }

    /// Restarts allowed within the period. Zero: the first end that would cause a restart ends the supervisor.
    pub fn max_restarts(mut self, max_restarts: u32) -> Self {
        self.max_restarts = max_restarts;
        self
    }

    /// The period in seconds; at least one.
    pub fn max_seconds(self, seconds: u64) -> Self {
        self.period(Duration::from_secs(seconds))
    }

    /// The period; longer than zero.
    pub fn period(mut self, period: Duration) -> Self {
        self.period = period;
        self
    }

    /// Whether it ends when significant children have ended.
    pub fn auto_shutdown(mut self, auto_shutdown: AutoShutdown) -> Self {
        self.auto_shutdown = auto_shutdown;
        self
    }

    /// The name under which it is registered when it is started.
    pub fn name(mut self, name: impl Into<Name>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Appends a child.
    pub fn child(mut self, child: impl Into<ChildSpec>) -> Self {
        self.children.push(child.into());
        self
    }

    /// Appends children.
    pub fn children<C: Into<ChildSpec>>(mut self, children: impl IntoIterator<Item = C>) -> Self {
        self.children.extend(children.into_iter().map(Into::into));
        self
    }

    /// Starts it, linked to the process that awaits this.
    pub fn start_link(self) -> StartSupervisor {
        Supervisor::start_link(self)
    }

    /// Starts it, not linked to anybody.
    pub fn start(self) -> StartSupervisor {
        Supervisor::start(self)
    }

    /// This supervisor as a child of another.
    pub fn child_spec(self, id: impl Into<ChildId>) -> ChildSpec {
        let id = id.into();
        ChildSpec {
            options: ChildOptions::supervisor(id).kind(ChildKind::Supervisor),
            start: Arc::new(move |slot| child_start_spec(self.clone(), slot)),
            type_name: "otp::supervisor::Supervisor",
        }
    }

    /// What is wrong with it, if anything. A start looks itself.
    ///
    /// # Errors
    /// The period is zero, two children have one id, or a child is significant where that cannot be.
    #[doc(alias = "check_childspecs")]
    pub fn check(&self) -> Result<(), SpecError> {
        if self.period.is_zero() {
            return Err(SpecError::ZeroPeriod);
        }
        let mut seen = Children::default();
        for child in &self.children {
            check_child(child, self.auto_shutdown)?;
            if seen.find(child.get_id()).is_some() {
                return Err(SpecError::DuplicateId { id: child.get_id().to_string() });
            }
            seen.append(child.clone());
        }
        Ok(())
    }
}

/// What is wrong with a child under such a supervisor.
pub(crate) fn check_child(child: &ChildSpec, auto_shutdown: AutoShutdown) -> Result<(), SpecError> {
    let id = || child.get_id().to_string();
    if !child.is_significant() {
        return Ok(());
    }
    if child.get_restart() == crate::child::Restart::Permanent {
        return Err(SpecError::PermanentSignificant { id: id() });
    }
    if auto_shutdown == AutoShutdown::Never {
        return Err(SpecError::SignificantWithoutAutoShutdown { id: id() });
    }
    Ok(())
}

/// Supervisors without a type of their own: started from a [`SupervisorSpec`].
#[derive(Clone, Copy, Debug)]
pub struct Supervisor;

impl Supervisor {
    /// A specification without children, with the default options.
    pub fn builder() -> SupervisorSpec {
        SupervisorSpec::default()
    }

    /// Starts a supervisor, linked to the process that awaits this. Its children are running when the answer comes.
    ///
    /// Follows Elixir's `Supervisor.start_link/2`.
    pub fn start_link(spec: impl Into<SupervisorSpec>) -> StartSupervisor {
        StartSupervisor { spec: spec.into(), link: true, via: None }
    }

    /// Starts a supervisor, not linked to anybody.
    pub fn start(spec: impl Into<SupervisorSpec>) -> StartSupervisor {
        StartSupervisor { spec: spec.into(), link: false, via: None }
    }
}

/// A supervisor to be started: await it.
///
/// # Errors
/// [`StartError::BadOption`]: see [`SupervisorSpec::check`]. [`StartError::Failed`] with
/// `ShutdownWith(`[`FailedToStartChild`](super::FailedToStartChild)`)`: a child could not be started; those before it
/// have been shut down.
#[must_use = "a supervisor is started when this is awaited"]
pub struct StartSupervisor {
    spec: SupervisorSpec,
    link: bool,
    via: Option<crate::process::name::Registration>,
}

impl fmt::Debug for StartSupervisor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StartSupervisor").field("spec", &self.spec).field("link", &self.link).finish_non_exhaustive()
    }
}

impl StartSupervisor {
    /// The name it is registered under, before any child is started.
    pub fn name(mut self, name: impl Into<Name>) -> Self {
        self.spec.name = Some(name.into());
        self
    }

    /// A name through a registry.
    pub fn via(mut self, via: impl Via) -> Self {
        self.via = Some(crate::process::name::Registration::Via(Arc::new(via)));
        self
    }
}

impl IntoFuture for StartSupervisor {
    type Output = Result<SupervisorRef, StartError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            self.spec.check()?;
            let registration =
                self.via.or_else(|| self.spec.name.clone().map(crate::process::name::Registration::Name));
            start_spec(self.spec, self.link, registration).await
        })
    }
}

impl From<SupervisorSpec> for Init {
    fn from(spec: SupervisorSpec) -> Self {
        Self::Start(spec)
    }
}
