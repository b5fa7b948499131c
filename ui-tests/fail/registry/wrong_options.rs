// REG-003
//! Name, number of partitions and listeners have types.
use otp::prelude::*;

fn specs() {
    let _ = Registry::<String>::unique();
    let _ = Registry::<String>::unique(12);
    let _ = Registry::<String>::unique("rooms").partitions(-1);
    let _ = Registry::<String>::unique("rooms").partitions("many");
    let _ = Registry::<String>::unique("rooms").listener();
    let _ = Registry::<String>::unique("rooms").meta("limit");
}

fn main() {}
