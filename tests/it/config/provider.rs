//! Providers.

use super::files::Folder;
use otp::config::{Config, ConfigPath, ConfigProvider, Provider, Reader, Value};
use serde::{Deserialize, Serialize};

/// Lines of `key=value`, for the application `my_app`.
struct Properties;

impl ConfigProvider for Properties {
    type Args = ConfigPath;
    type State = ConfigPath;

    fn init(path: ConfigPath) -> otp::Result<ConfigPath> {
        path.validate()?;
        Ok(path)
    }

    async fn load(config: Config, path: ConfigPath) -> otp::Result<Config> {
        let text = std::fs::read_to_string(path.resolve()?)?;
        let values = text.lines().filter_map(|line| line.split_once('='));
        Ok(config.merge(values.fold(Config::new(), |read, (key, value)| read.with("my_app", key, value))))
    }
}

otp::config_provider!(Properties);

/// Adds its name to a list.
pub(super) struct Trace;

#[derive(Serialize, Deserialize)]
pub(super) struct Step {
    name: String,
}

impl ConfigProvider for Trace {
    type Args = String;
    type State = Step;

    fn name() -> &'static str {
        "tests.trace"
    }

    fn init(name: String) -> otp::Result<Step> {
        match name.as_str() {
            "fails" => Err("as it should".into()),
            "panics" => panic!("as it should"),
            _ => Ok(Step { name: format!("initialised {name}") }),
        }
    }

    async fn load(config: Config, step: Step) -> otp::Result<Config> {
        match step.name.as_str() {
            "initialised load fails" => return Err("as it should".into()),
            "initialised load panics" => panic!("as it should"),
            _ => {}
        }
        let mut steps: Vec<String> = config.get("trace", "steps")?.unwrap_or_default();
        steps.push(step.name);
        Ok(config.with("trace", "steps", steps))
    }
}

otp::config_provider!(Trace);

pub(super) fn trace(name: &str) -> otp::config::StoredProvider {
    Provider::find("tests.trace").unwrap().init(&Value::from(name)).unwrap()
}

async fn load(provider: &str, args: impl Into<Value>, config: Config) -> Result<Config, String> {
    let provider = Provider::find(provider).map_err(|error| error.to_string())?;
    let stored = provider.init(&args.into()).map_err(|error| error.to_string())?;
    provider.load(config, stored.state).await.map_err(|error| error.to_string())
}

#[otp::test]
async fn cfg_036_the_reader_is_a_provider() {
    let folder = Folder::of(&[(
        "c.toml",
        "[app]\nkey = { config = \"env\" }\n[app.deep]\nnew = { config = \"target\" }\n[[import_config]]\nfile = \"i.toml\"\noptional = true",
    )]);
    let path = folder.path("c.toml").display().to_string();
    let before = || Config::new().with("app", "key", "old").with("app", ["deep", "kept"], 1);
    let args = otp::config::Table::from(
        [("path", path.as_str()), ("env", "prod"), ("target", "embedded")]
            .map(|(key, value)| (key.to_string(), Value::from(value))),
    );
    let config = load("Reader", args.clone(), before()).await.unwrap();
    let expected = Config::new().with("app", "key", "prod").with("app", ["deep", "kept"], 1).with(
        "app",
        ["deep", "new"],
        "embedded",
    );
    assert_eq!(config, expected);

    // A path alone: then nothing can be asked for.
    let error = load("Reader", path.as_str(), before()).await.unwrap_err();
    assert!(error.contains("provider Reader failed in `load`") && error.contains("c.toml:2: no env"), "{error}");
    let mut without_imports = args;
    without_imports.insert("imports".into(), false.into());
    let error = load("Reader", without_imports, before()).await.unwrap_err();
    assert!(error.contains("imports are not enabled"), "{error}");
    let error = load("Reader", "relative.toml", before()).await.unwrap_err();
    assert!(error.contains("provider Reader failed in `init`") && error.contains("relative"), "{error}");
    let error = load("Reader", 5, before()).await.unwrap_err();
    assert!(error.contains("its arguments are wrong: expected a path"), "{error}");
}

#[otp::test]
async fn the_reader_takes_a_path_behind_a_variable() {
    let system = |path: &str| {
        let table = [("system", "CARGO_MANIFEST_DIR"), ("path", path)];
        otp::config::Table::from(table.map(|(key, value)| (key.to_string(), Value::from(value))))
    };
    let mut args = system("/config/config.toml");
    args.insert("env".into(), "nothing_of_this_name".into());
    let config = load("Reader", args, Config::new()).await.unwrap();
    assert_eq!(config.get::<u32>("compiled", "size").unwrap(), Some(4096));
}

#[otp::test]
async fn cfg_037_init_prepares_what_load_gets() {
    let stored = trace("one");
    assert_eq!(
        (stored.name.as_str(), stored.state.to_string().as_str()),
        ("tests.trace", "{ name = \"initialised one\" }")
    );
    let before = Config::new().with("app", "kept", 1);
    let config = load("tests.trace", "one", before.clone()).await.unwrap();
    assert_eq!(config, before.with("trace", "steps", vec!["initialised one"]));
}

/// CFG-043: from JSON in `examples/json_config.rs`.
#[otp::test]
async fn cfg_043_a_foreign_format_is_merged_and_wins() {
    let folder = Folder::of(&[("c.properties", "some_value=new\nanother_value=x\n")]);
    let path = folder.path("c.properties").display().to_string();
    let before = Config::new().with("my_app", "some_value", "old").with("my_app", "kept", true);
    let config = load("Properties", path, before.clone()).await.unwrap();
    assert_eq!(config, before.with("my_app", "some_value", "new").with("my_app", "another_value", "x"));
}

#[otp::test]
async fn a_provider_that_fails_is_named_with_the_cause() {
    for (args, callback) in [("fails", "init"), ("panics", "init"), ("load fails", "load"), ("load panics", "load")] {
        let error = load("tests.trace", args, Config::new()).await.unwrap_err();
        let begin = format!("the configuration provider tests.trace failed in `{callback}`: ");
        assert!(error.starts_with(&begin) && error.contains("as it should"), "{error}");
    }
}

#[test]
fn an_unknown_provider_is_named_with_those_that_there_are() {
    let error = Provider::find("Propertys").unwrap_err().to_string();
    assert!(error.contains("\"Propertys\"") && error.contains("Properties, Reader"), "{error}");
    assert!(Provider::all().iter().any(|provider| provider.name() == Provider::of::<Reader>().name()));
}
