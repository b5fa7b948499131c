//! The floor: the server one would write by hand on tokio alone, an unbounded `mpsc` and a
//! `oneshot` for each answer. No supervision, no monitors, no names, no care for panics.

use std::future::{Future, ready};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use dashmap::DashMap;
use otp_benches::stages::TokioStages;
use otp_benches::workload::{Arrivals, NAMES, SUBSCRIBERS, SUSPENDS, name, timed_calls, two_readers};
use otp_benches::{DONE, Framework, Timed};
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::sync::oneshot;

enum Message {
    Get(oneshot::Sender<u64>),
    Add(u64),
    SetNext(UnboundedSender<Message>),
    Token(u64),
    Stop(oneshot::Sender<()>),
}

async fn serve(mut mailbox: UnboundedReceiver<Message>) {
    let mut count = 0;
    let mut next = None;
    while let Some(message) = mailbox.recv().await {
        match message {
            Message::Get(answer) => {
                count += 1;
                let _ = answer.send(count);
            }
            Message::Add(n) => count += n,
            Message::SetNext(server) => next = Some(server),
            Message::Token(0) => DONE.notify_one(),
            Message::Token(hops) => {
                if let Some(next) = &next {
                    let _ = next.send(Message::Token(hops - 1));
                }
            }
            Message::Stop(answer) => {
                let _ = answer.send(());
                return;
            }
        }
    }
}

static NAMED: LazyLock<DashMap<String, UnboundedSender<Message>>> = LazyLock::new(|| {
    let (server, _) = mpsc::unbounded_channel();
    (0..NAMES).map(|n| (name(n), server.clone())).collect()
});

static ARRIVED: Arrivals = Arrivals::new();

struct RawTokio;

impl Framework for RawTokio {
    type Server = UnboundedSender<Message>;

    fn start() -> impl Future<Output = Self::Server> + Send {
        let (server, mailbox) = mpsc::unbounded_channel();
        tokio::spawn(serve(mailbox));
        ready(server)
    }

    async fn call(server: &Self::Server) -> u64 {
        let (answer, answered) = oneshot::channel();
        let _ = server.send(Message::Get(answer));
        answered.await.expect("the server answers")
    }

    async fn cast(server: &Self::Server, n: u64) {
        let _ = server.send(Message::Add(n));
    }

    async fn stop(server: Self::Server) {
        let (answer, answered) = oneshot::channel();
        let _ = server.send(Message::Stop(answer));
        answered.await.expect("the server answers");
    }

    async fn set_next(server: &Self::Server, next: Self::Server) {
        let _ = server.send(Message::SetNext(next));
    }

    async fn token(server: &Self::Server, hops: u64) {
        let _ = server.send(Message::Token(hops));
    }

    async fn suspending_calls(n: u64) -> Option<Timed> {
        let (server, mut mailbox) = mpsc::unbounded_channel::<oneshot::Sender<u64>>();
        tokio::spawn(async move {
            let mut count = 0_u64;
            while let Some(answer) = mailbox.recv().await {
                count += 1;
                if count.is_multiple_of(SUSPENDS) {
                    tokio::task::yield_now().await;
                }
                let _ = answer.send(count);
            }
        });
        let call = || async {
            let (answer, answered) = oneshot::channel();
            let _ = server.send(answer);
            let answered = tokio::time::timeout(Duration::from_secs(5), answered).await;
            answered.expect("it answers at once").expect("the server answers")
        };
        Some(timed_calls(n, call).await)
    }

    /// A bare DashMap.
    async fn lookups(n: u64) -> Option<Timed> {
        LazyLock::force(&NAMED);
        // A sender that is found is cloned, to be used without holding the map's lock.
        Some(two_readers(n, |name| NAMED.get(name).map(|server| server.clone()).is_some()).await)
    }

    async fn registrations(n: u64) -> Option<Timed> {
        LazyLock::force(&NAMED);
        let (name, (server, _mailbox)) = (name(NAMES), mpsc::unbounded_channel());
        let started = Instant::now();
        for _ in 0..n {
            NAMED.insert(name.clone(), server.clone());
            NAMED.remove(&name);
        }
        Some(Timed { operations: n, took: started.elapsed() })
    }

    /// A DashMap of vectors of senders. Nobody leaves.
    async fn dispatch(n: u64) -> Option<Timed> {
        let groups: DashMap<String, Vec<UnboundedSender<()>>> = DashMap::new();
        for _ in 0..SUBSCRIBERS {
            let (member, mut mailbox) = mpsc::unbounded_channel();
            groups.entry("news".to_owned()).or_default().push(member);
            tokio::spawn(async move {
                while mailbox.recv().await.is_some() {
                    ARRIVED.one(n * SUBSCRIBERS);
                }
            });
        }
        let publish = || {
            let members = groups.get("news").expect("there are some");
            members.iter().for_each(|member| member.send(()).expect("it is alive"));
        };
        Some(Arrivals::measure(n, publish).await)
    }

    /// One channel that every ending task writes to.
    async fn deaths(n: u64) -> Option<Timed> {
        let (dead, mut deaths) = mpsc::unbounded_channel();
        let mut servers = Vec::new();
        for id in 0..n {
            let (server, mailbox) = mpsc::unbounded_channel();
            let dead = dead.clone();
            tokio::spawn(async move {
                serve(mailbox).await;
                let _ = dead.send(id);
            });
            servers.push(server);
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
        let started = Instant::now();
        for server in &servers {
            let (answer, _) = oneshot::channel();
            let _ = server.send(Message::Stop(answer));
        }
        for _ in 0..n {
            deaths.recv().await;
        }
        Some(Timed { operations: n, took: started.elapsed() })
    }

    async fn pipeline(n: u64, max_demand: usize) -> Option<Timed> {
        Some(TokioStages::pipeline(n, max_demand).await)
    }

    async fn broadcast(n: u64) -> Option<Timed> {
        Some(TokioStages::broadcast(n).await)
    }

    async fn partition(n: u64) -> Option<Timed> {
        Some(TokioStages::partition(n).await)
    }
}

fn main() {
    otp_benches::run::<RawTokio>();
}
