// CSUP-006: a permanent child would never make room for another event.
use otp::child::Restart;
use otp::gen_stage::EventChild;

fn main() {
    let _ = EventChild::task(|_: u64| async {}).restart(Restart::Permanent);
}
