//! The handle of an agent.

use super::server::{Agent, Request};
use crate::child::HasPid;
use crate::gen_server::{Call, ReplyTo, ServerRef};
use crate::process::{Dest, Name, Pid, Target, Via};
use std::fmt;
use std::ops::Deref;

/// A handle of an agent with a state of type `T`: cheap to clone; dropping it ends nothing.
///
/// The functions given to its operations run in the agent's process, one after another. One that panics ends the agent
/// with that panic, and whoever asked learns of it. They must not ask the same agent again: that fails with
/// `calling_self`.
///
/// Calls wait for 5 seconds, unless their `timeout` or `infinity` say otherwise. What it has of
/// [`ServerRef`] (`pid`, `stop`, `monitor` ..) it has by dereferencing.
#[doc(alias = "Agent.agent")]
pub struct AgentRef<T: Send + 'static>(ServerRef<Agent<T>>);

impl<T: Send + 'static> Clone for AgentRef<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: Send + 'static> fmt::Debug for AgentRef<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AgentRef({})", self.0)
    }
}

impl<T: Send + 'static> Deref for AgentRef<T> {
    type Target = ServerRef<Agent<T>>;
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<T: Send + 'static> From<ServerRef<Agent<T>>> for AgentRef<T> {
    fn from(server: ServerRef<Agent<T>>) -> Self {
        Self(server)
    }
}

impl<T: Send + 'static> From<&AgentRef<T>> for Target {
    fn from(agent: &AgentRef<T>) -> Self {
        (&agent.0).into()
    }
}

impl<T: Send + 'static> From<&AgentRef<T>> for Dest {
    fn from(agent: &AgentRef<T>) -> Self {
        (&agent.0).into()
    }
}

impl<T: Send + 'static> HasPid for AgentRef<T> {
    fn process_id(&self) -> Option<Pid> {
        self.0.pid()
    }
}

impl<T: Send + 'static> AgentRef<T> {
    /// Whoever has this name, at each use.
    pub fn named(name: impl Into<Name>) -> Self {
        Self(ServerRef::named(name))
    }

    /// Whoever a registry names, at each use.
    #[doc(alias = "{:via, module, term}")]
    pub fn via(via: impl Via) -> Self {
        Self(ServerRef::via(via))
    }

    /// The agent with this pid; `None` if it has ended, or is none with such a state.
    pub fn from_pid(pid: Pid) -> Option<Self> {
        ServerRef::from_pid(pid).map(Self)
    }

    /// What the function answers about the state.
    ///
    /// Follows Elixir's `Agent.get/3`.
    #[doc(alias = "Agent.get")]
    pub fn get<R, F>(&self, f: F) -> Call<'_, Agent<T>, F, R>
    where
        R: Send + 'static,
        F: FnOnce(&T) -> R + Send + 'static,
    {
        self.0.call_with("get", f, |f: F, from: ReplyTo<R>| Request::call("get", from, move |state: &mut T| f(state)))
    }

    /// Changes the state. The answer comes when that is done.
    ///
    /// Follows Elixir's `Agent.update/3`, whose function answers the new state.
    #[doc(alias = "Agent.update")]
    pub fn update<F>(&self, f: F) -> Call<'_, Agent<T>, F, ()>
    where
        F: FnOnce(&mut T) + Send + 'static,
    {
        self.0.call_with("update", f, |f: F, from: ReplyTo<()>| Request::call("update", from, f))
    }

    /// Changes the state, and answers what the function does, in one step.
    ///
    /// Follows Elixir's `Agent.get_and_update/3`, whose function answers a value and the new state.
    #[doc(alias = "Agent.get_and_update")]
    pub fn get_and_update<R, F>(&self, f: F) -> Call<'_, Agent<T>, F, R>
    where
        R: Send + 'static,
        F: FnOnce(&mut T) -> R + Send + 'static,
    {
        self.0.call_with("get_and_update", f, |f: F, from: ReplyTo<R>| Request::call("get_and_update", from, f))
    }

    /// Changes the state some time: never waits, and never fails, also when the agent is gone. What this process asks the
    /// agent afterwards is done afterwards.
    ///
    /// Follows Elixir's `Agent.cast/2`.
    #[doc(alias = "Agent.cast")]
    pub fn cast(&self, f: impl FnOnce(&mut T) + Send + 'static) {
        self.0.cast(Request::cast(f));
    }
}
