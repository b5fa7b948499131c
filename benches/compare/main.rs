//! Runs every workload on every framework and prints how `otp` does against the others.
//!
//! ```sh
//! cargo bench                                   # everything, seven rounds: about half an hour
//! cargo bench -- --quick                        # a tenth of the work, three rounds
//! cargo bench -- --workloads call,ring --frameworks otp,actix,raw_tokio --rounds 15
//! ```
//!
//! Each measurement is a program of its own (memory can only be measured in a clean one, and no
//! measurement can be warmed up or slowed down by the one before). The rounds are interleaved: in
//! each round, each workload runs once on each framework, so that what the machine does besides
//! hits all of them alike. What is compared is the median over the rounds, or the best of them.

mod bars;
mod measure;
mod options;
mod results;
mod table;

use std::collections::BTreeSet;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use measure::Outcome;
use options::Options;
use results::Results;

/// What a framework is to `otp`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// `otp` itself, or another way to use it.
    Ours,
    /// Another framework: one of these is the fastest peer of a workload.
    Peer,
    /// No framework: what the same work costs without one.
    Floor,
}

/// One program in `src/bin/`.
#[derive(Debug)]
struct Competitor {
    name: &'static str,
    kind: Kind,
    /// Its name in `Cargo.lock`, to print the version.
    package: &'static str,
    program: &'static str,
}

macro_rules! competitors {
    ($($kind:ident $name:ident $package:literal,)*) => {
        &[$(Competitor {
            name: stringify!($name),
            kind: Kind::$kind,
            package: $package,
            program: env!(concat!("CARGO_BIN_EXE_", stringify!($name))),
        }),*]
    };
}

/// Everybody, in the order of the tables.
const COMPETITORS: &[Competitor] = competitors! {
    Ours otp "otp",
    Ours otp_by_hand "otp",
    Peer ractor "ractor",
    Peer kameo "kameo",
    Peer actix "actix",
    Peer tokio_actors "tokio-actors",
    Peer spawned "spawned-concurrency",
    Peer xtra "xtra",
    Peer hydra "hydra",
    Floor raw_tokio "tokio",
    Floor raw_flume "flume",
};

fn main() -> ExitCode {
    let options = match Options::parse(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(problem) => {
            eprintln!("{problem}\n\n{}", options::USAGE);
            return ExitCode::from(2);
        }
    };
    if options.help {
        println!("{}", options::USAGE);
        return ExitCode::SUCCESS;
    }
    table::print_header(&options);
    let results = compare(&options);
    table::print_rates(&options, &results);
    let missed = table::print_bars(&options, &results);
    if options.check && missed > 0 {
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn compare(options: &Options) -> Results {
    let mut results = Results::new(options.best);
    let mut complained = BTreeSet::new();
    for round in 1..=options.rounds {
        for &workload in &options.workloads {
            for &runtime in &options.runtimes {
                for competitor in &options.competitors {
                    progress(&format!(
                        "round {round}/{}: {} {} {}",
                        options.rounds,
                        workload.id(),
                        runtime.id(),
                        competitor.name,
                    ));
                    let place = (runtime, workload, competitor.name);
                    match measure::run(competitor.program, runtime, workload, options) {
                        Outcome::Value(value) => results.add(place, value),
                        Outcome::Unsupported => {}
                        // Once is enough: it will fail the same way in each round.
                        Outcome::Failed(why) if complained.insert(place) => {
                            progress("");
                            eprintln!("{place:?} failed: {why}");
                        }
                        Outcome::Failed(_) => {}
                    }
                }
            }
        }
    }
    progress("");
    results
}

/// Shows what is being measured, on a terminal.
fn progress(line: &str) {
    let mut stderr = std::io::stderr();
    if stderr.is_terminal() {
        // Clears the line first. A terminal that is gone is no reason to stop measuring.
        let _ = write!(stderr, "\r\x1b[K{line}");
        let _ = stderr.flush();
    }
}
