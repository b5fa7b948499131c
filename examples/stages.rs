//! Numbers, two multipliers and a slow printer: first wired by hand, then as a supervised pipeline.
//!
//! ```text
//!            +-> Multiply(2) -+
//! Numbers ---|                |--> Print
//!            +-> Multiply(3) -+
//! ```
//!
//! `cargo run -p otp-examples --bin stages`. Watch the demand: `Numbers` makes no number before somebody has room for it,
//! however slow the printer is.

use otp::gen_stage::NewSubscription;
use otp::prelude::*;
use otp::process;
use std::time::Duration;

/// Emits the natural numbers, as many as are asked for.
#[gen_stage(producer)]
struct Numbers {
    next: u64,
}

#[gen_stage]
impl Numbers {
    #[init]
    fn init(start: u64) -> Self {
        Self { next: start }
    }

    #[demand]
    fn demand(&mut self, demand: usize) -> Vec<u64> {
        let first = self.next;
        self.next += demand as u64;
        println!("Numbers: {demand} more, up to {}", self.next - 1);
        (first..self.next).collect()
    }
}

/// Multiplies what comes in.
#[gen_stage(producer_consumer)]
struct Multiply {
    by: u64,
}

#[gen_stage]
impl Multiply {
    #[init]
    fn init(by: u64) -> Self {
        Self { by }
    }

    #[events]
    fn multiply(&mut self, numbers: Vec<u64>) -> Vec<u64> {
        numbers.into_iter().map(|n| n * self.by).collect()
    }
}

/// Prints, and takes its time.
#[gen_stage(consumer)]
struct Print {
    left: usize,
    done: Pid,
}

/// The printer has printed what it should.
struct Done;

#[gen_stage]
impl Print {
    #[init]
    fn init(count: usize, done: Pid) -> Self {
        Self { left: count, done }
    }

    #[subscribed]
    fn subscribed(&mut self, subscription: &mut NewSubscription<'_>) {
        println!("Print: subscribed to {}", subscription.producer());
    }

    #[events]
    async fn print(&mut self, events: Vec<u64>) -> otp::Result {
        process::sleep(Duration::from_millis(20)).await;
        println!("Print: {events:?}");
        let before = self.left;
        self.left = self.left.saturating_sub(events.len());
        if before > 0 && self.left == 0 {
            process::send(self.done, Done)?;
        }
        Ok(())
    }
}

/// By hand: from the last stage to the first, so that nothing is lost while somebody is missing.
async fn by_hand() -> otp::Result {
    println!("-- by hand");
    let numbers = Numbers::start(0).await?;
    let doubles = Multiply::start(2).await?;
    let triples = Multiply::start(3).await?;
    let print = Print::start((12, process::self_pid())).await?;

    print.sync_subscribe(doubles.subscription().max_demand(4)).await?;
    print.sync_subscribe(triples.subscription().max_demand(4)).await?;
    doubles.sync_subscribe(numbers.subscription().max_demand(10).min_demand(5)).await?;
    triples.sync_subscribe(numbers.subscription().max_demand(10).min_demand(5)).await?;

    process::receive::<Done>().await;
    // The end of the producer ends its consumers, which are subscribed permanently, one after the other.
    let last = print.pid().ok_or("the printer runs")?;
    numbers.stop().await?;
    println!("-- the printer ended with: {}", process::wait(last).await);
    Ok(())
}

/// Under a supervisor: `rest_for_one`, because consumers end with their producer, and subscribe again when they are restarted
/// after it. The wiring is told in one place.
async fn supervised() -> otp::Result {
    println!("-- supervised");
    let done = process::self_pid();
    let tree = pipeline! {
        max_restarts: 3;
        numbers: Numbers(0),
        doubles: Multiply(2) <- numbers { max_demand: 10, min_demand: 5 },
        triples: Multiply(3) { name: "triples" } <- numbers { max_demand: 10, min_demand: 5 },
        print: Print(24, done) <- doubles { max_demand: 4 } <- triples { max_demand: 4 },
    };
    let supervisor = Supervisor::start_link(tree).await?;
    process::sleep(Duration::from_millis(50)).await;

    // A multiplier is killed in the middle. What lay in its mailbox and its buffer is lost, at most `max_demand` events and
    // what it had made of them; the printer, whose producer it was, ends with it, and both are started again, in order.
    println!("-- killing `triples`");
    process::exit("triples", ExitReason::Kill);
    process::receive::<Done>().await;
    supervisor.stop().await?;
    Ok(())
}

#[otp::main]
async fn main() -> otp::Result {
    by_hand().await?;
    supervised().await
}
