//! A name is text, or a name in another registry.
use otp::prelude::*;

#[dynamic_supervisor]
struct Rooms;

async fn client() {
    let _ = Rooms::start_link().name(5).await;
}

fn main() {}
