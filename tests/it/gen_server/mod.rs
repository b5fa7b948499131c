//! The generic server, a file for each verb. What several of them need stands here.

mod bounded;
mod call;
mod cast;
mod child_spec;
mod continue_;
mod cycle;
mod death;
mod hibernate;
mod info;
mod inline;
mod name;
mod reply;
mod report;
mod start;
mod stop;
mod sys;
mod terminate;
mod timeout;

use otp::gen_server::Described;
use otp::prelude::*;
use otp::process;
use std::future::{Future, IntoFuture};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::oneshot;

/// What a server did, line by line.
#[derive(Clone, Debug, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    pub(crate) fn add(&self, line: impl ToString) {
        self.0.lock().expect("nobody panics while adding").push(line.to_string());
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.0.lock().expect("nobody panics while adding").clone()
    }

    pub(crate) fn count(&self, line: &str) -> usize {
        self.lines().iter().filter(|it| *it == line).count()
    }
}

/// Part of a server's state: notes when that is dropped, and whether in the server's own process.
#[derive(Debug)]
pub(crate) struct Tracked {
    log: Log,
    home: Option<Pid>,
}

impl Tracked {
    pub(crate) fn new(log: &Log) -> Self {
        Self { log: log.clone(), home: process::try_self_pid() }
    }
}

impl Drop for Tracked {
    fn drop(&mut self) {
        let at_home = process::try_self_pid() == self.home;
        self.log.add(if at_home { "dropped at home" } else { "dropped elsewhere" });
    }
}

/// A server written by hand that does what it is sent: a request, or a plain [`Told`], is a function of its state. Every
/// second request is handled at once, by `handle_now`, the others in a future of their own.
pub(crate) struct Script {
    pub(crate) log: Log,
    pub(crate) n: u64,
    pub(crate) held: Vec<ReplyTo<u64>>,
    requests: u64,
    _tracked: Tracked,
}

pub(crate) type Asked = Box<dyn FnOnce(&mut Script, ReplyTo<u64>) -> Next + Send>;
pub(crate) type Told = Box<dyn FnOnce(&mut Script) -> Next + Send>;

pub(crate) enum Act {
    Ask(Asked, ReplyTo<u64>),
    Tell(Told),
    /// Says that it is inside, and waits there.
    Wait(oneshot::Sender<()>, oneshot::Receiver<()>),
}

impl GenServer for Script {
    type Args = Log;
    type Request = Act;
    type Continue = NoContinue;
    type Ref = ServerRef<Self>;

    async fn init(log: Log) -> Init<Self> {
        log.add("init");
        let _tracked = Tracked::new(&log);
        Init::ok(Self { log, n: 0, held: Vec::new(), requests: 0, _tracked })
    }

    fn handle_now(&mut self, request: Act) -> Result<Next, Act> {
        self.requests += 1;
        match request {
            Act::Ask(f, from) if !self.requests.is_multiple_of(2) => Ok(f(self, from)),
            Act::Tell(f) if !self.requests.is_multiple_of(2) => Ok(f(self)),
            request => Err(request),
        }
    }

    async fn handle(&mut self, request: Act) -> Next {
        match request {
            Act::Ask(f, from) => f(self, from),
            Act::Tell(f) => f(self),
            Act::Wait(inside, opened) => {
                let _ = inside.send(());
                let _ = opened.await;
                Next::noreply()
            }
        }
    }

    async fn handle_info(&mut self, info: Info) -> Next {
        let info = match info.take::<Told>() {
            Ok(f) => return f(self),
            Err(info) => info,
        };
        match info {
            Info::Exit(exit) => self.log.add(format!("exit {}", exit.reason)),
            Info::Down(down) => self.log.add(format!("down {}", down.reason)),
            Info::Any(_) => self.log.add("info"),
        }
        Next::noreply()
    }

    async fn handle_timeout(&mut self) -> Next {
        self.log.add("timeout");
        Next::noreply()
    }

    async fn terminate(&mut self, reason: &ExitReason) {
        self.log.add(format!("terminate {}", short(reason)));
    }

    fn describe(request: &Act) -> Described {
        match request {
            Act::Ask(_, from) => Described::call("ask", from),
            Act::Tell(_) => Described::cast("tell"),
            Act::Wait(..) => Described::cast("wait"),
        }
    }

    fn format_state(&self) -> Option<String> {
        Some(format!("Script {{ n: {} }}", self.n))
    }
}

/// A reason without the place of a panic.
pub(crate) fn short(reason: &ExitReason) -> String {
    match reason {
        ExitReason::Panic(report) => format!("panic: {}", report.message),
        other => other.to_string(),
    }
}

pub(crate) fn ask(
    server: &ServerRef<Script>,
    f: impl FnOnce(&mut Script, ReplyTo<u64>) -> Next + Send + 'static,
) -> Call<'_, Script, Asked, u64> {
    server.call_with("ask", Box::new(f) as Asked, Act::Ask)
}

/// A call that adds one to the server's number, and is answered with the sum.
pub(crate) fn bump(server: &ServerRef<Script>) -> Call<'_, Script, Asked, u64> {
    ask(server, |script, from| {
        script.n += 1;
        from.reply(script.n);
        Next::noreply()
    })
}

/// A call whose answer the server keeps to itself.
pub(crate) fn hang(server: &ServerRef<Script>) -> Call<'_, Script, Asked, u64> {
    ask(server, |script, from| {
        script.held.push(from);
        Next::noreply()
    })
}

pub(crate) fn tell(server: &ServerRef<Script>, f: impl FnOnce(&mut Script) -> Next + Send + 'static) {
    server.cast(Act::Tell(Box::new(f)));
}

/// Keeps the server inside of a handler until the gate is dropped.
pub(crate) async fn block(server: &ServerRef<Script>) -> oneshot::Sender<()> {
    let (gate, opened) = oneshot::channel();
    let (entered, inside) = oneshot::channel();
    server.cast(Act::Wait(entered, opened));
    inside.await.expect("the server runs");
    gate
}

/// The future's result, and how much time passed meanwhile. For tests with paused time.
pub(crate) async fn timed<T>(future: impl IntoFuture<Output = T>) -> (T, Duration) {
    let before = tokio::time::Instant::now();
    let value = future.await;
    (value, before.elapsed())
}

/// Whether this much time passed, up to what rounding adds.
#[track_caller]
pub(crate) fn assert_about(elapsed: Duration, expected: Duration) {
    let late = expected + Duration::from_millis(5);
    assert!(elapsed >= expected && elapsed <= late, "{elapsed:?} passed, expected {expected:?}");
}

/// Lets everybody run who can, on a runtime with one thread.
pub(crate) async fn settle() {
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
}

/// Runs the future in a process of its own, and hands over what it answers.
pub(crate) async fn in_a_process<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> T {
    let (done, result) = tokio::sync::oneshot::channel();
    process::spawn(async move {
        let _ = done.send(future.await);
    });
    result.await.expect("the process runs to its end")
}

pub(crate) const MS: Duration = Duration::from_millis(1);
pub(crate) const HOUR: Duration = Duration::from_secs(3600);
