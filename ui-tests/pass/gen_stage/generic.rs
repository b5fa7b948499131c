//! A generic stage says whom it subscribes to, as any other.
use otp::prelude::*;
use std::fmt::Debug;

#[gen_stage(producer)]
struct Repeat<T: Clone + Send + 'static>(T);

#[gen_stage]
impl<T: Clone + Send + 'static> Repeat<T> {
    #[init]
    fn init(what: T) -> Self {
        Self(what)
    }

    #[demand]
    fn demand(&mut self, demand: usize) -> Vec<T> {
        vec![self.0.clone(); demand]
    }
}

#[gen_stage(producer_consumer, subscribe_to(Repeat<T>, max_demand = 10), subscribe_to(Repeat<T> = "other"))]
struct Twice<T: Clone + Send + 'static>(Vec<T>);

#[gen_stage]
impl<T: Clone + Send + 'static> Twice<T> {
    #[init]
    fn init() -> Self {
        Self(Vec::new())
    }

    #[events]
    fn twice(&mut self, events: Vec<T>) -> Vec<T> {
        events.into_iter().flat_map(|event| [event.clone(), event]).collect()
    }
}

/// The producer is not generic, the consumer is.
#[gen_stage(consumer, subscribe_to(Twice<String>, cancel = transient))]
struct Print<F>(F);

#[gen_stage]
impl<F: FnMut(&dyn Debug) + Send + 'static> Print<F> {
    #[init]
    fn init(print: F) -> Self {
        Self(print)
    }

    #[events]
    fn print(&mut self, events: Vec<String>) {
        (self.0)(&events);
    }
}

fn main() {
    let _ = Twice::<u8>::start_link(());
    let _ = Print::start_link(|_: &dyn Debug| {});
}
