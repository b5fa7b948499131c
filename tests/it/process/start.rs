//! Starts that wait for an acknowledgement.

use otp::prelude::*;
use otp::process::{self, Exit};
use std::time::Duration;

/// A server whose `init` takes its time, or does not end well.
#[gen_server]
struct Slow {
    made_by: Pid,
}

#[derive(Clone, Copy)]
enum How {
    After(Duration),
    Panics,
    Stops,
    Exits,
    IsKilled,
}

#[gen_server]
impl Slow {
    #[init]
    async fn init(how: How) -> Init<Self> {
        let made_by = process::self_pid();
        match how {
            How::After(time) => process::sleep(time).await,
            How::Panics => panic!("in init"),
            How::Stops => return Init::stop(ExitReason::other("no")),
            How::Exits => process::exit_with(ExitReason::other("left")),
            How::IsKilled => {
                process::exit(made_by, ExitReason::Kill);
                process::sleep_forever().await;
            }
        }
        Init::ok(Self { made_by })
    }

    #[call]
    fn made_by(&self) -> Pid {
        self.made_by
    }
}

#[otp::test(start_paused = true)]
async fn proc_098_a_start_returns_after_the_acknowledgement() {
    for linked in [true, false] {
        let began = tokio::time::Instant::now();
        let how = How::After(Duration::from_secs(2));
        let slow = if linked { Slow::start_link(how).await } else { Slow::start(how).await }.expect("it starts");
        assert!(began.elapsed() >= Duration::from_secs(2));
        let pid = slow.pid().expect("it lives");
        assert_eq!(slow.made_by().await, Ok(pid), "what init made is in force");
        let links = process::info(process::self_pid()).expect("it runs").links;
        assert_eq!(links.contains(&pid), linked);
    }
}

fn reason(error: StartError) -> ExitReason {
    match error {
        StartError::Failed(reason) => reason,
        other => panic!("{other}"),
    }
}

#[otp::test]
async fn proc_099_a_crash_before_the_acknowledgement_is_the_answer() {
    process::trap_exit(true);
    for linked in [true, false] {
        let start = |how| async move { if linked { Slow::start_link(how).await } else { Slow::start(how).await } };
        let ExitReason::Panic(report) = reason(start(How::Panics).await.unwrap_err()) else { panic!("it panicked") };
        assert_eq!(report.message, "in init");
        assert_eq!(reason(start(How::Stops).await.unwrap_err()), ExitReason::other("no"));
        assert_eq!(reason(start(How::Exits).await.unwrap_err()), ExitReason::other("left"));
        assert_eq!(reason(start(How::IsKilled).await.unwrap_err()), ExitReason::Killed);
        assert!(process::info(process::self_pid()).expect("it runs").links.is_empty());
        while process::receive_timeout::<Exit>(Duration::ZERO).await.is_some() {}
    }
}
