// CFG-039
//! A provider answers a configuration.
use otp::config::{Config, ConfigProvider};

struct Vault;

impl ConfigProvider for Vault {
    type Args = String;
    type State = String;

    fn init(url: String) -> otp::Result<String> {
        Ok(url)
    }

    async fn load(_config: Config, url: String) -> otp::Result<String> {
        Ok(url)
    }
}

fn main() {}
