//! Functions that operators call by name, from `eval`, `rpc` and the console.

mod answer;
mod builtin;
mod execute;
mod expression;
mod inspect;
mod literal;
mod nearest;
mod tree;

use std::fmt;
use std::pin::Pin;

pub use self::answer::CommandResult;
#[doc(hidden)]
pub use self::answer::{Answer, AnswerDebug, AnswerDebugError, AnswerResult, Answering, command_result};
pub(crate) use self::execute::{complete, execute};
pub use self::literal::{FromLiteral, Literal};

/// The future of a command that was given its arguments.
pub(super) type Answered = Pin<Box<dyn Future<Output = Answer> + Send>>;

/// A function that operators can call. Made by [`#[otp::command]`](macro@crate::command).
#[doc(hidden)]
pub struct Command {
    /// What it is called by: `ReleaseTasks::purge`.
    pub name: &'static str,
    /// What it takes.
    pub parameters: &'static [Parameter],
    /// The first paragraph of its documentation.
    pub about: &'static str,
    /// Takes the arguments apart and makes the future, or says which one does not fit.
    pub call: fn(&mut Arguments) -> Result<Answered, WrongArgument>,
}

inventory::collect!(Command);

impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.signature())
    }
}

/// A parameter of a command.
#[doc(hidden)]
#[derive(Debug)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// Its type, as it is shown.
    pub expected: fn() -> String,
    /// Whether it may be left out. Of commands that come with the runtime only.
    pub optional: bool,
}

/// An argument is of another type than its parameter.
#[doc(hidden)]
#[derive(Debug)]
pub struct WrongArgument {
    parameter: &'static str,
    expected: String,
    given: Literal,
}

/// The arguments of a call, taken one by one.
#[doc(hidden)]
#[derive(Debug)]
pub struct Arguments(std::vec::IntoIter<Literal>);

impl Arguments {
    /// The next one, as a `T`. As many are there as there are parameters.
    pub fn take<T: FromLiteral>(&mut self, parameter: &'static str) -> Result<T, WrongArgument> {
        let literal = self.0.next().unwrap_or(Literal::None);
        T::from_literal(literal).map_err(|given| WrongArgument { parameter, expected: T::expected(), given })
    }
}

impl Command {
    /// How it is called: `ReleaseTasks::purge(kind: String, days: u32)`.
    pub(crate) fn signature(&self) -> String {
        let parameters: Vec<String> = self
            .parameters
            .iter()
            .map(|parameter| {
                let shown = format!("{}: {}", parameter.name, (parameter.expected)());
                if parameter.optional { format!("[{shown}]") } else { shown }
            })
            .collect();
        format!("{}({})", self.name, parameters.join(", "))
    }
}

/// Every command there is, those of the runtime first, each group by name.
pub(crate) fn all() -> Vec<&'static Command> {
    let mut own: Vec<&Command> = inventory::iter::<Command>.into_iter().collect();
    own.sort_by_key(|command| command.name);
    builtin::BUILTIN.iter().chain(inspect::INSPECT).chain(own).collect()
}
