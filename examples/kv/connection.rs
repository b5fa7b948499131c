//! One client: the process that reads its requests, has them carried out and writes the answers.
//!
//! Requests are answered in the order they came, one after the other; answers are collected and written when there is
//! nothing more to answer, so that a client which sends a thousand requests at once costs a few system calls. While
//! a client does not read, nothing more is read from it: what it left unread is bounded, and TCP slows it down.
//!
//! A client that listens to channels is written to without asking. What others publish comes as a message to its process,
//! and is written between two requests.

use std::convert::Infallible;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::BytesMut;
use otp::prelude::*;
use otp::process;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, timeout, timeout_at};

use crate::command::{Command, table};
use crate::execute::execute;
use crate::pubsub::Overrun;
use crate::resp::{Answer, Decoder, ProtocolError, Request};
use crate::session::Session;

/// Room for what one read brings.
const READ: usize = 16 * 1024;

/// Answers are written when they are so many bytes, though more requests may be waiting.
const WRITE_AT: usize = 64 * 1024;

/// How long a client that is being cut off has to take the last words.
const FAREWELL: Duration = Duration::from_secs(1);

/// The same when the server stops: answers that are ready get out whole, and a client that does not read holds up nobody.
const SHUTDOWN_FAREWELL: Duration = Duration::from_millis(250);

/// The supervisor of all connections, which are its tasks. A task is temporary: nobody can restart the client's side of a
/// socket, so when the process crashes the connection ends, and the client makes another one.
pub(crate) fn supervisor() -> TaskSupervisorSpec {
    TaskSupervisor::builder()
}

/// A client that was let in.
pub(crate) struct Accepted {
    /// How it is called.
    pub(crate) number: u64,
    pub(crate) stream: TcpStream,
    pub(crate) peer: SocketAddr,
    /// The client's place among those that may be connected. It is free again when this is dropped, which happens
    /// however the process ends.
    pub(crate) place: OwnedSemaphorePermit,
}

/// What the task of a client does.
pub(crate) async fn run(accepted: Accepted, session: impl FnOnce() -> Session) {
    // The end of the server comes as a message, so that answers that are ready still get out.
    process::trap_exit(true);
    let Accepted { number, stream, peer, place: _place } = accepted;
    process::set_label(format!("client {number}"));
    tracing::debug!(%peer, "client comes");
    let mut connection = Connection::new(session(), stream);
    let Err(end) = connection.serve().await;
    connection.part(&end).await;
    match end {
        End::Shutdown(reason) => {
            tracing::debug!(%peer, "client is let go");
            process::exit_with(reason);
        }
        end if end.is_usual() => tracing::debug!(%peer, "client goes: {end}"),
        end => tracing::warn!(%peer, "client cut off: {end}"),
    }
}

struct Connection {
    session: Session,
    stream: TcpStream,
    /// What was read and not answered yet.
    decoder: Decoder,
    /// What was answered and not written yet.
    answers: BytesMut,
    /// When the request of which a part has come has to be complete. `None` between two requests.
    deadline: Option<Instant>,
}

impl Connection {
    fn new(session: Session, stream: TcpStream) -> Self {
        // Answers are batched here already; to wait for more of them would only make the client wait.
        let _: io::Result<()> = stream.set_nodelay(true);
        let decoder = Decoder::new(session.context.config.limits);
        Self { session, stream, decoder, answers: BytesMut::new(), deadline: None }
    }

    async fn serve(&mut self) -> Result<Infallible, End> {
        loop {
            self.answer().await?;
            self.write().await?;
            self.read().await?;
        }
    }

    /// Answers all requests that are complete, and says when the next one has to be.
    async fn answer(&mut self) -> Result<(), End> {
        let mut answered = false;
        let was_idle = self.deadline.is_none();
        while let Some(request) = self.decoder.decode().map_err(End::Protocol)? {
            answered = true;
            self.carry_out(request).await?.encode(&mut self.answers);
            if self.answers.len() >= WRITE_AT {
                self.write().await?;
            }
        }
        let config = &self.session.context.config;
        if self.decoder.is_idle() {
            self.deadline = None;
        } else if answered || was_idle {
            // The first bytes of another request are here, and from now on its time runs: a byte now and then does
            // not prolong it.
            self.deadline = Instant::now().checked_add(config.request_timeout);
        }
        Ok(())
    }

    async fn carry_out(&mut self, request: Request) -> Result<Answer, End> {
        let spec = self.session.is_subscriber().then(|| request.first().and_then(|name| table::find(name))).flatten();
        match Command::parse(request) {
            Ok(Command::Quit) => {
                Answer::OK.encode(&mut self.answers);
                Err(End::Quit)
            }
            Ok(command) => match spec {
                Some(spec) if !command.is_for_subscribers() => Ok(not_for_subscribers(spec.name)),
                _ => Ok(execute(command, &mut self.session).await),
            },
            Err(error) if error.closes() => Err(End::Refused(error.to_string())),
            Err(error) => Ok(Answer::Error(error.to_string())),
        }
    }

    /// Writes all answers there are.
    async fn write(&mut self) -> Result<(), End> {
        let patience = self.session.context.config.write_timeout;
        while !self.answers.is_empty() {
            let write = timeout(patience, self.stream.write_buf(&mut self.answers));
            match or_exit(write).await? {
                Err(_) => return Err(End::Unread(patience)),
                Ok(Ok(0)) => return Err(End::Gone),
                Ok(Ok(_)) => {}
                Ok(Err(error)) => return Err(End::Io(error)),
            }
        }
        Ok(())
    }

