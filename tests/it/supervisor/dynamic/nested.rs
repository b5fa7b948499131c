//! Dynamic supervisors in trees.

use super::super::fixtures::*;
use super::fixtures::{counts, start};
use otp::prelude::*;
use otp::process;

#[supervisor]
struct App {
    #[child(args = DynamicSupervisor::builder().max_children(2))]
    rooms: DynamicSupervisor,
    #[child(args = DynamicSupervisor::builder().extra_arguments("lobby"))]
    lobbies: DynamicSupervisor<&'static str>,
}

#[gen_server(handle = RoomRef)]
struct Room {
    name: &'static str,
}

#[gen_server]
impl Room {
    #[init]
    fn init(name: &'static str) -> Self {
        Self { name }
    }

    #[call]
    fn name(&self) -> &'static str {
        self.name
    }
}

/// DSUP-001: as a field.
#[otp::test]
async fn a_field_of_a_supervisor_may_be_a_dynamic_one() -> otp::Result {
    let app = App::start_link().await?;
    let room = app.rooms().start::<Room>(|| "kitchen").await?;
    assert_eq!(room.name().await?, "kitchen");
    let lobby = app.lobbies().start_with::<Room>(|name| name).await?;
    assert_eq!(lobby.name().await?, "lobby");
    assert_eq!((counts(&app.rooms()).await, counts(&app.lobbies()).await), ((1, 1, 0, 1), (1, 1, 0, 1)));

    // What it is started with holds after its own restart too; its children are gone.
    crash(&app, "rooms").await;
    assert!(room.name().await.is_err());
    for _ in 0..2 {
        app.rooms().start::<Room>(|| "kitchen").await?;
    }
    assert!(app.rooms().start::<Room>(|| "attic").await.is_err());
    assert!(lobby.is_alive());
    Ok(())
}

/// DSUP-001: in a tree, by type with a specification of its own, or as an expression.
#[otp::test]
async fn an_entry_of_a_tree_may_be_a_dynamic_supervisor() -> otp::Result {
    let tree = supervision_tree! {
        strategy: rest_for_one;
        DynamicSupervisor(DynamicSupervisor::builder().max_children(1)) { id: "rooms", restart: transient },
        supervisor "inner" {
            DynamicSupervisor::builder().name("nested_dynamic"),
        },
    };
    let app = Supervisor::start_link(tree).await?;
    let rooms = app.child::<DynamicSupervisor>("rooms");
    start(&rooms, idle("a")).await;
    assert!(rooms.start_child(idle("b")).await.is_err());
    assert_eq!(app.get_child_spec("rooms").await?.get_restart(), Restart::Transient);
    let named = DynamicSupervisorRef::<()>::named("nested_dynamic");
    assert_eq!(counts(&named).await, (0, 0, 0, 0));
    app.stop().await?;
    assert!(!rooms.is_alive() && !named.is_alive());
    Ok(())
}

/// Supervisors below supervisors: handles through a child that is a supervisor itself stay right across its restart.
#[otp::test]
async fn a_child_may_be_a_tree() -> otp::Result {
    let supervisor = DynamicSupervisor::builder().start_link().await?;
    let app = supervisor.start::<App>(|| ()).await?;
    let rooms = app.rooms();
    let room = rooms.start::<Room>(|| "kitchen").await?;
    assert_eq!(counts(&supervisor).await, (1, 1, 1, 0));

    let before = app.pid().unwrap();
    end(before, ExitReason::Kill).await;
    assert_eq!(counts(&supervisor).await, (1, 1, 1, 0));
    assert_ne!(app.pid(), Some(before));
    assert!(room.name().await.unwrap_err().is_noproc());
    assert_eq!(rooms.start::<Room>(|| "attic").await?.name().await?, "attic");
    supervisor.terminate_child(app.pid().unwrap()).await?;
    assert!(!rooms.is_alive());
    assert!(process::info(supervisor.pid().unwrap()).unwrap().links.len() <= 1);
    Ok(())
}
