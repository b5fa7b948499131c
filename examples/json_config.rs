//! A provider of configuration: values from a JSON file, laid over what a release was built with.
//!
//! `cargo run -p otp-examples --bin json_config` does what a release does: its `init` runs where the release is made, the state is
//! stored as text, and its `load` runs when the release starts.

use otp::config::{self, Config, ConfigPath, ConfigProvider, Provider, Stored, Value};

/// Values of a JSON file, under the keys that it chooses.
struct JsonConfigProvider;

impl ConfigProvider for JsonConfigProvider {
    /// A path, or `{ system = "RELEASE_ROOT", path = "/config.json" }`.
    type Args = ConfigPath;
    type State = ConfigPath;

    fn init(path: ConfigPath) -> otp::Result<ConfigPath> {
        path.validate()?;
        Ok(path)
    }

    async fn load(config: Config, path: ConfigPath) -> otp::Result<Config> {
        let json: serde_json::Value = serde_json::from_slice(&std::fs::read(path.resolve()?)?)?;
        let mut read = Config::new();
        for (key, from) in [("some_value", "my_app_some_value"), ("another_value", "my_app_another_value")] {
            if let Some(value) = json.get(from) {
                read.put("my_app", key, Value::serialize(value)?);
            }
        }
        Ok(config.merge(read))
    }
}

// A release names it: providers = [{ name = "JsonConfigProvider", args = "/etc/config.json" }]
otp::config_provider!(JsonConfigProvider);

#[otp::main]
async fn main() -> otp::Result {
    let folder = std::env::temp_dir().join(format!("json_config-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let json = folder.join("config.json");
    std::fs::write(&json, r#"{ "my_app_some_value": 7, "my_app_another_value": ["from", "json"] }"#)?;

    // Where the release is made.
    let mut stored = Stored::new(Config::new().with("my_app", "some_value", 1).with("my_app", "kept", true));
    let args = Value::from(json.display().to_string());
    stored.providers.push(Provider::find("JsonConfigProvider")?.init(&args)?);
    stored.write(folder.join("sys.toml"))?;

    // Where it starts.
    let booted = config::boot(folder.join("sys.toml")).run().await?;
    print!("{}", booted.config());
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[otp::test]
    async fn cfg_043_values_from_json_are_merged_under_their_keys_and_win() -> otp::Result {
        let file = std::env::temp_dir().join(format!("json_config-test-{}.json", std::process::id()));
        std::fs::write(&file, r#"{ "my_app_some_value": 7, "my_app_another_value": { "a": [1, 2.5, "x"] } }"#)?;
        let provider = Provider::of::<JsonConfigProvider>();
        let stored = provider.init(&Value::from(file.display().to_string()))?;
        let before = Config::new().with("my_app", "some_value", 1).with("my_app", "kept", true);
        let config = provider.load(before.clone(), stored.state).await;
        std::fs::remove_file(&file)?;
        let list = vec![Value::from(1), 2.5.into(), "x".into()];
        assert_eq!(config?, before.with("my_app", "some_value", 7).with("my_app", ["another_value", "a"], list));
        Ok(())
    }

    #[otp::test]
    async fn what_is_no_json_is_told_with_the_provider() {
        let provider = Provider::of::<JsonConfigProvider>();
        let error = provider.init(&Value::from("relative.json")).unwrap_err().to_string();
        assert!(error.starts_with("the configuration provider JsonConfigProvider failed in `init`"), "{error}");
        let stored = provider.init(&Value::from("/dev/null")).unwrap();
        let error = provider.load(Config::new(), stored.state).await.unwrap_err().to_string();
        assert!(error.starts_with("the configuration provider JsonConfigProvider failed in `load`: EOF"), "{error}");
    }
}
