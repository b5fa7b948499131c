//! What was read while the program was compiled, and whether it is still so.

use otp::compile_env;
use otp::config::{CompileRead, Config, Reader, Table, compile_reads, validate_compile_env};

const SIZE: usize = compile_env!("compiled", "size");
const PORTS: [u16; 2] = compile_env!("compiled", ["ports"]);
const BACKLOG: i32 = compile_env!("compiled", ["listener", "backlog"], 1);

#[test]
fn cfg_009_a_value_is_read_by_key_and_by_path_or_is_the_default() {
    assert_eq!((SIZE, BACKLOG, PORTS), (4096, 128, [80, 443]));
    assert_eq!(compile_env!("compiled", "name"), "grüezi");
    assert_eq!(compile_env!("compiled", "below"), -3);
    assert!(compile_env!("compiled", "on") && compile_env!("compiled", "ratio") > 0.4);
    assert_eq!(compile_env!("compiled", ["listener", "tls", "port"], 1_u16), 443);
    // As soon as one step is missing.
    assert_eq!(compile_env!("compiled", ["listener", "missing", "port"], 1), 1);
    assert_eq!(compile_env!("compiled", ["size", "port"], 2), 2);
    assert_eq!(compile_env!("not_configured", "x", 3), 3);

    let recorded = |application: &str, path: &[&str]| {
        let read = compile_reads().find(|read| read.application == application && read.path == path);
        read.unwrap_or_else(|| panic!("{application} {path:?} was not recorded")).value
    };
    assert_eq!(recorded("compiled", &["size"]), Some("4096"));
    assert_eq!(recorded("compiled", &["name"]), Some("\"grüezi\""));
    assert_eq!(recorded("compiled", &["listener", "tls", "port"]), Some("443"));
    assert_eq!(recorded("compiled", &["listener", "missing", "port"]), None);
    assert_eq!(recorded("not_configured", &["x"]), None);
    let place = compile_reads().find(|read| read.path == ["size"]).unwrap().place;
    assert!(place.contains("compile_env.rs:"), "{place}");
}

const READS: [CompileRead; 4] = [
    CompileRead::new("app", &["key"], Some("\"value\""), "src/a.rs:1"),
    CompileRead::new("app", &["deep", "er"], Some("[1, 2]"), "src/a.rs:2"),
    CompileRead::new("app", &["missing"], None, "src/a.rs:3"),
    CompileRead::new("app", &["deep", "missing", "too"], None, "src/a.rs:4"),
];

fn now(text: &str) -> impl Fn(&str) -> Option<Table> {
    let config: Config = Reader::new().eval("config/runtime.toml", text).unwrap();
    move |application| config.application(application).cloned()
}

#[test]
fn cfg_012_equal_values_are_valid() {
    assert_eq!(validate_compile_env(&READS, now("[app]\nkey = \"value\"\ndeep.er = [1, 2]\nother = 1")), Ok(()));
}

#[test]
fn cfg_013_each_difference_is_named_with_both_values_and_the_remedy() {
    let text = "[app]\nkey = \"other\"\ndeep.missing.too = 5\nmissing = { secret = \"hunter2\" }";
    let error = validate_compile_env(&READS, now(text)).unwrap_err();
    assert_eq!(error.differences.len(), 4);
    let error = error.to_string();
    let lines = [
        "application app, key `key` (read at src/a.rs:1): it was \"value\" when the program was compiled, and is \"other\" now, by config/runtime.toml:2",
        "key `deep.er` (read at src/a.rs:2): it was [1, 2] when the program was compiled, and is not set now",
        "key `missing` (read at src/a.rs:3): it was not set when the program was compiled, and is \"[secret]\" now",
        "key `deep.missing.too` (read at src/a.rs:4): it was not set when the program was compiled, and is 5 now",
        "compile again",
        "validate_compile_env = false",
    ];
    for line in lines {
        assert!(error.contains(line), "{line}\n{error}");
    }
    assert!(!error.contains("hunter2"));
}

#[test]
fn cfg_015_an_application_that_is_not_loaded_is_skipped() {
    assert_eq!(validate_compile_env(&READS, now("[other]\nkey = 1")), Ok(()));
}
