//! The tables.

use std::fmt::Write;

use otp_benches::workload::Unit;
use otp_benches::{Runtime, Workload};

use crate::bars::{Against, COMPARISONS, Comparison};
use crate::options::Options;
use crate::results::{Results, Summary};

/// The framework the bars are for.
const OURS: &str = "otp";

/// What was measured, where.
pub(crate) fn print_header(options: &Options) {
    let versions: Vec<_> = options
        .competitors
        .iter()
        .map(|competitor| match locked_version(competitor.package) {
            Some(version) => format!("{} {version}", competitor.package),
            None => competitor.package.to_owned(),
        })
        .collect();
    println!("{}", versions.join(", "));
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    println!("{} x {cores}", processor().as_deref().unwrap_or("unknown processor"));
    let what = if options.best { "best" } else { "median" };
    println!("{what} of {} rounds, {} of the work", options.rounds, options.scale);
}

/// The version in this package's lock file; the highest, where there are several.
fn locked_version(package: &str) -> Option<&'static str> {
    let lock = include_str!("../Cargo.lock");
    let entry = format!("name = \"{package}\"\nversion = \"");
    let at = lock.rfind(&entry)? + entry.len();
    lock[at..].split('"').next()
}

fn processor() -> Option<String> {
    let info = std::fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = info.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

/// What was measured: a table per runtime, a line per workload, a column per framework.
pub(crate) fn print_rates(options: &Options, results: &Results) {
    for &runtime in &options.runtimes {
        let mut rows = vec![vec![String::new()]];
        rows[0].extend(options.competitors.iter().map(|it| it.name.to_owned()));
        for &workload in &options.workloads {
            let mut row = vec![workload.id().to_owned()];
            row.extend(options.competitors.iter().map(|competitor| {
                match results.at((runtime, workload, competitor.name)) {
                    Some(summary) => amount(summary.value, workload),
                    None => "-".to_owned(),
                }
            }));
            rows.push(row);
        }
        println!("\n{}: operations per second, bytes per server, times\n", title(runtime));
        print!("{}", aligned(&rows));
    }
}

/// The ratios: a table per runtime, a line per comparison. Answers how many bars were missed.
pub(crate) fn print_bars(options: &Options, results: &Results) -> usize {
    let mut missed = 0;
    for &runtime in &options.runtimes {
        let mut rows =
            vec![["", "otp (min..max)", "against", "(min..max)", "ratio", "bar", ""].map(str::to_owned).to_vec()];
        for comparison in COMPARISONS {
            if let Some((row, met)) = compare(comparison, options, results, runtime) {
                missed += usize::from(!met);
                rows.push(row);
            }
        }
        if rows.len() > 1 {
            println!("\n{}: how otp compares\n", title(runtime));
            print!("{}", aligned(&rows));
        }
    }
    missed
}

/// One line and whether its bar is met; `None` if one of the two sides was not measured.
fn compare(
    comparison: &Comparison,
    options: &Options,
    results: &Results,
    runtime: Runtime,
) -> Option<(Vec<String>, bool)> {
    let workload = comparison.workload;
    let ours = results.at((runtime, workload, OURS))?;
    let other = match comparison.against {
        Against::BestPeer => {
            let (name, peer) = results.best_peer(options, runtime, workload)?;
            Some((format!("best peer: {name}"), peer))
        }
        Against::Framework(name) => Some((name.to_owned(), results.at((runtime, workload, name))?)),
        Against::Own(other) => Some((format!("own {}", other.id()), results.at((runtime, other, OURS))?)),
        Against::Nothing => None,
    };
    let value = other.as_ref().map_or(ours.value, |(_, other)| ours.value / other.value);
    let bar = comparison.bar(runtime);
    let cost = workload.unit().is_cost();
    let met = bar.is_none_or(|bar| if cost { value <= bar } else { value >= bar });
    let (name, theirs, ratio) = match other {
        Some((name, other)) => (name, spread(other, workload), format!("{value:.2}")),
        None => ("-".to_owned(), String::new(), String::new()),
    };
    let bar_text = match bar {
        Some(bar) if cost && ratio.is_empty() => format!("<= {}", amount(bar, workload)),
        Some(bar) if cost => format!("<= {bar:.2}"),
        Some(bar) => format!(">= {bar:.2}"),
        None => String::new(),
    };
    let verdict = match bar {
        Some(_) if met => "ok",
        Some(_) => "MISSED",
        None => "",
    };
    let row = vec![workload.id().to_owned(), spread(ours, workload), name, theirs, ratio, bar_text, verdict.to_owned()];
    Some((row, met))
}

fn title(runtime: Runtime) -> &'static str {
    match runtime {
        Runtime::MultiThread => "multi-thread, 2 workers",
        Runtime::CurrentThread => "current-thread",
    }
}

fn spread(summary: Summary, workload: Workload) -> String {
    format!(
        "{} ({}..{})",
        amount(summary.value, workload),
        amount(summary.min, workload),
        amount(summary.max, workload),
    )
}

/// A rate, a time or a size, to three digits.
fn amount(value: f64, workload: Workload) -> String {
    let (value, unit) = match workload.unit() {
        Unit::Bytes => return format!("{value:.0} B"),
        Unit::Nanoseconds => (value / 1e3, "us"),
        Unit::PerSecond if value >= 1e6 => (value / 1e6, "M"),
        Unit::PerSecond => (value / 1e3, "k"),
    };
    let decimals = match value {
        ..10.0 => 2,
        ..100.0 => 1,
        _ => 0,
    };
    format!("{value:.decimals$} {unit}")
}

/// Columns of even width: the first to the left, the others to the right.
fn aligned(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            let cells = rows.iter().filter_map(|row| row.get(column));
            cells.map(String::len).max().unwrap_or(0)
        })
        .collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            let width = widths[column];
            let _ = match column {
                0 => write!(line, "{cell:<width$}"),
                _ => write!(line, "  {cell:>width$}"),
            };
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
