//! The command line.

use std::str::FromStr;
use std::time::Duration;

use otp_benches::{Runtime, Workload};

use crate::{COMPETITORS, Competitor};

pub(crate) const USAGE: &str = "\
options (after `cargo bench --`):
  --rounds N          how often each measurement is made (7)
  --quick             three rounds, a tenth of the work: for a look, not for a verdict
  --workloads A,B     only these (all); `src/workload/mod.rs` lists them
  --frameworks A,B    only these (all)
  --runtimes mt,ct    multi-thread with two workers, current-thread (both)
  --best              compare the best rounds, not the medians: on a machine that is busy
  --limit SECONDS     after which a measurement has failed (90)
  --check             fail if a bar is missed";

#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) rounds: u32,
    pub(crate) scale: f64,
    pub(crate) workloads: Vec<Workload>,
    pub(crate) competitors: Vec<&'static Competitor>,
    pub(crate) runtimes: Vec<Runtime>,
    pub(crate) best: bool,
    pub(crate) limit: Duration,
    pub(crate) check: bool,
    pub(crate) help: bool,
}

impl Options {
    pub(crate) fn parse(arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self {
            rounds: 7,
            scale: 1.0,
            workloads: Workload::ALL.to_vec(),
            competitors: COMPETITORS.iter().collect(),
            runtimes: Runtime::ALL.to_vec(),
            best: false,
            limit: Duration::from_secs(90),
            check: false,
            help: false,
        };
        let mut rounds = None;
        let mut arguments = arguments;
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or_else(|| format!("{argument} wants a value"));
            match argument.as_str() {
                "--rounds" => rounds = Some(number(&value()?)?),
                "--quick" => {
                    options.rounds = 3;
                    options.scale = 0.1;
                }
                "--workloads" => options.workloads = list(&value()?, Workload::from_str)?,
                "--frameworks" => options.competitors = list(&value()?, competitor)?,
                "--runtimes" => options.runtimes = list(&value()?, Runtime::from_str)?,
                "--best" => options.best = true,
                "--limit" => options.limit = Duration::from_secs(u64::from(number(&value()?)?)),
                "--check" => options.check = true,
                "--help" => options.help = true,
                // Cargo passes this to every bench target.
                "--bench" => {}
                _ => return Err(format!("no option `{argument}`")),
            }
        }
        if let Some(rounds) = rounds {
            options.rounds = rounds;
        }
        Ok(options)
    }
}

fn number(text: &str) -> Result<u32, String> {
    match text.parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err(format!("`{text}` is not a number above zero")),
    }
}

fn list<T>(text: &str, parse: impl Fn(&str) -> Result<T, String>) -> Result<Vec<T>, String> {
    text.split(',').map(parse).collect()
}

fn competitor(name: &str) -> Result<&'static Competitor, String> {
    COMPETITORS.iter().find(|competitor| competitor.name == name).ok_or_else(|| {
        let names: Vec<_> = COMPETITORS.iter().map(|known| known.name).collect();
        format!("no framework `{name}`; there are {}", names.join(", "))
    })
}
