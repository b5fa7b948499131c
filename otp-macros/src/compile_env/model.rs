//! What is asked, and what was found.

use otp_config::Value;
use std::path::PathBuf;
use syn::{Expr, LitStr};

/// `compile_env!("app", "key")`, `compile_env!("app", ["path", "to"], default)`.
pub(super) struct Asked {
    pub(super) application: LitStr,
    pub(super) path: Vec<LitStr>,
    pub(super) default: Option<Expr>,
}

impl Asked {
    pub(super) fn steps(&self) -> Vec<String> {
        self.path.iter().map(LitStr::value).collect()
    }
}

/// What the configuration says.
pub(super) struct Read {
    pub(super) value: Option<Value>,
    /// Whether the application is configured at all.
    pub(super) is_known: bool,
    /// The files it was read from.
    pub(super) files: Vec<PathBuf>,
}
