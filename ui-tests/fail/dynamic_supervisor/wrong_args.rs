// DSUP-018
//! A child is started with what its init takes.
use otp::prelude::*;

#[gen_server]
struct Room;

#[gen_server]
impl Room {
    #[init]
    fn init(name: String) -> Self {
        drop(name);
        Self
    }
}

async fn client(rooms: DynamicSupervisorRef, limited: DynamicSupervisorRef<usize>) {
    let _ = rooms.start::<Room>(|| 5).await;
    let _ = rooms.start_temporary::<Room>(5).await;
    let _ = limited.start_with::<Room>(|limit: &String| limit.clone()).await;
}

fn main() {}
