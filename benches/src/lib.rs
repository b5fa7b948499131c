//! The same work on `otp`, on other actor frameworks, and on bare tokio and flume.
//!
//! A *framework* is one program in `src/bin/`: it implements [`Framework`], about ten small
//! primitives, and nothing else. The *workloads* are written once, in [`workload`], on those
//! primitives, so that every framework runs the very same loops. One run of such a program makes
//! one measurement and prints one number:
//!
//! ```text
//! ractor mt call 1.0      # framework, runtime, workload, scale: prints calls per second
//! ```
//!
//! `cargo bench` runs the driver in `compare/`, which calls those programs in turn, over and over,
//! and prints the tables. See `README.md` for how to run it and how to read it.

mod framework;
mod memory;
pub mod on_otp;
mod program;
pub mod stages;
pub mod workload;

pub use framework::{BoxFuture, Driver, Framework, Runtime, on_tokio};
pub use program::run;
pub use workload::{DONE, Timed, Workload};
