//! The values of options: words, numbers, durations.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::parse::ParseStream;
use syn::{Expr, ExprLit, ExprUnary, Lit, LitBool, LitInt, UnOp};

use super::Key;
use crate::diag::{did_you_mean, err, one_of};
use crate::util::CratePath;

/// A set of words of which an option takes one, each the variant of a runtime enum.
pub(crate) trait Word: Copy + 'static {
    /// Word as written, value, variant as spelt in the runtime.
    const ALL: &'static [(&'static str, Self, &'static str)];
    /// The enum's path inside the runtime crate.
    const PATH: &'static str;

    fn words() -> Vec<&'static str> {
        Self::ALL.iter().map(|(word, ..)| *word).collect()
    }
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident in $path:literal { $($variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum $name { $($variant),+ }

        impl Word for $name {
            const ALL: &'static [(&'static str, Self, &'static str)] =
                &[$(($word, Self::$variant, stringify!($variant))),+];
            const PATH: &'static str = $path;
        }
    };
}

words! {
    /// When a child is started again.
    Restart in "child::Restart" { Permanent = "permanent", Transient = "transient", Temporary = "temporary" }
}
words! {
    /// Shutdowns that are no time span.
    ShutdownWord in "child::Shutdown" { Infinity = "infinity", BrutalKill = "brutal_kill" }
}
words! {
    /// Which children restart together.
    Strategy in "supervisor::Strategy" {
        OneForOne = "one_for_one", OneForAll = "one_for_all", RestForOne = "rest_for_one",
    }
}
words! {
    /// When a supervisor ends because its significant children did.
    AutoShutdown in "supervisor::AutoShutdown" {
        Never = "never", AnySignificant = "any_significant", AllSignificant = "all_significant",
    }
}
words! {
    /// What a full mailbox does with one more message.
    Overflow in "process::Overflow" { Kill = "kill", Log = "log", Drop = "drop" }
}
#[cfg(feature = "application")]
words! {
    /// What the end of an application means for the program.
    Mode in "application::Mode" {
        Permanent = "permanent", Transient = "transient", Temporary = "temporary", Load = "load", None = "none",
    }
}
words! {
    /// How urgent a process is.
    Priority in "process::Priority" { Low = "low", Normal = "normal", High = "high", Max = "max" }
}

/// One of the words, or an expression of the enum they stand for.
#[derive(Clone, Debug)]
pub(crate) enum Choice<W> {
    Word(W),
    Expr(Expr),
}

impl<W: Word + PartialEq> Choice<W> {
    pub(crate) fn is(&self, word: W) -> bool {
        matches!(self, Self::Word(given) if *given == word)
    }

