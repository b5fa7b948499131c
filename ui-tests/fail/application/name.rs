//! A name is a string of a certain shape.
use otp::prelude::*;

#[application(name = "My-Shop", library)]
struct Shop;

#[application(name = "", library)]
struct Empty;

#[application(name = shop, library)]
struct Word;

#[application(library, optional("Metrics", "log", "log"))]
struct Optional;

fn main() {}
