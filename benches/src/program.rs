//! The `main` of every framework's program.

use std::process::exit;

use crate::framework::{Framework, Runtime};
use crate::workload::{self, Workload};

/// Makes the one measurement the command line asks for and prints its value: a rate per second or
/// bytes per server; `-` for what the framework does not have.
pub fn run<F: Framework>() {
    let (runtime, workload, scale) = arguments().unwrap_or_else(|problem| {
        eprintln!("{problem}\nusage: PROGRAM <mt|ct> <workload> [scale]");
        exit(2);
    });
    if !F::supports(workload.driver()) {
        println!("-");
        return;
    }
    F::drive(
        runtime,
        workload.driver(),
        Box::pin(async move {
            match workload::measure::<F>(workload, scale).await {
                Some(value) => println!("{value:.0}"),
                None => println!("-"),
            }
            // Some workloads leave a hundred thousand servers behind; taking them down is not
            // part of any measurement.
            exit(0);
        }),
    );
}

fn arguments() -> Result<(Runtime, Workload, f64), String> {
    let mut arguments = std::env::args().skip(1);
    let runtime = arguments.next().ok_or("no runtime given")?.parse()?;
    let workload = arguments.next().ok_or("no workload given")?.parse()?;
    let scale = match arguments.next() {
        Some(scale) => scale.parse().map_err(|_| format!("`{scale}` is no scale"))?,
        None => 1.0,
    };
    Ok((runtime, workload, scale))
}
