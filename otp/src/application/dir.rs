//! The folder of an application.

use super::app::App;
use super::error::AppDirError;
use std::path::PathBuf;

/// The folder of an application: `lib/NAME-VERSION` in the release, `RELEASE_ROOT`; while it is developed, that of its package.
///
/// Private files are in `priv` below it, in both: [`priv_dir`].
///
/// # Errors
/// There is no such application; or the program was built without debug assertions, as for a release, and runs outside of one.
///
/// Follows Elixir's `Application.app_dir/1`; for `app_dir/2`, `join` the answer.
pub fn app_dir(application: &str) -> Result<PathBuf, AppDirError> {
    let spec = App::find(application)?.spec();
    let in_release = PathBuf::from("lib").join(format!("{}-{}", spec.name, spec.version));
    match (std::env::var_os("RELEASE_ROOT"), spec.package_dir) {
        (Some(root), _) => Ok(PathBuf::from(root).join(in_release)),
        (None, Some(folder)) => Ok(folder),
        (None, None) => Err(AppDirError::Nowhere { application: spec.name, looked_for: in_release }),
    }
}

/// The folder of an application's private files: `priv` in its [`app_dir`].
///
/// # Errors
/// Those of [`app_dir`].
///
/// Follows OTP's `code:priv_dir/1`.
pub fn priv_dir(application: &str) -> Result<PathBuf, AppDirError> {
    app_dir(application).map(|folder| folder.join("priv"))
}
