//! The folder of an application.

use otp::application::{self, AppDirError};
use otp::prelude::*;
use std::path::Path;

#[application(name = "rel_013", version = "1.2.3", library)]
struct Dir;

/// REL-013: in a release it is another, see `run.rs`.
#[test]
fn rel_013_while_it_is_developed_it_is_the_packages() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    assert_eq!(application::app_dir("rel_013").as_deref(), Ok(package));
    assert_eq!(application::priv_dir("rel_013"), Ok(package.join("priv")));
    let error = application::app_dir("rel_013_nobody").unwrap_err();
    assert!(matches!(error, AppDirError::Unknown(_)), "{error}");
}
