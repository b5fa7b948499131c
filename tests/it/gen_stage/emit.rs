//! What producers emit, and when they are asked.

use super::fixtures::*;
use otp::gen_stage::Cancelled;
use otp::prelude::*;
use otp::process;
use std::time::Duration;

#[otp::test(start_paused = true)]
async fn stg_042_stg_043_the_buffer_is_served_first() {
    let producer = SourceArgs::new("p", idle()).start().await;
    producer.cast(ToSource::Emit(vec![1]));
    let to = producer.subscription().max_demand(4).min_demand(0);
    sink("c").setup(|init| init.subscribe_to(to)).start().await;
    assert_eq!(batches("c").await, [[1]]);
    assert_eq!(demands("p").await, [3]);
    // An ask that the buffer satisfies is not passed on.
    producer.cast(ToSource::Emit(range(0, 10)));
    rest().await;
    assert_eq!(producer.estimate_buffered_count().await.expect("it answers"), 0);
}

#[otp::test(start_paused = true)]
async fn stg_044_what_is_emitted_beyond_demand_is_kept() {
    let producer = SourceArgs::new("p", idle()).start().await;
    let to = producer.subscription().max_demand(4).min_demand(0);
    let consumer = sink("c").manual().setup(|init| init.subscribe_to(to)).start().await;
    let tag = consumer.call(ToSink::Only).await.expect("it answers");
    consumer.cast(ToSink::Ask(tag, 2));
    assert_eq!(demands("p").await, [2]);
    producer.cast(ToSource::Emit(range(0, 6)));
    assert_eq!(batches("c").await, [[0, 1]]);
    consumer.cast(ToSink::Ask(tag, 3));
    assert_eq!(batches("c").await, [[2, 3, 4]]);
    rest().await;
    consumer.cast(ToSink::Ask(tag, 3));
    assert_eq!(demands("p").await, [2]);
    assert_eq!(batches("c").await, [[5]]);
}

#[otp::test(start_paused = true)]
async fn stg_045_a_producer_remembers_what_it_owes() {
    let producer = SourceArgs::new("p", idle()).start().await;
    let to = producer.subscription().max_demand(4).min_demand(0);
    sink("c").setup(|init| init.subscribe_to(to)).start().await;
    assert_eq!(demands("p").await, [4]);
    rest().await;
    producer.cast(ToSource::Emit(vec![1]));
    producer.cast(ToSource::Emit(vec![2]));
    assert_eq!(rest().await, [Seen::Events("c", vec![1]), Seen::Events("c", vec![2])]);
}

/// STG-046: from calls, casts, continue steps, demand and cancels.
#[otp::test(start_paused = true)]
async fn stg_046_events_come_from_every_handler() {
    let producer = SourceArgs::new("p", counting()).start().await;
    let to = producer.subscription().max_demand(10).min_demand(0);
    let consumer = sink("c").manual().setup(|init| init.subscribe_to(to)).start().await;
    let tag = consumer.call(ToSink::Only).await.expect("it answers");
    producer.cast(ToSource::Emit(vec![100]));
    producer.cast(ToSource::Continue(vec![101]));
    producer.call_with("notify", vec![102], ToSource::Notify).await.expect("it answers");
    consumer.cast(ToSink::Ask(tag, 4));
    assert_eq!(batches("c").await, [vec![100, 101, 102], vec![0]]);
}

/// A process that is consumer and caller: it takes part as a consumer, and calls from inside.
mod observer {
    use super::*;
    use otp::gen_stage::dispatcher::NoDispatcher;
    use otp::gen_stage::{
        Accepts, Answer, Consumer, Emit, NewSubscription, NoEvents, Stage, StageInit, StageRef, Subscription, kind,
    };

    /// What it saw, in the order of its mailbox.
    #[derive(Debug, PartialEq)]
    pub(super) enum Got {
        Events,
        Reply,
    }

    pub(super) struct Observer {
        producer: StageRef<Source>,
        test: Pid,
        early: bool,
    }

    /// The reply, which somebody else waits for on its behalf.
    struct Replied;

    impl Stage for Observer {
        type Kind = kind::Consumer;
        type In = u64;
        type Out = NoEvents;
        type Dispatcher = NoDispatcher;
        type Args = (StageRef<Source>, Pid, bool);
        type Request = ();
        type Continue = NoContinue;
        type Ref = StageRef<Self>;

        async fn init((producer, test, early): Self::Args) -> StageInit<Self> {
            StageInit::ok(Self { producer: producer.clone(), test, early }).subscribe_to(&producer)
        }

        async fn handle(&mut self, (): ()) -> Answer<Self> {
            // The call is sent from this process: what it waits for comes into this mailbox's order by a message.
            let make = if self.early { ToSource::Early } else { ToSource::Notify };
            self.producer.call_with("notify", vec![1], make).await.expect("it answers");
            process::send(process::self_pid(), Replied).expect("a pid");
            Emit::nothing()
        }

        async fn handle_info(&mut self, _: Info) -> Answer<Self> {
            process::send(self.test, Got::Reply).expect("a pid");
            Emit::nothing()
        }
    }

