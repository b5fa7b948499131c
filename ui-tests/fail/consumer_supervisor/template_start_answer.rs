// CSUP-031
//! The start of a child answers which process was started.
use otp::gen_stage::EventChild;

fn main() {
    let _ = EventChild::new("printer", |_: u64| async { Ok("started") });
}
