//! The other floor: as `raw_tokio`, on flume's channels, used as its documentation shows them.

use std::future::{Future, ready};
use std::time::{Duration, Instant};

use flume::{Receiver, Sender};
use otp_benches::{DONE, Framework, Timed};

enum Message {
    Get(Sender<u64>),
    Add(u64),
    SetNext(Sender<Message>),
    Token(u64),
    Stop(Sender<()>),
}

async fn serve(mailbox: Receiver<Message>) {
    let mut count = 0;
    let mut next: Option<Sender<Message>> = None;
    while let Ok(message) = mailbox.recv_async().await {
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

struct RawFlume;

impl Framework for RawFlume {
    type Server = Sender<Message>;

    fn start() -> impl Future<Output = Self::Server> + Send {
        let (server, mailbox) = flume::unbounded();
        tokio::spawn(serve(mailbox));
        ready(server)
    }

    async fn call(server: &Self::Server) -> u64 {
        let (answer, answered) = flume::bounded(1);
        let _ = server.send(Message::Get(answer));
        answered.recv_async().await.expect("the server answers")
    }

    async fn cast(server: &Self::Server, n: u64) {
        let _ = server.send(Message::Add(n));
    }

    async fn stop(server: Self::Server) {
        let (answer, answered) = flume::bounded(1);
        let _ = server.send(Message::Stop(answer));
        answered.recv_async().await.expect("the server answers");
    }

    async fn set_next(server: &Self::Server, next: Self::Server) {
        let _ = server.send(Message::SetNext(next));
    }

    async fn token(server: &Self::Server, hops: u64) {
        let _ = server.send(Message::Token(hops));
    }

    /// One channel that every ending task writes to.
    async fn deaths(n: u64) -> Option<Timed> {
        let (dead, deaths) = flume::unbounded();
        let mut servers = Vec::new();
        for id in 0..n {
            let (server, mailbox) = flume::unbounded();
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
            let (answer, _answered) = flume::bounded(1);
            let _ = server.send(Message::Stop(answer));
        }
        for _ in 0..n {
            let _ = deaths.recv_async().await;
        }
        Some(Timed { operations: n, took: started.elapsed() })
    }
}

fn main() {
    otp_benches::run::<RawFlume>();
}
