// PROC-076
//! A time span is a `Duration`, which has no sign.
use otp::process;

async fn waits(pid: process::Pid) {
    process::sleep(-1).await;
    process::send_after(pid, "tick", "soon");
}

fn main() {}
