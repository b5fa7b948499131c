//! ractor with its default features. (Its feature `async-trait` changes nothing beyond noise.)

use std::time::{Duration, Instant};

use otp_benches::workload::{Arrivals, NAMES, SUBSCRIBERS, name, two_readers};
use otp_benches::{DONE, Framework, Timed};
use ractor::{Actor, ActorCell, ActorProcessingErr, ActorRef, RpcReplyPort, SupervisionEvent, call_t, pg, registry};

enum Message {
    Get(RpcReplyPort<u64>),
    Add(u64),
    SetNext(ActorRef<Message>),
    Token(u64),
}

struct Counter;

#[derive(Default)]
struct State {
    count: u64,
    next: Option<ActorRef<Message>>,
}

impl Actor for Counter {
    type Msg = Message;
    type State = State;
    type Arguments = ();

    async fn pre_start(&self, _: ActorRef<Message>, (): ()) -> Result<State, ActorProcessingErr> {
        Ok(State::default())
    }

    async fn handle(
        &self,
        _: ActorRef<Message>,
        message: Message,
        state: &mut State,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            Message::Get(answer) => {
                state.count += 1;
                let _ = answer.send(state.count);
            }
            Message::Add(n) => state.count += n,
            Message::SetNext(server) => state.next = Some(server),
            Message::Token(0) => DONE.notify_one(),
            Message::Token(hops) => {
                if let Some(next) = &state.next {
                    next.cast(Message::Token(hops - 1))?;
                }
            }
        }
        Ok(())
    }
}

/// Supervises counters and hears of their ends.
struct Watcher;

enum WatcherMessage {
    Spawn(u64, RpcReplyPort<Vec<ActorCell>>),
}

impl Actor for Watcher {
    type Msg = WatcherMessage;
    /// How many have not ended yet.
    type State = u64;
    type Arguments = u64;

    async fn pre_start(&self, _: ActorRef<WatcherMessage>, left: u64) -> Result<u64, ActorProcessingErr> {
        Ok(left)
    }

    async fn handle(
        &self,
        myself: ActorRef<WatcherMessage>,
        WatcherMessage::Spawn(n, answer): WatcherMessage,
        _: &mut u64,
    ) -> Result<(), ActorProcessingErr> {
        let mut children = Vec::new();
        for _ in 0..n {
            let (child, _) = Actor::spawn_linked(None, Counter, (), myself.get_cell()).await?;
            children.push(child.get_cell());
        }
        let _ = answer.send(children);
        Ok(())
    }

    async fn handle_supervisor_evt(
        &self,
        _: ActorRef<WatcherMessage>,
        event: SupervisionEvent,
        left: &mut u64,
    ) -> Result<(), ActorProcessingErr> {
        if let SupervisionEvent::ActorTerminated(..) | SupervisionEvent::ActorFailed(..) = event {
            *left -= 1;
            if *left == 0 {
                DONE.notify_one();
            }
        }
        Ok(())
    }
}

/// Starts a watcher and `n` children of it.
async fn family(n: u64) -> Vec<ActorCell> {
    let (watcher, _) = Actor::spawn(None, Watcher, n).await.expect("it starts");
    watcher.call(|answer| WatcherMessage::Spawn(n, answer), None).await.expect("it is alive").expect("it answers")
}

static ARRIVED: Arrivals = Arrivals::new();

/// Is in the group, counts what it gets: how many there will be.
struct Subscriber;

impl Actor for Subscriber {
    type Msg = u64;
    type State = ();
    type Arguments = ();

    async fn pre_start(&self, myself: ActorRef<u64>, (): ()) -> Result<(), ActorProcessingErr> {
        pg::join("news".to_owned(), vec![myself.get_cell()]);
        Ok(())
    }

    async fn handle(&self, _: ActorRef<u64>, of: u64, (): &mut ()) -> Result<(), ActorProcessingErr> {
        ARRIVED.one(of);
        Ok(())
    }
}

struct Ractor;

impl Framework for Ractor {
    type Server = ActorRef<Message>;

    async fn start() -> Self::Server {
        Actor::spawn(None, Counter, ()).await.expect("it starts").0
    }

    async fn call(server: &Self::Server) -> u64 {
        server.call(Message::Get, None).await.expect("it is alive").expect("it answers")
    }

    async fn call_with_timeout(server: &Self::Server) -> u64 {
        call_t!(server, Message::Get, 5_000).expect("it answers")
    }

    async fn cast(server: &Self::Server, n: u64) {
        server.cast(Message::Add(n)).expect("it is alive");
    }

    async fn stop(server: Self::Server) {
        server.stop_and_wait(None, None).await.expect("it stops");
    }

    async fn set_next(server: &Self::Server, next: Self::Server) {
        server.cast(Message::SetNext(next)).expect("it is alive");
    }

    async fn token(server: &Self::Server, hops: u64) {
        server.cast(Message::Token(hops)).expect("it is alive");
    }

    async fn start_supervised(n: u64) -> bool {
        std::mem::forget(family(n).await);
        true
    }

    /// Children of one supervisor.
    /// Its registry of names; a name is one actor's.
    async fn lookups(n: u64) -> Option<Timed> {
        for n in 0..NAMES {
            Actor::spawn(Some(name(n)), Counter, ()).await.expect("it starts");
        }
        Some(two_readers(n, |name| registry::where_is(name).is_some()).await)
    }

    /// Its process groups: a name of its registry cannot be taken without starting an actor.
    async fn registrations(n: u64) -> Option<Timed> {
        let server = Self::start().await.get_cell();
        (0..NAMES).for_each(|n| pg::join(name(n), vec![server.clone()]));
        let name = name(NAMES);
        let started = Instant::now();
        for _ in 0..n {
            pg::join(name.clone(), vec![server.clone()]);
            pg::leave(name.clone(), vec![server.clone()]);
        }
        Some(Timed { operations: n, took: started.elapsed() })
    }

    async fn dispatch(n: u64) -> Option<Timed> {
        for _ in 0..SUBSCRIBERS {
            Actor::spawn(None, Subscriber, ()).await.expect("it starts");
        }
        let group = "news".to_owned();
        let publish = || {
            for member in pg::get_members(&group) {
                member.send_message(n * SUBSCRIBERS).expect("it is alive");
            }
        };
        Some(Arrivals::measure(n, publish).await)
    }

    async fn deaths(n: u64) -> Option<Timed> {
        let children = family(n).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        let started = Instant::now();
        for child in &children {
            child.stop(None);
        }
        DONE.notified().await;
        Some(Timed { operations: n, took: started.elapsed() })
    }
}

fn main() {
    otp_benches::run::<Ractor>();
}
