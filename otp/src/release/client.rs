//! The commands that ask the running system.

use std::process::ExitCode;

use super::console;
use super::control::{Client, Place};
use super::environment::Environment;
use super::output::Output;

pub(super) fn run(environment: &Environment) -> Result<ExitCode, String> {
    if !environment.distribution {
        let command = &environment.command;
        return Err(format!(
            "{command} needs the running system, and RELEASE_DISTRIBUTION is none: nothing can be reached"
        ));
    }
    let place = Place::of(environment);
    let mut client = Client::connect(&place, environment.cookie.expose()).map_err(|error| error.to_string())?;
    let broken = |error: std::io::Error| format!("lost the connection to {}: {error}", environment.node);
    let well = match environment.command.as_str() {
        "rpc" => {
            let mut arguments = std::env::args().skip(1);
            let call = arguments.next().ok_or("rpc expects a call as argument")?;
            if arguments.next().is_some() {
                return Err("rpc takes one argument, the call: put it into quotes".into());
            }
            client.ask(&format!("call\n{call}"), &Output::own()).map_err(broken)?
        }
        "restart" => client.ask("restart", &Output::own()).map_err(broken)?,
        "stop" => {
            let well = client.ask("stop", &Output::own()).map_err(broken)?;
            client.wait_for_end(&place);
            well
        }
        "remote" => {
            let title = format!("{} (process {})", client.system(), client.pid());
            let prompt = format!("{}> ", environment.node);
            console::run(&title, &prompt, place.history(), client)?;
            true
        }
        _ => {
            println!("{}", client.pid());
            true
        }
    };
    Ok(if well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
