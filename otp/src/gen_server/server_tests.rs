use super::*;
use crate::gen_server::{NoContinue, ServerRef};
use crate::generic::Server;
use crate::process::pid::NO_PID;
use crate::sync::reply::Slot;
use std::mem::{size_of, size_of_val};

struct Idle<const N: usize>([u8; N]);

impl<const N: usize> GenServer for Idle<N> {
    type Args = ();
    type Request = ReplyTo<u8>;
    type Continue = NoContinue;
    type Ref = ServerRef<Self>;
    async fn init(_: ()) -> Init<Self> {
        Init::ok(Self([0; N]))
    }
    async fn handle(&mut self, request: ReplyTo<u8>) -> Next {
        request.reply(self.0[0]);
        Next::noreply()
    }
}

fn future_size<const N: usize>() -> usize {
    let (answerer, _pending) = Slot::new(None, NO_PID).begin();
    size_of_val(&run::<Idle<N>>((), None, None, true, ReplyTo::new(answerer)))
}

/// What lies in memory for every server: grows only on purpose.
#[test]
fn an_idle_server_is_small() {
    assert_eq!(size_of::<Item<Envelope<ReplyTo<u8>>>>(), 32, "an item of the mailbox");
    assert!(size_of::<crate::process::core::Core>() <= 136, "the untyped part of what is shared");
    // With the two counts and the word that glibc adds, 16 bytes less than a multiple of 128. A task is aligned to that, and
    // takes 16 more: nothing is left over between the two, that would be given back and joined to its neighbours.
    assert_eq!(size_of::<Server<ReplyTo<u8>>>() + 16 + 8, 240, "what is shared, and the slot of the mailbox");
    assert!(size_of::<Mine<ReplyTo<u8>>>() <= 104, "what belongs to the task");
    let (small, large) = (future_size::<8>(), future_size::<1000>());
    assert!(small <= 232, "the future, with a state of 8 bytes: {small}");
    assert!(large <= 1000 + small, "the state is stored once: {large}");
}
