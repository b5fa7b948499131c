//! The handle of a server.

use super::{Call, GenServer, HandleInfo, Stop};
use crate::child::HasPid;
use crate::generic::call::Make;
use crate::generic::{Address, CastError, Envelope, ReplyTo, Unreachable};
use crate::process::context;
use crate::process::mailbox::{Admission, Item, admit, has_room, wait_for_room};
use crate::process::{Dest, Info, MonitorRef, Name, Pid, Slot, Target, Via};
use std::fmt;
use std::sync::Arc;

/// A handle of a server of type `S`: cheap to clone, free to send; dropping it ends nothing.
///
/// | Made by | reaches |
/// |---|---|
/// | a start, [`ServerRef::from_pid`] | that process; once it has ended, nobody |
/// | [`ServerRef::named`], [`ServerRef::via`] | whoever has the name at that moment |
/// | a supervisor's accessor | whoever serves in that place at that moment, across restarts |
///
/// Follows Elixir's `GenServer.server()`.
#[doc(alias = "GenServer.server")]
pub struct ServerRef<S: GenServer> {
    pub(crate) address: Address<S::Request>,
}

impl<S: GenServer> Clone for ServerRef<S> {
    fn clone(&self) -> Self {
        Self { address: self.address.clone() }
    }
}

impl<S: GenServer> fmt::Debug for ServerRef<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({})", short_name::<S>(), self.address)
    }
}

impl<S: GenServer> fmt::Display for ServerRef<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.address, f)
    }
}

/// Makes a call without arguments: usually the constructor of an enum's variant.
pub type MakeRequest<S, T> = fn(ReplyTo<T>) -> <S as GenServer>::Request;

/// The name of a type without its path.
pub(crate) fn short_name<S>() -> &'static str {
    let name = std::any::type_name::<S>();
    let end = name.find('<').unwrap_or(name.len());
    let start = name[..end].rfind("::").map_or(0, |at| at + 2);
    &name[start..]
}

impl<S: GenServer> ServerRef<S> {
    pub(crate) fn new(address: Address<S::Request>) -> Self {
        Self { address }
    }

    /// Whoever has this name, at each use.
    pub fn named(name: impl Into<Name>) -> Self {
        Self::new(Address::Name(name.into()))
    }

    /// Whoever a registry names, at each use.
    #[doc(alias = "{:via, module, term}")]
    pub fn via(via: impl Via) -> Self {
        Self::new(Address::Via(Arc::new(via)))
    }

    /// The server with this pid; `None` if it has ended or is a server of another type.
    pub fn from_pid(pid: Pid) -> Option<Self> {
        Address::of_pid(pid).map(Self::new)
    }

    /// Whoever a supervisor runs in this place. For expansions.
    #[doc(hidden)]
    pub fn from_slot(slot: Arc<Slot>) -> Self {
        Self::new(Address::Slot(slot))
    }

    /// Calls the server: `make` makes the request, usually the constructor of an enum's variant.
    #[inline]
    pub fn call<T: Send + 'static>(&self, make: MakeRequest<S, T>) -> Call<'_, S, MakeRequest<S, T>, T> {
        let apply = Make::Request(|make: MakeRequest<S, T>, from| make(from));
        Call::<S, _, _>::new(&self.address, "request", make, apply)
    }

