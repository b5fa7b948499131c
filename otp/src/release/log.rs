//! The log files of a daemon: one that is written to, and numbered ones of before.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use nix::fcntl::OFlag;

/// `NAME.log`, which becomes `NAME.log.1` when it is full, which becomes `NAME.log.2` ..
pub(crate) struct Log {
    path: PathBuf,
    /// Bytes after which a file is full.
    size: u64,
    /// How many old ones are kept.
    keep: usize,
    file: File,
    written: u64,
}

impl Log {
    pub(crate) fn open(path: &Path, size: u64, keep: usize) -> io::Result<Self> {
        let file = append(path)?;
        let written = file.metadata()?.len();
        Ok(Self { path: path.to_owned(), size, keep, file, written })
    }

    /// Appends. A file that is full makes room before, never within a line that fits.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.written > 0 && self.written + bytes.len() as u64 > self.size {
            self.rotate()?;
        }
        self.file.write_all(bytes)?;
        self.written += bytes.len() as u64;
        Ok(())
    }

    fn rotate(&mut self) -> io::Result<()> {
        let numbered = |number: usize| PathBuf::from(format!("{}.{number}", self.path.display()));
        for number in (1..self.keep).rev() {
            replace(&numbered(number), &numbered(number + 1))?;
        }
        if self.keep > 0 {
            replace(&self.path, &numbered(1))?;
        } else {
            std::fs::remove_file(&self.path)?;
        }
        self.file = append(&self.path)?;
        self.written = 0;
        Ok(())
    }
}

fn append(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    // A directory for temporary files may be one where others can plant a link.
    options.append(true).create(true).mode(0o600).custom_flags(OFlag::O_NOFOLLOW.bits()).open(path)
}

fn replace(from: &Path, to: &Path) -> io::Result<()> {
    match std::fs::rename(from, to) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_files_are_numbered_and_the_oldest_goes() {
        let directory = std::env::temp_dir().join(format!("otp-log-{}", std::process::id()));
        std::fs::create_dir_all(&directory).unwrap();
        let path = directory.join("demo.log");
        let mut log = Log::open(&path, 10, 2).unwrap();
        for line in ["one\n", "two\n", "three\n", "four\n", "five\n", "six\n", "seven\n"] {
            log.write(line.as_bytes()).unwrap();
        }
        let read = |end: &str| std::fs::read_to_string(format!("{}{end}", path.display())).ok();
        assert_eq!(read("").as_deref(), Some("six\nseven\n"));
        assert_eq!(read(".1").as_deref(), Some("four\nfive\n"));
        assert_eq!(read(".2").as_deref(), Some("three\n"));
        assert_eq!(read(".3"), None);
        drop(log);
        // What an earlier daemon wrote counts.
        let mut log = Log::open(&path, 10, 2).unwrap();
        log.write(b"x\n").unwrap();
        assert_eq!((read("").as_deref(), read(".1").as_deref()), (Some("x\n"), Some("six\nseven\n")));
        std::fs::remove_dir_all(&directory).unwrap();
    }
}
