//! Where a command prints: to whoever called it.

use std::io::Write;
use std::sync::Arc;

use crate::process;

/// Something printed, and where to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Chunk {
    Out(String),
    Error(String),
}

impl Chunk {
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Out(text) | Self::Error(text) => text,
        }
    }
}

/// Where a command prints: the terminal of whoever called it, or this program's own output.
#[derive(Clone)]
pub(crate) struct Output(Option<Arc<dyn Fn(Chunk) + Send + Sync>>);

/// The key under which a process keeps its output: Erlang's group leader.
const KEY: &str = "$output";

impl Output {
    /// The standard output and the error output of this program.
    pub(crate) fn own() -> Self {
        Self(None)
    }

    /// Each chunk goes to a function.
    pub(crate) fn to(sink: impl Fn(Chunk) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(sink)))
    }

    /// What this process prints with [`puts`] goes here from now on.
    pub(crate) fn adopt(self) {
        process::put(KEY, self);
    }

    pub(crate) fn print(&self, text: &str) {
        match &self.0 {
            Some(sink) => sink(Chunk::Out(text.to_owned())),
            // A reader that went away is no reason to fail.
            None => drop(std::io::stdout().lock().write_all(text.as_bytes())),
        }
    }

    pub(crate) fn error(&self, text: &str) {
        match &self.0 {
            Some(sink) => sink(Chunk::Error(text.to_owned())),
            None => drop(std::io::stderr().lock().write_all(text.as_bytes())),
        }
    }
}

/// Prints a line to whoever called the command that runs: the terminal of `rpc` or of the console. Elsewhere, to the standard
/// output.
///
/// ```
/// # #[otp::main] async fn main() {
/// otp::release::puts("42 rows purged");
/// # }
/// ```
///
/// Follows `IO.puts/1`, with the group leader of a remote call.
#[doc(alias = "IO.puts")]
pub fn puts(text: impl std::fmt::Display) {
    let output = process::try_self_pid().and_then(|_| process::get::<Output>(KEY));
    output.unwrap_or_else(Output::own).print(&format!("{text}\n"));
}
