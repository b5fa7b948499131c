//! Calls that would wait for each other forever. Looked for in debug builds.
#![cfg(debug_assertions)]

use super::{MS, timed};
use otp::gen_server::{CallFailure, Described};
use otp::prelude::*;
use otp::process;
use std::time::Duration;

/// Asks along a chain of names.
#[gen_server]
struct Link {
    name: &'static str,
    deferred: Vec<ReplyTo<Path>>,
}

/// Those that were asked, or the circle that was found.
type Path = Result<Vec<&'static str>, Vec<String>>;

struct Answer;

#[gen_server]
impl Link {
    #[init]
    fn init(name: &'static str) -> Self {
        Self { name, deferred: Vec::new() }
    }

    /// Asks the first of `path`, which asks the next.
    #[call]
    async fn ask(&mut self, path: Vec<&'static str>) -> Path {
        self.pass_on(path).await
    }

    /// Asks only when it has returned from this handler: nobody waits for this server itself meanwhile.
    #[call]
    fn ask_deferred(&mut self, path: Vec<&'static str>, from: ReplyTo<Path>) -> Reply<Path> {
        let next = LinkRef::named(path[0]);
        process::spawn(async move {
            let answer = next.ask(path[1..].to_vec()).await;
            from.reply(flatten(answer));
        });
        Reply::later()
    }

    /// Answers when it is told to.
    #[call]
    fn ask_later(&mut self, from: ReplyTo<Path>) -> Reply<Path> {
        self.deferred.push(from);
        Reply::later()
    }

    /// Answers, then asks its caller.
    #[call]
    async fn answer_then_ask(&mut self, path: Vec<&'static str>, from: ReplyTo<u8>) {
        from.reply(1);
        let answer = self.pass_on(path).await;
        self.deferred.drain(..).for_each(|from| from.reply(answer.clone()));
    }

    /// What is said when `about` is asked: by `through`, or by this one.
    #[call]
    async fn complain(&mut self, through: Option<&'static str>, about: &'static str) -> String {
        let said = match through {
            Some(through) => LinkRef::named(through).complain(None, about).await,
            None => LinkRef::named(about).ask(vec![]).await.map(|_| String::new()),
        };
        said.unwrap_or_else(|error| error.to_string())
    }

    /// Asks two at once.
    #[call]
    async fn ask_both(&mut self, one: &'static str, other: &'static str) -> (Path, Path) {
        let (one, other) = (LinkRef::named(one), LinkRef::named(other));
        let (one, other) = tokio::join!(one.ask(vec![]), other.ask(vec![]));
        (flatten(one), flatten(other))
    }

    #[info]
    fn answer(&mut self, _answer: Answer) {
        self.deferred.drain(..).for_each(|from| from.reply(Ok(vec![])));
    }
}

impl Link {
    async fn pass_on(&self, path: Vec<&'static str>) -> Path {
        let Some((next, rest)) = path.split_first() else { return Ok(vec![self.name]) };
        let mut names = flatten(LinkRef::named(*next).ask(rest.to_vec()).infinity().await)?;
        names.insert(0, self.name);
        Ok(names)
    }
}

fn flatten(answer: Result<Path, CallError>) -> Path {
    answer.unwrap_or_else(|error| match error.failure() {
        CallFailure::Cycle(names) => Err(names.clone()),
        other => panic!("{other:?}"),
    })
}

