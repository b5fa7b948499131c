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
    #[error("{node} runs with RELEASE_DISTRIBUTION=none, and so cannot be reached")]
    Unreachable { node: String },
    #[error("the socket {} belongs to another user: run this as that one, or set RELEASE_TMP to where {node} really is", socket.display())]
    Foreign { node: String, socket: PathBuf },
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
        let mut stream = match place.connect() {
            Ok(stream) => stream,
            Err(error) => {
                return Err(match error.kind() {
                    // It holds the lock before it has a socket.
                    io::ErrorKind::NotFound if place.is_held() => ClientError::Unreachable { node },
                    io::ErrorKind::NotFound => ClientError::NotRunning { node, socket },
                    io::ErrorKind::ConnectionRefused => ClientError::Stale { node, socket },
                    _ => ClientError::Io { node, socket, error },
                });
            }
        };
        if !place.is_own() {
            return Err(ClientError::Foreign { node, socket });
        }
        let failed = |error| ClientError::Io { node: node.clone(), socket: socket.clone(), error };
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
