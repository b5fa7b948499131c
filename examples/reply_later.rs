//! A call that is answered one second later, while the server goes on serving others.
//!
//! The handler does not answer; it sends the means to answer, the `ReplyTo`, to its own process, to arrive in a
//! second. When that message comes, its handler answers.
//!
//! ```text
//! cargo run -p otp-examples --bin reply_later
//! ```

use std::time::{Duration, Instant};

use otp::prelude::*;
use otp::process;

/// An oracle. It knows everything, after a second.
#[gen_server]
pub struct Oracle {
    waiting: usize,
}

/// A question whose time has come.
struct Considered {
    question: String,
    from: ReplyTo<String>,
}

#[gen_server]
impl Oracle {
    #[init]
    fn init() -> Self {
        Self { waiting: 0 }
    }

    /// A handler that takes `from` may leave the answer to somebody else.
    #[call]
    pub fn ask(&mut self, question: String, from: ReplyTo<String>) -> Reply<String> {
        self.waiting += 1;
        process::send_after(process::self_pid(), Considered { question, from }, Duration::from_secs(1));
        Reply::later()
    }

    /// How many questions are being considered.
    #[call]
    pub fn waiting(&mut self) -> usize {
        self.waiting
    }

    /// Any message that is neither a call nor a cast goes to the `#[info]` handler for its type.
    #[info]
    fn considered(&mut self, considered: Considered) {
        self.waiting -= 1;
        considered.from.reply(format!("{} It depends.", considered.question));
    }
}

#[otp::main]
async fn main() -> otp::Result {
    let oracle = Oracle::start_link(()).await?;
    let start = Instant::now();

    // Three callers at once. Each is a process of its own; all have their answer after one second, not after three.
    let callers = ["Tabs or spaces?", "Will it scale?", "Are we there yet?"].map(|question| {
        let oracle = oracle.clone();
        process::spawn_link(async move {
            match oracle.ask(question.into()).await {
                Ok(answer) => println!("{:>7.1?}  {answer}", start.elapsed()),
                Err(error) => println!("{:>7.1?}  {question} {error}", start.elapsed()),
            }
        })
    });

    // Meanwhile the server is not busy.
    while oracle.waiting().await? < callers.len() {
        process::sleep(Duration::from_millis(1)).await;
    }
    println!("{:>7.1?}  {} questions are being considered", start.elapsed(), callers.len());

    for caller in callers {
        process::wait(caller).await;
    }
    oracle.stop().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[otp::test(start_paused = true)]
    async fn the_answer_comes_after_a_second_and_others_are_served_meanwhile() -> otp::Result {
        let oracle = Oracle::start_link(()).await?;
        let start = tokio::time::Instant::now();
        let asked = oracle.clone();
        let mut answer = Box::pin(async move { asked.ask("Why?".into()).await });
        tokio::select! {
            biased;
            answer = &mut answer => panic!("{answer:?} came at once"),
            waiting = async { oracle.waiting().await } => assert_eq!(waiting?, 1),
        }
        assert_eq!(answer.await?, "Why? It depends.");
        assert_eq!(start.elapsed().as_secs(), 1);
        assert_eq!(oracle.waiting().await?, 0);
        oracle.stop().await?;
        Ok(())
    }
}
