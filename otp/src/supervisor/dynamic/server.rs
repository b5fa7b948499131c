//! The process of a dynamic supervisor: a server whose state is its children.
//!
//! Children are started one after another, by the supervisor's own process: what it knows of its children is never
//! behind, and `max_children` needs no more than a look. A child is entered when its start has returned, before
//! anything that is told of it can be handled: its `Exit` lies in the mailbox until then.

use super::super::intensity::Intensity;
use super::super::module::Init as Answer;
use super::super::policy::{Verdict, decide};
use super::super::shutdown::{Leaving, report, shut_down, shut_down_all};
use super::super::start::start_in;
use super::super::{ChildCounts, SpecError, TerminateChildError};
use super::children::{Child, ChildInfo, Children, Run};
use super::error::StartChildError;
use super::handle::StartedChild;
use super::spec::Settings;
use crate::child::{BoxFuture, ChildOptions, ChildSpec, Started};
use crate::gen_server::{Described, GenServer, Init, Next, NoContinue, ReplyTo, ServerRef};
use crate::generic::Envelope;
use crate::process::context::{self, Local, Running};
use crate::process::core::AnyProcess;
use crate::process::mailbox::Item;
use crate::process::run::caught_sync;
use crate::process::{Exit, ExitReason, Info, Pid, Slot, StartError, table};
use std::any::Any;
use std::fmt::Display;
use std::sync::Arc;
use tokio::time::Instant;

/// The server behind every dynamic supervisor. Reached through
/// [`DynamicSupervisorRef`](super::DynamicSupervisorRef).
pub struct DynamicSupervisorServer {
    /// Its name or pid, for reports.
    name: String,
    intensity: Intensity,
    /// The most children there may be, running or not.
    max_children: usize,
    /// What starts see that ask for it.
    extra: Extra,
    children: Children,
}

/// The extra arguments, whose type the handle knows.
pub(crate) type Extra = Arc<dyn Any + Send + Sync>;

/// What a dynamic supervisor is started with.
pub struct Setup {
    pub(crate) init: BoxFuture<'static, Answer<Settings>>,
}

/// A child to be started.
pub struct NewChild {
    /// Where its handle looks.
    pub(crate) slot: Arc<Slot>,
    pub(crate) spec: NewSpec,
}

/// How a child is started.
pub(crate) enum NewSpec {
    Given(ChildSpec),
    /// Made from the extra arguments. `None`: they are of another type.
    FromExtra(FromExtra, &'static str),
}

type FromExtra = Box<dyn FnOnce(&Extra) -> Option<ChildSpec> + Send>;
type MakeProcess = Box<dyn FnOnce() -> Result<Arc<dyn AnyProcess>, StartError> + Send>;

/// A temporary child that is no server and has no handle: what makes and launches its process, linked to the one that
/// calls it.
pub struct NewProcess {
    pub(crate) options: ChildOptions,
    pub(crate) type_name: &'static str,
    pub(crate) make: MakeProcess,
}

/// What a dynamic supervisor is asked.
pub enum Request {
    StartChild(Box<NewChild>, ReplyTo<Result<StartedChild, StartChildError>>),
    /// As `StartChild`, without the wait for an `init`.
    StartProcess(Box<NewProcess>, ReplyTo<Result<Pid, StartChildError>>),
    TerminateChild(Pid, ReplyTo<Result<(), TerminateChildError>>),
    WhichChildren(ReplyTo<Vec<ChildInfo>>),
    CountChildren(ReplyTo<ChildCounts>),
    /// To itself: a restart failed, try again. Other requests get their turn in between.
    Retry(Pid),
}

impl GenServer for DynamicSupervisorServer {
    type Args = Setup;
    type Request = Request;
    type Continue = NoContinue;
    type Ref = ServerRef<Self>;

    async fn init(setup: Setup) -> Init<Self> {
        match setup.init.await {
            Answer::Start(settings) if settings.period.is_zero() => {
                Init::stop(ExitReason::error(SpecError::ZeroPeriod))
            }
            Answer::Start(settings) => Init::ok(Self::new(settings)),
            Answer::Ignore => Init::ignore(),
            Answer::Stop(reason) => Init::stop(reason),
        }
    }

    async fn handle(&mut self, request: Request) -> Next {
        match request {
            Request::StartChild(child, from) => from.reply(self.start_child(*child).await),
            Request::StartProcess(child, from) => from.reply(self.start_process(*child)),
            Request::TerminateChild(pid, from) => from.reply(self.terminate_child(pid).await),
            Request::WhichChildren(from) => from.reply(self.children.list()),
            Request::CountChildren(from) => from.reply(self.children.counts()),
            Request::Retry(pid) if self.children.is_restarting(pid) => return self.restart(pid).await,
            // It was terminated meanwhile.
            Request::Retry(_) => {}
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
        shut_down_all(&self.name, self.children.take_running()).await;
    }

    fn describe(request: &Request) -> Described {
        match request {
            Request::StartChild(_, from) => Described::call("start_child", from),
            Request::StartProcess(_, from) => Described::call("start_child", from),
            Request::TerminateChild(_, from) => Described::call("terminate_child", from),
            Request::WhichChildren(from) => Described::call("which_children", from),
            Request::CountChildren(from) => Described::call("count_children", from),
            Request::Retry(_) => Described::cast("retry"),
        }
    }

    fn format_state(&self) -> Option<String> {
        let counts = self.children.counts();
        Some(format!("DynamicSupervisor {{ max_children: {}, children: {counts:?} }}", self.max_children))
    }
}

impl DynamicSupervisorServer {
    fn new(settings: Settings) -> Self {
        let name = context::with(|running| {
            running.map(Running::core).expect("init runs in the supervisor's process").display()
        });
        Self {
            name,
            intensity: Intensity::new(settings.max_restarts, settings.period),
            max_children: settings.max_children,
            extra: settings.extra,
            children: Children::default(),
        }
    }

