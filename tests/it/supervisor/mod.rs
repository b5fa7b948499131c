//! Supervisors: specifications, strategies, restarts, shutdown, administration.

mod admin;
mod auto_shutdown;
mod dynamic;
mod failing;
mod fixtures;
mod handles;
mod intensity;
mod module;
mod options;
mod report;
mod restart;
mod scale;
mod shutdown;
mod slots;
mod spec;
mod start;
mod strategy;
mod tree;
