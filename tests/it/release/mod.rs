//! Making and running releases.

mod assemble;
mod choose;
mod command;
mod config;
mod control;
mod script;
mod support;
mod templates;
