//! Nobody is named twice, and nobody depends on itself.
use otp::prelude::*;

#[application(name = "store", library)]
struct Store;

#[application(name = "twice", library, dependencies(Store, Store))]
struct Twice;

#[application(name = "both", library, dependencies(Store), includes(Store))]
struct Both;

#[application(name = "own", library, dependencies(Own))]
struct Own;

#[application(name = "list", library, dependencies = Store)]
struct List;

#[application(name = "doc", library, dependencies(#[inline] Store))]
struct Attribute;

fn main() {}
