//! The project's configuration, as it is while the program is compiled.

use otp_config::{Reader, TARGET_VARIABLE, environment_name, project_dir};
use std::path::Path;

use super::model::{Asked, Read};
use crate::diag::err;

pub(super) fn read(asked: &Asked, package: &Path) -> syn::Result<Read> {
    let Some(folder) = project_dir(package) else {
        return Ok(Read { value: None, is_known: false, files: Vec::new() });
    };
    let target = std::env::var(TARGET_VARIABLE).unwrap_or_else(|_| "host".to_string());
    let reader = Reader::new().env(environment_name()).target(target);
    let (config, files) = reader.read_project(folder).map_err(|error| {
        err!(asked.application, "the configuration cannot be read: {error}", help = "mend it, and compile again")
    })?;
    let application = asked.application.value();
    let steps = asked.steps();
    let path: Vec<&str> = steps.iter().map(String::as_str).collect();
    let value = config.value(&application, path.as_slice()).cloned();
    Ok(Read { value, is_known: config.application(&application).is_some(), files })
}
