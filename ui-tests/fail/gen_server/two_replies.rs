// GS-041
//! Replying uses the address up.
use otp::prelude::*;

fn answer(from: ReplyTo<u8>) {
    from.reply(1);
    from.reply(2);
}

fn main() {}
