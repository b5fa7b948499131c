//! What an application says of itself.

use super::app::App;
use crate::config::{Table, Value};
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// What the end of an application means for the program, and whether it is started at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Mode {
    /// It is started. When its tree ends, for whatever reason, all others are stopped, and the program ends.
    #[doc(alias = ":permanent")]
    #[default]
    Permanent,
    /// It is started. When its tree ends for another reason than `normal`, all others are stopped, and the program ends.
    ///
    /// A supervisor that gives up ends with `shutdown`, which is another reason.
    #[doc(alias = ":transient")]
    Transient,
    /// It is started. When its tree ends that is reported, and that is all.
    #[doc(alias = ":temporary")]
    Temporary,
    /// It is loaded and not started: its environment is there.
    #[doc(alias = ":load")]
    Load,
    /// It is part of the program, and neither loaded nor started.
    #[doc(alias = ":none")]
    None,
}

impl Mode {
    /// Whether an application of this mode is started.
    pub fn is_started(self) -> bool {
        !matches!(self, Self::Load | Self::None)
    }

    /// How much it asks for: of two, the one that asks for more wins.
    pub(crate) fn weight(self) -> u8 {
        match self {
            Self::None => 0,
            Self::Load => 1,
            Self::Temporary => 2,
            Self::Transient => 3,
            Self::Permanent => 4,
        }
    }
}

/// `permanent`, `transient`, `temporary`, `load`, `none`.
impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Permanent => "permanent",
            Self::Transient => "transient",
            Self::Temporary => "temporary",
            Self::Load => "load",
            Self::None => "none",
        })
    }
}

/// The error names the five.
impl FromStr for Mode {
    type Err = String;
    fn from_str(word: &str) -> Result<Self, String> {
        let all = [Self::Permanent, Self::Transient, Self::Temporary, Self::Load, Self::None];
        let found = all.into_iter().find(|mode| mode.to_string() == word);
        found.ok_or_else(|| {
            format!("there is no mode {word:?} of applications: it is permanent, transient, temporary, load or none")
        })
    }
}

/// What an application says of itself. `#[application]` fills it in; by hand it is built:
///
/// ```
/// use otp::application::{ApplicationSpec, Mode};
///
/// let spec = ApplicationSpec::new("store", "0.1.0").description("keeps things").env("size", 100).mode(Mode::Transient);
/// assert_eq!((spec.name.as_str(), spec.version.as_str()), ("store", "0.1.0"));
/// ```
///
/// Follows OTP's application specification; Elixir's `Application.spec/1`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ApplicationSpec {
    /// Its name: that of its table in the configuration.
    pub name: String,
    /// Its version.
    #[doc(alias = "vsn")]
    pub version: String,
    /// What it is, in a line.
    pub description: String,
    /// Its mode in a program's list, unless that says otherwise. Default: permanent.
    pub mode: Mode,
    /// What must be started before it.
    #[doc(alias = "applications")]
    pub dependencies: Vec<Dependency>,
    /// Applications whose processes are part of its own tree: loaded with it, and not started.
    #[doc(alias = "included_applications")]
    pub included: Vec<App>,
    /// The defaults of its environment.
    pub env: Table,
    /// The folder of its package, while it is developed; a release has a folder for it.
    pub package_dir: Option<PathBuf>,
}

/// What an application depends on.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Dependency {
    /// Its name.
    pub name: String,
    /// The application; `None` if it is named only, and is to be found by its name.
    pub application: Option<App>,
    /// Whether it may be missing: it is started before, if the program has it.
    #[doc(alias = "optional_applications")]
    pub optional: bool,
}

impl Dependency {
    /// The application itself; `None` if it was named and the program has none of that name.
    pub fn find(&self) -> Option<App> {
        self.application.or_else(|| App::find(&self.name).ok())
    }
}

impl ApplicationSpec {
    /// Of an application that depends on nothing.
    pub fn new(name: impl Into<String>, version: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            version: version.into(),
            description: String::new(),
            mode: Mode::default(),
            dependencies: Vec::new(),
            included: Vec::new(),
            env: Table::new(),
            package_dir: None,
        }
    }

    /// What it is, in a line.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = description.into();
        self
    }

    /// Its mode in a program's list, unless that says otherwise.
    pub fn mode(mut self, mode: Mode) -> Self {
        self.mode = mode;
        self
    }

    /// Adds an application that must be started before it.
    pub fn dependency(mut self, application: App) -> Self {
        let name = application.name();
        self.dependencies.push(Dependency { name, application: Some(application), optional: false });
        self
    }

    /// Adds an application that must be started before it, by its name.
    pub fn dependency_named(mut self, name: impl Into<String>) -> Self {
        self.dependencies.push(Dependency { name: name.into(), application: None, optional: false });
        self
    }

    /// Adds an application that is started before it, if the program has it.
    pub fn optional_dependency(mut self, name: impl Into<String>) -> Self {
        self.dependencies.push(Dependency { name: name.into(), application: None, optional: true });
        self
    }

    /// Adds an application whose processes are part of its own tree.
    pub fn include(mut self, application: App) -> Self {
        self.included.push(application);
        self
    }

    /// Adds a default to its environment.
    pub fn env(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.env.insert(key.into(), value.into());
        self
    }

    /// The folder of its package.
    pub fn package_dir(mut self, folder: impl Into<PathBuf>) -> Self {
        self.package_dir = Some(folder.into());
        self
    }
}
