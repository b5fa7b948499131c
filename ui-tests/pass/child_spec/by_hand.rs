//! Child specifications for a server implemented by hand and for a type with a `start_link`.
#![deny(warnings)]

use otp::prelude::*;

#[derive(ChildSpec)]
#[child_spec(restart = transient, shutdown = 1_000, id = "counter", significant = true)]
struct Counter(u64);

impl GenServer for Counter {
    type Args = u64;
    type Request = ReplyTo<u64>;
    type Continue = NoContinue;
    type Ref = ServerRef<Self>;

    async fn init(start: u64) -> Init<Self> {
        Init::ok(Self(start))
    }

    async fn handle(&mut self, from: ReplyTo<u64>) -> Next {
        from.reply(self.0);
        Next::noreply()
    }
}

/// Anything with a `start_link`.
#[derive(ChildSpec)]
#[child_spec(args = (u8, String))]
struct Listener;

impl Listener {
    async fn start_link((_port, _host): (u8, String)) -> Result<Pid, StartError> {
        Err(StartError::Ignored)
    }
}

#[derive(ChildSpec)]
struct Generic<T>(T);

impl<T: Send + 'static> GenServer for Generic<T> {
    type Args = T;
    type Request = ();
    type Continue = NoContinue;
    type Ref = ServerRef<Self>;

    async fn init(value: T) -> Init<Self> {
        Init::ok(Self(value))
    }

    async fn handle(&mut self, (): ()) -> Next {
        let _ = &self.0;
        Next::noreply()
    }
}

#[supervisor]
struct App {
    #[child(args = 1)]
    counter: Counter,
    #[child(args = (80, String::new()))]
    listener: Listener,
    #[child(args = 1)]
    generic: Generic<u8>,
}

fn handles(app: &AppRef) {
    let _: ServerRef<Counter> = app.counter();
    let _ = app.listener().pid();
    let _: ServerRef<Generic<u8>> = app.generic();
}

fn main() {
    let _ = handles;
}
