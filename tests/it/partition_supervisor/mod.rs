//! Partition supervisors: starting, routing, administration, resizing.

mod admin;
mod fixtures;
mod resize;
mod route;
mod start;
