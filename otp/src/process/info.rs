//! What arrives in a mailbox besides requests: messages of any type, and the notifications of links and monitors.

use super::{ExitReason, MonitorRef, Name, Pid};
use std::any::{Any, TypeId};
use std::fmt;

/// A monitored process has ended, or was not there.
///
/// Arrives exactly once for each [`monitor`](super::monitor()) that was not taken back before.
#[doc(alias = "DOWN")]
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Down {
    /// The monitor that fired.
    pub reference: MonitorRef,
    /// The process that ended; `None` if a name was monitored that nobody had.
    pub pid: Option<Pid>,
    /// The name that was monitored, when it was a name.
    pub name: Option<Name>,
    /// Why it ended; [`ExitReason::NoProc`] if it had ended before, or never was.
    pub reason: ExitReason,
}

/// A linked process has ended, or somebody sent an exit signal; only a process that traps exits gets this.
#[doc(alias = "EXIT")]
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Exit {
    /// Who ended, or who sent the signal.
    pub from: Pid,
    /// Why.
    pub reason: ExitReason,
}

/// A message as it lies in the mailbox, before its type is looked at.
#[doc(alias = "handle_info")]
pub enum Info {
    /// A monitor fired.
    Down(Box<Down>),
    /// A link or an exit signal, for a process that traps exits.
    Exit(Box<Exit>),
    /// Any other message.
    Any(Box<dyn AnyMessage>),
}

/// A message of any type: `dyn Any` that knows the name of its type, for reports. Every type that can be sent is one.
pub trait AnyMessage: Any + Send {
    /// The name of the type.
    fn type_name(&self) -> &'static str;
}

impl<M: Any + Send> AnyMessage for M {
    fn type_name(&self) -> &'static str {
        std::any::type_name::<M>()
    }
}

impl dyn AnyMessage {
    /// Whether the message is an `M`.
    #[inline]
    pub fn is<M: Any>(&self) -> bool {
        let any: &dyn Any = self;
        any.is::<M>()
    }

    /// The message, if it is an `M`.
    #[inline]
    pub fn downcast_ref<M: Any>(&self) -> Option<&M> {
        let any: &dyn Any = self;
        any.downcast_ref()
    }

    /// The message, if it is an `M`.
    ///
    /// # Errors
    /// It is not: here it is again.
    pub fn downcast<M: Any>(self: Box<Self>) -> Result<Box<M>, Box<Self>> {
        if self.is::<M>() { Ok(recast(self)) } else { Err(self) }
    }
}

/// The box as what is in it.
fn recast<T: 'static>(boxed: Box<dyn Any>) -> Box<T> {
    boxed.downcast().expect("the type was compared")
}

impl Info {
    /// Wraps a message.
    pub fn new<M: Send + 'static>(message: M) -> Self {
        Self::close(Box::new(message))
    }

    /// Whether the message is an `M`.
    #[inline]
    pub fn is<M: 'static>(&self) -> bool {
        match self {
            Self::Down(_) => TypeId::of::<M>() == TypeId::of::<Down>(),
            Self::Exit(_) => TypeId::of::<M>() == TypeId::of::<Exit>(),
            Self::Any(message) => message.is::<M>(),
        }
    }

    /// The message, if it is an `M`; otherwise everything back.
    ///
    /// ```
    /// use otp::process::Info;
    ///
    /// let info = Info::new(7_u32);
    /// let info = info.take::<String>().unwrap_err();
    /// assert_eq!(info.take::<u32>().unwrap(), 7);
    /// ```
    #[inline]
    pub fn take<M: 'static>(self) -> Result<M, Info> {
        self.open().map(|message| *message)
    }

    /// As `take`, in the box in which the message travelled. As an `Info`, anything.
    pub(crate) fn open<M: 'static>(self) -> Result<Box<M>, Info> {
        let boxed: Box<dyn Any> = if TypeId::of::<M>() == TypeId::of::<Info>() {
            Box::new(self)
        } else if self.is::<M>() {
            match self {
                Self::Down(down) => down,
                Self::Exit(exit) => exit,
                Self::Any(message) => message,
            }
        } else {
            return Err(self);
        };
        Ok(recast(boxed))
    }

    /// The opposite of `open`.
    pub(crate) fn close<M: Send + 'static>(message: Box<M>) -> Self {
        let id = TypeId::of::<M>();
        if id == TypeId::of::<Info>() {
            *recast(message)
        } else if id == TypeId::of::<Down>() {
            Self::Down(recast(message))
        } else if id == TypeId::of::<Exit>() {
            Self::Exit(recast(message))
        } else {
            Self::Any(message)
        }
    }

    /// What it is, for a log: the notification, or of which type the message is, which need not be one that can be shown.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Down(down) => format!("{down:?}"),
            Self::Exit(exit) => format!("{exit:?}"),
            // Of what is in the box: a box could be sent itself.
            Self::Any(message) => format!("a message of type {}", (**message).type_name()),
        }
    }
}

impl fmt::Debug for Info {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Down(down) => fmt::Debug::fmt(down, f),
            Self::Exit(exit) => fmt::Debug::fmt(exit, f),
            Self::Any(message) => write!(f, "Any({})", (**message).type_name()),
        }
    }
}
