//! Building configuration up, and what a file may say.

use otp::config::{Config, DuplicateEntry, Reader, Table, Value};

fn eval(text: &str) -> Result<Config, String> {
    Reader::new().eval("config/config.toml", text).map_err(|error| error.to_string())
}

#[test]
fn cfg_016_later_steps_add_keys_and_replace_values() {
    let config = Config::new().with("app", "a", 1).with("app", "b", 2).with("app", "b", 3).with("app", "c", 4);
    assert_eq!(config, eval("[app]\na = 1\nb = 3\nc = 4").unwrap());
    let layered = eval("app.a = 1\napp.b = 2").unwrap().merge(eval("app.b = 3").unwrap());
    assert_eq!(layered, eval("app.a = 1\napp.b = 3").unwrap());
}

#[test]
fn cfg_017_steps_in_functions_and_loops_are_the_same() {
    fn one(config: Config, n: i64) -> Config {
        config.with("app", format!("key{n}"), n)
    }
    let config = (1..=3).fold(Config::new(), one);
    assert_eq!(config, eval("[app]\nkey1 = 1\nkey2 = 2\nkey3 = 3").unwrap());
}

#[test]
fn cfg_019_what_was_given_so_far_is_read() {
    let config = Config::new().with("cfg_019", "a", 1);
    assert_eq!(config.application("cfg_019"), Some(&Table::from([("a".to_string(), Value::from(1))])));
    assert_eq!(config.application("other"), None);
    // Not the environment of what runs.
    otp::application::put_env("cfg_019", "b", 2);
    assert!(config.value("cfg_019", "b").is_none());
}

#[test]
fn cfg_020_an_application_that_is_no_table_is_an_error_of_the_file() {
    let error = eval("name = \"x\"\n[app]\na = 1\n").unwrap_err();
    assert!(
        error.starts_with("config/config.toml:1: `name` is a string, not an application with keys and values"),
        "{error}"
    );
    assert!(error.contains("write `[name]`"), "{error}");
}

#[test]
fn a_list_with_a_key_twice_is_refused() {
    let error: DuplicateEntry = Config::from_entries([("a", "x", 1), ("b", "x", 1), ("a", "x", 2)]).unwrap_err();
    assert_eq!((error.application.as_str(), error.key.to_string().as_str()), ("a", "x"));
}

#[test]
fn syntax_errors_name_file_and_line() {
    let error = eval("[app]\na = 1\nb = \n").unwrap_err();
    assert!(error.starts_with("config/config.toml:3: "), "{error}");
    let error = eval("[app]\na = 1\na = 2\n").unwrap_err();
    assert!(error.starts_with("config/config.toml:3: ") && error.contains("duplicate key"), "{error}");
    let error = eval("[app]\na = 99999999999999999999\n").unwrap_err();
    assert!(error.starts_with("config/config.toml:2: "), "{error}");
}

#[test]
fn tables_with_headers_are_what_they_look_like() {
    let config = eval("[app.env]\nenv = \"A\"\n[app.pass]\nsecret = \"B\"\nx = 1\n[[app.list]]\nenv = \"C\"").unwrap();
    assert_eq!(config.get::<String>("app", ["env", "env"]).unwrap().as_deref(), Some("A"));
    assert_eq!(config.get::<String>("app", ["pass", "secret"]).unwrap().as_deref(), Some("B"));
    assert!(config.to_string().contains("env = \"C\""), "{config}");
}

#[test]
fn a_special_value_that_is_not_written_right_says_what_would_be() {
    let wrong = [
        ("app.a = { env = 1 }", "`env`"),
        ("app.a = { env = \"A\", defualt = 1 }", "`defualt`"),
        ("app.a = { env = \"A\", type = \"number\" }", "`type`"),
        ("app.a = { secret = \"s\", user = \"u\" }", "`secret`"),
    ];
    for (text, names) in wrong {
        let error = eval(text).unwrap_err();
        assert!(error.starts_with("config/config.toml:1: ") && error.contains(names), "{text}: {error}");
        assert!(error.contains("with a header"), "{error}");
    }
}

#[test]
fn a_value_from_the_environment_is_read_when_the_file_is() {
    let reader = Reader::new().variable("PORT", "80").variable("WORD", "abc").variable("ON", "true");
    let text = "[app]
port = { env = \"PORT\", type = \"integer\" }
on = { env = \"ON\", type = \"boolean\" }
word = { env = \"WORD\" }
other = { env = \"NOBODY_SET_THIS_ONE\", default = [1, 2] }";
    let config = reader.eval("c.toml", text).unwrap();
    let expected = Config::new().with("app", "port", 80).with("app", "on", true).with("app", "word", "abc");
    assert_eq!(config, expected.with("app", "other", [1, 2]));

    let missing = reader.eval("c.toml", "[app]\n\n[app.in]\na = { env = \"NOBODY_SET_THIS_ONE\" }").unwrap_err();
    assert_eq!(
        missing.to_string(),
        "c.toml:4: the environment variable NOBODY_SET_THIS_ONE is not set, and `app.in.a` has no default: set it, or write \
         `default = ..`"
    );
    let wrong = reader.eval("c.toml", "app.a = { env = \"WORD\", type = \"integer\" }").unwrap_err();
    assert_eq!(
        wrong.to_string(),
        "c.toml:1: the environment variable WORD is to be an integer for `app.a`, and is not"
    );
}

#[test]
fn printed_configuration_can_be_read_again() {
    let text =
        "[app]\na = 1\nb = \"x\\ny\"\nc = [1.0, true, { d = 1979-05-27 }]\n\n[app.\"e f\".g]\nh = 1\n\n[other]\n";
    let config = eval(text).unwrap();
    assert_eq!(eval(&config.to_string()).unwrap(), config, "{config}");
}
