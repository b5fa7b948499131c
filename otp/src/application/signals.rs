//! The signals that ask a program to end.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

/// For how long after the first signal another one is its echo.
const ECHOES: Duration = Duration::from_secs(1);

/// The signals that ask a program to end: SIGTERM and SIGINT; where there are none, Ctrl-C.
///
/// [`run`](super::run()) and releases wait for them by themselves. For a program that does neither:
///
/// ```no_run
/// use otp::application::Signals;
///
/// # async fn stop() {}
/// # #[otp::main]
/// # async fn main() -> otp::Result {
/// let mut signals = Signals::listen()?;
/// println!("{}: stopping", signals.next().await);
/// if signals.impatient(stop()).await.is_err() {
///     eprintln!("somebody is losing patience");
/// }
/// # Ok(())
/// # }
/// ```
///
/// In OTP a second SIGTERM changes nothing: whoever does not want to wait sends SIGKILL, which leaves no trace. Here it is
/// noticed, and the program decides.
#[doc(alias = "erl_signal_server")]
#[derive(Debug)]
pub struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

impl Signals {
    /// From here on they come to [`next`](Self::next), and no longer end the program by themselves.
    ///
    /// # Errors
    /// The operating system refuses.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    #[cfg(unix)]
    pub fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    /// From here on they come to [`next`](Self::next), and no longer end the program by themselves.
    ///
    /// # Errors
    /// The operating system refuses.
    #[cfg(not(unix))]
    pub fn listen() -> io::Result<Self> {
        Ok(Self {})
    }

    /// Waits for the next one, and says which it is.
    #[cfg(unix)]
    pub async fn next(&mut self) -> &'static str {
        poll_fn(|cx| match self.terminate.poll_recv(cx) {
            Poll::Ready(_) => Poll::Ready("SIGTERM"),
            Poll::Pending => self.interrupt.poll_recv(cx).map(|_| "SIGINT"),
        })
        .await
    }

    /// Waits for the next one, and says which it is.
    #[cfg(not(unix))]
    pub async fn next(&mut self) -> &'static str {
        match tokio::signal::ctrl_c().await {
            Ok(()) => "Ctrl-C",
            Err(_) => std::future::pending().await,
        }
    }

    /// Does the work of stopping, unless somebody loses patience: then the signal is the error.
    ///
    /// One that comes within a second of the beginning is an echo of the first, and nothing more: `timeout` sends a signal
    /// twice, and a Ctrl-C reaches a program from the terminal and again from whoever runs it.
    ///
    /// # Errors
    /// The signal that came. The work was dropped where it was.
    pub async fn impatient<T>(&mut self, work: impl Future<Output = T>) -> Result<T, &'static str> {
        let again = async {
            let echoes = async {
                loop {
                    self.next().await;
                }
            };
            let _ = tokio::time::timeout(ECHOES, echoes).await;
            self.next().await
        };
        match first(work, again).await {
            First::Left(done) => Ok(done),
            First::Right(signal) => Err(signal),
        }
    }
}

pub(super) enum First<A, B> {
    Left(A),
    Right(B),
}

/// Whichever is done first; the first of them, if both are.
pub(super) async fn first<A, B>(left: impl Future<Output = A>, right: impl Future<Output = B>) -> First<A, B> {
    let (mut left, mut right) = (pin!(left), pin!(right));
    poll_fn(|cx| match left.as_mut().poll(cx) {
        Poll::Ready(done) => Poll::Ready(First::Left(done)),
        Poll::Pending => right.as_mut().poll(cx).map(First::Right),
    })
    .await
}
