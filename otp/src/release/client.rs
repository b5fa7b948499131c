//! The commands that ask the running system.

use std::process::ExitCode;

use super::console;
use super::control::{Client, Place};
use super::environment::Environment;
use super::output::Output;
use super::terminal::Terminal;

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
            let call = call("rpc")?;
            if std::env::args_os().len() > 2 {
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
            let terminal = Terminal::keep();
            terminal.restore_on_signals().map_err(|error| format!("cannot wait for signals: {error}"))?;
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

/// What `eval` and `rpc` are to carry out.
pub(super) fn call(command: &str) -> Result<String, String> {
    let argument = std::env::args_os().nth(1).ok_or_else(|| format!("{command} expects a call as argument"))?;
    argument.into_string().map_err(|argument| format!("the call of {command} is not UTF-8: {}", argument.display()))
}
