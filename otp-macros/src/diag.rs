//! Errors: all of them in one compile, each with what to do about it.

use proc_macro2::TokenStream;

/// A spanned error and the line that says what to write instead.
///
/// The first argument is anything that prints tokens: the error covers exactly those. rustc shows the help line
/// indented below the message.
macro_rules! err {
    ($tokens:expr, $message:literal, help = $help:literal $(,)?) => {
        ::syn::Error::new_spanned(&$tokens, $crate::diag::with_help(format!($message), format!($help)))
    };
}

pub(crate) use err;

/// Joins a message and its help line the way rustc prints them best.
pub(crate) fn with_help(message: String, help: String) -> String {
    format!("{message}\nhelp: {help}")
}

/// Every mistake found so far.
///
/// Parsers and checks push here and go on, so that the user sees all their mistakes at once. Dropping it without
/// [`into_tokens`](Self::into_tokens) is a bug in this crate, and panics.
#[derive(Debug)]
pub(crate) struct Errors {
    found: Option<syn::Error>,
    reported: bool,
}

impl Errors {
    pub(crate) fn new() -> Self {
        Self { found: None, reported: false }
    }

    pub(crate) fn push(&mut self, error: syn::Error) {
        match &mut self.found {
            Some(found) => found.combine(error),
            none => *none = Some(error),
        }
    }

    /// The value, or `None` with the error noted.
    pub(crate) fn ok<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_none()
    }

    /// One `compile_error!` for each mistake; nothing when there was none.
    pub(crate) fn into_tokens(mut self) -> TokenStream {
        self.reported = true;
        self.found.take().map(syn::Error::into_compile_error).unwrap_or_default()
    }
}

impl Drop for Errors {
    fn drop(&mut self) {
        if !self.reported && !std::thread::panicking() {
            panic!("a bug in otp-macros: errors were collected and never reported");
        }
    }
}

/// The candidate that `typed` most likely stands for, if one is near enough.
pub(crate) fn nearest<'a>(typed: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // A third of the word may be wrong: `restrat` is `restart`, but `job` is no misspelt `id`.
    let allowed = typed.chars().count().div_ceil(3);
    candidates
        .into_iter()
        .map(|candidate| (distance(typed, candidate), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Edits between two words; swapping two neighbours counts once (Damerau-Levenshtein, optimal string alignment).
pub(crate) fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for (i, row) in rows.iter_mut().enumerate() {
        row[0] = i;
    }
    for (j, cell) in rows[0].iter_mut().enumerate() {
        *cell = j;
    }
    for i in 1..=a.len() {
        for j in 1..=b.len() {
            let change = usize::from(a[i - 1] != b[j - 1]);
            let mut best = (rows[i - 1][j] + 1).min(rows[i][j - 1] + 1).min(rows[i - 1][j - 1] + change);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = best;
        }
    }
    rows[a.len()][b.len()]
}

/// `` `a`, `b` or `c` ``, for "what is allowed here".
pub(crate) fn one_of<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let words: Vec<String> = words.into_iter().map(|word| format!("`{word}`")).collect();
    match words.as_slice() {
        [] => String::from("nothing"),
        [only] => only.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// The help line for a word that is none of `allowed`: the nearest of them, or all.
pub(crate) fn did_you_mean(typed: &str, allowed: &[&str]) -> String {
    match nearest(typed, allowed.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if allowed.is_empty() => String::from("it takes none"),
        None => format!("expected {}", one_of(allowed.iter().copied())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_swap_is_one_edit() {
        assert_eq!(distance("restrat", "restart"), 1);
        assert_eq!(distance("cal", "call"), 1);
        assert_eq!(distance("", "call"), 4);
    }

    #[test]
    fn a_far_word_is_not_suggested() {
        assert_eq!(nearest("restrat", ["restart", "shutdown"]), Some("restart"));
        assert_eq!(nearest("job", ["id", "restart"]), None);
    }

    #[test]
    #[should_panic(expected = "never reported")]
    fn forgetting_to_report_panics() {
        drop(Errors::new());
    }

    #[test]
    fn all_errors_are_reported() {
        let mut errors = Errors::new();
        let place: syn::Ident = syn::parse_quote!(place);
        errors.push(err!(place, "one", help = "a"));
        errors.push(err!(place, "two", help = "b"));
        let tokens = errors.into_tokens().to_string();
        assert!(tokens.contains("one\\nhelp: a") && tokens.contains("two\\nhelp: b"), "{tokens}");
    }
}
