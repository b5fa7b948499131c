// DSUP-018 DSUP-021
//! What is no specification, and what is wrong with one.
use otp::prelude::*;

use otp::child::{ChildSpec, Started};

async fn client(rooms: DynamicSupervisorRef) {
    let _ = rooms.start_child(5).await;
    let _ = rooms.start_child(ChildSpec::new("no start")).await;
    let _ = rooms.start_child(spec().shutdown(-1)).await;
    let _ = rooms.start::<String>(|| String::new()).await;
}

fn spec() -> ChildSpec {
    ChildSpec::new("bad answer", |_slot| async { "started" })
}

fn good() -> ChildSpec {
    ChildSpec::new("good", |_slot| async { Ok(Started::new(otp::process::self_pid())) })
}

fn main() {}
