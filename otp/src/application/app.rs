//! An application, whichever type it is.

use super::behaviour::{Application, Start, Top};
use super::error::UnknownApplication;
use super::spec::ApplicationSpec;
use super::{controller, error};
use crate::child::BoxFuture;
use std::fmt;

/// An application, whichever type it is: cheap to copy.
///
/// ```
/// use otp::application::App;
/// use otp::prelude::*;
///
/// #[application(name = "paper", library)]
/// struct Paper;
///
/// let app = App::of::<Paper>();
/// assert_eq!(app.name(), "paper");
/// assert_eq!(App::find("paper"), Ok(app)); // each `#[application]` of the program is known by its name
/// ```
#[derive(Clone, Copy)]
pub struct App {
    name: fn() -> String,
    spec: fn() -> ApplicationSpec,
    pub(super) start: fn(Start) -> Starting,
}

/// A start under way: the value that was made, and the top of its tree.
type Starting = BoxFuture<'static, crate::Result<(Box<dyn Started>, Top)>>;

/// An application that was started.
pub(super) trait Started: Send {
    fn prepare_stop(&mut self) -> BoxFuture<'_, ()>;
    fn stop(&mut self) -> BoxFuture<'_, ()>;
}

impl<A: Application> Started for A {
    fn prepare_stop(&mut self) -> BoxFuture<'_, ()> {
        Box::pin(Application::prepare_stop(self))
    }
    fn stop(&mut self) -> BoxFuture<'_, ()> {
        Box::pin(Application::stop(self))
    }
}

inventory::collect!(App);

impl App {
    /// The application `A`.
    pub const fn of<A: Application>() -> Self {
        Self {
            name: A::name,
            spec: A::spec,
            start: |start| {
                Box::pin(async move {
                    let mut application = A::new();
                    let top = application.start(start).await?;
                    let started: Box<dyn Started> = Box::new(application);
                    Ok((started, top))
                })
            },
        }
    }

    /// What it says of itself.
    pub fn spec(&self) -> ApplicationSpec {
        (self.spec)()
    }

    /// Its name.
    pub fn name(&self) -> String {
        (self.name)()
    }

    /// The one with this name: one that is loaded, or that the program declares with `#[application]`.
    ///
    /// # Errors
    /// There is none.
    pub fn find(name: &str) -> Result<Self, UnknownApplication> {
        if let Some(app) = controller::loaded_app(name) {
            return Ok(app);
        }
        let found = inventory::iter::<Self>().find(|app| app.name() == name).copied();
        found.ok_or_else(|| error::unknown(name, Self::all().iter().map(Self::name)))
    }

    /// All that the program declares with `#[application]`, by name.
    pub fn all() -> Vec<Self> {
        let mut all: Vec<Self> = inventory::iter::<Self>().copied().collect();
        all.sort_by_key(Self::name);
        all
    }
}

impl PartialEq for App {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("App").field(&self.name()).finish()
    }
}

/// What an application can be given as: the type's value, an [`App`], or a name.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no application",
    label = "neither an application, nor the name of one",
    note = "give a struct with `#[application]`, an `App`, or a name as `&str`"
)]
pub trait ToApp {
    /// The application.
    ///
    /// # Errors
    /// It is a name that no application has.
    fn to_app(&self) -> Result<App, UnknownApplication>;
}

impl<A: Application> ToApp for A {
    fn to_app(&self) -> Result<App, UnknownApplication> {
        Ok(App::of::<A>())
    }
}

impl ToApp for App {
    fn to_app(&self) -> Result<App, UnknownApplication> {
        Ok(*self)
    }
}

impl ToApp for &str {
    fn to_app(&self) -> Result<App, UnknownApplication> {
        App::find(self)
    }
}

impl ToApp for String {
    fn to_app(&self) -> Result<App, UnknownApplication> {
        App::find(self)
    }
}

/// One line of [`started`](super::started) and [`loaded`](super::loaded).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AppInfo {
    /// Its name.
    pub name: String,
    /// What it is.
    pub description: String,
    /// Its version.
    pub version: String,
}
