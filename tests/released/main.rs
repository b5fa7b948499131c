//! The program that the tests of releases put into releases and run.

use std::time::Duration;

use otp::application::{self, Start, Top};
use otp::config::{Config, ConfigProvider};
use otp::prelude::*;
use otp::{process, release};

/// Counts, from what the configuration says.
#[gen_server(name = "counter")]
struct Counter {
    value: i64,
}

#[gen_server]
impl Counter {
    #[init]
    fn init() -> otp::Result<Self> {
        Ok(Self { value: application::get_env_or("store", "start", 0)? })
    }

    #[call]
    fn add(&mut self, n: i64) -> i64 {
        self.value += n;
        self.value
    }

    #[format_status]
    fn shown(&self) -> String {
        format!("Counter {{ value: {} }}", self.value)
    }
}

#[supervisor(name = "store_tree")]
struct StoreTree {
    #[child]
    counter: Counter,
}

/// Ends with its tree.
#[application(name = "store", version = "1.2.3", description = "keeps a number")]
struct Store;

impl Application for Store {
    async fn start(&mut self, _: Start) -> otp::Result<Top> {
        println!("store starts");
        if let Some(path) = application::get_env::<std::path::PathBuf>("store", "waits_for")? {
            while !path.exists() {
                process::sleep(Duration::from_millis(1)).await;
            }
        }
        if application::get_env_or("store", "fails", false)? {
            return Err("the store was told to fail".into());
        }
        Ok(StoreTree::start_link().await?.into())
    }

    async fn stop(&mut self) {
        println!("store has stopped");
    }
}

/// Needs the store.
#[application(name = "shop", version = "0.1.0", dependencies(Store))]
struct Shop;

impl Application for Shop {
    async fn start(&mut self, _: Start) -> otp::Result<Top> {
        println!("shop starts");
        Ok(Supervisor::start_link(Supervisor::builder()).await?.into())
    }

    async fn stop(&mut self) {
        println!("shop has stopped");
    }
}

/// Its configuration was compiled in.
#[application(name = "compiled", version = "0.1.0", library)]
struct Compiled;

/// What was configured when this was compiled.
const LEVEL: i64 = otp::compile_env!("compiled", "level", 1);

/// Takes what its arguments say into the configuration of the store.
struct Fixed;

impl ConfigProvider for Fixed {
    type Args = i64;
    type State = i64;

    fn init(start: i64) -> otp::Result<i64> {
        if start < 0 { Err("a count does not begin below 0".into()) } else { Ok(start + 1) }
    }

    async fn load(config: Config, start: i64) -> otp::Result<Config> {
        Ok(config.merge(Config::new().with("store", "start", start)))
    }
}

otp::config_provider!(Fixed);

struct Tasks;

#[otp::command]
impl Tasks {
    /// Adds to the counter of the running system.
    async fn add(n: i64) -> Result<i64, CallError> {
        CounterRef::named("counter").add(n).await
    }

    /// What the store is configured with, whether it runs or not.
    fn configured() -> String {
        let start: i64 = application::get_env_or("store", "start", 0).expect("it is a number");
        format!("start {start}, level {LEVEL}, counter runs: {}", process::whereis("counter").is_some())
    }

    /// Starts the store, if it does not run, and counts.
    async fn with_store() -> otp::Result<i64> {
        application::ensure_all_started("store").await?;
        Ok(CounterRef::named("counter").add(1).await?)
    }

    /// Everything an argument can be.
    fn take(text: String, numbers: Vec<u8>, pair: (bool, char), maybe: Option<f64>) -> String {
        format!("{text} {numbers:?} {pair:?} {maybe:?}")
    }

    /// Prints before it answers.
    async fn chatty() -> &'static str {
        release::puts("first");
        process::sleep(Duration::from_millis(1)).await;
        release::puts("second");
        "third"
    }

    fn fails() -> Result<(), String> {
        Err("it did not work".into())
    }

    fn panics() {
        panic!("oh no");
    }

    /// Starts a program that outlives the system, and holds on to what it inherits.
    fn leave_behind() -> std::io::Result<u32> {
        Ok(std::process::Command::new("sleep").arg("60").spawn()?.id())
    }

    fn arguments() -> Vec<String> {
        release::arguments()
    }

    fn environment(name: String) -> Option<String> {
        std::env::var(name).ok()
    }

    /// Ends the tree of the store, as a failure would.
    async fn end_store() {
        let _ = SupervisorRef::named("store_tree").stop().reason(ExitReason::error("told to")).await;
    }
}

release::main!(Shop);
