//! All shapes of a call: a plain value, `Reply`, and the caller's address at any place among the arguments.
#![deny(warnings)]

use otp::prelude::*;

#[gen_server]
struct Desk {
    waiting: Vec<ReplyTo<u32>>,
}

#[gen_server]
impl Desk {
    #[init]
    fn init() -> Self {
        Self { waiting: Vec::new() }
    }

    #[call]
    fn plain(&mut self, number: u32) -> u32 {
        number
    }

    #[call]
    fn nothing(&mut self) {}

    #[call]
    fn fallible(&mut self) -> Result<u32, String> {
        Err(String::new())
    }

    #[call]
    fn now(&mut self) -> Reply<u32> {
        Reply::now(1)
    }

    #[call]
    fn and_stop(&mut self) -> Reply<u32, Result<Next, std::fmt::Error>> {
        Reply::now(1).then(Err(std::fmt::Error))
    }

    #[call]
    fn first(&mut self, from: ReplyTo<u32>, _number: u32) -> Reply<u32> {
        self.waiting.push(from);
        Reply::later()
    }

    #[call]
    async fn middle(
        &mut self,
        _one: u32,
        from: otp::gen_server::ReplyTo<u32>,
        _two: u32,
    ) -> otp::gen_server::Reply<u32> {
        self.waiting.push(from);
        Reply::later()
    }

    #[call]
    fn handed_on(&mut self, from: ReplyTo<u32>) {
        self.waiting.push(from);
    }

    #[call]
    fn handed_on_and_stop(&mut self, from: ReplyTo<u32>) -> Next {
        self.waiting.push(from);
        Next::stop(ExitReason::Normal)
    }
}

async fn client() -> otp::Result {
    let desk = Desk::start_link(()).await?;
    let _: u32 = desk.plain(1).await?;
    let _: () = desk.nothing().await?;
    let _: Result<u32, String> = desk.fallible().await?;
    let _: u32 = desk.now().await?;
    let _: u32 = desk.and_stop().await?;
    let _: u32 = desk.first(1).await?;
    let _: u32 = desk.middle(1, 2).await?;
    let _: u32 = desk.handed_on().await?;
    let _: u32 = desk.handed_on_and_stop().await?;
    Ok(())
}

fn main() {
    drop(client());
}
