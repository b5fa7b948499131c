//! What a command answered, as it is printed.

use std::any::Any;
use std::fmt::{Debug, Display};

/// What a command answered.
#[doc(hidden)]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Nothing that is printed.
    Nothing,
    /// This is printed.
    Text(String),
    /// An error: this is printed to the error output, and the status is 1.
    Failed(String),
}

/// What a function that operators call can return: anything that can be printed with `{:?}`.
///
/// `()` prints nothing, text prints as it is. A `Result` prints its value, or its error to the error output.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be printed, and a command prints what it returns",
    label = "this is not `Debug`",
    note = "add `#[derive(Debug)]` to the type, or return text"
)]
pub trait CommandResult: Debug + 'static {}

impl<T: Debug + 'static> CommandResult for T {}

/// What a command returns must be printable: asked where its type is written.
#[doc(hidden)]
pub fn command_result<T: CommandResult>() {}

/// What a function returned. `(&&&Answering(&value)).answer()` finds the most special of the traits below.
#[doc(hidden)]
#[derive(Debug)]
pub struct Answering<'a, T>(pub &'a T);

impl<T> Clone for Answering<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Answering<'_, T> {}

impl<T> Answering<'_, T> {
    /// What is found last, after the traits: what cannot be printed has been reported where its type is written, and once is enough.
    pub fn answer(self) -> Answer {
        Answer::Nothing
    }
}

/// A `Result` whose error says what went wrong.
#[doc(hidden)]
pub trait AnswerResult {
    fn answer(&self) -> Answer;
}

impl<T: CommandResult, E: Display> AnswerResult for &&Answering<'_, Result<T, E>> {
    fn answer(&self) -> Answer {
        match self.0 {
            Ok(value) => print(value),
            Err(error) => Answer::Failed(error.to_string()),
        }
    }
}

/// A `Result` whose error can be looked at only.
#[doc(hidden)]
pub trait AnswerDebugError {
    fn answer(&self) -> Answer;
}

impl<T: CommandResult, E: Debug> AnswerDebugError for &Answering<'_, Result<T, E>> {
    fn answer(&self) -> Answer {
        match self.0 {
            Ok(value) => print(value),
            Err(error) => Answer::Failed(format!("{error:?}")),
        }
    }
}

/// Anything else.
#[doc(hidden)]
pub trait AnswerDebug {
    fn answer(&self) -> Answer;
}

impl<T: CommandResult> AnswerDebug for Answering<'_, T> {
    fn answer(&self) -> Answer {
        print(self.0)
    }
}

fn print<T: CommandResult>(value: &T) -> Answer {
    let any: &dyn Any = value;
    if any.is::<()>() {
        Answer::Nothing
    } else if let Some(text) = any.downcast_ref::<String>() {
        Answer::Text(text.clone())
    } else if let Some(text) = any.downcast_ref::<&'static str>() {
        Answer::Text((*text).to_owned())
    } else {
        Answer::Text(format!("{value:?}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Plain;

    fn text(text: &str) -> Answer {
        Answer::Text(text.into())
    }

    #[test]
    #[expect(clippy::needless_borrow, reason = "as many as the expansion writes")]
    fn each_kind_of_result_is_printed_its_way() {
        assert_eq!((&&&Answering(&())).answer(), Answer::Nothing);
        assert_eq!((&&&Answering(&"a \"b\"")).answer(), text("a \"b\""));
        assert_eq!((&&&Answering(&vec!["a"])).answer(), text("[\"a\"]"));
        assert_eq!((&&&Answering(&Ok::<u8, String>(1))).answer(), text("1"));
        assert_eq!((&&&Answering(&Err::<u8, String>("no".into()))).answer(), Answer::Failed("no".into()));
        assert_eq!((&&&Answering(&Err::<u8, Plain>(Plain))).answer(), Answer::Failed("Plain".into()));
        assert_eq!((&&&Answering(&Ok::<(), Plain>(()))).answer(), Answer::Nothing);
    }
}
