//! tokio-actors. Its mailboxes are always bounded; 1024 here, which measures the same as its
//! default of 64.

use std::time::{Duration, Instant};

use ::tokio_actors::{
    Actor, ActorConfig, ActorContext, ActorExt, ActorHandle, ActorResult, ChildEvent, RestartType, StopReason,
    SupervisionConfig,
};
use otp_benches::{DONE, Framework, Timed};

#[derive(Default)]
struct Counter {
    count: u64,
    next: Option<ActorHandle<Counter>>,
}

enum Message {
    Get,
    Add(u64),
    SetNext(ActorHandle<Counter>),
    Token(u64),
}

impl Actor for Counter {
    type Message = Message;
    type Response = u64;

    async fn handle(&mut self, message: Message, _: &mut ActorContext<Self>) -> ActorResult<u64> {
        match message {
            Message::Get => self.count += 1,
            Message::Add(n) => self.count += n,
            Message::SetNext(server) => self.next = Some(server),
            Message::Token(0) => DONE.notify_one(),
            Message::Token(hops) => {
                if let Some(next) = &self.next {
                    let _ = next.notify(Message::Token(hops - 1)).await;
                }
            }
        }
        Ok(self.count)
    }
}

/// A supervisor of counters that it does not restart.
struct Watcher {
    children: Vec<ActorHandle<Counter>>,
    left: u64,
}

enum WatcherMessage {
    StopAll,
}

impl Actor for Watcher {
    type Message = WatcherMessage;
    type Response = ();

    async fn on_started(&mut self, context: &mut ActorContext<Self>) -> ActorResult<()> {
        for _ in 0..self.left {
            let child = context.spawn_child(Counter::default).restart_type(RestartType::Temporary).await?;
            self.children.push(child);
        }
        DONE.notify_one();
        Ok(())
    }

    async fn handle(&mut self, WatcherMessage::StopAll: WatcherMessage, _: &mut ActorContext<Self>) -> ActorResult<()> {
        for child in &self.children {
            let _ = child.stop(StopReason::Graceful).await;
        }
        Ok(())
    }

    async fn on_child_stopped(&mut self, _: &ChildEvent, _: &mut ActorContext<Self>) -> ActorResult<()> {
        self.left -= 1;
        if self.left == 0 {
            DONE.notify_one();
        }
        Ok(())
    }
}

/// Starts a watcher and `n` children of it.
async fn family(n: u64) -> ActorHandle<Watcher> {
    let watcher = Watcher { children: Vec::new(), left: n }
        .spawn()
        .with_supervision(SupervisionConfig::one_for_one())
        .await
        .expect("it starts");
    DONE.notified().await;
    watcher
}

struct TokioActors;

impl Framework for TokioActors {
    type Server = ActorHandle<Counter>;

    async fn start() -> Self::Server {
        Counter::default()
            .spawn()
            .with_config(ActorConfig::default().with_mailbox_capacity(1024))
            .await
            .expect("it starts")
    }

    async fn call(server: &Self::Server) -> u64 {
        server.send(Message::Get).await.expect("it answers")
    }

    async fn call_with_timeout(server: &Self::Server) -> u64 {
        server.send_timeout(Message::Get, Duration::from_secs(5)).await.expect("it answers")
    }

    async fn cast(server: &Self::Server, n: u64) {
        server.notify(Message::Add(n)).await.expect("it is alive");
    }

    async fn stop(server: Self::Server) {
        server.stop(StopReason::Graceful).await.expect("it is alive");
        server.wait_stopped().await;
    }

    async fn set_next(server: &Self::Server, next: Self::Server) {
        server.notify(Message::SetNext(next)).await.expect("it is alive");
    }

    async fn token(server: &Self::Server, hops: u64) {
        server.notify(Message::Token(hops)).await.expect("it is alive");
    }

    async fn start_supervised(n: u64) -> bool {
        std::mem::forget(family(n).await);
        true
    }

    /// Children of one supervisor. The end of a child costs it a look at all the others, so that
    /// there are no more than ten thousand here: a hundred thousand would take minutes.
    async fn deaths(n: u64) -> Option<Timed> {
        let n = n.min(10_000);
        let watcher = family(n).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        let started = Instant::now();
        watcher.notify(WatcherMessage::StopAll).await.expect("it is alive");
        DONE.notified().await;
        Some(Timed { operations: n, took: started.elapsed() })
    }
}

fn main() {
    otp_benches::run::<TokioActors>();
}
