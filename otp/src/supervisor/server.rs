//! The supervisor's process: a server whose state is its children.

use super::children::{ChildCounts, ChildInfo, ChildStatus, Children, Place, Run};
use super::error::{
    ChildNotFound, DeleteChildError, FailedToStartChild, RestartChildError, StartChildError, TerminateChildError,
};
use super::handle::StartedChild;
use super::intensity::Intensity;
use super::module::Init as Answer;
use super::policy::{Verdict, decide, ends_supervisor};
use super::shutdown::{report, shut_down};
use super::spec::check_child;
use super::start::start_in;
use super::{AutoShutdown, Strategy, SupervisorSpec};
use crate::child::{BoxFuture, ChildSpec, Restart, Started};
use crate::gen_server::{Described, GenServer, Init, Next, NoContinue, ReplyTo, ServerRef};
use crate::generic::Envelope;
use crate::process::context::{self, Local, Running};
use crate::process::mailbox::Item;
use crate::process::{Exit, ExitReason, Info, Pid, Slot, StartError, table};
use std::collections::HashSet;
use std::sync::Arc;
use tokio::time::Instant;

/// The server behind every supervisor. Reached through [`SupervisorRef`](super::SupervisorRef).
pub struct SupervisorServer {
    /// Its name or pid, for reports.
    name: String,
    strategy: Strategy,
    auto_shutdown: AutoShutdown,
    intensity: Intensity,
    children: Children,
    /// Children whose next try lies in the mailbox.
    retries: HashSet<Place>,
    /// Its own place, of which the places of its children are part.
    slot: Arc<Slot>,
}

/// What a supervisor is started with.
pub struct Setup {
    pub(crate) slot: Arc<Slot>,
    init: BoxFuture<'static, Answer>,
}

impl Setup {
    pub(crate) fn new(slot: Arc<Slot>, init: BoxFuture<'static, Answer>) -> Self {
        Self { slot, init }
    }
}

/// What a supervisor is asked.
pub enum Request {
    StartChild(ChildSpec, ReplyTo<Result<StartedChild, StartChildError>>),
    RestartChild(String, ReplyTo<Result<StartedChild, RestartChildError>>),
    TerminateChild(String, ReplyTo<Result<(), TerminateChildError>>),
    DeleteChild(String, ReplyTo<Result<(), DeleteChildError>>),
    WhichChildren(ReplyTo<Vec<ChildInfo>>),
    CountChildren(ReplyTo<ChildCounts>),
    GetChild(String, ReplyTo<Result<ChildInfo, ChildNotFound>>),
    GetChildSpec(String, ReplyTo<Result<ChildSpec, ChildNotFound>>),
    /// To itself: a restart failed, try again. Other requests get their turn in between.
    Retry(Place),
}

impl GenServer for SupervisorServer {
    type Args = Setup;
    type Request = Request;
    type Continue = NoContinue;
    type Ref = ServerRef<Self>;

    async fn init(setup: Setup) -> Init<Self> {
        let spec = match setup.init.await {
            Answer::Start(spec) => spec,
            Answer::Ignore => return Init::ignore(),
            Answer::Stop(reason) => return Init::stop(reason),
        };
        if let Err(error) = spec.check() {
            return Init::stop(ExitReason::error(error));
        }
        let mut server = Self::new(spec, setup.slot);
        match server.start_all(0).await {
            Ok(()) => Init::ok(server),
            Err((place, error)) => {
                let id = server.children.get(place).map_or_else(String::new, |c| c.id.to_string());
                server.terminate_from(0).await;
                Init::stop(FailedToStartChild::reason(&id, error))
            }
        }
    }

    async fn handle(&mut self, request: Request) -> Next {
        match request {
            Request::StartChild(spec, from) => from.reply(self.start_child(spec).await),
            Request::RestartChild(id, from) => from.reply(self.restart_child(&id).await),
            Request::TerminateChild(id, from) => from.reply(self.terminate_child(&id).await),
            Request::DeleteChild(id, from) => from.reply(self.delete_child(&id)),
            Request::WhichChildren(from) => from.reply(self.children.iter().rev().map(|(_, c)| c.info()).collect()),
            Request::CountChildren(from) => from.reply(self.children.counts()),
            Request::GetChild(id, from) => from.reply(self.get(&id).map(|c| c.info())),
            Request::GetChildSpec(id, from) => from.reply(self.get(&id).map(|c| c.full_spec())),
            Request::Retry(place) => {
                self.retries.remove(&place);
                let waits = self.children.get(place).is_some_and(|c| c.status() == ChildStatus::Restarting);
                if waits {
                    return self.restart(place).await;
                }
            }
        }
        Next::noreply()
    }

