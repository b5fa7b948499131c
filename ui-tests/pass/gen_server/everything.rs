//! One server with a handler of every kind.
#![deny(warnings)]

use otp::prelude::*;

/// A step after init.
pub struct Load(pub u64);

/// A message.
pub struct Tick;

/// A last-in first-out store.
#[gen_server(
    restart = transient, shutdown = 10_000, id = "stack", name = "stack", trap_exit = true, hibernate_after = 60_000,
    mailbox = 1000, overflow = log, priority = high, inline = false
)]
pub struct Stack {
    items: Vec<String>,
    waiting: Vec<ReplyTo<String>>,
}

#[gen_server]
impl Stack {
    #[init]
    fn init(items: Vec<String>) -> Init<Self, Load> {
        Init::ok(Self { items, waiting: Vec::new() }).then(Load(1))
    }

    /// Takes the last item.
    #[call]
    pub fn pop(&mut self) -> Option<String> {
        self.items.pop()
    }

    #[call(timeout = 500)]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    #[call(timeout = infinity)]
    pub async fn first(&mut self) -> Result<String, std::fmt::Error> {
        self.items.first().cloned().ok_or(std::fmt::Error)
    }

    #[call]
    pub async fn pop_when_ready(&mut self, from: ReplyTo<String>) -> Reply<String> {
        self.waiting.push(from);
        Reply::later()
    }

    #[call]
    pub fn checked(&mut self, index: usize) -> Reply<Option<String>, Next> {
        Reply::now(self.items.get(index).cloned()).then(Next::hibernate())
    }

    #[call]
    pub fn by_hand(&mut self, item: String, from: ReplyTo<usize>) {
        self.items.push(item);
        from.reply(self.items.len());
    }

    #[cast]
    pub fn push(&mut self, item: String) {
        self.items.push(item)
    }

    #[cast]
    pub async fn parse(&mut self, text: String) -> Result<(), std::num::ParseIntError> {
        let number: u64 = text.parse()?;
        self.items.push(number.to_string());
        Ok(())
    }

    #[cast]
    fn clear(&mut self) -> Next<Load> {
        Next::then(Load(0))
    }

    #[info]
    fn producer_gone(&mut self, down: Down) -> Next {
        Next::stop(down.reason)
    }

    #[info]
    async fn tick(&mut self, _: Tick) {}

    #[handle_continue]
    async fn load(&mut self, step: Load) -> Next<Load> {
        if step.0 == 0 { Next::then(Load(1)) } else { Next::then(Load(step.0 - 1)) }
    }

    #[timeout]
    fn idle(&mut self) -> Next {
        Next::hibernate()
    }

    #[terminate]
    async fn cleanup(&mut self, reason: &ExitReason) {
        println!("{reason:?}");
    }

    #[format_status]
    fn status(&self) -> String {
        format!("{} items", self.items.len())
    }
}

/// The client's side.
pub async fn client() -> otp::Result {
    let stack: StackRef = Stack::start_link(vec!["hello".into()]).name("other").await?;
    stack.push("world".into());
    stack.clear();
    let _: Option<String> = stack.pop().await?;
    let _: usize = stack.len().await?;
    let _: Result<String, std::fmt::Error> = stack.first().await?;
    let _: String = stack.pop_when_ready().await?;
    let _: Option<String> = stack.checked(0).await?;
    let _: usize = stack.by_hand("x".into()).await?;
    stack.send_info(Tick);
    StackRef::named("stack").parse("1".into());
    Ok(())
}

fn main() {}
