//! One test binary for everything that is seen from outside the crate. Its modules mirror
//! `otp/src`, a file for each verb: `gen_server/call.rs`, `supervisor/shutdown.rs`. A test is named
//! after the behaviour it holds, ID first; see `docs/conformance/README.md`.

mod agent;
mod application;
mod chaos;
mod config;
mod conformance;
mod cost;
mod gen_server;
mod gen_stage;
mod partition_supervisor;
mod process;
mod registry;
mod release;
mod supervisor;
mod task;
mod task_supervisor;
