//! Configuration as text.

use super::files::Folder;
use otp::config::{Config, Provider, Reader, Stored, StoredError, Value};

const TEXT: &str = "[\"größe\"]
\"schlüssel\" = \"日本 ☕\"
list = [\"ä\", { \"ö\" = 1.5 }, [2], { env = \"V\" }]
when = 1979-05-27T07:32:00Z
[other.env]
env = \"a plain table\"
[other.inner]
secret = \"plain too\"
";

fn stored() -> Stored {
    let config = Reader::new().variable("V", "wert").eval("config/config.toml", TEXT).unwrap();
    let mut stored = Stored::new(config);
    let args = Value::from("/etc/kv.toml");
    stored.providers.push(Provider::find("Reader").unwrap().init(&args).unwrap());
    stored
}

#[test]
fn cfg_045_what_is_stored_is_read_back_unchanged() {
    let stored = stored();
    let text = stored.to_text().unwrap();
    assert!(text.contains("日本 ☕"), "{text}");
    let again = Stored::from_text(&text).unwrap();
    assert_eq!(again, stored);
    assert_eq!(again.to_text().unwrap(), text);
    // Also where a value was written: errors go on naming it.
    let error = again.config.get::<u8>("größe", "schlüssel").unwrap_err();
    assert_eq!(error.to_string(), "config/config.toml:2: größe.schlüssel: expected u8, found string \"日本 ☕\"");
    let value = again.config.value("größe", "list").unwrap();
    let variable = format!("{:?}", value.read::<Vec<Value_>>().map(|_| ()).unwrap_err());
    assert!(variable.contains("config/config.toml:3"), "{variable}");
}

/// Never read from a string.
#[derive(serde::Deserialize)]
struct Value_ {}

#[test]
fn a_file_is_its_owners_and_replaced_whole() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::of(&[("sys.toml", "old")]);
    let file = folder.path("sys.toml");
    stored().write(&file).unwrap();
    assert_eq!(Stored::read(&file).unwrap(), stored());
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
}

#[test]
fn a_damaged_file_is_named() {
    let folder = Folder::of(&[]);
    let text = stored().to_text().unwrap();
    let without = |line: &str| text.lines().filter(|other| !other.starts_with(line)).collect::<Vec<_>>().join("\n");
    for damaged in ["", "x", &without("format"), &without("booted"), &text.replace("format = 1", "format = 2")] {
        folder.write("sys.toml", damaged);
        let error = Stored::read(folder.path("sys.toml")).unwrap_err();
        assert!(matches!(&error, StoredError::Damaged { file: Some(_), .. }), "{error}");
        assert!(folder.relative(&error).starts_with("sys.toml: the stored configuration is damaged"), "{error}");
    }
    let error = Stored::read(folder.path("gone.toml")).unwrap_err();
    assert!(matches!(error, StoredError::Read { .. }));
    assert!(error.to_string().contains("gone.toml"), "{error}");
}

#[test]
fn a_stored_configuration_is_compared_by_value() {
    assert_ne!(Stored::new(Config::new()), stored());
}
