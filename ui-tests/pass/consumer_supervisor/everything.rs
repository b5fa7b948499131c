//! CSUP-011, CSUP-012, CSUP-013: a type, a type with arguments of its own, a function.
use otp::gen_stage::{ConsumerSupervisor, EventChild, EventRestart};
use otp::prelude::*;
use otp::supervisor;

#[gen_stage(producer)]
struct Numbers;

#[gen_stage]
impl Numbers {
    #[init]
    fn init() -> Self {
        Self
    }

    #[demand]
    fn demand(&mut self, demand: usize) -> Vec<u64> {
        vec![0; demand]
    }
}

/// A task for each event.
struct Printer;

#[task]
impl Printer {
    #[run]
    async fn run(_: u64) {}
}

/// A server for each event.
#[gen_server]
struct Server;

#[gen_server]
impl Server {
    #[init]
    fn init(_prefix: String, _event: u64) -> Self {
        Self
    }
}

#[consumer_supervisor(child(Printer))]
struct Smallest;

#[consumer_supervisor(
    child(Server, args = |event: u64| (String::from("prefix"), event), restart = transient, shutdown = 1_000, id = "server"),
    subscribe_to(Numbers, max_demand = 50, min_demand = 10, cancel = transient),
    subscribe_to(Numbers = "numbers-2"),
    max_restarts = 10,
    max_seconds = 60,
    name = "largest",
    id = "the largest",
    restart = transient,
    shutdown = 10_000,
    handle = LargestHandle
)]
pub struct Largest;

const RESTART: EventRestart = EventRestart::Transient;

#[consumer_supervisor(child(Printer, restart = RESTART, shutdown = brutal_kill))]
struct Computed;

#[consumer_supervisor(init, event = T)]
struct Generic<T: Send + Clone + 'static>;

#[consumer_supervisor]
impl<T: Send + Clone + 'static> Generic<T> {
    #[init]
    async fn init(max: u32) -> otp::Result<supervisor::Init<ConsumerSupervisor<T>>> {
        if max == 0 {
            return Ok(supervisor::Init::Ignore);
        }
        let child = EventChild::task(|_: T| async {}).transient();
        Ok(ConsumerSupervisor::new(child).max_restarts(max).into())
    }
}

#[supervisor]
struct App {
    #[child]
    smallest: Smallest,
    #[child(args = 1)]
    generic: Generic<u64>,
}

#[otp::main]
async fn main() -> otp::Result {
    let tree = supervision_tree! { Smallest, Generic<u8>(3) { id: "g" }, Largest::child_spec(|| ()).id("l") };
    let _ = tree;
    let app = App::start_link().await?;
    let handle: SmallestRef = app.smallest();
    handle.start_child(1).await?;
    app.generic().start_child(2).await?;
    let _ = LargestHandle::named("largest");
    Ok(())
}