    fn report(&self, context: &'static str, child: &Child, pid: Option<Pid>, reason: &dyn Display) {
        report(&self.name, context, &child.options, pid, reason);
    }

    fn enter(&mut self, pid: Pid, child: Child) {
        self.report("started", &child, Some(pid), &"");
        self.children.insert(pid, Box::new(child));
    }

    fn check_room(&self) -> Result<(), StartChildError> {
        if self.children.len() >= self.max_children {
            return Err(StartChildError::MaxChildren { max: self.max_children });
        }
        Ok(())
    }

    async fn start_child(&mut self, new: NewChild) -> Result<StartedChild, StartChildError> {
        let NewChild { slot, spec } = new;
        self.check_room()?;
        let spec = match spec {
            NewSpec::Given(spec) => spec,
            NewSpec::FromExtra(make, expected) => {
                let made = caught_sync(|| make(&self.extra)).map_err(StartError::Failed)?;
                made.ok_or(StartChildError::OtherExtraArguments { expected })?
            }
        };
        if spec.is_significant() {
            return Err(StartChildError::Significant { id: spec.get_id().to_string() });
        }
        let ChildSpec { options, start, type_name } = spec;
        // A start that fails is told to who asked for it, and to nobody else.
        let Started { pid, info } = start_in(&*start, &slot).await?;
        let run = Run::Running(table::get(pid));
        let mut child = Child { options, type_name, start: None, slot: Some(slot), run };
        child.start = child.keeps_start().then_some(start);
        self.enter(pid, child);
        Ok(StartedChild { pid, info })
    }

    fn start_process(&mut self, new: NewProcess) -> Result<Pid, StartChildError> {
        let NewProcess { options, type_name, make } = new;
        self.check_room()?;
        let process = caught_sync(make).map_err(StartError::Failed)??;
        let pid = process.core().pid;
        let child = Child { options, type_name, start: None, slot: None, run: Run::Running(Some(process)) };
        self.enter(pid, child);
        Ok(pid)
    }

    /// A linked process ended: a child by itself, or one that was a child or never was, which is ignored.
    async fn child_ended(&mut self, pid: Pid, reason: ExitReason) -> Next {
        let Some(child) = self.children.get(pid) else { return Next::noreply() };
        if let Some(slot) = &child.slot {
            slot.clear(pid);
        }
        let verdict = decide(child.options.restart, &reason);
        if verdict == Verdict::Restart || !reason.is_orderly() {
            self.report("child_terminated", child, Some(pid), &reason);
        }
        if verdict == Verdict::Restart {
            return self.restart(pid).await;
        }
        // Without an id nobody could ask for it to be started again.
        self.children.remove(pid);
        Next::noreply()
    }

    /// Restarts the child that was this process last.
    async fn restart(&mut self, pid: Pid) -> Next {
        let Some(child) = self.children.get(pid) else { return Next::noreply() };
        if !self.intensity.admit(Instant::now()) {
            self.report("shutdown", child, Some(pid), &"reached_max_restart_intensity");
            self.children.remove(pid);
            return Next::stop(ExitReason::Shutdown);
        }
        let (start, slot) = child.restart().expect("a temporary child is not restarted");
        match start_in(&*start, &slot).await {
            Ok(Started { pid: new, .. }) => {
                if let Some(mut child) = self.children.remove(pid) {
                    child.run = Run::Running(table::get(new));
                    self.enter(new, *child);
                }
            }
            Err(StartError::Ignored) => {
                self.children.remove(pid);
            }
            Err(error) => {
                if let Some(child) = self.children.get(pid) {
                    self.report("start_error", child, None, &error);
                }
                self.children.set_restarting(pid);
                // Behind whatever waits already: a child that does not come up must not keep others waiting.
                context::with_local(|local: &Local<Envelope<Request>>| {
                    local.process.push(Item::Message(Envelope::Request(Request::Retry(pid))));
                });
            }
        }
        Next::noreply()
    }

    async fn terminate_child(&mut self, pid: Pid) -> Result<(), TerminateChildError> {
        // Forgotten before it is waited for: its end is not to be taken for one of its own.
        let child = self.children.remove(pid).ok_or(TerminateChildError::NotFound)?;
        if let Run::Running(process) = &child.run {
            shut_down(&self.name, &child.options, pid, process.clone()).await;
            child.gone(pid);
        }
        Ok(())
    }
}
