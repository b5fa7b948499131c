//! Continue steps: what a handler puts before anything that waits.

use super::{Log, short};
use otp::prelude::*;
use otp::process;

struct Step(&'static str);
struct Chain(u32);
struct Go;

/// Any handler goes on with a step.
#[gen_server]
struct Stepper {
    log: Log,
}

#[gen_server]
impl Stepper {
    #[init]
    fn init(log: Log) -> Init<Self, Step> {
        let me = process::self_pid();
        process::send(me, "message").expect("a pid takes everything");
        Init::ok(Self { log }).then(Step("after init"))
    }

    #[call]
    fn call(&mut self) -> Reply<usize, Next<Step>> {
        Reply::now(self.log.lines().len()).then(Next::then(Step("after call")))
    }

    #[call]
    fn call_later(&mut self, from: ReplyTo<()>) -> Reply<(), Next<Step>> {
        process::spawn(async move { from.reply(()) });
        Reply::later().then(Next::then(Step("after call without reply")))
    }

    #[cast]
    fn cast(&mut self) -> Next<Step> {
        Next::then(Step("after cast"))
    }

    #[cast]
    fn chain(&mut self, length: u32) -> Result<Next<Chain>, std::fmt::Error> {
        Ok(Next::then(Chain(length)))
    }

    #[cast]
    fn end(&mut self, how: &'static str) -> Next<Step> {
        Next::then(Step(how))
    }

    #[info]
    fn message(&mut self, message: &'static str) {
        self.log.add(message);
    }

    #[info]
    fn go(&mut self, _go: Go) -> Next<Step> {
        Next::then(Step("after info"))
    }

    #[handle_continue]
    async fn step(&mut self, step: Step) -> Result<Next, std::fmt::Error> {
        // Whoever could overtake would do it here.
        tokio::task::yield_now().await;
        self.log.add(step.0);
        match step.0 {
            "stop" => Ok(Next::stop(ExitReason::other("enough"))),
            "fail" => Err(std::fmt::Error),
            "panic" => panic!("in a step"),
            _ => Ok(Next::noreply()),
        }
    }

    #[handle_continue]
    fn chained(&mut self, chain: Chain) -> Next<Chain> {
        self.log.add(chain.0);
        match chain.0 {
            0 => Next::noreply(),
            n => Next::then(Chain(n - 1)),
        }
    }

    #[terminate]
    fn terminate(&mut self, reason: &ExitReason) {
        self.log.add(format!("terminate {}", short(reason)));
    }
}

#[otp::test]
async fn gs_061_a_step_of_any_callback_is_the_very_next_thing() -> otp::Result {
    let log = Log::default();
    let stepper = Stepper::start_link(log.clone()).await?;
    let pid = stepper.pid().expect("a process");
    stepper.cast();
    process::send(pid, "m1")?;
    process::send(pid, Go)?;
    process::send(pid, "m2")?;
    let mut call = stepper.call();
    assert!(futures_util::poll!(&mut call).is_pending());
    process::send(pid, "m3")?;
    let mut later = stepper.call_later();
    assert!(futures_util::poll!(&mut later).is_pending());
    process::send(pid, "m4")?;
    call.await?;
    later.await?;
    stepper.stop().await?;
    let expected = [
        "after init",
        "message",
        "after cast",
        "m1",
        "after info",
        "m2",
        "after call",
        "m3",
        "after call without reply",
        "m4",
        "terminate normal",
    ];
    assert_eq!(log.lines(), expected);
    Ok(())
}

#[otp::test]
async fn gs_062_a_caller_has_its_answer_before_the_step_runs() -> otp::Result {
    let log = Log::default();
    let stepper = Stepper::start_link(log.clone()).await?;
    let before = stepper.call().await?;
    // One thread: the step yields before it does anything, and this process is next.
    assert_eq!(log.lines().len(), before);
    stepper.stop().await?;
    assert_eq!(log.lines()[before], "after call");
    Ok(())
}

#[otp::test]
async fn gs_063_steps_may_follow_each_other_and_stay_before_what_waits() -> otp::Result {
    let log = Log::default();
    let stepper = Stepper::start_link(log.clone()).await?;
    stepper.chain(3);
    stepper.send_info("waits");
    stepper.stop().await?;
    assert_eq!(log.lines()[2..], ["3", "2", "1", "0", "waits", "terminate normal"]);
    Ok(())
}

/// GS-076: also from a step.
#[otp::test]
async fn gs_064_a_step_may_stop_its_server() -> otp::Result {
    for (how, reason) in [
        ("stop", "\"enough\""),
        ("fail", "an error occurred when formatting an argument"),
        ("panic", "panic: in a step"),
    ] {
        let log = Log::default();
        let (stepper, _) = Stepper::start_monitor(log.clone()).await?;
        stepper.end(how);
        stepper.send_info("never handled");
        let waiting = stepper.call().await.expect_err("it ends before");
        let down = process::receive::<Down>().await;
        assert_eq!(short(&down.reason), reason);
        assert_eq!(waiting.exit_reason(), Some(&down.reason));
        assert_eq!(log.lines()[2..], [how.to_owned(), format!("terminate {reason}")]);
    }
    Ok(())
}

/// By hand, without a handler for the steps that it asks for.
struct Aimless;

impl GenServer for Aimless {
    type Args = ();
    type Request = ();
    type Continue = Step;
    type Ref = ServerRef<Self>;

    async fn init((): ()) -> Init<Self, Step> {
        Init::ok(Aimless).then(Step("where to?"))
    }

    async fn handle(&mut self, (): ()) -> Next<Step> {
        Next::noreply()
    }
}

#[otp::test]
async fn gs_066_a_server_by_hand_that_does_not_handle_its_step_fails() -> otp::Result {
    let server = Aimless::start(()).await?;
    let reason = process::wait(server.pid().expect("a process")).await;
    assert!(reason.to_string().contains("handle_continue") || reason == ExitReason::NoProc, "{reason}");
    let (_server, _) = Aimless::start_monitor(()).await?;
    let reason = process::receive::<Down>().await.reason;
    assert!(reason.to_string().contains("handle_continue"), "{reason}");
    Ok(())
}
