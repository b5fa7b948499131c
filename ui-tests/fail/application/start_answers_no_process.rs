// REL-005
//! What `start` answers is the top of a tree.
use otp::application::{self, Start, Top};
use otp::prelude::*;

#[application(name = "shop")]
struct Shop;

impl Application for Shop {
    async fn start(&mut self, _: Start) -> otp::Result<Top> {
        Ok("up".into())
    }
}

#[otp::main]
async fn main() {
    let _ = application::start(5).await;
}
