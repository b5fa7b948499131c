//! Dynamic supervisors: starting, restarts, shutdown, administration.

mod admin;
mod extra;
mod fixtures;
mod module;
mod nested;
mod race;
mod report;
mod restart;
mod scale;
mod shutdown;
mod start;
mod start_child;
