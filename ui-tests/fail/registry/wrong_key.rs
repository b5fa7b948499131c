//! A key is of the registry's type.
use otp::prelude::*;

fn keys(rooms: Registry<String, u32>) {
    let _ = rooms.register(5, 1);
    let _ = rooms.lookup(&5);
    let _ = rooms.register("lobby", "crowded");
}

struct NoHash;

fn unhashed() {
    let _ = Registry::<NoHash>::unique("rooms");
}

fn main() {}
