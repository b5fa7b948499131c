//! A program of two applications: a station that measures, and a display that depends on it. Started in order, configured by files,
//! stopped in reverse by Ctrl-C.
//!
//! ```sh
//! cargo run -p otp-examples --bin weather              # config/config.toml and config/runtime.toml
//! WEATHER_EVERY=50 cargo run -p otp-examples --bin weather
//! WEATHER_EVERY=soon cargo run -p otp-examples --bin weather   # what is wrong, and in which line
//! ```

use otp::application::{self, Start, Top};
use otp::prelude::*;
use otp::process;
use std::process::ExitCode;
use std::time::Duration;

/// Measures when it is asked.
#[gen_server(name = "thermometer")]
struct Thermometer {
    degrees: f64,
}

#[gen_server]
impl Thermometer {
    #[init]
    fn init() -> otp::Result<Self> {
        Ok(Self { degrees: application::fetch_env("station", ["thermometer", "begin"])? })
    }

    #[call]
    fn measure(&mut self) -> f64 {
        self.degrees += 0.5;
        self.degrees
    }
}

#[supervisor]
struct Instruments {
    #[child]
    thermometer: Thermometer,
}

/// Needs nothing but its tree.
#[application(name = "station", supervisor = Instruments)]
struct Station;

struct Tick;

/// Shows what the station measures, every so often.
#[gen_server]
struct Screen {
    every: Duration,
    unit: String,
}

#[gen_server]
impl Screen {
    #[init]
    fn init() -> otp::Result<Self> {
        let every = Duration::from_millis(application::fetch_env("display", "every")?);
        process::send_after(process::self_pid(), Tick, every);
        Ok(Self { every, unit: application::fetch_env("display", "unit")? })
    }

    #[info]
    async fn tick(&mut self, _: Tick) -> otp::Result {
        println!("{} {}", ThermometerRef::named("thermometer").measure().await?, self.unit);
        process::send_after(process::self_pid(), Tick, self.every);
        Ok(())
    }
}

#[supervisor]
struct Screens {
    #[child]
    screen: Screen,
}

/// Starts after the station. The defaults lie under what the files say.
#[application(name = "display", dependencies(Station), env(every = 500, unit = "°"))]
struct Display;

impl Application for Display {
    async fn start(&mut self, _: Start) -> otp::Result<Top> {
        println!("showing; Ctrl-C ends it");
        Ok(Screens::start_link().await?.into())
    }

    async fn stop(&mut self) {
        println!("dark");
    }
}

#[otp::main]
async fn main() -> ExitCode {
    application::run(Display).await
}
