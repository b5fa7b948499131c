//! The commands that look into a running system.

use std::fmt::Write;

use super::{Answer, Answered, Arguments, Command, FromLiteral, Literal, Parameter, WrongArgument, tree};
use crate::application;
use crate::child::ChildKind;
use crate::config::Config;
use crate::generic::sys::{System, ask};
use crate::process::{self, Name, Pid, ProcessInfo};
use crate::supervisor::{ChildStatus, DynamicSupervisorRef, SupervisorRef};

/// A process, by pid or by name.
#[derive(Clone, Debug)]
struct Whom(Literal);

impl FromLiteral for Whom {
    fn expected() -> String {
        "Pid or name".to_owned()
    }

    fn from_literal(literal: Literal) -> Result<Self, Literal> {
        match literal {
            Literal::Pid(_) | Literal::Text(_) | Literal::Word(_) => Ok(Self(literal)),
            other => Err(other),
        }
    }
}

impl Whom {
    fn pid(&self) -> Result<Pid, String> {
        match &self.0 {
            Literal::Pid(pid) if process::alive(*pid) => Ok(*pid),
            Literal::Pid(pid) => Err(format!("there is no process {pid}")),
            Literal::Text(name) | Literal::Word(name) => named(name),
            other => Err(format!("{other} is no process")),
        }
    }
}

/// The process that operators mean by a name: one that is registered under it; else the top of an application; else the only one
/// whose label or type is shown so by `processes`.
fn named(name: &str) -> Result<Pid, String> {
    // A name that is shown as `counter` may be any kind of name that prints so.
    let mut names = process::registered().into_iter().filter(|taken| taken.to_string() == name);
    let registered = names.next().or_else(|| Some(Name::from(name.to_owned()))).and_then(process::whereis);
    if let Some(pid) = registered {
        return Ok(pid);
    }
    let known = known();
    let master = known.iter().find(|info| info.label.as_deref() == Some(&format!("application {name}")));
    let top = |master: &ProcessInfo| {
        known.iter().find(|info| info.ancestors.first() == Some(&master.pid) && master.links.contains(&info.pid))
    };
    if let Some(top) = master.and_then(top) {
        return Ok(top.pid);
    }
    let is_shown_so = |info: &&ProcessInfo| info.label.as_deref() == Some(name) || short(info.initial_call) == name;
    let found: Vec<Pid> = known.iter().filter(is_shown_so).map(|info| info.pid).collect();
    match found.as_slice() {
        [pid] => Ok(*pid),
        [] => Err(format!("no process has the name {name:?}; `registered` lists the names, `processes` all processes")),
        several => {
            let pids: Vec<String> = several.iter().map(ToString::to_string).collect();
            Err(format!("{name:?} can be each of {}: give one of these", pids.join(", ")))
        }
    }
}

fn answer(result: Result<String, String>) -> Answer {
    match result {
        Ok(text) => Answer::Text(text),
        Err(error) => Answer::Failed(error),
    }
}

/// A command about one process, as a future.
fn about<F>(arguments: &mut Arguments, work: impl FnOnce(Pid) -> F + Send + 'static) -> Result<Answered, WrongArgument>
where
    F: Future<Output = Result<String, String>> + Send + 'static,
{
    let whom: Whom = arguments.take("process")?;
    Ok(Box::pin(async move {
        match whom.pid() {
            Ok(pid) => answer(work(pid).await),
            Err(error) => Answer::Failed(error),
        }
    }))
}

/// A system request to one process.
async fn system<T: Send + 'static>(
    pid: Pid,
    make: impl FnOnce(crate::gen_server::ReplyTo<T>) -> System + Send,
) -> Result<T, String> {
    ask(pid, make).await.ok_or_else(|| format!("{pid} is no server, has ended, or did not answer within 5 s"))
}

const WHOM: Parameter = Parameter { name: "process", expected: Whom::expected, optional: false };
const MAYBE_WHOM: Parameter = Parameter { name: "process", expected: Whom::expected, optional: true };

