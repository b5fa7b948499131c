//! Carrying out what an operator wrote.

use super::expression::{Call, parse};
use super::nearest::nearest;
use super::{Answer, Answered, Arguments, Command, all};
use crate::process::{self, table};
use crate::release::output::Output;

/// Carries out a script, call by call; the first that fails is the last. Whether all went well.
///
/// Each call runs as a process of its own: a panic in it is its error, and harms nobody else.
pub(crate) async fn execute(script: &str, output: &Output) -> bool {
    let calls = match parse(script) {
        Ok(calls) => calls,
        Err(error) => {
            output.error(&format!("{error}\n"));
            return false;
        }
    };
    for call in calls {
        let answer = match prepare(call) {
            Ok((name, future)) => run(name, future, output.clone()).await,
            Err(error) => Answer::Failed(error),
        };
        match answer {
            Answer::Nothing => {}
            Answer::Text(text) => output.print(&line(text)),
            Answer::Failed(error) => {
                output.error(&line(error));
                return false;
            }
        }
    }
    true
}

fn line(mut text: String) -> String {
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// Finds the command and gives it its arguments.
fn prepare(call: Call) -> Result<(&'static str, Answered), String> {
    let command = find(&call.name)?;
    let (most, given) = (command.parameters.len(), call.arguments.len());
    let least = command.parameters.iter().filter(|parameter| !parameter.optional).count();
    if given < least || given > most {
        return Err(format!(
            "`{}` takes {} and was given {given}: {}",
            command.name,
            match (least, most) {
                (1, 1) => "one argument".to_owned(),
                (least, most) if least == most => format!("{most} arguments"),
                (least, most) => format!("{least} to {most} arguments"),
            },
            command.signature()
        ));
    }
    let mut arguments = Arguments(call.arguments.into_iter());
    let future = (command.call)(&mut arguments).map_err(|wrong| {
        let (parameter, expected, given) = (wrong.parameter, wrong.expected, wrong.given);
        format!(
            "argument `{parameter}` of `{}` is {expected}, and was given {given}: {}",
            command.name,
            command.signature()
        )
    })?;
    Ok((command.name, future))
}

/// The command of a name. Its last words are enough, if no other command ends with them.
fn find(name: &str) -> Result<&'static Command, String> {
    let commands = all();
    if let Some(command) = commands.iter().find(|command| command.name == name) {
        return Ok(command);
    }
    // `MyApp.ReleaseTasks.purge` for `ReleaseTasks::purge`, and the other way round.
    let ends = |long: &str, short: &str| long.strip_suffix(short).is_some_and(|before| before.ends_with("::"));
    let similar: Vec<&&Command> =
        commands.iter().filter(|command| ends(command.name, name) || ends(name, command.name)).collect();
    match similar.as_slice() {
        [only] => Ok(only),
        [] => {
            let near = nearest(name, commands.iter().map(|command| command.name));
            let near: Vec<String> = commands
                .iter()
                .filter(|command| near.contains(&command.name))
                .map(|command| command.signature())
                .collect();
            Err(match near.as_slice() {
                [] => format!("there is no command `{name}`; `help` lists all"),
                near => format!("there is no command `{name}`; did you mean {}?", near.join(" or ")),
            })
        }
        several => {
            let names: Vec<&str> = several.iter().map(|command| command.name).collect();
            Err(format!("`{name}` can be each of {}: write more of it", names.join(", ")))
        }
    }
}

async fn run(name: &'static str, future: Answered, output: Output) -> Answer {
    let (done, answer) = tokio::sync::oneshot::channel();
    let pid = process::spawn(async move {
        process::set_label(format!("command {name}"));
        output.adopt();
        let _ = done.send(future.await);
    });
    // Kept: the reason is told after it has left the table.
    let command = table::get(pid);
    match answer.await {
        Ok(answer) => answer,
        Err(_) => {
            let reason = command.and_then(|command| command.core().reason.get().cloned());
            Answer::Failed(format!("`{name}` ended: {}", reason.unwrap_or(process::ExitReason::NoProc)))
        }
    }
}

/// The names of commands that begin with a text, in full.
pub(crate) fn complete(begun: &str) -> Vec<String> {
    let normal = begun.replace('.', "::");
    let mut names: Vec<String> = all()
        .iter()
        .filter(|command| command.name.starts_with(&normal))
        .map(|command| format!("{}{}", command.name, if command.parameters.is_empty() { "" } else { "(" }))
        .collect();
    names.sort();
    names
}
