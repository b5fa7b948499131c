//! Options that there are not.
use otp::prelude::*;

#[application(library, dependancies(Store), restart = transient)]
struct Shop;

#[application(library, library)]
struct Store;

fn main() {}
