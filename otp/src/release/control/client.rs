//! The other end of the control socket: `rpc`, `stop`, `remote` ..

use std::io;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;

use super::frame::{Frame, Kind};
use super::socket::Place;
use crate::release::output::Output;

/// A connection to the running system.
pub(crate) struct Client {
    stream: UnixStream,
    /// `NAME VERSION PID`
    welcome: String,
}

/// Why the running system could not be asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ClientError {
    #[error("{node} is not running: there is no socket {}", socket.display())]
    NotRunning { node: String, socket: PathBuf },
    #[error("{node} is not running: nobody listens at {}, which a system that ended left behind; start replaces it", socket.display())]
    Stale { node: String, socket: PathBuf },
    #[error("{node} is about to start or to end, and cannot be reached: it can be once its applications are up")]
    Starting { node: String },
    #[error("{node} is another user's: only the owner of the socket {} can open it; run this as that user", socket.display())]
    Closed { node: String, socket: PathBuf },
    #[error(
        "who listens at {} is user {user}, and is not shown the cookie of {node}: run this as that user, or set RELEASE_TMP to where \
         {node} really is", socket.display()
    )]
    Foreign { node: String, socket: PathBuf, user: u32 },
    #[error("{node} refuses this command: its cookie is another one; see RELEASE_COOKIE and releases/COOKIE")]
    Refused { node: String },
    #[error("cannot reach {node} at {}: {error}", socket.display())]
    Io { node: String, socket: PathBuf, error: io::Error },
    #[error("{node} ended before it answered")]
    Ended { node: String },
}

impl Client {
    /// Connects, and shows the cookie.
    pub(crate) fn connect(place: &Place, cookie: &str) -> Result<Self, ClientError> {
        let (node, socket) = (place.node.clone(), place.socket());
        let stream = match place.connect() {
            Ok(stream) => stream,
            Err(error) => {
                return Err(match error.kind() {
                    // It holds the lock before it listens.
                    io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused if place.is_held() => {
                        ClientError::Starting { node }
                    }
                    io::ErrorKind::NotFound => ClientError::NotRunning { node, socket },
                    io::ErrorKind::ConnectionRefused => ClientError::Stale { node, socket },
                    io::ErrorKind::PermissionDenied => ClientError::Closed { node, socket },
                    _ => ClientError::Io { node, socket, error },
                });
            }
        };
        let failed = |error| ClientError::Io { node: node.clone(), socket: socket.clone(), error };
        let (mut stream, user) = peer(stream).map_err(failed)?;
        if !place.trusts(user) {
            return Err(ClientError::Foreign { node, socket, user });
        }
        Frame::new(Kind::Hello, cookie).write(&mut stream).map_err(failed)?;
        match Frame::read(&mut stream).map_err(failed)? {
            Some(Frame { kind: Kind::Welcome, text }) => Ok(Self { stream, welcome: text }),
            Some(Frame { kind: Kind::Refused, .. }) => Err(ClientError::Refused { node }),
            _ => Err(ClientError::Ended { node }),
        }
    }

    /// The operating system's pid of the running system.
    pub(crate) fn pid(&self) -> &str {
        self.welcome.rsplit(' ').next().unwrap_or_default()
    }

    /// Name and version of the running system.
    pub(crate) fn system(&self) -> &str {
        self.welcome.rsplit_once(' ').map_or(self.welcome.as_str(), |(system, _)| system)
    }

    /// Sends a request, and passes on what comes back until it is done. Whether all went well.
    ///
    /// # Errors
    /// The connection broke before.
    pub(crate) fn ask(&mut self, request: &str, output: &Output) -> io::Result<bool> {
        Frame::new(Kind::Ask, request).write(&mut self.stream)?;
        loop {
            match Frame::read(&mut self.stream)? {
                Some(Frame { kind: Kind::Out, text }) => output.print(&text),
                Some(Frame { kind: Kind::Error, text }) => output.error(&text),
                Some(Frame { kind: Kind::Done, text }) => return Ok(text == "0"),
                _ => return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the system ended")),
            }
        }
    }

    /// Waits until the running system is gone.
    pub(crate) fn wait_for_end(mut self, place: &Place) {
        while let Ok(Some(_)) = Frame::read(&mut self.stream) {}
        place.wait_until_free();
    }
}

/// The user who listens at the other end: of this very connection, whatever has become of the path since. The standard library does
/// not say it yet, and each system says it in its own way, which tokio knows.
fn peer(stream: UnixStream) -> io::Result<(UnixStream, u32)> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    let _inside = runtime.enter();
    stream.set_nonblocking(true)?;
    let stream = tokio::net::UnixStream::from_std(stream)?;
    let user = stream.peer_cred()?.uid();
    let stream = stream.into_std()?;
    stream.set_nonblocking(false)?;
    Ok((stream, user))
}
