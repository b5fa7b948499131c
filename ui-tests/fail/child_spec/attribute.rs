//! One attribute, with options.
use otp::prelude::*;

#[derive(ChildSpec)]
#[child_spec]
#[child_spec(id = "s")]
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
