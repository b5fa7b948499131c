//! A process for each event, at most five at once: `cargo run -p otp-examples --bin printer_pool`.

use otp::gen_stage::{self, Cancel, ConsumerSupervisor, EventChild};
use otp::process;
use std::time::Duration;

#[otp::main]
async fn main() -> otp::Result {
    let numbers = gen_stage::from_iter(1..=20).await?;
    let printer = EventChild::task(|n: u64| async move {
        println!("{} prints {n}", process::self_pid());
        process::sleep(Duration::from_millis(50)).await;
    });
    let to = numbers.subscription().max_demand(5).min_demand(0).cancel(Cancel::Transient);
    let pool = ConsumerSupervisor::new(printer).subscribe_to(to).start_link().await?;
    // The producer ends when all numbers are given out; the pool goes on until it is stopped.
    process::wait(numbers.pid().ok_or("it runs")?).await;
    while pool.count_children().await?.active > 0 {
        process::sleep(Duration::from_millis(10)).await;
    }
    pool.stop().await?;
    Ok(())
}
