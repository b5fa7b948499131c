// STG-230
//! A stream is of subscriptions.
use otp::gen_stage::stream;

fn main() {
    let _ = stream(17);
}
