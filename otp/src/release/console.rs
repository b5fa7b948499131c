//! The console: a line editor on the running system, or in it.

use std::cell::RefCell;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::MemHistory;
use rustyline::validate::Validator;
use rustyline::{Config, Editor, Helper};

use super::command::{complete, execute};
use super::control::Client;
use super::history::{self, History};
use super::output::{Chunk, Output};

/// Who carries out what is typed.
pub(crate) trait Backend {
    /// Carries out a line. `Err`: there is nobody any more.
    fn run(&mut self, line: &str) -> std::io::Result<()>;

    /// The commands that begin so.
    fn complete(&mut self, begun: &str) -> Vec<String>;
}

/// A running system elsewhere.
impl Backend for Client {
    fn run(&mut self, line: &str) -> std::io::Result<()> {
        self.ask(&format!("call\n{line}"), &Output::own()).map(|_| ())
    }

    fn complete(&mut self, begun: &str) -> Vec<String> {
        let found = Arc::new(Mutex::new(String::new()));
        let sink = found.clone();
        let output = Output::to(move |chunk| {
            if let Chunk::Out(text) = chunk {
                sink.lock().expect("nothing panics with it").push_str(&text);
            }
        });
        let _ = self.ask(&format!("complete\n{begun}"), &output);
        let found = found.lock().expect("nothing panics with it");
        found.lines().map(str::to_owned).collect()
    }
}

/// This very system.
pub(crate) struct Here(pub(crate) tokio::runtime::Handle);

impl Backend for Here {
    fn run(&mut self, line: &str) -> std::io::Result<()> {
        self.0.block_on(execute(line, &Output::own()));
        Ok(())
    }

    fn complete(&mut self, begun: &str) -> Vec<String> {
        complete(begun)
    }
}

/// What the line editor asks while somebody types.
struct Typing<'a, B>(&'a RefCell<B>);

impl<B: Backend> Helper for Typing<'_, B> {}
impl<B: Backend> Highlighter for Typing<'_, B> {}
impl<B: Backend> Validator for Typing<'_, B> {}
impl<B: Backend> Hinter for Typing<'_, B> {
    type Hint = String;
}

impl<B: Backend> Completer for Typing<'_, B> {
    type Candidate = String;

    fn complete(
        &self,
        line: &str,
        position: usize,
        _: &rustyline::Context<'_>,
    ) -> rustyline::Result<(usize, Vec<String>)> {
        let start = start_of_name(&line[..position]);
        let begun = &line[start..position];
        Ok((start, self.0.borrow_mut().complete(begun)))
    }
}

/// Where the name begins that ends with the text.
fn start_of_name(text: &str) -> usize {
    let outside = |c: char| !(c.is_alphanumeric() || matches!(c, '_' | ':' | '.'));
    text.char_indices().rev().find(|(_, c)| outside(*c)).map_or(0, |(place, c)| place + c.len_utf8())
}

/// Reads lines and carries them out, until the end of the input or `exit`.
///
/// # Errors
/// The terminal, or whoever carries out, failed.
pub(crate) fn run(title: &str, prompt: &str, history: PathBuf, backend: impl Backend) -> Result<(), String> {
    let backend = RefCell::new(backend);
    let config = Config::builder().max_history_size(history::KEPT).map(rustyline::config::Builder::build);
    let config = config.map_err(|error| error.to_string())?;
    let history_of = MemHistory::with_config(&config);
    let editor = Editor::<Typing<'_, _>, MemHistory>::with_history(config, history_of);
    let mut editor = editor.map_err(|error| error.to_string())?;
    editor.set_helper(Some(Typing(&backend)));
    let (mut history, before) = History::open(history);
    for line in before {
        let _ = editor.add_history_entry(line);
    }
    if std::io::stdin().is_terminal() {
        println!("{title}\n`help` lists all commands, `exit` or Ctrl-D leaves, Tab completes.");
    }
    loop {
        match editor.readline(prompt) {
            Ok(line) => {
                let line = line.trim();
                if matches!(line, "exit" | "quit" | "exit()" | "quit()") {
                    return Ok(());
                }
                if line.is_empty() {
                    continue;
                }
                if editor.add_history_entry(line).unwrap_or(false) {
                    history.remember(line);
                }
                let done = backend.borrow_mut().run(line);
                done.map_err(|error| error.to_string())?;
            }
            // Ctrl-C forgets the line.
            Err(ReadlineError::Interrupted) => {}
            Err(ReadlineError::Eof) => return Ok(()),
            Err(error) => return Err(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::start_of_name;

    #[test]
    fn what_is_completed_is_the_name_before_the_cursor() {
        for (text, name) in [("sys.get", "sys.get"), ("puts(1); Tasks::pu", "Tasks::pu"), ("puts(", ""), ("", "")] {
            assert_eq!(&text[start_of_name(text)..], name);
        }
    }
}