pub(super) static INSPECT: &[Command] = &[
    Command {
        name: "applications",
        parameters: &[],
        about: "Lists the applications that are loaded, and whether they are started",
        call: |_| Ok(Box::pin(async { Answer::Text(applications()) })),
    },
    Command {
        name: "config",
        parameters: &[Parameter { name: "application", expected: String::expected, optional: true }],
        about: "Shows the configuration; secrets are not shown",
        call: |arguments| {
            let wanted: Option<String> = arguments.take("application")?;
            Ok(Box::pin(async move { answer(config(wanted.as_deref())) }))
        },
    },
    Command {
        name: "info",
        parameters: &[WHOM],
        about: "Shows what is known of a process",
        call: |arguments| {
            about(arguments, async |pid| {
                process::info(pid).map(|info| format!("{info:#?}")).ok_or_else(|| format!("{pid} has ended"))
            })
        },
    },
    Command {
        name: "processes",
        parameters: &[],
        about: "Lists all processes",
        call: |_| Ok(Box::pin(async { Answer::Text(processes()) })),
    },
    Command {
        name: "registered",
        parameters: &[],
        about: "Lists the names that are registered",
        call: |_| Ok(Box::pin(async { Answer::Text(registered()) })),
    },
    Command {
        name: "sys::get_state",
        parameters: &[WHOM],
        about: "Shows the state of a server",
        call: |arguments| about(arguments, async |pid| Ok(system(pid, System::Status).await?.state)),
    },
    Command {
        name: "sys::get_status",
        parameters: &[WHOM],
        about: "Shows what a server says of itself",
        call: |arguments| about(arguments, async |pid| Ok(system(pid, System::Status).await?.to_string())),
    },
    Command {
        name: "sys::resume",
        parameters: &[WHOM],
        about: "Lets a server go on",
        call: |arguments| {
            about(arguments, async |pid| system(pid, System::Resume).await.map(|()| format!("{pid} goes on")))
        },
    },
    Command {
        name: "sys::suspend",
        parameters: &[WHOM],
        about: "Keeps a server from handling messages until it is resumed",
        call: |arguments| {
            about(arguments, async |pid| {
                let suspend = |done| System::Suspend { by: process::try_self_pid(), done };
                system(pid, suspend).await.map(|()| format!("{pid} is suspended"))
            })
        },
    },
    Command {
        name: "sys::trace",
        parameters: &[WHOM, Parameter { name: "on", expected: bool::expected, optional: false }],
        about: "Logs what a server does, or no longer",
        call: |arguments| {
            let whom: Whom = arguments.take("process")?;
            let on: bool = arguments.take("on")?;
            Ok(Box::pin(async move {
                let pid = match whom.pid() {
                    Ok(pid) => pid,
                    Err(error) => return Answer::Failed(error),
                };
                let trace = move |done: crate::gen_server::ReplyTo<()>| {
                    System::Debug(Box::new(move |debug| {
                        debug.trace = on;
                        done.reply_unseen(());
                    }))
                };
                let shown = if on { "is traced: see the log" } else { "is no longer traced" };
                answer(system(pid, trace).await.map(|()| format!("{pid} {shown}")))
            }))
        },
    },
    Command {
        name: "tree",
        parameters: &[MAYBE_WHOM],
        about: "Shows who started whom: everything, or what is below a process",
        call: |arguments| {
            let whom: Option<Whom> = arguments.take("process")?;
            Ok(Box::pin(async move {
                let root = whom.map(|whom| whom.pid()).transpose();
                answer(root.map(|root| tree::draw(&known(), root)))
            }))
        },
    },
    Command {
        name: "which_children",
        parameters: &[WHOM],
        about: "Lists the children of a supervisor",
        call: |arguments| about(arguments, which_children),
    },
];

/// What is known of all processes, in the order of their pids.
fn known() -> Vec<ProcessInfo> {
    let mut pids = process::list();
    pids.sort_unstable();
    pids.into_iter().filter_map(process::info).collect()
}

fn processes() -> String {
    let rows = known().into_iter().map(|info| {
        let label = info.label.as_deref().map(|label| format!("({label})"));
        [
            info.pid.to_string(),
            info.name.as_ref().map(ToString::to_string).or(label).unwrap_or_default(),
            info.behaviour.to_owned(),
            info.status.to_string(),
            info.message_queue_len.to_string(),
            info.messages_handled.to_string(),
            short(info.initial_call).to_owned(),
        ]
    });
    let header = ["Pid", "Name", "Behaviour", "Status", "Queue", "Handled", "Initial call"].map(str::to_owned);
    table(std::iter::once(header).chain(rows))
}