    impl Accepts<u64> for Observer {}

    impl Consumer for Observer {
        async fn handle_events(&mut self, _: Vec<u64>, _: &Subscription) -> Answer<Self> {
            process::send(self.test, Got::Events).expect("a pid");
            Emit::nothing()
        }
        async fn handle_subscribe(&mut self, _: &mut NewSubscription<'_>) -> Next {
            Next::noreply()
        }
    }
}

#[otp::test(start_paused = true)]
async fn stg_047_events_go_out_before_the_reply() {
    use observer::{Got, Observer};
    use otp::gen_stage::Stage;
    let producer = SourceArgs::new("p", idle()).start().await;
    let observer = Observer::start((producer, process::self_pid(), false)).await.expect("it starts");
    assert_eq!(demands("p").await, [1000]);
    observer.cast(());
    // The events were in its mailbox when the reply came, so they are handled before what it sent itself then.
    assert_eq!(process::receive::<Got>().await, Got::Events);
    assert_eq!(process::receive::<Got>().await, Got::Reply);
}

/// A reply that is given by hand goes out before the events that are returned.
#[otp::test(start_paused = true)]
async fn stg_048_a_reply_may_come_first() {
    let producer = SourceArgs::new("p", idle()).start().await;
    // With no consumer the events are buffered after the reply: whoever asks at once may find none.
    producer.call_with("early", vec![1], ToSource::Early).await.expect("it answers");
    assert_eq!(producer.estimate_buffered_count().await.expect("it answers"), 1);
    let observer = {
        use otp::gen_stage::Stage;
        observer::Observer::start((producer.clone(), process::self_pid(), true)).await.expect("it starts")
    };
    observer.cast(());
    assert_eq!(process::receive::<observer::Got>().await, observer::Got::Events);
}

#[otp::test(start_paused = true)]
async fn stg_049_a_call_may_stop_the_stage_and_still_be_answered() {
    let producer = SourceArgs::new("p", idle()).start().await;
    let monitor = producer.monitor();
    let reply = producer.call_with("reply", ExitReason::Shutdown, |reason, from| ToSource::Reply(from, reason)).await;
    assert_eq!(reply.expect("it answers"), 7);
    let down = process::receive::<Down>().await;
    assert_eq!((down.reference, down.reason), (monitor, ExitReason::Shutdown));
}

#[otp::test(start_paused = true)]
async fn stg_050_what_nobody_wanted_goes_to_the_first_who_asks() {
    let producer = SourceArgs::new("p", idle()).start().await;
    producer.cast(ToSource::Emit(range(0, 3)));
    producer.cast(ToSource::Emit(range(3, 5)));
    sink("c").setup(move |init| init.subscribe_to(&producer)).start().await;
    assert_eq!(batches("c").await, [range(0, 5)]);
}

#[otp::test(start_paused = true)]
async fn stg_053_a_producer_that_stops_loses_its_buffer() {
    let producer = SourceArgs::new("p", idle()).start().await;
    producer.cast(ToSource::Emit(range(0, 3)));
    producer.stop().await.expect("it stops");
    assert_eq!(rest().await, [Seen::Terminated("p", ExitReason::Normal)]);
}

/// STG-056 too: on consumers.
#[otp::test(start_paused = true)]
async fn stg_055_a_down_of_something_else_is_a_message() {
    let (producer, consumer) = (SourceArgs::new("p", idle()).start().await, sink("c").start().await);
    let (source, sink) = (producer.pid().expect("it runs"), consumer.pid().expect("it runs"));
    for stage in [source, sink] {
        // A `Down` without an entry is one that somebody passed on, as a proxy does.
        let pid = process::spawn(async {});
        process::monitor(pid);
        let down = process::receive::<Down>().await;
        process::send(stage, down.clone()).expect("a pid");
        let seen = process::receive::<Down>().await;
        assert_eq!(seen, down);
    }
}

#[otp::test(start_paused = true)]
async fn stg_056_terminate_runs_on_stop() {
    let (producer, consumer) = (SourceArgs::new("p", idle()).start().await, sink("c").start().await);
    producer.stop().await.expect("it stops");
    consumer.stop().await.expect("it stops");
    let terminated = [Seen::Terminated("p", ExitReason::Normal), Seen::Terminated("c", ExitReason::Normal)];
    assert_eq!(rest().await, terminated);
}

/// A consumer that leaves makes the producer do nothing, unless it chooses to.
#[otp::test(start_paused = true)]
async fn stg_201_a_producer_lives_without_consumers() {
    for chooses in [false, true] {
        let args = SourceArgs::new("p", idle());
        let args = if chooses { args.stop_on_unsubscribe() } else { args };
        let producer = args.start().await;
        let to = producer.clone();
        let consumer = sink("c").setup(move |init| init.subscribe_to(&to)).start().await;
        consumer.stop().await.expect("it stops");
        assert_eq!(ended("p").await, Cancelled::Down(ExitReason::Normal));
        process::sleep(Duration::from_millis(1)).await;
        assert_eq!(producer.is_alive(), !chooses);
        rest().await;
    }
}
