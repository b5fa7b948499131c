//! Why a process ended.

use std::any::Any;
use std::error::Error;
use std::fmt;
use std::sync::Arc;

/// Why a process ended, or is asked to end.
///
/// | Reason | When | Follows a link | Logged | A transient child is restarted |
/// |---|---|---|---|---|
/// | `Normal` | returned, or was stopped without a reason | no | no | no |
/// | `Shutdown`, `ShutdownWith` | an orderly end | yes | no | no |
/// | `Killed` | somebody asked for `Kill` | yes | no | yes |
/// | `NoProc` | there was no such process | yes | - | yes |
/// | `Panic` | its code panicked | yes | yes | yes |
/// | `Error` | a handler answered `Err`, or asked to stop with an error | yes | yes | yes |
/// | `Other` | a value of the program's own | yes | yes | yes |
///
/// Follows Erlang's exit reasons; a value that is none of the well-known atoms is [`ExitReason::Other`].
///
/// ```
/// use otp::process::ExitReason;
///
/// #[derive(Debug, PartialEq)]
/// struct DiskFull { free: u64 }
///
/// let reason = ExitReason::other(DiskFull { free: 12 });
/// assert_eq!(reason.downcast_ref::<DiskFull>().unwrap().free, 12);
/// assert!(!reason.is_orderly());
/// assert!(ExitReason::shutdown_with("upgrade").is_orderly());
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ExitReason {
    /// An ordinary end.
    #[doc(alias = ":normal")]
    Normal,
    /// An orderly end, as a supervisor asks for.
    #[doc(alias = ":shutdown")]
    Shutdown,
    /// An orderly end with details.
    #[doc(alias = "{:shutdown, term}")]
    ShutdownWith(Term),
    /// What [`exit`](super::exit()) is given to end a process that nothing else ends. A process never *has* this reason:
    /// it ends with [`ExitReason::Killed`].
    #[doc(alias = ":kill")]
    Kill,
    /// It was ended by [`ExitReason::Kill`].
    #[doc(alias = ":killed")]
    Killed,
    /// There is no such process.
    #[doc(alias = ":noproc")]
    NoProc,
    /// Its code panicked.
    Panic(Arc<PanicReport>),
    /// A callback answered `Err`, or the process stopped with an error.
    Error(Arc<dyn Error + Send + Sync>),
    /// A value of the program's own.
    Other(Term),
}

/// A panic: what it said and where.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PanicReport {
    /// The message, verbatim; a payload that is no string is named by that fact.
    pub message: String,
    /// `file:line:column` of the panic, when it is known.
    pub location: Option<String>,
}

impl fmt::Display for PanicReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.location {
            Some(location) => write!(f, "panicked at {location}: {}", self.message),
            None => write!(f, "panicked: {}", self.message),
        }
    }
}

/// A value of any type that can be printed and compared: the details of an exit reason.
#[derive(Clone)]
pub struct Term(Arc<dyn AnyTerm>);

trait AnyTerm: Any + Send + Sync {
    fn same(&self, other: &dyn Any) -> bool;
    fn debug(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result;
}

impl<T: Any + fmt::Debug + PartialEq + Send + Sync> AnyTerm for T {
    fn same(&self, other: &dyn Any) -> bool {
        other.downcast_ref::<T>().is_some_and(|other| self == other)
    }
    fn debug(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl Term {
    /// Wraps a value.
    pub fn new<T: fmt::Debug + PartialEq + Send + Sync + 'static>(value: T) -> Self {
        Self(Arc::new(value))
    }

    /// The value, if it is a `T`.
    pub fn downcast_ref<T: 'static>(&self) -> Option<&T> {
        let any: &dyn Any = &*self.0;
        any.downcast_ref()
    }
}

impl PartialEq for Term {
    fn eq(&self, other: &Self) -> bool {
        self.0.same(&*other.0)
    }
}

impl fmt::Debug for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.debug(f)
    }
}

