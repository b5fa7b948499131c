//! What is never shown.

use otp::application;
use otp::config::{Reader, Secret, Stored};

const TEXT: &str = "[cfg_secret]
plain = \"seen\"
direct = { secret = \"hunter2\" }
from_env = { env = \"PASSWORD\", secret = true }
fallback = { env = \"NOBODY_SET_THIS_ONE\", default = \"hunter2\", secret = true }
many = { secret = [\"hunter2\", { inner = \"hunter2\" }] }
list = [{ secret = \"hunter2\" }]
[cfg_secret.deep]
token = { secret = \"hunter2\" }
";

#[test]
fn a_secret_is_in_nothing_that_is_printed() {
    let config = Reader::new().variable("PASSWORD", "hunter2").eval("c.toml", TEXT).unwrap();
    let table = config.application("cfg_secret").unwrap().clone();
    for (key, value) in &table {
        application::put_env("cfg_secret", key.as_str(), value.clone());
    }
    let stored = Stored::new(config.clone());
    let printed = [
        config.to_string(),
        format!("{config:?} {config:#?}"),
        format!("{table:?}"),
        format!("{:?}", application::get_all_env("cfg_secret")),
        format!("{stored:?}"),
        format!("{:?}", config.value("cfg_secret", "direct").map(|value| value.kind().clone())),
        config.get::<u8>("cfg_secret", "direct").unwrap_err().to_string(),
        config.get::<Vec<u8>>("cfg_secret", "list").unwrap_err().to_string(),
        application::fetch_env::<u8>("cfg_secret", "from_env").unwrap_err().to_string(),
        format!("{:?}", application::env_section::<std::collections::BTreeMap<String, u8>>("cfg_secret").unwrap_err()),
    ];
    for text in printed {
        assert!(!text.contains("hunter2"), "{text}");
    }
    assert!(config.to_string().contains("plain = \"seen\"") && config.to_string().contains("token = \"[secret]\""));
}

#[test]
fn a_secret_can_be_read_and_stays_one_where_it_is_stored() {
    let config = Reader::new().variable("PASSWORD", "hunter2").eval("c.toml", TEXT).unwrap();
    let read: Secret<String> = config.get("cfg_secret", "from_env").unwrap().unwrap();
    assert_eq!((read.expose().as_str(), format!("{read:?}").as_str()), ("hunter2", "[secret]"));
    assert_eq!(config.get::<String>("cfg_secret", ["deep", "token"]).unwrap().as_deref(), Some("hunter2"));

    let again = Stored::from_text(&Stored::new(config).to_text().unwrap()).unwrap().config;
    assert_eq!(again.get::<String>("cfg_secret", "direct").unwrap().as_deref(), Some("hunter2"));
    assert!(!format!("{again} {again:?}").contains("hunter2"));
}

#[test]
fn a_secret_merged_over_stays_one() {
    let eval = |text: &str| Reader::new().eval("c.toml", text).unwrap();
    let merged = eval("a.b = { secret = { x = \"hunter2\" } }").merge(eval("a.b.y = 1"));
    assert!(!merged.to_string().contains("hunter2"));
    let merged = eval("a.b.y = 1").merge(eval("a.b = { secret = { x = \"hunter2\" } }"));
    assert!(!merged.to_string().contains("hunter2"));
}

#[test]
fn a_mistake_beside_a_secret_does_not_show_it() {
    for text in [
        "a.b = { secret = \"hunter2\" } x",
        "a.b = { secret = hunter2 }",
        "a.b = \"hunter2",
        "a.b = { secret = \"hunter2\", x = 1 }",
    ] {
        let error = Reader::new().eval("c.toml", text).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
    }
    let reader = Reader::new().variable("N", "hunter2");
    let error = reader.eval("c.toml", "a.b = { env = \"N\", type = \"integer\", secret = true }").unwrap_err();
    assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
}
