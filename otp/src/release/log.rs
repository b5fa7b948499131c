//! The log files of a daemon: one that is written to, and numbered ones of before.
//!
//! Nothing that happens to them may end the system whose output they hold: what cannot be written is counted, and said as soon
//! as there is room again.

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use nix::fcntl::{Flock, FlockArg, OFlag};

/// `NAME.log`, which becomes `NAME.log.1` when it is full, which becomes `NAME.log.2` ..
pub(crate) struct Log {
    path: PathBuf,
    /// Bytes after which a file is full.
    size: u64,
    /// How many old ones are kept.
    keep: usize,
    file: File,
    /// Bytes in the file; after a rotation that failed, bytes since then.
    written: u64,
    /// Whether what comes next begins a line.
    line_begins: bool,
    /// Bytes that could not be written, and why the last of them could not.
    lost: Option<(usize, io::Error)>,
    /// Held by whoever writes: two would number each other's files.
    _lock: Flock<File>,
}

/// How long the keeper of the system before may take to write its last lines.
const PREDECESSOR: Duration = Duration::from_secs(5);

impl Log {
    /// Opens the file, behind what is in it; waits a little for another who writes it.
    pub(crate) fn open(path: &Path, size: u64, keep: usize) -> io::Result<Self> {
        Self::open_within(path, size, keep, PREDECESSOR)
    }

    fn open_within(path: &Path, size: u64, keep: usize, patience: Duration) -> io::Result<Self> {
        let lock = lock(&with_ending(path, ".lock"), patience)?;
        let file = append(path)?;
        let written = file.metadata()?.len();
        Ok(Self { path: path.to_owned(), size, keep, file, written, line_begins: true, lost: None, _lock: lock })
    }

    /// Appends. A file that is full makes room between two lines; within one only if it does not end.
    pub(crate) fn write(&mut self, bytes: &[u8]) {
        let (mut done, mut end) = (0, 0);
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            let before = self.written + (end - done) as u64;
            let is_full = before > 0 && before + line.len() as u64 > self.size;
            if is_full && (end > 0 || self.line_begins || before > 2 * self.size) {
                self.append(&bytes[done..end]);
                done = end;
                self.rotate();
            }
            end += line.len();
        }
        self.append(&bytes[done..]);
        self.line_begins = bytes.last().map_or(self.line_begins, |last| *last == b'\n');
    }

    fn append(&mut self, bytes: &[u8]) {
        if let Some((lost, why)) = self.lost.take() {
            let said = format!("\n[{lost} bytes of output are missing here: {why}]\n");
            if self.file.write_all(said.as_bytes()).is_err() {
                self.lost = Some((lost + bytes.len(), why));
                return;
            }
            self.written += said.len() as u64;
        }
        match self.file.write_all(bytes) {
            Ok(()) => self.written += bytes.len() as u64,
            Err(error) => self.lost = Some((bytes.len(), error)),
        }
    }

    /// Goes on in a new file, or, if there can be none, in the one there is until as much again has come.
    fn rotate(&mut self) {
        self.written = 0;
        match self.next() {
            Ok(file) => self.file = file,
            Err(error) => self.append(format!("[cannot begin another log file: {error}]\n").as_bytes()),
        }
    }

    /// Numbers the old files once the new one is there: a full disk must not cost one old file after the other.
    fn next(&self) -> io::Result<File> {
        let next = with_ending(&self.path, ".new");
        let _ = std::fs::remove_file(&next);
        let file = append(&next)?;
        let numbered = |number: usize| with_ending(&self.path, &format!(".{number}"));
        for number in (1..self.keep).rev() {
            replace(&numbered(number), &numbered(number + 1))?;
        }
        if self.keep > 0 {
            replace(&self.path, &numbered(1))?;
        }
        std::fs::rename(&next, &self.path)?;
        Ok(file)
    }
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut path = OsString::from(path);
    path.push(ending);
    path.into()
}

fn append(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    // A directory for temporary files may be one where others can plant a link.
    options.append(true).create(true).mode(0o600).custom_flags(OFlag::O_NOFOLLOW.bits()).open(path)
}

