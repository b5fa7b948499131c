// DSUP-063
//! A request that it does not know.
use otp::prelude::*;

async fn client(rooms: DynamicSupervisorRef) {
    rooms.cast("hello");
    let _ = rooms.restart_child("by id").await;
}

fn main() {}
