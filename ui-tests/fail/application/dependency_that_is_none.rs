//! A dependency is an application.
use otp::prelude::*;

struct Store;

#[application(name = "shop", library, dependencies(Store))]
struct Shop;

fn main() {}
