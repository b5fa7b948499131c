//! Registries in every place where one can stand.
use otp::prelude::*;
use otp::registry::{Duplicate, PartitionBy, Unique};

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
enum Topic {
    News,
    Room(u64),
}

#[gen_server]
struct Room;

#[gen_server]
impl Room {
    #[init]
    fn init() -> Self {
        Self
    }

    #[call]
    fn hello(&self) -> &'static str {
        "hello"
    }
}

#[supervisor(strategy = rest_for_one)]
struct App {
    #[child(args = Registry::unique("rooms").partitions(2))]
    rooms: Registry<String, u32>,
    #[child(args = Registry::duplicate("topics").partition_by(PartitionBy::Key), id = "the topics")]
    topics: DuplicateRegistry<Topic>,
}

fn anything<K: otp::registry::Key, V: Clone + Send + Sync + 'static>(_: &Registry<K, V, Unique>, _: &Registry<K, V, Duplicate>) {}

#[otp::main]
async fn main() -> otp::Result {
    let app = App::start_link().await?;
    let room = Room::start_link(()).via(app.rooms().via_with("lobby", 7)).await?;
    assert_eq!(RoomRef::via(app.rooms().via("lobby")).hello().await?, "hello");
    assert_eq!(app.rooms().lookup("lobby")?, room.pid().map(|pid| (pid, 7)));
    app.topics().register(Topic::News, ())?;
    app.topics().register(Topic::Room(5), ())?;
    assert_eq!(app.topics().count()?, 2);
    app.topics().unregister(&Topic::News)?;
    app.topics().unregister(&Topic::Room(5))?;

    let tree = supervision_tree! {
        strategy: one_for_one;
        Registry::<String>::unique("others"),
        Registry::<&'static str>::duplicate(String::from("more")).partitions(3) { id: "more", shutdown: 1_000 },
    };
    let supervisor = Supervisor::start_link(tree).await?;
    let (others, more) = (Registry::<&'static str>::named("others"), DuplicateRegistry::<&'static str>::named("more"));
    anything(&others, &more);
    assert!(others.count().is_err(), "its keys are `String`s");
    assert_eq!(more.partitions()?, 3);
    supervisor.stop().await?;
    // It is linked to the registry it is in, and this process to it: before that registry ends.
    room.stop().await?;
    app.stop().await?;
    Ok(())
}
