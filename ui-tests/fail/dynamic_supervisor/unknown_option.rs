// DSUP-006
//! What it has no option for, and what only an ordinary supervisor has.
use otp::prelude::*;

#[dynamic_supervisor(max_childs = 1)]
struct Misspelt;

#[dynamic_supervisor(strategy = one_for_all)]
struct Strategic;

#[dynamic_supervisor(auto_shutdown = any_significant)]
struct Automatic;

#[dynamic_supervisor(args(n: u8))]
struct WithArgs;

#[dynamic_supervisor(max_children = 1, max_children = 2)]
struct Twice;

fn main() {}
