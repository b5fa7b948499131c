//! Literal values, as operators write them, and the types that are made of them.

use std::fmt;

use crate::process::Pid;

/// A value in a call: `"old"`, `30`, `[1, 2]`, `<0.17.1>`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Literal {
    /// `()`
    Unit,
    /// `true`, `false`
    Bool(bool),
    /// `-1_000`, `0xff`
    Integer(i128),
    /// `1.5`
    Float(f64),
    /// `'a'`
    Char(char),
    /// `"text"`
    Text(String),
    /// `stack`, `:stack`: a word without quotes
    Word(String),
    /// `[1, 2]`
    List(Vec<Literal>),
    /// `(1, "a")`
    Tuple(Vec<Literal>),
    /// `None`
    None,
    /// `Some(1)`
    Some(Box<Literal>),
    /// `<0.17.1>`
    Pid(Pid),
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |f: &mut fmt::Formatter<'_>, items: &[Literal]| {
            for (place, item) in items.iter().enumerate() {
                write!(f, "{}{item}", if place == 0 { "" } else { ", " })?;
            }
            Ok(())
        };
        match self {
            Self::Unit => f.write_str("()"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Integer(value) => write!(f, "{value}"),
            Self::Float(value) => write!(f, "{value:?}"),
            Self::Char(value) => write!(f, "{value:?}"),
            Self::Text(value) => write!(f, "{value:?}"),
            Self::Word(value) => f.write_str(value),
            Self::List(items) => {
                f.write_str("[")?;
                list(f, items)?;
                f.write_str("]")
            }
            Self::Tuple(items) => {
                f.write_str("(")?;
                list(f, items)?;
                f.write_str(")")
            }
            Self::None => f.write_str("None"),
            Self::Some(value) => write!(f, "Some({value})"),
            Self::Pid(pid) => write!(f, "{pid}"),
        }
    }
}

/// A type that a function which is called by operators can take.
///
/// There are numbers, `bool`, `char`, `String`, `PathBuf`, [`Pid`], `Option`, `Vec`, pairs and triples of them. A type of your own
/// takes one of these apart:
///
/// ```
/// use otp::release::{FromLiteral, Literal};
///
/// struct Percent(u8);
///
/// impl FromLiteral for Percent {
///     fn expected() -> String {
///         "a number from 0 to 100".into()
///     }
///
///     fn from_literal(literal: Literal) -> Result<Self, Literal> {
///         match literal {
///             Literal::Integer(n @ 0..=100) => Ok(Self(n as u8)),
///             other => Err(other),
///         }
///     }
/// }
/// assert!(Percent::from_literal(Literal::Integer(101)).is_err());
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument of a command",
    label = "operators write numbers, text, lists of them ..",
    note = "take a type that implements `FromLiteral`: numbers, `bool`, `char`, `String`, `PathBuf`, `Pid`, `Option`, `Vec`, tuples",
    note = "or implement `otp::release::FromLiteral` for `{Self}`"
)]
pub trait FromLiteral: Sized {
    /// What is shown to whoever wrote something else: the name of the type.
    fn expected() -> String;

    /// The value, or the literal that is not one.
    ///
    /// # Errors
    /// The literal, if it is of another type or out of range.
    fn from_literal(literal: Literal) -> Result<Self, Literal>;
}

macro_rules! integers {
    ($($ty:ty),*) => {$(
        impl FromLiteral for $ty {
            fn expected() -> String {
                stringify!($ty).to_owned()
            }

            fn from_literal(literal: Literal) -> Result<Self, Literal> {
                match literal {
                    Literal::Integer(n) => <$ty>::try_from(n).map_err(|_| literal),
                    other => Err(other),
                }
            }
        }
    )*};
}
integers!(i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize);

macro_rules! simple {
    ($($ty:ty: $pattern:pat => $value:expr),* $(,)?) => {$(
        impl FromLiteral for $ty {
            fn expected() -> String {
                stringify!($ty).to_owned()
            }

            fn from_literal(literal: Literal) -> Result<Self, Literal> {
                match literal {
                    $pattern => Ok($value),
                    other => Err(other),
                }
            }
        }
    )*};
}
simple! {
    bool: Literal::Bool(value) => value,
    char: Literal::Char(value) => value,
    String: Literal::Text(value) | Literal::Word(value) => value,
    std::path::PathBuf: Literal::Text(value) => value.into(),
    Pid: Literal::Pid(value) => value,
}

macro_rules! floats {
    ($($ty:ty),*) => {$(
        impl FromLiteral for $ty {
            fn expected() -> String {
                stringify!($ty).to_owned()
            }

            fn from_literal(literal: Literal) -> Result<Self, Literal> {
                match literal {
                    Literal::Float(value) => Ok(value as $ty),
                    // `2` is a number where `2.0` is one.
                    Literal::Integer(value) => Ok(value as $ty),
                    other => Err(other),
                }
            }
        }
    )*};
}
floats!(f32, f64);

impl FromLiteral for () {
    fn expected() -> String {
        "()".to_owned()
    }

    fn from_literal(literal: Literal) -> Result<Self, Literal> {
        if literal == Literal::Unit { Ok(()) } else { Err(literal) }
    }
}

impl<T: FromLiteral> FromLiteral for Option<T> {
    fn expected() -> String {
        format!("Option<{}>", T::expected())
    }

    /// `None`, `Some(x)`, and `x` alone for `Some(x)`.
    fn from_literal(literal: Literal) -> Result<Self, Literal> {
        match literal {
            Literal::None => Ok(None),
            Literal::Some(value) => T::from_literal(*value).map(Some),
            other => T::from_literal(other).map(Some),
        }
    }
}

impl<T: FromLiteral> FromLiteral for Vec<T> {
    fn expected() -> String {
        format!("Vec<{}>", T::expected())
    }

    fn from_literal(literal: Literal) -> Result<Self, Literal> {
        match literal {
            Literal::List(items) => items.into_iter().map(T::from_literal).collect(),
            other => Err(other),
        }
    }
}

macro_rules! tuples {
    ($($n:literal: $($ty:ident),+;)*) => {$(
        impl<$($ty: FromLiteral),+> FromLiteral for ($($ty,)+) {
            fn expected() -> String {
                format!("({})", [$($ty::expected()),+].join(", "))
            }

            fn from_literal(literal: Literal) -> Result<Self, Literal> {
                match literal {
                    Literal::Tuple(items) if items.len() == $n => {
                        let mut items = items.into_iter();
                        Ok(($($ty::from_literal(items.next().expect("as many as were counted"))?,)+))
                    }
                    other => Err(other),
                }
            }
        }
    )*};
}
tuples! {
    2: A, B;
    3: A, B, C;
}
