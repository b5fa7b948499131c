// DSUP-006
//! Numbers are not negative, a window is not empty, extra arguments are a list.
use otp::prelude::*;

#[dynamic_supervisor(max_restarts = -1)]
struct Restarts;

#[dynamic_supervisor(max_children = -1)]
struct Children;

#[dynamic_supervisor(max_seconds = 0)]
struct Seconds;

#[dynamic_supervisor(max_children = "many")]
struct Many;

#[dynamic_supervisor(extra_arguments = 5)]
struct Extra;

#[dynamic_supervisor(shutdown = brutal)]
struct Brutal;

fn main() {}
