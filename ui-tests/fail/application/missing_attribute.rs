//! An application is declared.
use otp::application::{Start, Top};
use otp::prelude::*;

struct Shop;

impl Application for Shop {
    async fn start(&mut self, _: Start) -> otp::Result<Top> {
        Ok(Top::none())
    }
}

fn main() {}
