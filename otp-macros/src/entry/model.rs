//! An entry point and its runtime.

use proc_macro2::Ident;
use syn::{Expr, ItemFn, LitBool};

use crate::util::CratePath;

/// Which of the two attributes it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Main,
    Test,
}

impl Kind {
    /// For messages.
    pub(super) fn place(self) -> &'static str {
        match self {
            Self::Main => "`#[otp::main]`",
            Self::Test => "`#[otp::test]`",
        }
    }
}

/// How many threads run the processes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flavor {
    MultiThread,
    CurrentThread,
}

pub(super) struct Entry {
    pub(super) kind: Kind,
    pub(super) krate: CratePath,
    pub(super) function: ItemFn,
    pub(super) flavor: Option<Flavor>,
    pub(super) worker_threads: Option<(Ident, Expr)>,
    pub(super) start_paused: Option<(Ident, LitBool)>,
}

impl Entry {
    /// A program uses its machine; a test is easier to follow on one thread.
    pub(super) fn flavor(&self) -> Flavor {
        self.flavor.unwrap_or(match self.kind {
            Kind::Main => Flavor::MultiThread,
            Kind::Test => Flavor::CurrentThread,
        })
    }
}
