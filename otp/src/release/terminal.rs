//! The terminal that a console changes while it reads a line, and how it was before.

use std::io::{self, IsTerminal, Write};

use nix::sys::termios::{SetArg, Termios, tcgetattr, tcsetattr};
use tokio::signal::unix::{SignalKind, signal};

/// How the terminal was: it is so again when this is dropped.
#[must_use = "the terminal is as it was when this is dropped"]
pub(crate) struct Terminal(Option<Termios>);

impl Terminal {
    /// Of this program's standard input; nothing, if that is none.
    pub(crate) fn keep() -> Self {
        let input = io::stdin();
        Self(input.is_terminal().then(|| tcgetattr(&input).ok()).flatten())
    }

    /// Sees to it that a signal which ends this program leaves no terminal behind in which nobody sees what he types.
    pub(crate) fn restore_on_signals(&self) -> io::Result<()> {
        let Some(before) = self.0.clone() else { return Ok(()) };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
        let inside = runtime.enter();
        let mut hangup = signal(SignalKind::hangup())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut quit = signal(SignalKind::quit())?;
        let mut terminate = signal(SignalKind::terminate())?;
        drop(inside);
        std::thread::spawn(move || {
            let number = runtime.block_on(async {
                tokio::select! {
                    _ = hangup.recv() => SignalKind::hangup(),
                    _ = interrupt.recv() => SignalKind::interrupt(),
                    _ = quit.recv() => SignalKind::quit(),
                    _ = terminate.recv() => SignalKind::terminate(),
                }
            });
            restore(&before);
            // As shells show an end by a signal.
            std::process::exit(128 + number.as_raw_value());
        });
        Ok(())
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        if let Some(before) = &self.0 {
            restore(before);
        }
    }
}

fn restore(before: &Termios) {
    if tcgetattr(io::stdin()).is_ok_and(|now| now == *before) {
        return;
    }
    let _ = tcsetattr(io::stdin(), SetArg::TCSANOW, before);
    // The line editor had asked for pasted text to be marked, and the prompt stands on the line.
    let mut out = io::stdout();
    let _ = out.write_all(b"\x1b[?2004l\r\n").and_then(|()| out.flush());
}
