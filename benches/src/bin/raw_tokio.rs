//! The floor: the server one would write by hand on tokio alone, an unbounded `mpsc` and a
//! `oneshot` for each answer. No supervision, no monitors, no names, no care for panics.

use std::future::{Future, ready};
use std::time::{Duration, Instant};

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
}

fn main() {
    otp_benches::run::<RawTokio>();
}