impl ExitReason {
    /// A reason of the program's own.
    pub fn other<T: fmt::Debug + PartialEq + Send + Sync + 'static>(value: T) -> Self {
        Self::Other(Term::new(value))
    }

    /// An orderly end with details.
    pub fn shutdown_with<T: fmt::Debug + PartialEq + Send + Sync + 'static>(value: T) -> Self {
        Self::ShutdownWith(Term::new(value))
    }

    /// An end because of an error.
    pub fn error(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Error(Arc::from(error.into()))
    }

    /// Only [`ExitReason::Normal`].
    pub fn is_normal(&self) -> bool {
        matches!(self, Self::Normal)
    }

    /// `Normal`, `Shutdown` or `ShutdownWith`: an end that is not logged and that a transient child is not restarted for.
    pub fn is_orderly(&self) -> bool {
        matches!(self, Self::Normal | Self::Shutdown | Self::ShutdownWith(_))
    }

    /// The details, or the error, if they are a `T`.
    pub fn downcast_ref<T: fmt::Debug + 'static>(&self) -> Option<&T> {
        match self {
            Self::ShutdownWith(term) | Self::Other(term) => term.downcast_ref(),
            Self::Panic(report) => (&**report as &dyn Any).downcast_ref(),
            _ => None,
        }
    }

    /// The error, if a callback answered with an `E`.
    pub fn error_ref<E: Error + 'static>(&self) -> Option<&E> {
        match self {
            Self::Error(error) => error.downcast_ref(),
            _ => None,
        }
    }

    /// What a process that is ended by a signal with this reason ends with.
    pub(crate) fn received(self) -> Self {
        match self {
            Self::Kill => Self::Killed,
            other => other,
        }
    }

    /// The same, which is there for ever, if it has no details.
    pub(crate) fn without_details(&self) -> Option<&'static Self> {
        static ALL: [ExitReason; 5] =
            [ExitReason::Normal, ExitReason::Shutdown, ExitReason::Kill, ExitReason::Killed, ExitReason::NoProc];
        let [normal, shutdown, kill, killed, noproc] = &ALL;
        match self {
            Self::Normal => Some(normal),
            Self::Shutdown => Some(shutdown),
            Self::Kill => Some(kill),
            Self::Killed => Some(killed),
            Self::NoProc => Some(noproc),
            Self::ShutdownWith(_) | Self::Panic(_) | Self::Error(_) | Self::Other(_) => None,
        }
    }

    pub(crate) fn from_panic(payload: Box<dyn Any + Send>, location: Option<String>) -> Self {
        let payload = match payload.downcast::<Leave>() {
            Ok(leave) => return leave.0,
            Err(payload) => payload,
        };
        let message = if let Some(s) = payload.downcast_ref::<&'static str>() {
            (*s).to_string()
        } else if let Some(s) = payload.downcast_ref::<String>() {
            s.clone()
        } else {
            "a value that is not a string".to_string()
        };
        Self::Panic(Arc::new(PanicReport { message, location }))
    }
}

/// The payload with which [`exit_with`](super::exit_with) unwinds.
pub(crate) struct Leave(pub(crate) ExitReason);

/// Errors are equal when they are the same error (the same allocation); everything else by value.
impl PartialEq for ExitReason {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Normal, Self::Normal)
            | (Self::Shutdown, Self::Shutdown)
            | (Self::Kill, Self::Kill)
            | (Self::Killed, Self::Killed)
            | (Self::NoProc, Self::NoProc) => true,
            (Self::ShutdownWith(a), Self::ShutdownWith(b)) | (Self::Other(a), Self::Other(b)) => a == b,
            (Self::Panic(a), Self::Panic(b)) => a == b,
            (Self::Error(a), Self::Error(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }
}

impl fmt::Display for ExitReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Normal => f.write_str("normal"),
            Self::Shutdown => f.write_str("shutdown"),
            Self::ShutdownWith(term) => write!(f, "shutdown: {term:?}"),
            Self::Kill => f.write_str("kill"),
            Self::Killed => f.write_str("killed"),
            Self::NoProc => f.write_str("noproc"),
            Self::Panic(report) => fmt::Display::fmt(report, f),
            Self::Error(error) => fmt::Display::fmt(error, f),
            Self::Other(term) => write!(f, "{term:?}"),
        }
    }
}

impl From<Box<dyn Error + Send + Sync>> for ExitReason {
    fn from(error: Box<dyn Error + Send + Sync>) -> Self {
        Self::error(error)
    }
}
