//! A default is given once.
use otp::prelude::*;

#[application(library, env(port = 1, port = 2))]
struct Twice;

#[application(name = "other", library, env(port = Other))]
struct Other;

fn main() {}
