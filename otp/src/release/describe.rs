//! What a program says of itself when a release is made of it: `RELEASE_COMMAND=describe`.

use std::io::Read;
use std::process::ExitCode;

use super::manifest::{Description, Manifest, Question};
use crate::application::{BootList, Mode};
use crate::config::{Provider, Stored, Value};

/// What stands before the answer, on a line of its own: a program may print before.
pub(crate) const BEGIN: &str = "# otp: description\n";

/// Reads the question, and prints the answer.
pub(super) fn answer(own: BootList) -> Result<ExitCode, String> {
    let mut question = String::new();
    std::io::stdin().read_to_string(&mut question).map_err(|error| error.to_string())?;
    let question = toml::from_str(&question).map_err(|error| error.to_string())?;
    let description = describe(own, question)?;
    let text = toml::to_string(&description).map_err(|error| error.to_string())?;
    println!("\n{BEGIN}{text}");
    Ok(ExitCode::SUCCESS)
}

fn describe(own: BootList, question: Question) -> Result<Description, String> {
    let mut list = if question.applications.is_empty() { own } else { BootList::new() };
    for (name, mode) in &question.applications {
        list = list.add_as(name.as_str(), mode.parse::<Mode>()?);
    }
    for name in question.skip_mode_validation_for {
        list = list.skip_mode_validation_for(name);
    }
    let plan = list.resolve().map_err(|error| error.to_string())?;
    let manifest: Manifest = toml::from_str(&plan.manifest()).map_err(|error| error.to_string())?;
    let mut stored = Stored::default();
    for setting in question.providers {
        let provider = Provider::find(&setting.name).map_err(|error| error.to_string())?;
        let args = Value::serialize(&setting.args).map_err(|error| error.to_string())?;
        stored.providers.push(provider.init(&args).map_err(|error| error.to_string())?);
    }
    Ok(Description {
        otp: env!("CARGO_PKG_VERSION").to_owned(),
        target: target(),
        applications: manifest.applications,
        stored: stored.to_text().map_err(|error| error.to_string())?,
    })
}

/// The target that this was compiled for, as far as programs of it can be told apart.
fn target() -> String {
    let vendor = if cfg!(target_vendor = "apple") { "apple" } else { "unknown" };
    let system = match std::env::consts::OS {
        "macos" => "darwin".to_owned(),
        other => other.to_owned(),
    };
    let libc = if cfg!(target_env = "gnu") {
        "-gnu"
    } else if cfg!(target_env = "musl") {
        "-musl"
    } else {
        ""
    };
    format!("{}-{vendor}-{system}{libc}", std::env::consts::ARCH)
}
