//! Reads every file below a directory, several at a time, and counts: words, lines, bytes, and the largest file.
//!
//! ```text
//! cargo run -p otp-examples --bin crawl -- otp/src
//! cargo run -p otp-examples --bin crawl -- /usr/share/doc --concurrency 32 --timeout 50
//! ```
//!
//! Each file is a task of a stream under a task supervisor. The stream is without links: a file that cannot be read, is no
//! text or takes too long is shown, and the others go on.

use clap::Parser;
use futures_util::StreamExt;
use indicatif::{ProgressBar, ProgressStyle};
use otp::prelude::*;
use otp::task::OnTimeout;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Counts words, lines and bytes of all files below a directory.
#[derive(Parser)]
struct Options {
    /// Where to begin.
    #[arg(default_value = ".")]
    directory: PathBuf,
    /// The most files that are read at a time. Default: the number of cores.
    #[arg(long)]
    concurrency: Option<usize>,
    /// The time that each file may take, in milliseconds.
    #[arg(long, default_value_t = 2_000)]
    timeout: u64,
    /// How many of the largest files are shown.
    #[arg(long, default_value_t = 5)]
    largest: usize,
}

/// What was found in one file.
struct Counted {
    path: PathBuf,
    words: usize,
    lines: usize,
    bytes: usize,
}

/// Reads one file: the work of a task.
async fn count(path: PathBuf) -> Result<Counted, (PathBuf, io::Error)> {
    let content = match tokio::fs::read(&path).await {
        Ok(content) => content,
        Err(error) => return Err((path, error)),
    };
    let Ok(text) = str::from_utf8(&content) else {
        return Err((path, io::Error::new(io::ErrorKind::InvalidData, "it is no text")));
    };
    Ok(Counted { words: text.split_whitespace().count(), lines: text.lines().count(), bytes: content.len(), path })
}

/// Every file below a directory; links are not followed. What cannot be listed is told and left out.
fn files(directory: &Path, found: &mut Vec<PathBuf>) {
    let entries = match std::fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) => return eprintln!("{}: {error}", directory.display()),
    };
    for entry in entries.flatten() {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => files(&entry.path(), found),
            Ok(kind) if kind.is_file() => found.push(entry.path()),
            _ => {}
        }
    }
}

/// The sums, and what went wrong.
#[derive(Default)]
struct Report {
    files: Vec<Counted>,
    failures: Vec<(PathBuf, String)>,
}

impl Report {
    fn print(&mut self, largest: usize) {
        let sum = |of: fn(&Counted) -> usize| self.files.iter().map(of).sum::<usize>();
        let (words, lines, bytes) = (sum(|f| f.words), sum(|f| f.lines), sum(|f| f.bytes));
        println!("{} files: {words} words, {lines} lines, {bytes} bytes", self.files.len());
        self.files.sort_by_key(|file| std::cmp::Reverse(file.bytes));
        for file in self.files.iter().take(largest) {
            println!("{:>12} bytes  {}", file.bytes, file.path.display());
        }
        for (path, why) in &self.failures {
            println!("{:>18}  {}: {why}", "failed", path.display());
        }
    }
}

#[otp::main]
async fn main() -> otp::Result {
    let options = Options::parse();
    let mut paths = Vec::new();
    files(&options.directory, &mut paths);
    paths.sort();

    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} files, {per_sec}  {wide_msg}")?;
    let bar = ProgressBar::new(paths.len() as u64).with_style(style);

    let tasks = TaskSupervisor::start_link().await?;
    let mut stream = tasks
        .async_stream_nolink(paths, count)
        .ordered(false)
        .timeout(Duration::from_millis(options.timeout))
        .on_timeout(OnTimeout::KillTask);
    if let Some(concurrency) = options.concurrency {
        stream = stream.max_concurrency(concurrency)?;
    }
    // A task that is killed or panics is to say which file it was.
    let mut stream = std::pin::pin!(stream.zip_input_on_exit());

    let mut report = Report::default();
    while let Some(item) = stream.next().await {
        bar.inc(1);
        match item {
            Ok(Ok(file)) => {
                bar.set_message(file.path.display().to_string());
                report.files.push(file);
            }
            Ok(Err((path, error))) => report.failures.push((path, error.to_string())),
            Err((path, failure)) => report.failures.push((path, failure.to_string())),
        }
    }
    bar.finish_and_clear();
    report.print(options.largest);
    Ok(())
}