    /// Reads what there is, or waits for it. Returns without having read if there is something to write first.
    async fn read(&mut self) -> Result<(), End> {
        let config = &self.session.context.config;
        let subscriber = self.session.is_subscriber();
        let (deadline, late) = match (self.deadline, config.idle_timeout) {
            (Some(deadline), _) => (Some(deadline), End::Incomplete(config.request_timeout)),
            // To listen is to be silent.
            (None, Some(idle)) if !subscriber => (Instant::now().checked_add(idle), End::Idle(idle)),
            (None, _) => (None, End::Gone),
        };
        let buffer = self.decoder.buffer();
        buffer.reserve(READ);
        let read = before(deadline, self.stream.read_buf(buffer));
        let read = if subscriber {
            let message = self.session.subscriptions.wait(&mut self.answers, WRITE_AT);
            // Whichever comes first, and either if both are there: a client that is sent much is still listened to.
            let either = async {
                tokio::select! {
                    () = message => None,
                    read = read => Some(read),
                }
            };
            match or_exit(either).await? {
                None => return Ok(()),
                Some(read) => read,
            }
        } else {
            or_exit(read).await?
        };
        match read {
            None => Err(late),
            Some(Ok(0)) => Err(End::Gone),
            Some(Ok(_)) => Ok(()),
            Some(Err(error)) => Err(End::Io(error)),
        }
    }

    /// Says the last words, if there are any, and closes.
    async fn part(&mut self, end: &End) {
        if let Some(words) = end.last_words() {
            Answer::Error(words).encode(&mut self.answers);
        }
        if matches!(end, End::Unread(_) | End::Overrun(_)) {
            // We have waited for this one already: only what the socket takes at once.
            let _ = self.stream.try_write(&self.answers);
            return;
        }
        // All clients are let go at the same time, and the supervisor waits for the slowest.
        let patience = if matches!(end, End::Shutdown(_)) { SHUTDOWN_FAREWELL } else { FAREWELL };
        let farewell = async {
            self.stream.write_all_buf(&mut self.answers).await?;
            self.stream.shutdown().await?;
            // A socket that is closed with bytes unread tells the client "connection reset", which may overtake the
            // last words. So what the client still sends is read, and forgotten.
            let mut forgotten = [0; 4096];
            while self.stream.read(&mut forgotten).await? > 0 {}
            io::Result::Ok(())
        };
        let _ = timeout(patience, farewell).await;
    }
}

fn not_for_subscribers(command: &str) -> Answer {
    Answer::err(format_args!(
        "Can't execute '{command}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context"
    ))
}

/// Waits for `future`, unless somebody who may ends the process first.
async fn or_exit<F: Future>(future: F) -> Result<F::Output, End> {
    tokio::select! {
        biased;
        exit = process::receive::<Exit>() => Err(End::asked(exit.reason)),
        output = future => Ok(output),
    }
}

/// Waits for `future` until the deadline, or without end if there is none.
async fn before<F: Future>(deadline: Option<Instant>, future: F) -> Option<F::Output> {
    match deadline {
        Some(deadline) => timeout_at(deadline, future).await.ok(),
        None => Some(future.await),
    }
}

/// Why a connection ends.
#[derive(Debug)]
enum End {
    /// The client closed its side.
    Gone,
    /// The client said `QUIT`.
    Quit,
    /// The socket failed.
    Io(io::Error),
    /// The client sent what cannot be read.
    Protocol(ProtocolError),
    /// The client sent what nobody may send.
    Refused(String),
    /// The client was silent for so long.
    Idle(Duration),
    /// The client took longer than this to send a request.
    Incomplete(Duration),
    /// The client left answers unread for so long.
    Unread(Duration),
    /// Others published more than the client read.
    Overrun(Overrun),
    /// The server stops, or the registry of the channels.
    Shutdown(ExitReason),
}

impl End {
    /// What an exit signal asks for.
    fn asked(reason: ExitReason) -> Self {
        match reason.downcast_ref::<Overrun>() {
            Some(overrun) => Self::Overrun(overrun.clone()),
            None => Self::Shutdown(reason),
        }
    }

    fn is_usual(&self) -> bool {
        matches!(self, Self::Gone | Self::Quit | Self::Shutdown(_))
    }

    /// What the client is told.
    fn last_words(&self) -> Option<String> {
        match self {
            Self::Gone | Self::Quit | Self::Io(_) | Self::Unread(_) | Self::Overrun(_) | Self::Shutdown(_) => None,
            Self::Refused(why) => Some(why.clone()),
            Self::Protocol(_) | Self::Idle(_) | Self::Incomplete(_) => Some(format!("ERR {self}")),
        }
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gone => f.write_str("closed by the client"),
            Self::Quit => f.write_str("QUIT"),
            Self::Io(error) => error.fmt(f),
            Self::Protocol(error) => error.fmt(f),
            Self::Refused(why) => f.write_str(why),
            Self::Idle(time) => write!(f, "no request for {time:?}"),
            Self::Incomplete(time) => write!(f, "request not complete after {time:?}"),
            Self::Unread(time) => write!(f, "answers not read for {time:?}"),
            Self::Overrun(overrun) => overrun.fmt(f),
            Self::Shutdown(reason) => reason.fmt(f),
        }
    }
}
