// SUP-008 SUP-094
//! The options of a child specification.
use otp::prelude::*;

#[derive(ChildSpec)]
#[child_spec(restrat = transient, shutdown = forever, significant = true)]
struct Server;

impl GenServer for Server {
    type Args = ();
    type Request = ();
    type Continue = NoContinue;
    type Ref = ServerRef<Self>;

    async fn init((): ()) -> Init<Self> {
        Init::ok(Self)
    }

    async fn handle(&mut self, (): ()) -> Next {
        Next::noreply()
    }
}

fn main() {}
