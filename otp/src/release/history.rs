//! What was typed into consoles: a file that the next one begins with, and that does not grow for ever.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use nix::fcntl::OFlag;

/// How many lines are kept.
pub(crate) const KEPT: usize = 1000;

/// The file, which only its owner can read. That anything fails with it is no reason for a console to stop.
pub(crate) struct History {
    path: PathBuf,
    /// Lines in the file, as far as this console knows: others append to it too.
    lines: usize,
}

impl History {
    /// The last lines of before, the oldest first.
    pub(crate) fn open(path: PathBuf) -> (Self, Vec<String>) {
        let bytes = std::fs::read(&path).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let lines: Vec<&str> = text.lines().collect();
        let last = lines[lines.len().saturating_sub(KEPT)..].iter().map(|line| (*line).to_owned()).collect();
        (Self { path, lines: lines.len() }, last)
    }

    /// Appends a line. When twice as many are there as are kept, the older half goes.
    pub(crate) fn remember(&mut self, line: &str) {
        let mut options = OpenOptions::new();
        let file = options.append(true).create(true).mode(0o600).custom_flags(OFlag::O_NOFOLLOW.bits());
        let _ = file.open(&self.path).and_then(|mut file| writeln!(file, "{line}"));
        self.lines += 1;
        if self.lines >= 2 * KEPT {
            let _ = self.shorten();
        }
    }

    fn shorten(&mut self) -> io::Result<()> {
        let (read, last) = Self::open(self.path.clone());
        // Whether it succeeds or not: not again with the next line.
        self.lines = KEPT;
        if read.lines <= KEPT {
            return Ok(());
        }
        // The old one is whole until the new one is: another console may read it.
        let new = self.path.with_extension(format!("history.{}", std::process::id()));
        let written = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new).and_then(|mut file| {
            file.write_all((last.join("\n") + "\n").as_bytes())?;
            std::fs::rename(&new, &self.path)
        });
        written.inspect_err(|_| drop(std::fs::remove_file(&new)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_lines_are_kept_and_the_file_does_not_grow_for_ever() {
        let directory = std::env::temp_dir().join(format!("otp-history-{}", std::process::id()));
        std::fs::create_dir_all(&directory).unwrap();
        let path = directory.join("demo.history");
        let (mut history, before) = History::open(path.clone());
        assert!(before.is_empty());
        let (mut other, _) = History::open(path.clone());
        for number in 0..5 * KEPT {
            history.remember(&number.to_string());
            assert!(History::open(path.clone()).0.lines <= 2 * KEPT + 1);
        }
        other.remember("from another console");
        let (_, last) = History::open(path.clone());
        assert_eq!(last.len(), KEPT);
        assert_eq!(last[KEPT - 2..], [(5 * KEPT - 1).to_string(), "from another console".to_owned()]);
        assert_eq!(std::fs::read_dir(&directory).unwrap().count(), 1, "nothing else is left behind");
        std::fs::remove_dir_all(&directory).unwrap();
    }
}
