//! Agents: starting, and operations on the state.

mod operations;
mod start;
