// STG-052
//! A producer written by hand answers demand, even if only with nothing.
use otp::gen_stage::{DemandDispatcher, NoEvents, Producer, Stage, StageInit, StageRef, kind};
use otp::prelude::*;
use std::convert::Infallible;

struct Numbers;

impl Stage for Numbers {
    type Kind = kind::Producer;
    type In = NoEvents;
    type Out = u64;
    type Dispatcher = DemandDispatcher<u64>;
    type Args = ();
    type Request = Infallible;
    type Continue = NoContinue;
    type Ref = StageRef<Self>;

    async fn init((): ()) -> StageInit<Self> {
        StageInit::ok(Self)
    }
}

impl Producer for Numbers {
    fn dispatcher(&self) -> DemandDispatcher<u64> {
        DemandDispatcher::new()
    }
}

fn main() {}