    async fn handle_info(&mut self, info: Info) -> Next {
        match info.take::<Exit>() {
            Ok(Exit { from, reason, .. }) => self.child_ended(from, reason).await,
            // Nobody but links has business here.
            Err(other) => crate::gen_server::expand::unexpected::<Self>(other),
        }
    }

    async fn terminate(&mut self, _: &ExitReason) {
        self.terminate_from(0).await;
    }

    fn describe(request: &Request) -> Described {
        match request {
            Request::StartChild(_, from) => Described::call("start_child", from),
            Request::RestartChild(_, from) => Described::call("restart_child", from),
            Request::TerminateChild(_, from) => Described::call("terminate_child", from),
            Request::DeleteChild(_, from) => Described::call("delete_child", from),
            Request::WhichChildren(from) => Described::call("which_children", from),
            Request::CountChildren(from) => Described::call("count_children", from),
            Request::GetChild(_, from) => Described::call("get_child", from),
            Request::GetChildSpec(_, from) => Described::call("get_child_spec", from),
            Request::Retry(_) => Described::cast("retry"),
        }
    }

    fn format_state(&self) -> Option<String> {
        let children: Vec<_> = self.children.iter().map(|(_, child)| child.info()).collect();
        Some(format!("Supervisor {{ strategy: {:?}, children: {children:?} }}", self.strategy))
    }
}

/// Why a child has no process now.
type Failed = (Place, StartError);

impl SupervisorServer {
    fn new(spec: SupervisorSpec, slot: Arc<Slot>) -> Self {
        let mut children = Children::default();
        for child in spec.children {
            children.append(child);
        }
        let name = context::with(|running| {
            let core = running.map(Running::core).expect("init runs in the supervisor's process");
            core.shared.lock().extra().slot = Some(slot.clone());
            core.display()
        });
        Self {
            name,
            strategy: spec.strategy,
            auto_shutdown: spec.auto_shutdown,
            intensity: Intensity::new(spec.max_restarts, spec.period),
            children,
            retries: HashSet::new(),
            slot,
        }
    }

    fn get(&self, id: &str) -> Result<&super::children::Child, ChildNotFound> {
        self.children.find(id).and_then(|place| self.children.get(place)).ok_or(ChildNotFound::NotFound)
    }

    /// Forgets a child.
    fn forget(&mut self, place: Place) {
        if let Some(child) = self.children.remove(place) {
            self.slot.forget_child(&child.id);
        }
    }

    /// A child no longer runs as this process.
    fn vacate(&self, place: Place, pid: Pid) {
        if let Some(child) = self.children.get(place) {
            self.slot.child_shared(&child.id).clear(pid);
        }
    }

    fn report(&self, context: &'static str, place: Place, pid: Option<Pid>, reason: &dyn std::fmt::Display) {
        if let Some(child) = self.children.get(place) {
            report(&self.name, context, &child.full_options(), pid, reason);
        }
    }

    /// Starts one child, whose place is kept. `Ok` with no process: its `init` answered ignore.
    async fn start_one(&mut self, place: Place) -> Result<StartedChild, StartError> {
        let Some(child) = self.children.get(place) else { return Err(StartError::Ignored) };
        let start = child.spec.start.clone();
        let slot = self.slot.child_shared(&child.id);
        match start_in(&*start, &slot).await {
            Ok(Started { pid, info }) => {
                let process = table::get(pid);
                self.children.set(place, Run::Running { pid, process });
                self.report("started", place, Some(pid), &"");
                Ok(StartedChild { pid: Some(pid), info })
            }
            Err(StartError::Ignored) => {
                self.children.set(place, Run::Stopped);
                Ok(StartedChild { pid: None, info: None })
            }
            Err(error) => {
                self.children.set(place, Run::Stopped);
                self.report("start_error", place, None, &error);
                Err(error)
            }
        }
    }

    /// Starts all children from one on that do not run, in order.
    async fn start_all(&mut self, first: Place) -> Result<(), Failed> {
        for place in self.children.places_from(first) {
            let child = self.children.get(place).expect("listed just now");
            if child.status().pid().is_some() {
                continue;
            }
            let temporary = child.spec.get_restart() == Restart::Temporary;
            match self.start_one(place).await {
                Ok(StartedChild { pid: None, .. }) if temporary => {
                    self.forget(place);
                }
                Ok(_) => {}
                Err(error) => return Err((place, error)),
            }
        }
        Ok(())
    }

    /// Shuts down all children from one on, the last first, one by one. Temporary ones are forgotten.
    async fn terminate_from(&mut self, first: Place) {
        for place in self.children.places_from(first).into_iter().rev() {
            self.terminate_one(place).await;
        }
    }