fn registered() -> String {
    let names = process::registered().into_iter();
    let mut rows: Vec<[String; 2]> = names
        .map(|name| [name.to_string(), process::whereis(name).map(|pid| pid.to_string()).unwrap_or_default()])
        .collect();
    rows.sort();
    table(rows)
}

fn applications() -> String {
    let started = application::started();
    let rows = application::loaded().into_iter().map(|info| {
        let runs = started.iter().any(|other| other.name == info.name);
        let state = if runs { "started" } else { "loaded" };
        [info.name.to_string(), info.version.to_string(), state.to_owned(), info.description.to_string()]
    });
    table(rows)
}

fn config(wanted: Option<&str>) -> Result<String, String> {
    let mut config = Config::new();
    for info in application::loaded().into_iter().filter(|info| wanted.is_none_or(|wanted| wanted == info.name)) {
        config.put_application(&info.name, application::get_all_env(&info.name));
    }
    // Values that are secret show so.
    let text = config.to_string();
    match (text.trim().is_empty(), wanted) {
        (false, _) => Ok(text),
        (true, Some(wanted)) => Err(format!("application `{wanted}` is not loaded, or has no configuration")),
        (true, None) => Ok("nothing is configured".to_owned()),
    }
}

async fn which_children(pid: Pid) -> Result<String, String> {
    let failed = |error: crate::gen_server::CallError| error.to_string();
    let row = |id: String, status: ChildStatus, kind: ChildKind, type_name: &str| {
        [id, shown(status), kind.to_string(), short(type_name).to_owned()]
    };
    let rows: Vec<[String; 4]> = if let Some(supervisor) = SupervisorRef::from_pid(pid) {
        let children = supervisor.which_children().await.map_err(failed)?;
        children.into_iter().map(|child| row(child.id, child.status, child.kind, child.type_name)).collect()
    } else if let Some(supervisor) = DynamicSupervisorRef::<()>::from_pid(pid) {
        let children = supervisor.which_children().await.map_err(failed)?;
        children.into_iter().map(|child| row(String::new(), child.status, child.kind, child.type_name)).collect()
    } else {
        return Err(format!("{pid} is no supervisor"));
    };
    let header = ["Id", "Pid", "Kind", "Type"].map(str::to_owned);
    Ok(table(std::iter::once(header).chain(rows)))
}

fn shown(status: ChildStatus) -> String {
    match status {
        ChildStatus::Running(pid) => pid.to_string(),
        other => format!("{other:?}").to_lowercase(),
    }
}

/// A type without the modules that it is in: `Connection` of `kv::connection::Connection`. A function's closure is shown as the
/// function, with its module, which it needs to be understood.
pub(super) fn short(type_name: &str) -> &str {
    let name = &type_name[..type_name.find('<').unwrap_or(type_name.len())];
    match name.rfind("::") {
        Some(place) if !type_name.ends_with("}}") => &name[place + 2..],
        _ => name.trim_end_matches("::{{closure}}"),
    }
}

/// Columns as wide as what is in them.
pub(super) fn table<const N: usize>(rows: impl IntoIterator<Item = [String; N]>) -> String {
    let rows: Vec<[String; N]> = rows.into_iter().collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths: [usize; N] = std::array::from_fn(width);
    let mut text = String::new();
    for row in &rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(widths) {
            let _ = write!(line, "{cell:width$}  ");
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn types_are_shown_without_their_modules_and_functions_with_them() {
        for (type_name, shown) in [
            ("kv::connection::Connection", "Connection"),
            ("Connection", "Connection"),
            ("kv::pool::Pool<kv::Connection>", "Pool"),
            ("kv::listener::accept::{{closure}}::{{closure}}", "kv::listener::accept"),
            ("otp::entry::run_boxed<core::result::Result<u8, ()>>::{{closure}}", "otp::entry::run_boxed"),
        ] {
            assert_eq!(short(type_name), shown);
        }
    }
}
