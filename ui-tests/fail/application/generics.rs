//! An application is found by its one name.
use otp::prelude::*;

#[application(name = "shop", library)]
struct Shop<T>(T);

#[application(name = "store", library)]
struct Store<'a>(&'a str);

fn main() {}
