//! One measurement: one run of one program.

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use otp_benches::{Runtime, Workload};

use crate::options::Options;

#[derive(Debug)]
pub(crate) enum Outcome {
    Value(f64),
    /// The framework has nothing of the kind.
    Unsupported,
    Failed(String),
}

pub(crate) fn run(program: &str, runtime: Runtime, workload: Workload, options: &Options) -> Outcome {
    let child = Command::new(program)
        .args([runtime.id(), workload.id(), &options.scale.to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    match child {
        Ok(child) => wait(child, options.limit),
        Err(error) => Outcome::Failed(format!("cannot run {program}: {error}")),
    }
}

fn wait(mut child: Child, limit: Duration) -> Outcome {
    let started = Instant::now();
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if started.elapsed() > limit => {
                let _ = child.kill();
                let _ = child.wait();
                return Outcome::Failed(format!("not done after {} s", limit.as_secs()));
            }
            // Rarely enough to take nothing from the program that is being measured.
            Ok(None) => sleep(Duration::from_millis(20)),
            Err(error) => return Outcome::Failed(error.to_string()),
        }
    };
    // Read only now: the programs print one line, far less than a pipe holds.
    let printed = text(child.stdout.take());
    match printed.trim() {
        "-" if status.success() => Outcome::Unsupported,
        value if status.success() => match value.parse() {
            Ok(value) => Outcome::Value(value),
            Err(_) => Outcome::Failed(format!("printed `{value}`")),
        },
        _ => Outcome::Failed(format!("{status}: {}", text(child.stderr.take()).trim())),
    }
}

fn text(pipe: Option<impl Read>) -> String {
    let mut text = String::new();
    if let Some(mut pipe) = pipe {
        // Half a line is as good as none.
        let _ = pipe.read_to_string(&mut text);
    }
    text
}
