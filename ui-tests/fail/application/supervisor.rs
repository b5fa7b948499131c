//! `supervisor` is the type of one, and an application with one has processes.
use otp::prelude::*;

#[supervisor]
struct Tree {}

#[application(name = "both", library, supervisor = Tree)]
struct Both;

#[application(name = "value", supervisor = "Tree")]
struct Value;

fn main() {}
