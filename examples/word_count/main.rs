//! Counts the words of a file, or of all files below a directory, in a supervised pipeline.
//!
//! ```text
//! cargo run --release -p otp-examples --bin word_count -- otp/src
//! cargo run --release -p otp-examples --bin word_count -- Cargo.lock --parsers 4 --check
//! cargo run --release -p otp-examples --bin word_count -- otp/src --kill --check
//! ```
//!
//! A reader (a producer) to several parsers (producer-consumers) to counters, each of which counts the words of its partition.
//! No more is read than somebody has room for, however large the input. `--kill` kills a parser in the middle: the tree
//! restarts it with all behind it, and `--check`, which counts once more in the plain way, shows what was lost with it.
//! The wiring is in `pipeline.rs`.

mod pipeline;
mod words;

use clap::Parser as _;
use indicatif::{ProgressBar, ProgressStyle};
use otp::prelude::*;
use otp::process;
use pipeline::{Gauges, Settings, Totals};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Counts words.
#[derive(clap::Parser)]
struct Options {
    /// A file or a directory.
    path: PathBuf,
    /// How many parse.
    #[arg(long, default_value_t = 4)]
    parsers: usize,
    /// How many count.
    #[arg(long, default_value_t = 2)]
    counters: usize,
    /// How many bytes are read at a time.
    #[arg(long, default_value_t = 16 * 1024)]
    piece: usize,
    /// How many of the most frequent words are shown.
    #[arg(long, default_value_t = 10)]
    top: usize,
    /// Counts in the plain way too, and compares.
    #[arg(long)]
    check: bool,
    /// Kills a parser when half of the input was read.
    #[arg(long)]
    kill: bool,
}

/// Shows how far the reader is, and kills a parser on the way if it is to.
async fn watch(gauges: &Gauges, bytes: u64, kill: Option<&SupervisorRef>, bar: &ProgressBar) {
    let mut kill = kill;
    loop {
        let read = gauges.read.load(Ordering::Relaxed);
        bar.set_position(read);
        if read * 2 >= bytes
            && let Some(pipeline) = kill.take()
            && let Some(parser) = pipeline.child::<pipeline::Parser>("parser-0").pid()
        {
            bar.println(format!("killing {parser}, a parser, which the tree restarts with all behind it"));
            process::exit(parser, ExitReason::Kill);
        }
        process::sleep(Duration::from_millis(1)).await;
    }
}

#[otp::main]
async fn main() -> otp::Result {
    let options = Options::parse();
    if options.parsers == 0 || options.counters == 0 {
        return Err("there must be at least one parser and one counter".into());
    }
    let files = words::files(&options.path)?;
    let sizes: Result<Vec<u64>, _> = files.iter().map(|file| std::fs::metadata(file).map(|it| it.len())).collect();
    let bytes: u64 = sizes?.iter().sum();

    let settings =
        Settings { parsers: options.parsers, counters: options.counters, piece: options.piece, max_demand: 4 };
    let gauges = Arc::new(Gauges::default());
    let totals = Totals::start_link(options.counters).await?;
    let tree = pipeline::tree(files.clone(), settings, totals.clone(), gauges.clone());
    let pipeline = Supervisor::start_link(tree).await?;

    let bar = ProgressBar::new(bytes).with_style(ProgressStyle::with_template("{bar:40} {bytes}/{total_bytes}")?);
    let total = totals.total().infinity();
    let counts = tokio::select! {
        counts = total => counts?,
        () = watch(&gauges, bytes, options.kill.then_some(&pipeline), &bar) => unreachable!("it watches for ever"),
    };
    bar.finish_and_clear();
    pipeline.stop().await?;

    for (word, count) in words::top(&counts, options.top) {
        println!("{count:>8} {word}");
    }
    let all: u64 = counts.values().sum();
    println!("{all} words, {} of them different, in {} files", counts.len(), files.len());
    println!("at most {} pieces of {} bytes were in flight", gauges.peak.load(Ordering::Relaxed), options.piece);
    match gauges.unreadable.load(Ordering::Relaxed) {
        0 => {}
        n => println!("{n} times something could not be read"),
    }
    if options.check {
        let plain = words::count_plainly(&files)?;
        if plain == counts {
            println!("the plain count says the same");
        } else {
            let lost = plain.values().sum::<u64>() - all;
            println!(
                "{lost} words were lost: the pieces that the killed parser had, at most 4, and what it had made of others"
            );
            if !options.kill {
                return Err("the plain count says something else".into());
            }
        }
    }
    Ok(())
}