    async fn terminate_one(&mut self, place: Place) {
        // Noted before it is waited for: its end is not to be taken for one of its own.
        let before = self.children.set(place, Run::Stopped);
        let Some(child) = self.children.get(place) else { return };
        let options = child.full_options();
        if let Some(Run::Running { pid, process }) = before {
            shut_down(&self.name, &options, pid, process).await;
            self.vacate(place, pid);
        }
        if options.restart == Restart::Temporary {
            self.forget(place);
        }
    }

    /// A linked process ended: a child by itself, or one that was a child or never was, which is ignored.
    async fn child_ended(&mut self, pid: Pid, reason: ExitReason) -> Next {
        let Some(place) = self.children.ended(pid) else { return Next::noreply() };
        let child = self.children.get(place).expect("it has ended, and is still there");
        let (restart, significant) = (child.spec.get_restart(), child.spec.is_significant());
        self.vacate(place, pid);
        let verdict = decide(restart, &reason);
        if verdict == Verdict::Restart || !reason.is_orderly() {
            self.report("child_terminated", place, Some(pid), &reason);
        }
        match verdict {
            Verdict::Restart => return self.restart(place).await,
            Verdict::Keep => {}
            Verdict::Forget => {
                self.forget(place);
            }
        }
        if ends_supervisor(self.auto_shutdown, significant, self.children.any_significant()) {
            return Next::stop(ExitReason::Shutdown);
        }
        Next::noreply()
    }

    /// Restarts a child, and with it those that the strategy says; counts once.
    async fn restart(&mut self, place: Place) -> Next {
        if !self.intensity.admit(Instant::now()) {
            self.report("shutdown", place, None, &"reached_max_restart_intensity");
            return Next::stop(ExitReason::Shutdown);
        }
        let restarted = match self.strategy {
            Strategy::OneForOne => self.start_one(place).await.map(drop).map_err(|error| (place, error)),
            Strategy::RestForOne => self.restart_from(place).await,
            Strategy::OneForAll => self.restart_from(0).await,
        };
        if let Err((failed, _)) = restarted {
            self.children.set(failed, Run::Restarting);
            // One try at a time, also when a sibling's end has just caused another.
            if self.retries.insert(failed) {
                // Behind whatever waits already: a child that does not come up must not keep others waiting.
                context::with_local(|local: &Local<Envelope<Request>>| {
                    local.process.push(Item::Message(Envelope::Request(Request::Retry(failed))));
                });
            }
        }
        Next::noreply()
    }

    async fn restart_from(&mut self, first: Place) -> Result<(), Failed> {
        self.terminate_from(first).await;
        self.start_all(first).await
    }

    async fn start_child(&mut self, spec: ChildSpec) -> Result<StartedChild, StartChildError> {
        check_child(&spec, self.auto_shutdown).map_err(StartChildError::BadSpec)?;
        if let Some(present) = self.children.find(spec.get_id()).and_then(|place| self.children.get(place)) {
            return Err(match present.status() {
                ChildStatus::Running(pid) => StartChildError::AlreadyStarted(pid),
                ChildStatus::Stopped | ChildStatus::Restarting => StartChildError::AlreadyPresent,
            });
        }
        let temporary = spec.get_restart() == Restart::Temporary;
        let place = self.children.append(spec);
        match self.start_one(place).await {
            Ok(started) => {
                if started.pid.is_none() && temporary {
                    self.forget(place);
                }
                Ok(started)
            }
            Err(error) => {
                self.forget(place);
                Err(match error {
                    StartError::AlreadyStarted { pid, .. } => StartChildError::AlreadyStarted(pid),
                    error => StartChildError::Failed(error),
                })
            }
        }
    }

    async fn restart_child(&mut self, id: &str) -> Result<StartedChild, RestartChildError> {
        let place = self.children.find(id).ok_or(RestartChildError::NotFound)?;
        let child = self.children.get(place).ok_or(RestartChildError::NotFound)?;
        match child.status() {
            ChildStatus::Running(_) => Err(RestartChildError::Running),
            ChildStatus::Restarting => Err(RestartChildError::Restarting),
            ChildStatus::Stopped => self.start_one(place).await.map_err(RestartChildError::Failed),
        }
    }

    async fn terminate_child(&mut self, id: &str) -> Result<(), TerminateChildError> {
        let place = self.children.find(id).ok_or(TerminateChildError::NotFound)?;
        self.terminate_one(place).await;
        Ok(())
    }

    fn delete_child(&mut self, id: &str) -> Result<(), DeleteChildError> {
        let place = self.children.find(id).ok_or(DeleteChildError::NotFound)?;
        let child = self.children.get(place).ok_or(DeleteChildError::NotFound)?;
        match child.status() {
            ChildStatus::Running(_) => Err(DeleteChildError::Running),
            ChildStatus::Restarting => Err(DeleteChildError::Restarting),
            ChildStatus::Stopped => {
                self.forget(place);
                Ok(())
            }
        }
    }
}
