//! The environment of applications: reading and putting.

use otp::application::{self, EnvError};
use otp::config::{Config, Reader};
use serde::Deserialize;
use std::collections::BTreeMap;

#[test]
fn cfg_001_a_key_is_read_or_is_none_or_the_default() {
    application::put_env("cfg_001", "port", 6379);
    assert_eq!(application::get_env("cfg_001", "port"), Ok(Some(6379_u16)));
    assert_eq!(application::get_env::<u16>("cfg_001", "other"), Ok(None));
    assert_eq!(application::get_env_or("cfg_001", "other", 7_u16), Ok(7));
    assert_eq!(application::get_env_or("cfg_001", "port", 7_u16), Ok(6379));
    // A mistake is no reason for a default.
    let error = application::get_env_or("cfg_001", "port", true).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the configuration is of the wrong type: cfg_001.port: expected a boolean, found integer `6379`"
    );
}

#[test]
fn cfg_002_fetching_answers_the_value_or_an_error() {
    application::put_env("cfg_002", "name", "x");
    assert_eq!(application::fetch_env::<String>("cfg_002", "name").as_deref(), Ok("x"));
    assert!(application::fetch_env::<String>("cfg_002", "other").is_err());
}

#[test]
fn cfg_003_the_error_tells_an_unknown_application_from_a_missing_key() {
    let error = application::fetch_env::<u8>("cfg_003_nobody", "key").unwrap_err();
    assert!(matches!(&error, EnvError::UnknownApplication { application, key }
        if application == "cfg_003_nobody" && key.to_string() == "key"));
    assert!(error.to_string().contains("neither loaded nor configured"), "{error}");

    application::put_env("cfg_003", "other", 1);
    let error = application::fetch_env::<u8>("cfg_003", ["a", "b"]).unwrap_err();
    assert!(matches!(error, EnvError::NotSet { .. }));
    assert_eq!(error.to_string(), "cannot read `a.b` of application cfg_003: the configuration at `a.b` was not set");
}

#[test]
fn cfg_004_put_and_delete_are_seen_by_all_reads() {
    application::put_env("cfg_004", "a", 1);
    application::put_env("cfg_004", ["in", "b"], vec!["x"]);
    assert_eq!(application::fetch_env("cfg_004", "a"), Ok(1));
    assert_eq!(application::get_env("cfg_004", ["in", "b"]), Ok(Some(vec!["x".to_string()])));
    let all = application::get_all_env("cfg_004");
    assert_eq!(all.keys().collect::<Vec<_>>(), ["a", "in"]);

    application::delete_env("cfg_004", "a");
    application::delete_env("cfg_004", "never was");
    assert_eq!(application::get_env_or("cfg_004", "a", 9), Ok(9));
    assert_eq!(application::get_all_env("cfg_004").len(), 1);
    assert!(application::get_all_env("cfg_004_nobody").is_empty());
}

#[test]
fn cfg_006_all_are_put_or_none() {
    application::put_all_env([("cfg_006", "a", 1), ("cfg_006", "b", 2), ("cfg_006_b", "a", 3)]).unwrap();
    assert_eq!(application::fetch_env("cfg_006", "b"), Ok(2));
    assert_eq!(application::fetch_env("cfg_006_b", "a"), Ok(3));

    let error = application::put_all_env([("cfg_006", "c", 1), ("cfg_006", "a", 5), ("cfg_006", "a", 6)]).unwrap_err();
    assert!(error.to_string().contains("the key a of application cfg_006 stands twice"), "{error}");
    assert_eq!(application::fetch_env("cfg_006", "a"), Ok(1));
    assert_eq!(application::get_env::<u8>("cfg_006", "c"), Ok(None));
}

#[test]
fn a_section_is_read_whole_and_errors_name_the_place() {
    let text = "[cfg_section]\nlow = 1\nhigh = \"x\"\n";
    let config = Reader::new().eval("config/dev.toml", text).unwrap();
    let table = config.application("cfg_section").unwrap().clone();
    for (key, value) in table {
        application::put_env("cfg_section", key, value);
    }
    let error = application::env_section::<BTreeMap<String, u8>>("cfg_section").unwrap_err();
    assert_eq!(
        error.to_string(),
        "the configuration is of the wrong type: config/dev.toml:3: cfg_section.high: expected u8, found string \"x\""
    );
    assert_eq!(error.origin().map(|origin| origin.line), Some(3));
    application::put_env("cfg_section", "high", 2);
    let section: BTreeMap<String, u8> = application::env_section("cfg_section").unwrap();
    assert_eq!(section, BTreeMap::from([("low".into(), 1), ("high".into(), 2)]));
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Listener {
    port: u16,
    host: Option<String>,
    mode: Mode,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Mode {
    Plain,
    Tls { key: String },
}

#[test]
fn a_struct_is_read_from_a_section() {
    let read = |text: &str| Reader::new().eval("c.toml", text).unwrap().section::<Listener>("kv");
    let plain = Listener { port: 80, host: None, mode: Mode::Plain };
    assert_eq!(read("kv = { port = 80, mode = \"plain\" }").unwrap(), plain);
    let tls = Listener { port: 443, host: Some("a".into()), mode: Mode::Tls { key: "k".into() } };
    assert_eq!(read("[kv]\nport = 443\nhost = \"a\"\nmode.tls.key = \"k\"").unwrap(), tls);

    let errors = [
        ("[kv]\nmode = \"plain\"", "c.toml:2: kv: the key `port` is missing"),
        ("[kv]\nport = 80\nmode = \"plian\"", "c.toml:3: kv.mode: expected `plain` or `tls`, found `plian`"),
        ("[kv]\nport = 80\nprot = 81", "c.toml:3: kv.prot: there is no key `prot`: expected `port`, `host` or `mode`"),
        ("[kv]\nport = 80\nmode = 5", "c.toml:3: kv.mode: expected enum Mode, found integer `5`"),
    ];
    for (text, expected) in errors {
        assert_eq!(read(text).unwrap_err().to_string(), expected);
    }
}

#[test]
fn the_configured_layer_lies_under_what_is_put() {
    let config = Config::new().with("cfg_layer", "a", 1);
    let over = config.clone().merge(Config::new().with("cfg_layer", "a", 2));
    assert_eq!(over.get::<u8>("cfg_layer", "a"), Ok(Some(2)));
    assert_eq!(config.get::<u8>("cfg_layer", "a"), Ok(Some(1)));
}