async fn start<const N: usize>(names: [&'static str; N]) -> [LinkRef; N] {
    let mut links = Vec::new();
    for name in names {
        links.push(Link::start_link(name).name(name).await.expect("it starts"));
    }
    links.try_into().unwrap_or_else(|_| unreachable!("as many as names"))
}

#[otp::test(start_paused = true)]
async fn a_circle_of_two_is_found_at_once_and_named() -> otp::Result {
    let [a, b] = start(["c2 a", "c2 b"]).await;
    let (answer, elapsed) = timed(a.ask(vec!["c2 b", "c2 a"])).await;
    assert_eq!(answer?, Err(vec!["c2 b".into(), "c2 a".into(), "c2 b".into()]));
    assert_eq!(elapsed, Duration::ZERO, "not after a timeout");
    assert_eq!(a.ask(vec![]).await?, Ok(vec!["c2 a"]), "both live on");
    assert_eq!(b.ask(vec!["c2 a"]).await?, Ok(vec!["c2 b", "c2 a"]));
    Ok(())
}

#[otp::test(start_paused = true)]
async fn a_circle_of_three_is_found_at_once_and_named() -> otp::Result {
    let [a, _, _] = start(["c3 a", "c3 b", "c3 c"]).await;
    let (answer, elapsed) = timed(a.ask(vec!["c3 b", "c3 c", "c3 a"])).await;
    let names = answer?.expect_err("it is a circle");
    assert_eq!(names, ["c3 c", "c3 a", "c3 b", "c3 c"]);
    assert_eq!(elapsed, Duration::ZERO);
    Ok(())
}

#[otp::test]
async fn the_error_of_a_circle_names_it() -> otp::Result {
    let [a, _] = start(["ce a", "ce b"]).await;
    let complaint = a.complain(Some("ce b"), "ce a").await?;
    assert!(complaint.contains("ce b -> ce a -> ce b"), "{complaint}");
    assert!(complaint.starts_with("call of ask on ce a"), "{complaint}");
    Ok(())
}

#[otp::test]
async fn a_chain_without_a_circle_is_none() -> otp::Result {
    let [a, b, c] = start(["line a", "line b", "line c"]).await;
    for _ in 0..3 {
        assert_eq!(a.ask(vec!["line b", "line c"]).await?, Ok(vec!["line a", "line b", "line c"]));
        assert_eq!(b.ask(vec!["line c", "line a"]).await?, Ok(vec!["line b", "line c", "line a"]));
        assert_eq!(c.ask(vec!["line b"]).await?, Ok(vec!["line c", "line b"]));
    }
    Ok(())
}

#[otp::test(start_paused = true)]
async fn a_server_that_put_off_its_answer_is_in_no_circle() -> otp::Result {
    // A waits for B, which put off the answer and asks A from another process.
    let [_, b] = start(["df a", "df b"]).await;
    let outer = Outer::start_link(b.clone()).name("df outer").await?;
    assert_eq!(outer.through(vec!["df a"]).await?, Ok(vec!["df a"]));

    // A waits for B, which put off the answer, and then itself waits for a process that waits for nobody.
    let waiting = tokio::spawn(super::in_a_process(async { LinkRef::named("df b").ask_later().await }));
    super::settle().await;
    assert_eq!(b.ask(vec!["df a"]).await?, Ok(vec!["df b", "df a"]));
    b.send_info(Answer);
    assert_eq!(waiting.await??, Ok(vec![]));
    Ok(())
}

/// Waits for a link, and can be asked meanwhile only when that is over.
#[gen_server]
struct Outer {
    link: LinkRef,
}

#[gen_server]
impl Outer {
    #[init]
    fn init(link: LinkRef) -> Self {
        Self { link }
    }

    #[call]
    async fn through(&mut self, path: Vec<&'static str>) -> Path {
        flatten(self.link.ask_deferred(path).await)
    }
}

/// Puts off its answer, then calls its caller with a timeout: no circle, for somebody else could answer.
#[gen_server]
struct Nosy {
    held: Option<ReplyTo<bool>>,
}

#[gen_server]
impl Nosy {
    #[init]
    fn init() -> Self {
        Self { held: None }
    }

    #[call]
    fn later(&mut self, from: ReplyTo<bool>) -> Reply<bool> {
        self.held = Some(from);
        Reply::later()
    }

    #[call]
    async fn call_the_waiting_one(&mut self) -> CallFailure {
        let pid = self.held.as_ref().and_then(ReplyTo::pid).expect("somebody waits");
        let waiting = AskerRef::from_pid(pid).expect("it is an Asker");
        let error = waiting.ping().timeout(10 * MS).await.expect_err("it is busy");
        self.held.take().expect("as before").reply(true);
        error.failure().clone()
    }
}

#[gen_server]
struct Asker {
    nosy: NosyRef,
}

#[gen_server]
impl Asker {
    #[init]
    fn init(nosy: NosyRef) -> Self {
        Self { nosy }
    }

    #[call]
    async fn ask(&mut self) -> Result<bool, CallError> {
        self.nosy.later().infinity().await
    }

    #[call]
    fn ping(&self) -> u8 {
        1
    }
}

#[otp::test(start_paused = true)]
async fn a_call_of_a_caller_whose_answer_was_put_off_is_no_circle() -> otp::Result {
    let nosy = Nosy::start_link(()).await?;
    let asker = Asker::start_link(nosy.clone()).await?;
    let mut asking = asker.ask().infinity();
    assert!(futures_util::poll!(&mut asking).is_pending());
    super::settle().await;
    assert_eq!(nosy.call_the_waiting_one().await?, CallFailure::Timeout, "it was sent, for it was no circle");
    assert_eq!(asking.await?, Ok(true));
    assert_eq!(asker.ping().await?, 1);
    Ok(())
}

/// The same by hand.
struct Keeper(Option<ReplyTo<u8>>);

enum Keep {
    Later(ReplyTo<u8>),
    CallTheWaitingOne(ReplyTo<CallFailure>),
}

impl GenServer for Keeper {
    type Args = ();
    type Request = Keep;
    type Continue = NoContinue;
    type Ref = ServerRef<Self>;

    async fn init((): ()) -> Init<Self> {
        Init::ok(Self(None))
    }

    async fn handle(&mut self, request: Keep) -> Next {
        match request {
            Keep::Later(from) => self.0 = Some(from),
            Keep::CallTheWaitingOne(to) => {
                let from = self.0.take().expect("somebody waits");
                let waiting = WaiterRef::from_pid(from.pid().expect("a process")).expect("it is a Waiter");
                let error = waiting.ping().timeout(10 * MS).await.expect_err("it is busy");
                from.reply(7);
                to.reply(error.failure().clone());
            }
        }
        Next::noreply()
    }

    fn describe(request: &Keep) -> Described {
        match request {
            Keep::Later(from) => Described::call("later", from),
            Keep::CallTheWaitingOne(to) => Described::call("call_the_waiting_one", to),
        }
    }
}

#[gen_server]
struct Waiter;

#[gen_server]
impl Waiter {
    #[init]
    fn init() -> Self {
        Self
    }

    #[call]
    async fn wait_for(&mut self, keeper: ServerRef<Keeper>) -> Result<u8, CallError> {
        keeper.call(Keep::Later).infinity().await
    }

    #[call]
    fn ping(&self) {}
}

#[otp::test(start_paused = true)]
async fn a_server_by_hand_that_put_off_its_answer_is_in_no_circle() -> otp::Result {
    let keeper = Keeper::start_link(()).await?;
    let waiter = Waiter::start_link(()).await?;
    let mut waiting = waiter.wait_for(keeper.clone()).infinity();
    assert!(futures_util::poll!(&mut waiting).is_pending());
    super::settle().await;
    assert_eq!(keeper.call(Keep::CallTheWaitingOne).await?, CallFailure::Timeout, "it was sent, for it was no circle");
    assert_eq!(waiting.await?, Ok(7));
    Ok(())
}

#[otp::test(start_paused = true)]
async fn a_call_that_is_over_leaves_no_trace_of_a_circle() -> otp::Result {
    let [a, b] = start(["ov a", "ov b"]).await;
    // Given up by timeout, dropped, and answered: then the other direction.
    let me = LinkRef::named("ov a");
    assert!(me.ask_later().timeout(MS).await.is_err());
    assert!(tokio::time::timeout(MS, me.ask_later()).await.is_err());
    assert_eq!(a.ask(vec!["ov b"]).await?, Ok(vec!["ov a", "ov b"]));
    assert_eq!(b.ask(vec!["ov a"]).await?, Ok(vec!["ov b", "ov a"]));
    assert_eq!(a.answer_then_ask(vec!["ov b"]).await?, 1);
    assert_eq!(b.ask(vec!["ov a"]).await?, Ok(vec!["ov b", "ov a"]));
    Ok(())
}

#[otp::test(start_paused = true)]
async fn one_of_several_calls_at_once_that_closes_a_circle_fails_alone() -> otp::Result {
    let [a, _, _] = start(["sv a", "sv b", "sv c"]).await;
    assert_eq!(a.ask_both("sv b", "sv c").await?, (Ok(vec!["sv b"]), Ok(vec!["sv c"])));
    Ok(())
}

/// Two servers that call each other at the same moment: whoever looks second finds the circle.
#[otp::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_circle_closed_from_two_sides_at_once_is_never_waited_for() -> otp::Result {
    let [a, b] = start(["rc a", "rc b"]).await;
    for _ in 0..200 {
        let (one, other) = tokio::join!(a.ask(vec!["rc b"]), b.ask(vec!["rc a"]));
        for answer in [one?, other?] {
            if let Err(circle) = answer {
                assert_eq!(circle.first(), circle.last());
                assert_eq!(circle.len(), 3);
            }
        }
    }
    Ok(())
}
