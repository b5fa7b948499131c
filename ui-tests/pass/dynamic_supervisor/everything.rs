//! Every option, with and without `#[init]`, generic and not.
use otp::prelude::*;
use otp::supervisor;
use std::sync::Arc;
use std::time::Duration;

#[gen_server]
pub struct Room;

#[gen_server]
impl Room {
    #[init]
    fn init(name: String) -> Self {
        drop(name);
        Self
    }
}

/// Documented.
#[dynamic_supervisor(
    max_children = 100,
    max_restarts = 10,
    max_seconds = 60,
    name = "rooms",
    id = "the rooms",
    restart = transient,
    shutdown = Duration::from_secs(5),
    significant = true,
    handle = RoomsHandle,
    crate = ::otp
)]
#[derive(Debug)]
pub struct Rooms;

const MANY: usize = 1_000;

#[dynamic_supervisor(max_children = MANY * 2, extra_arguments(names: Arc<Vec<String>>, limit: usize))]
pub(crate) struct Shared;

#[dynamic_supervisor(init)]
struct Computed;

#[dynamic_supervisor]
impl Computed {
    #[init]
    async fn init(seats: usize, per_room: usize) -> Result<DynamicSupervisorSpec, std::num::TryFromIntError> {
        let rooms = u32::try_from(seats / per_room)?;
        Ok(DynamicSupervisor::builder().max_restarts(rooms))
    }

    async fn helper() -> usize {
        1
    }
}

#[dynamic_supervisor(init, extra_arguments(value: T))]
struct Generic<T>
where
    T: Clone + Send + Sync + 'static;

#[dynamic_supervisor]
impl<T: Clone + Send + Sync + 'static> Generic<T> {
    #[init]
    fn init(value: Option<T>) -> supervisor::Init<DynamicSupervisorSpec<T>> {
        match value {
            Some(value) => DynamicSupervisor::builder().extra_arguments(value).into(),
            None => supervisor::Init::Ignore,
        }
    }
}

mod hidden {
    use otp::prelude::*;

    #[cfg(not(any()))]
    #[dynamic_supervisor]
    pub struct There;

    #[cfg(any())]
    #[dynamic_supervisor]
    pub struct NotThere;
}

#[otp::main]
async fn main() -> otp::Result {
    let rooms: RoomsHandle = Rooms::start_link().await?;
    let room: RoomRef = rooms.start::<Room>(|| "lobby".into()).await?;
    assert!(room.is_alive());
    let shared = Shared::start(Arc::new(vec!["lobby".into()]), 3).await?;
    shared.start_with::<Room>(|(names, _)| names[0].clone()).await?;
    Computed::start_link((10, 2)).await?;
    let generic = Generic::start_link(Some(5_u8)).await?;
    generic.start_with::<Room>(|value| value.to_string()).await?;
    assert_eq!(Generic::<u8>::start(None).await.unwrap_err(), StartError::Ignored);
    hidden::There::start_link().await?;
    let _ = (Computed::helper().await, Rooms::child_spec(|| ()), Shared::child_spec(|| (Arc::default(), 1)));
    Ok(())
}
