//! The smallest server worth having: a stack that other processes push to and pop from.
//!
//! ```text
//! cargo run -p otp-examples --bin stack
//! ```

use otp::prelude::*;

/// A last-in first-out store.
#[gen_server]
pub struct Stack {
    items: Vec<String>,
}

#[gen_server]
impl Stack {
    /// Runs in the new process; who started it waits until it is done.
    #[init]
    fn init(items: Vec<String>) -> Self {
        Self { items }
    }

    /// A call: the caller waits, and what is returned here is its answer.
    #[call]
    pub fn pop(&mut self) -> Option<String> {
        self.items.pop()
    }

    /// A cast: nobody waits.
    #[cast]
    pub fn push(&mut self, item: String) {
        self.items.push(item);
    }
}

#[otp::main]
async fn main() -> otp::Result {
    let stack = Stack::start_link(vec!["hello".into()]).name("stack").await?;
    println!("started {:?}", stack.pid());

    println!("pop  -> {:?}", stack.pop().await?);
    stack.push("elixir".into());
    stack.push("rust".into());
    println!("push <- elixir, rust");

    // Whoever knows the name reaches the same server. Messages arrive in the order they were sent, whatever their
    // kind, so both pushes are there before this call.
    let by_name = StackRef::named("stack");
    println!("pop  -> {:?}", by_name.pop().await?);
    println!("pop  -> {:?}", by_name.pop().await?);
    println!("pop  -> {:?}", by_name.pop().await?);

    stack.stop().await?;
    // A server that is gone is said to be gone, at once.
    println!("pop  -> {}", by_name.pop().await.expect_err("the server was stopped"));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_one_in_is_the_first_one_out() {
        // No process is needed to test what a handler does.
        let mut stack = Stack::init(vec!["a".into()]);
        stack.push("b".into());
        assert_eq!((stack.pop(), stack.pop(), stack.pop()), (Some("b".into()), Some("a".into()), None));
    }

    #[otp::test]
    async fn a_call_comes_after_the_casts_before_it() -> otp::Result {
        let stack = Stack::start_link(vec![]).await?;
        stack.push("a".into());
        stack.push("b".into());
        assert_eq!(stack.pop().await?, Some("b".into()));
        stack.stop().await?;
        Ok(())
    }
}