    /// As an expression of the runtime's enum.
    pub(crate) fn expand(&self, krate: &CratePath) -> TokenStream {
        match self {
            Self::Word(word) => {
                let (_, _, variant) = W::ALL
                    .iter()
                    .find(|(_, value, _)| value == word)
                    .expect("every value of a word enum is in its table");
                let path: syn::Path = syn::parse_str(W::PATH).expect("the table holds paths");
                let variant = quote::format_ident!("{variant}");
                quote!(#krate::#path::#variant)
            }
            Self::Expr(expr) => expr.to_token_stream(),
        }
    }
}

/// A single lower-case identifier is always meant as a word; constants and paths are expressions.
fn bare_word(expr: &Expr) -> Option<String> {
    let Expr::Path(path) = expr else { return None };
    let word = path.path.get_ident()?.to_string();
    word.starts_with(char::is_lowercase).then_some(word)
}

/// Reads one of the words of `W`, or an expression of its enum.
pub(crate) fn choice<W: Word>(key: &Key, input: ParseStream) -> syn::Result<Choice<W>> {
    key.separator(input)?;
    choice_of(key, input.parse()?)
}

fn choice_of<W: Word>(key: &Key, expr: Expr) -> syn::Result<Choice<W>> {
    let (option, words) = (&key.ident, W::words());
    let find = |text: &str| W::ALL.iter().find(|(word, ..)| *word == text).map(|(_, value, _)| *value);
    if let Some(word) = bare_word(&expr) {
        let help = did_you_mean(&word, &words);
        return find(&word)
            .map(Choice::Word)
            .ok_or_else(|| err!(expr, "`{word}` is not a value of the option `{option}`", help = "{help}"));
    }
    if let Expr::Lit(ExprLit { lit, .. }) = &expr {
        let help = match lit {
            Lit::Str(text) if find(&text.value()).is_some() => {
                format!("write `{}`, without quotes", key.example(&text.value()))
            }
            _ => format!("expected {}", one_of(words.iter().copied())),
        };
        return Err(err!(expr, "the option `{option}` does not take a literal", help = "{help}"));
    }
    Ok(Choice::Expr(expr))
}

/// How long: milliseconds, one of the option's words, or an expression of `Duration` or the option's own type.
#[derive(Clone, Debug)]
pub(crate) enum Delay {
    Millis(LitInt),
    Infinity,
    Expr(Expr),
}

impl Delay {
    /// As an expression of `Duration`; `None` for "for ever".
    pub(crate) fn duration(&self) -> Option<TokenStream> {
        match self {
            Self::Millis(millis) => Some(quote!(::core::time::Duration::from_millis(#millis))),
            Self::Infinity => None,
            Self::Expr(expr) => Some(expr.to_token_stream()),
        }
    }
}

/// Reads a delay; `infinity` says whether that word is allowed.
pub(crate) fn delay(key: &Key, input: ParseStream, infinity: bool) -> syn::Result<Delay> {
    key.separator(input)?;
    let expr: Expr = input.parse()?;
    let option = &key.ident;
    if let Some(word) = bare_word(&expr) {
        return match word.as_str() {
            "infinity" if infinity => Ok(Delay::Infinity),
            _ => {
                let help = match infinity {
                    true => "a number of milliseconds, a `Duration`, or `infinity`",
                    false => "a number of milliseconds or a `Duration`",
                };
                Err(err!(expr, "`{word}` is not a value of the option `{option}`", help = "expected {help}"))
            }
        };
    }
    match natural(key, &expr, "a number of milliseconds or a `Duration`")? {
        Some(millis) => Ok(Delay::Millis(millis)),
        None => Ok(Delay::Expr(expr)),
    }
}

/// How a child is stopped.
#[derive(Clone, Debug)]
pub(crate) enum Shutdown {
    Millis(LitInt),
    Other(Choice<ShutdownWord>),
}

impl Shutdown {
    pub(crate) fn parse(key: &Key, input: ParseStream) -> syn::Result<Self> {
        key.separator(input)?;
        let expr: Expr = input.parse()?;
        match natural(key, &expr, "a number of milliseconds, a `Duration`, `infinity` or `brutal_kill`")? {
            Some(millis) => Ok(Self::Millis(millis)),
            None => choice_of(key, expr).map(Self::Other),
        }
    }

    /// As an expression of something `Into<Shutdown>`.
    pub(crate) fn expand(&self, krate: &CratePath) -> TokenStream {
        match self {
            Self::Millis(millis) => {
                quote!(#krate::child::Shutdown::Timeout(::core::time::Duration::from_millis(#millis)))
            }
            Self::Other(choice) => choice.expand(krate),
        }
    }
}

/// A count of things: a literal that is checked here, or an expression.
pub(crate) fn count(key: &Key, input: ParseStream) -> syn::Result<Expr> {
    key.separator(input)?;
    let expr: Expr = input.parse()?;
    natural(key, &expr, "a number")?;
    Ok(expr)
}

/// Like [`count`], of at least one second.
pub(crate) fn seconds(key: &Key, input: ParseStream) -> syn::Result<Expr> {
    key.separator(input)?;
    let expr: Expr = input.parse()?;
    if let Some(number) = natural(key, &expr, "a number of seconds")?
        && number.base10_parse::<u64>()? == 0
    {
        let option = &key.ident;
        return Err(err!(
            expr,
            "`{option}` cannot be 0",
            help = "the window in which restarts are counted is at least 1 second"
        ));
    }
    Ok(expr)
}

/// `true` or `false`.
pub(crate) fn boolean(key: &Key, input: ParseStream) -> syn::Result<LitBool> {
    // `trap_exit` alone is what a Rust user tries first, and can only mean one thing.
    if input.is_empty() || input.peek(syn::Token![,]) {
        return Ok(LitBool::new(true, key.ident.span()));
    }
    key.separator(input)?;
    let expr: Expr = input.parse()?;
    match expr {
        Expr::Lit(ExprLit { lit: Lit::Bool(value), .. }) => Ok(value),
        other => {
            let (option, example) = (&key.ident, key.example("true"));
            Err(err!(other, "the option `{option}` is `true` or `false`", help = "write `{example}`"))
        }
    }
}

/// The whole number that a literal stands for; `None` for anything but a literal.
fn natural(key: &Key, expr: &Expr, expected: &str) -> syn::Result<Option<LitInt>> {
    let option = &key.ident;
    match expr {
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), .. }) => {
            Err(err!(expr, "`{option}` cannot be negative", help = "expected {expected}"))
        }
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) if number.suffix().is_empty() => {
            number.base10_parse::<u64>()?;
            Ok(Some(number.clone()))
        }
        Expr::Lit(ExprLit {
            lit: Lit::Bool(_) | Lit::Int(_) | Lit::Float(_) | Lit::Char(_) | Lit::Byte(_), ..
        }) => Err(err!(expr, "the option `{option}` takes a whole number", help = "expected {expected}")),
        Expr::Lit(ExprLit { lit: Lit::Str(_), .. }) => {
            Err(err!(expr, "the option `{option}` takes no string", help = "expected {expected}"))
        }
        _ => Ok(None),
    }
}
