//! The commands that are always there.

use super::{Answer, Command, FromLiteral, Literal, Parameter, all};
use crate::application;
use crate::release::output;

/// Anything, as it is printed.
struct Printable(String);

impl FromLiteral for Printable {
    fn expected() -> String {
        "anything".to_owned()
    }

    fn from_literal(literal: Literal) -> Result<Self, Literal> {
        Ok(Self(match literal {
            Literal::Text(text) | Literal::Word(text) => text,
            other => other.to_string(),
        }))
    }
}

pub(super) static BUILTIN: &[Command] = &[
    Command {
        name: "help",
        parameters: &[],
        about: "Lists all commands",
        call: |_| Ok(Box::pin(async { Answer::Text(help()) })),
    },
    Command {
        name: "puts",
        parameters: &[Parameter { name: "text", expected: Printable::expected, optional: false }],
        about: "Prints its argument",
        call: |arguments| {
            let Printable(text) = arguments.take("text")?;
            Ok(Box::pin(async move {
                output::puts(text);
                Answer::Nothing
            }))
        },
    },
    Command {
        name: "IO::puts",
        parameters: &[Parameter { name: "text", expected: Printable::expected, optional: false }],
        about: "Prints its argument, as in Elixir",
        call: |arguments| {
            let Printable(text) = arguments.take("text")?;
            Ok(Box::pin(async move {
                output::puts(text);
                Answer::Nothing
            }))
        },
    },
    Command {
        name: "Application::ensure_all_started",
        parameters: &[Parameter { name: "application", expected: String::expected, optional: false }],
        about: "Starts an application with all it depends on, and lists those that it started",
        call: |arguments| {
            let name: String = arguments.take("application")?;
            Ok(Box::pin(async move {
                match application::ensure_all_started(name.as_str()).await {
                    Ok(started) => Answer::Text(format!("{started:?}")),
                    Err(error) => Answer::Failed(error.to_string()),
                }
            }))
        },
    },
];

fn help() -> String {
    let commands = all();
    let signatures: Vec<String> = commands.iter().map(|command| command.signature()).collect();
    let width = signatures.iter().map(|signature| signature.chars().count()).filter(|width| *width <= 48).max();
    let width = width.unwrap_or_default();
    let lines =
        commands.iter().zip(&signatures).map(|(command, signature)| format!("{signature:width$}  {}", command.about));
    lines.map(|line| format!("{}\n", line.trim_end())).collect()
}
