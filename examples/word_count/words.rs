//! What a word is, where text may be cut, and the plain count that the pipeline's must equal.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// How often each word occurs.
pub(crate) type Counts = HashMap<String, u64>;

/// The words of a text: what stands between white space, without the punctuation around it, in lower case.
pub(crate) fn words(text: &str) -> impl Iterator<Item = String> {
    let words = text.split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase());
    words.filter(|word| !word.is_empty())
}

/// The words of a piece of a file. What is no UTF-8 separates nothing, and is shown as `�`.
pub(crate) fn count(piece: &[u8]) -> Counts {
    let mut counts = Counts::new();
    for word in words(&String::from_utf8_lossy(piece)) {
        *counts.entry(word).or_default() += 1;
    }
    counts
}

/// Adds one count to another.
pub(crate) fn add(total: &mut Counts, counts: Counts) {
    for (word, count) in counts {
        *total.entry(word).or_default() += count;
    }
}

/// The most frequent words, and of equals the first in the alphabet.
pub(crate) fn top(counts: &Counts, n: usize) -> Vec<(&str, u64)> {
    let mut all: Vec<_> = counts.iter().map(|(word, count)| (word.as_str(), *count)).collect();
    all.sort_unstable_by(|(a, m), (b, n)| n.cmp(m).then_with(|| a.cmp(b)));
    all.truncate(n);
    all
}

/// All files at or below a path, sorted; links are not followed.
///
/// # Errors
/// Something cannot be read.
pub(crate) fn files(path: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut waiting = vec![path.to_owned()];
    while let Some(path) = waiting.pop() {
        let kind = std::fs::symlink_metadata(&path)?;
        if kind.is_dir() {
            for entry in std::fs::read_dir(&path)? {
                waiting.push(entry?.path());
            }
        } else if kind.is_file() {
            found.push(path);
        }
    }
    found.sort_unstable();
    Ok(found)
}

/// The plain way: one file after the other, each as a whole.
///
/// # Errors
/// A file cannot be read.
pub(crate) fn count_plainly(files: &[PathBuf]) -> io::Result<Counts> {
    let mut total = Counts::new();
    for file in files {
        add(&mut total, count(&std::fs::read(file)?));
    }
    Ok(total)
}

/// Reads files in pieces of about a size, which end where a word does: a word that is longer makes its piece longer.
pub(crate) struct Pieces {
    /// Those that were not begun, the next one last.
    files: Vec<PathBuf>,
    open: Option<File>,
    size: usize,
    /// Read, and behind the last place where a piece may end.
    rest: Vec<u8>,
}

impl Pieces {
    /// Of these files, in this order.
    pub(crate) fn new(mut files: Vec<PathBuf>, size: usize) -> Self {
        files.reverse();
        Self { files, open: None, size, rest: Vec::new() }
    }

    /// The next piece; `None` at the end of the last file.
    ///
    /// # Errors
    /// A file cannot be read: it is left out from here on.
    pub(crate) fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        loop {
            let Some(file) = &mut self.open else {
                let Some(path) = self.files.pop() else { return Ok(None) };
                self.open = Some(File::open(path)?);
                continue;
            };
            let mut piece = std::mem::take(&mut self.rest);
            let wanted = self.size.max(1) as u64;
            let read = match file.take(wanted).read_to_end(&mut piece) {
                Ok(read) => read,
                Err(error) => {
                    self.open = None;
                    return Err(error);
                }
            };
            if read == 0 {
                self.open = None;
                if !piece.is_empty() {
                    return Ok(Some(piece));
                }
            } else if let Some(end) = piece.iter().rposition(u8::is_ascii_whitespace) {
                self.rest = piece.split_off(end + 1);
                return Ok(Some(piece));
            } else {
                // A long word goes on.
                self.rest = piece;
            }
        }
    }
}
