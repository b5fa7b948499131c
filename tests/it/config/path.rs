//! Paths that begin with an environment variable.

use otp::config::{ConfigPath, ConfigPathError};
use otp::{resolve_config_path, validate_config_path};
use std::path::{Path, PathBuf};

#[test]
fn cfg_041_absolute_paths_and_pairs_are_valid() {
    assert_eq!(validate_config_path!("/etc/kv.toml"), Ok(()));
    assert_eq!(validate_config_path!({system, "RELEASE_ROOT", "/kv.toml"}), Ok(()));
    assert_eq!(validate_config_path!(PathBuf::from("/etc/kv.toml")), Ok(()));
    let error = validate_config_path!("kv.toml").unwrap_err();
    assert!(matches!(&error, ConfigPathError::Relative { path } if path == Path::new("kv.toml")));
    assert!(error.to_string().contains("kv.toml is relative"), "{error}");
    assert!(matches!(validate_config_path!({system, "", "/kv.toml"}), Err(ConfigPathError::BadName { .. })));
    assert!(matches!(validate_config_path!({system, "A=B", "/kv.toml"}), Err(ConfigPathError::BadName { .. })));
}

#[test]
fn cfg_042_a_pair_is_the_variables_value_followed_by_the_path() {
    assert_eq!(resolve_config_path!("/etc/kv.toml"), Ok(PathBuf::from("/etc/kv.toml")));
    let here = std::env::var("CARGO_MANIFEST_DIR").expect("cargo sets it");
    assert_eq!(
        resolve_config_path!({system, "CARGO_MANIFEST_DIR", "/rest"}),
        Ok(PathBuf::from(format!("{here}/rest")))
    );
    assert_eq!(
        resolve_config_path!({system, "CARGO_MANIFEST_DIR", "-more"}),
        Ok(PathBuf::from(format!("{here}-more")))
    );
    let error = resolve_config_path!({system, "NOBODY_SET_THIS_ONE", "/rest"}).unwrap_err();
    assert_eq!(error.to_string(), "the environment variable NOBODY_SET_THIS_ONE of the configuration path is not set");
    assert!(resolve_config_path!("rest").is_err());
}

#[test]
fn a_path_is_text_in_a_file() {
    let text = "app.plain = \"/etc/kv.toml\"\napp.pair = { system = \"HOME\", path = \"/kv.toml\" }";
    let config = otp::config::Reader::new().eval("c.toml", text).unwrap();
    assert_eq!(config.get("app", "plain").unwrap(), Some(ConfigPath::from("/etc/kv.toml")));
    assert_eq!(config.get("app", "pair").unwrap(), Some(ConfigPath::system("HOME", "/kv.toml")));
}
