//! `word_count` says what a plain count says, holds no more than it may, and survives the end of a stage.

#![allow(dead_code, reason = "the program's own modules, of which the tests use a part")]

#[path = "../word_count/pipeline.rs"]
mod pipeline;
#[path = "../word_count/words.rs"]
mod words;

use otp::prelude::*;
use otp::process;
use pipeline::{Gauges, Settings, Totals};
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use words::Counts;

/// A directory of its own for a test, which goes with it.
struct Directory(PathBuf);

impl Directory {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("otp-word-count-{name}-{}", std::process::id()));
        std::fs::create_dir_all(path.join("below")).expect("it can be made");
        Self(path)
    }

    /// A file of so many lines, with words of every length, punctuation, other scripts, and bytes that are no text.
    fn write(&self, name: &str, lines: usize) {
        let mut text = Vec::new();
        for n in 0..lines {
            text.extend(format!("The {n}th word, \"and\" THE next\u{2028}one - naïve Straße {} ...\n", n % 97).bytes());
            if n % 50 == 0 {
                text.extend([0xff, 0xfe, b'x', b' ']);
                text.extend("long".repeat(n % 700).bytes());
            }
        }
        std::fs::write(self.0.join(name), text).expect("it can be written");
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

async fn run(files: Vec<PathBuf>, settings: Settings, kill: Option<&str>) -> (Counts, Arc<Gauges>) {
    let gauges = Arc::new(Gauges::default());
    let totals = Totals::start_link(settings.counters).await.expect("it starts");
    let tree = pipeline::tree(files, settings, totals.clone(), gauges.clone());
    let pipeline = Supervisor::start_link(tree).await.expect("it starts");
    if let Some(id) = kill {
        while gauges.read.load(Ordering::Relaxed) < 20_000 {
            tokio::task::yield_now().await;
        }
        if let Ok(child) = pipeline.get_child(id).await
            && let otp::supervisor::ChildStatus::Running(pid) = child.status
        {
            process::exit(pid, ExitReason::Kill);
        }
    }
    let counts = totals.total().infinity().await.expect("it answers");
    pipeline.stop().await.expect("it stops");
    (counts, gauges)
}

fn settings() -> [Settings; 4] {
    let settings = |parsers, counters, piece, max_demand| Settings { parsers, counters, piece, max_demand };
    [settings(1, 1, 100, 1), settings(4, 2, 1_000, 4), settings(3, 5, 7, 2), settings(2, 3, 1 << 20, 4)]
}

#[otp::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_counts_what_a_plain_count_counts() {
    let directory = Directory::new("same");
    for (name, lines) in [("a", 400), ("b", 1), ("below/c", 300), ("below/empty", 0)] {
        directory.write(name, lines);
    }
    let files = words::files(&directory.0).expect("it can be read");
    assert_eq!(files.len(), 4);
    let plain = words::count_plainly(&files).expect("it can be read");
    assert!(plain["straße"] == 701 && plain.len() > 100);
    for settings in settings() {
        let (counts, gauges) = run(files.clone(), settings, None).await;
        assert_eq!(counts, plain, "{settings:?}");
        let bytes: u64 = files.iter().map(|file| std::fs::metadata(file).expect("it is there").len()).sum();
        assert_eq!(gauges.read.load(Ordering::Relaxed), bytes);
        assert_eq!(gauges.in_flight.load(Ordering::Relaxed), 0);
    }
    let (counts, _) = run(Vec::new(), settings()[0], None).await;
    assert!(counts.is_empty());
}

/// However large the input is: what was read and is not parsed is what was asked for.
#[otp::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_holds_no_more_than_was_asked_for() {
    let directory = Directory::new("bounded");
    directory.write("large", 20_000);
    let files = words::files(&directory.0).expect("it can be read");
    let settings = Settings { parsers: 2, counters: 2, piece: 512, max_demand: 4 };
    let (_, gauges) = run(files, settings, None).await;
    let pieces = gauges.read.load(Ordering::Relaxed) / 512;
    let peak = gauges.peak.load(Ordering::Relaxed);
    assert!(pieces > 1_000 && peak <= 2 * 4, "{peak} of {pieces}");
}

/// A stage is killed in the middle: the tree restarts it, what it had is lost, and the rest is counted.
#[otp::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_survives_the_end_of_a_stage() {
    let directory = Directory::new("killed");
    directory.write("large", 10_000);
    let files = words::files(&directory.0).expect("it can be read");
    let plain = words::count_plainly(&files).expect("it can be read");
    let settings = Settings { parsers: 3, counters: 2, piece: 1_000, max_demand: 4 };
    for victim in ["reader", "parser-0", "parser-2", "counter-1"] {
        let (counts, _) = run(files.clone(), settings, Some(victim)).await;
        assert!(counts.iter().all(|(word, count)| *count <= plain[word]), "{victim}: something was counted twice");
        let (all, expected): (u64, u64) = (counts.values().sum(), plain.values().sum());
        assert!(all > expected / 4, "{victim}: {all} of {expected}");
        assert!(victim != "reader" || all == expected, "a reader begins anew: {all} of {expected}");
    }
}

#[test]
fn pieces_end_where_words_do() {
    let directory = Directory::new("pieces");
    let text = "one two  three\nfour a-very-long-word-that-goes-on end";
    std::fs::write(directory.0.join("text"), text).expect("it can be written");
    for size in 1..60 {
        let mut pieces = words::Pieces::new(vec![directory.0.join("missing"), directory.0.join("text")], size);
        assert!(pieces.next().is_err(), "a file that is not there is told once");
        let mut all = Vec::new();
        while let Some(piece) = pieces.next().expect("it can be read") {
            all.push(String::from_utf8(piece).expect("it is text"));
        }
        assert_eq!(all.concat(), text);
        assert!(all[..all.len() - 1].iter().all(|piece| piece.ends_with([' ', '\n'])), "{size}: {all:?}");
    }
}

#[test]
fn the_program_runs() {
    let directory = Directory::new("program");
    directory.write("text", 500);
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_word_count")).arg(&directory.0).args(arguments).output();
        let output = output.expect("it can be run");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("it is text")
    };
    let said = run(&["--check", "--top", "1", "--piece", "100"]);
    assert!(said.contains("991 the\n") && said.contains("the plain count says the same"), "{said}");
    let said = run(&["--check", "--kill", "--piece", "64"]);
    assert!(said.contains("words were lost") || said.contains("says the same"), "{said}");
}
