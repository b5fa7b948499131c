//! Stages, a file for each chapter of the protocol. IDs beginning with STG are of `docs/conformance/gen_stage.md`, DSP of
//! `dispatchers.md`, CSUP of `consumer_supervisor.md`.

mod adversary;
mod batches;
mod buffer;
mod cancel;
mod consumer_supervisor;
mod consumer_supervisor_module;
mod contract;
mod declared;
mod demand_mode;
mod dispatch;
mod emit;
mod enumerable;
mod fixtures;
mod info;
mod macros;
mod manual;
mod middle;
mod model;
mod pipeline;
mod start;
mod stream;
mod subscribe;
