//! The attribute stands on the impl block.
use otp::prelude::*;

#[task]
struct Import;

#[task]
async fn import() {}

trait Work {}
#[task]
impl Work for Import {}

fn main() {}
