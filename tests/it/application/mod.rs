//! Applications: how they start and stop, what their lists and plans say, and whole programs of them.

mod child;
mod dir;
mod ensure;
mod fixtures;
mod list;
mod plan;
mod run;
mod start;
mod stop;
mod stress;
