// REL-005
//! What `start` answers is the top of a tree.
use otp::application::{Start, Top};
use otp::prelude::*;

#[application(name = "shop")]
struct Shop;

impl Application for Shop {
    async fn start(&mut self, _: Start) -> otp::Result<Top> {
        Ok("up".into())
    }
}

fn main() {}
