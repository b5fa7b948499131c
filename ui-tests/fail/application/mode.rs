// REL-030
//! Modes that there are not.
use otp::application::{BootList, Mode};
use otp::prelude::*;

#[application(mode = permament, library)]
struct Shop;

#[application(mode = "transient", library)]
struct Store;

#[application(library)]
struct Right;

fn main() {
    let _ = BootList::new().add_as(Right, Mode::Permament);
}
