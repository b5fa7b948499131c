// REG-056
//! A selection is a function of key, pid and value.
use otp::prelude::*;

fn select(rooms: Registry<String, u32>) {
    let _ = rooms.select(|key, _| Some(key.clone()));
    let _ = rooms.select(|key, _, value| value > 1);
    let _ = rooms.count_select(|_, _, value| Some(*value));
}

fn main() {}
