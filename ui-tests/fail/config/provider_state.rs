//! The state of a provider is data that can be stored.
use otp::config::{Config, ConfigProvider};

struct Vault;

struct Connection;

impl ConfigProvider for Vault {
    type Args = String;
    type State = Connection;

    fn init(_url: String) -> otp::Result<Connection> {
        Ok(Connection)
    }

    async fn load(config: Config, _: Connection) -> otp::Result<Config> {
        Ok(config)
    }
}

struct Nothing;

otp::config_provider!(Nothing);

fn main() {}