    /// Calls the server with arguments; `request` names the request in errors.
    #[inline]
    pub fn call_with<A, T: Send + 'static>(
        &self,
        request: &'static str,
        args: A,
        make: fn(A, ReplyTo<T>) -> S::Request,
    ) -> Call<'_, S, A, T> {
        Call::<S, _, _>::new(&self.address, request, args, Make::Request(make))
    }

    /// Casts a request: it is put into the mailbox, and that is all. Never waits, and never fails: a server that is
    /// gone, or a name that nobody has, is no error. A full mailbox does what its bound says.
    ///
    /// Follows Elixir's `GenServer.cast/2`.
    // Always: otherwise the request is written out twice, and each time waited for.
    #[inline(always)]
    #[doc(alias = "GenServer.cast")]
    pub fn cast(&self, request: S::Request) {
        match &self.address {
            Address::Process(server) if !server.core.flags.is_bounded() => {
                server.push(Item::Message(Envelope::Request(request)));
            }
            _ => self.cast_elsewhere(request),
        }
    }

    fn cast_elsewhere(&self, request: S::Request) {
        let Ok(server) = self.address.resolve() else { return };
        if server.core.flags.is_bounded() && matches!(admit(&**server), Admission::Full) {
            return;
        }
        server.push(Item::Message(Envelope::Request(request)));
    }

    /// As [`ServerRef::cast`], but tells when the request was not put into the mailbox, and hands it back.
    ///
    /// # Errors
    /// There is no such process, its mailbox is full, or it is a server of another type.
    pub fn try_cast(&self, request: S::Request) -> Result<(), CastError<S::Request>> {
        let server = match self.address.resolve() {
            Ok(server) => server,
            Err(Unreachable::NoProc) => return Err(CastError::NoProc(request)),
            Err(Unreachable::OtherServer) => return Err(CastError::OtherServer(request)),
        };
        if server.core.wake.is_closed() {
            return Err(CastError::NoProc(request));
        }
        if server.core.flags.is_bounded() && !has_room(&**server) {
            return Err(CastError::Full(request));
        }
        server.push(Item::Message(Envelope::Request(request)));
        Ok(())
    }

    /// As [`ServerRef::try_cast`], but waits for room in a full mailbox: back-pressure for a sender that is faster than
    /// its server.
    ///
    /// # Errors
    /// There is no such process, or it is a server of another type.
    pub async fn cast_wait(&self, mut request: S::Request) -> Result<(), CastError<S::Request>> {
        loop {
            match self.try_cast(request) {
                Err(CastError::Full(back)) => request = back,
                other => return other,
            }
            if let Ok(server) = self.address.resolve() {
                let server = server.into_owned();
                wait_for_room(&*server).await;
            }
        }
    }

    /// Sends a message for the `#[info]` handler of its type. As [`process::send`](crate::process::send()), with the
    /// type checked.
    pub fn send_info<M: Send + 'static>(&self, message: M)
    where
        S: HandleInfo<M>,
    {
        self.push_info(Info::new(message));
    }

    /// An ordinary message, whatever the server makes of it.
    pub(crate) fn push_info(&self, info: Info) {
        let Ok(server) = self.address.resolve() else { return };
        if server.core.flags.is_bounded()
            && let Admission::Full = admit(&**server)
        {
            return;
        }
        server.push(Item::Info(info));
    }

    /// The pid of whoever is reached now. For a handle of one process, its pid, also when it has ended.
    ///
    /// Follows Elixir's `GenServer.whereis/1`.
    #[doc(alias = "whereis")]
    pub fn pid(&self) -> Option<Pid> {
        self.address.pid()
    }

    /// Whether somebody is there who is alive. A `true` may be out of date at once.
    pub fn is_alive(&self) -> bool {
        self.pid().is_some_and(crate::process::alive)
    }

    /// Monitors whoever is reached now: see [`process::monitor`](crate::process::monitor()).
    ///
    /// # Panics
    /// Outside of a process.
    #[track_caller]
    pub fn monitor(&self) -> MonitorRef {
        crate::process::monitor(self.target())
    }

    /// Stops the server and waits until it is gone: await the answer.
    ///
    /// Follows Elixir's `GenServer.stop/3`.
    pub fn stop(&self) -> Stop<'_, S> {
        Stop::<S>::new(&self.address)
    }

    /// What `process::monitor`, `exit` and `send` take. Somebody who cannot be found is a pid that nobody has.
    fn target(&self) -> Target {
        match &self.address {
            Address::Name(name) => Target::Name(name.clone()),
            other => Target::Pid(other.pid().unwrap_or(Pid::NOBODY)),
        }
    }

    /// Whether this handle is of the process that runs this code.
    pub fn is_self(&self) -> bool {
        self.pid().is_some() && self.pid() == context::try_self_pid()
    }
}

impl<S: GenServer> From<&ServerRef<S>> for Target {
    fn from(server: &ServerRef<S>) -> Self {
        server.target()
    }
}

impl<S: GenServer> From<&ServerRef<S>> for Dest {
    fn from(server: &ServerRef<S>) -> Self {
        server.target().into()
    }
}

impl<S: GenServer> HasPid for ServerRef<S> {
    fn process_id(&self) -> Option<Pid> {
        self.pid()
    }
}