fn lock(path: &Path, patience: Duration) -> io::Result<Flock<File>> {
    let begun = Instant::now();
    let mut file = append(path)?;
    loop {
        match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
            Ok(lock) => return Ok(lock),
            Err((same, nix::errno::Errno::EWOULDBLOCK)) if begun.elapsed() < patience => file = same,
            Err((_, nix::errno::Errno::EWOULDBLOCK)) => {
                return Err(io::Error::other(
                    "another daemon writes it; stop that one, or give this one another name with RELEASE_NODE",
                ));
            }
            Err((_, errno)) => return Err(errno.into()),
        }
        std::thread::sleep(Duration::from_millis(10));
    }
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

    /// A directory of a test, and the log in it.
    struct Logs(PathBuf);

    impl Logs {
        fn new(name: &str) -> Self {
            let directory = std::env::temp_dir().join(format!("otp-log-{name}-{}", std::process::id()));
            std::fs::create_dir_all(&directory).unwrap();
            Self(directory)
        }

        fn path(&self) -> PathBuf {
            self.0.join("demo.log")
        }

        fn read(&self, ending: &str) -> Option<String> {
            std::fs::read_to_string(with_ending(&self.path(), ending)).ok()
        }
    }

    impl Drop for Logs {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn full_files_are_numbered_and_the_oldest_goes() {
        let logs = Logs::new("full");
        let mut log = Log::open(&logs.path(), 10, 2).unwrap();
        for line in ["one\n", "two\n", "three\n", "four\n", "five\n", "six\n", "seven\n"] {
            log.write(line.as_bytes());
        }
        assert_eq!(logs.read("").as_deref(), Some("six\nseven\n"));
        assert_eq!(logs.read(".1").as_deref(), Some("four\nfive\n"));
        assert_eq!(logs.read(".2").as_deref(), Some("three\n"));
        assert_eq!((logs.read(".3"), logs.read(".new")), (None, None));
        drop(log);
        // What an earlier daemon wrote counts.
        let mut log = Log::open(&logs.path(), 10, 2).unwrap();
        log.write(b"x\n");
        assert_eq!((logs.read("").as_deref(), logs.read(".1").as_deref()), (Some("x\n"), Some("six\nseven\n")));
    }

    #[test]
    fn no_line_is_divided_however_it_comes() {
        let text = "one\ntwo\nthree\nfour\nfive\nsix\nseven\n";
        for pieces in 1..text.len() {
            let logs = Logs::new(&format!("lines-{pieces}"));
            let mut log = Log::open(&logs.path(), 10, 9).unwrap();
            for piece in text.as_bytes().chunks(pieces) {
                log.write(piece);
            }
            let files: Vec<String> =
                (1..9).rev().filter_map(|n| logs.read(&format!(".{n}"))).chain(logs.read("")).collect();
            assert_eq!(files.concat(), text);
            assert!(files.len() >= 3 && files.iter().all(|file| file.ends_with('\n')), "{pieces}: {files:?}");
        }
        // One that does not end is divided in the end.
        let logs = Logs::new("endless");
        let mut log = Log::open(&logs.path(), 10, 1).unwrap();
        for _ in 0..100 {
            log.write(b"on and");
        }
        assert!(logs.read("").unwrap().len() <= 30);
    }

    #[test]
    fn a_rotation_that_fails_costs_no_line() {
        let logs = Logs::new("fails");
        std::fs::create_dir_all(with_ending(&logs.path(), ".1/in the way")).unwrap();
        let mut log = Log::open(&logs.path(), 10, 1).unwrap();
        for line in ["one\n", "two\n", "three\n", "four\n", "five\n"] {
            log.write(line.as_bytes());
        }
        let text = logs.read("").unwrap();
        let (said, lines): (Vec<&str>, Vec<&str>) = text.lines().partition(|line| line.starts_with('['));
        assert_eq!(lines, ["one", "two", "three", "four", "five"]);
        assert!(!said.is_empty() && said.iter().all(|line| line.starts_with("[cannot begin another log file: ")));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_a_full_disk_takes_is_said_when_there_is_room() {
        let logs = Logs::new("disk");
        let mut log = Log::open(&logs.path(), 1000, 1).unwrap();
        log.write(b"one\n");
        let disk = std::mem::replace(&mut log.file, append(Path::new("/dev/full")).unwrap());
        log.write(b"two\n");
        log.write(b"three\n");
        log.file = disk;
        log.write(b"four\n");
        let text = logs.read("").unwrap();
        assert!(text.starts_with("one\n\n[10 bytes of output are missing here: No space left on device"), "{text}");
        assert!(text.ends_with("]\nfour\n"), "{text}");
    }

    #[test]
    fn one_writes_at_a_time() {
        let logs = Logs::new("two");
        let first = Log::open(&logs.path(), 10, 1).unwrap();
        let second = Log::open_within(&logs.path(), 10, 1, Duration::ZERO).err().unwrap();
        assert!(second.to_string().starts_with("another daemon writes it"), "{second}");
        drop(first);
        Log::open(&logs.path(), 10, 1).unwrap();
    }
}
