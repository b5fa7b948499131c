// CFG-020, REL-060
//! The configuration of an application is a table, and a value is data.
use otp::config::Config;

fn main() {
    let mut config = Config::new();
    config.put_application("shop", 5);
    config.put("shop", "pid", otp::process::self_pid());
}
