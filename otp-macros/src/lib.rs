//! The macros of the `otp` crate. Use them through it: `otp::prelude::*` has the attributes, `#[otp::main]` and
//! `#[otp::test]` are named in full.
//!
//! Each macro is a folder (or a file) with the same steps: `parse` reads tokens into a `model`, `check` keeps its rules,
//! and `expand` prints code, which cannot fail. All mistakes are reported at once, each with a `help:` line.

#[cfg(feature = "application")]
mod application;
mod attr;
mod child_spec;
#[cfg(feature = "release")]
mod command;
#[cfg(feature = "application")]
mod compile_env;
mod consumer_supervisor;
mod diag;
mod dynamic_supervisor;
mod entry;
mod fallback;
mod gen_server;
mod handle;
mod partition;
mod pipeline;
mod receive;
mod supervision_tree;
mod supervisor;
mod task;
#[cfg(test)]
mod tests;
mod util;

use proc_macro::TokenStream;

/// Makes a server of a struct (or enum) and its impl block.
///
/// The attribute stands on both. On the **struct** it takes the options below and makes the handle, `StackRef`. On the
/// **impl** it turns the marked methods into handlers, and each call and cast into a method of the handle. The methods
/// stay what they are: they can be called on the state directly, in a unit test for instance.
///
/// ```
/// use otp::prelude::*;
///
/// /// A last-in first-out store.
/// #[gen_server(restart = transient, shutdown = 10_000)]
/// pub struct Stack {
///     items: Vec<String>,
/// }
///
/// #[gen_server]
/// impl Stack {
///     #[init]
///     fn init(items: Vec<String>) -> Self {
///         Self { items }
///     }
///
///     /// Takes the last item.
///     #[call]
///     pub fn pop(&mut self) -> Option<String> {
///         self.items.pop()
///     }
///
///     /// Adds an item.
///     #[cast]
///     pub fn push(&mut self, item: String) {
///         self.items.push(item)
///     }
/// }
///
/// # #[otp::main]
/// # async fn main() -> otp::Result {
/// let stack: StackRef = Stack::start_link(vec!["hello".into()]).await?;
/// stack.push("world".into());
/// assert_eq!(stack.pop().await?.as_deref(), Some("world"));
/// # Ok(())
/// # }
/// ```
///
/// Follows Elixir's `use GenServer`. Unlike there, each request has a type of its own: a request that the server does not
/// know, or a reply of another type than the caller expects, does not compile.
///
/// # Options of the struct
///
/// | option | value | without it |
/// |---|---|---|
/// | `restart` | `permanent`, `transient`, `temporary` | `permanent` |
/// | `shutdown` | milliseconds, a `Duration`, `infinity`, `brutal_kill` | 5000 |
/// | `significant` | `true`, `false` | `false` |
/// | `id` | the child specification's id | the struct's name |
/// | `name` | a name that every start registers, unless it gives another | none |
/// | `trap_exit` | `true`, `false` | `false` |
/// | `hibernate_after` | milliseconds or a `Duration` of idleness | never |
/// | `mailbox` | how many messages the mailbox holds | no bound |
/// | `overflow` | what a full mailbox does: `kill`, `log`, `drop` | `kill` |
/// | `priority` | `low`, `normal`, `high`, `max` | `normal` |
/// | `inline` | `true`, `false`: whether callers may run their requests in place | `true` |
/// | `handle` | the handle's name | the struct's name and `Ref` |
/// | `crate` | the path of the `otp` crate, where it was renamed; the impl takes it too | `::otp` |
///
/// # Handlers
///
/// Each is `fn` or `async fn`. While a handler awaits, its server takes no other message. A call or cast handler that does
/// not await is best a plain `fn`: it makes no future, and is the faster for it.
///
/// | attribute | takes | returns |
/// |---|---|---|
/// | `#[init]` | no `self`; what the start is given: nothing is `()`, several arguments are a tuple | `Self`, `Init<Self, Step>`, or a `Result` of one |
/// | `#[call]` | any arguments, `from: ReplyTo<T>` among them for a later reply | the reply; or `Reply<T>`, `Reply<T, Next>`; with `from` also what a cast returns |
/// | `#[cast]` | any arguments | `()`, `Next`, `Next<Step>`, or a `Result` of one, whose `Err` stops the server |
/// | `#[info]` | one message, of any type; a type has one handler | as a cast |
/// | `#[handle_continue]` | one step, of any type; a type has one handler | as a cast |
/// | `#[timeout]` | nothing | as a cast |
/// | `#[terminate]` | `reason: &ExitReason`, or nothing | nothing |
/// | `#[format_status]` | `&self` | `String` |
///
/// - **`&self`** is enough for a handler that is not async. An async one with `&self` needs a state that is `Sync`, because
///   the borrow lives across its awaits while the server may move to another thread; `&mut self` needs nothing.
/// - **Reply later**: keep `from`, return `Reply::later()`, and call `from.reply(value)` from anywhere.
/// - **Arguments** are owned, because messages outlive their sender: no borrows but `'static` ones, no `impl Trait`.
/// - **A `Result` of a call is its reply.** To stop the server instead: `Reply<T, Result<Next, E>>`.
/// - **`Reply` and `ReplyTo`** must be spelt so: the macro reads them. An alias is found out and refused.
/// - Options: `#[call(timeout = 500)]` (milliseconds, a `Duration`, or `infinity`), `#[call(name = other)]` for the client
///   method's name, `boxed` to keep a large future out of the idle server, `#[info(any)]` for a handler that takes, as
///   `Info`, what no other info handler does.
/// - `#[cfg(..)]` on a handler also governs its client method. `#[cfg_attr(.., call)]` cannot be seen through.
///
/// # What it makes
///
/// - `StackRef`, the handle: cheap to clone, a method for each call (a future to await) and cast, as visible as its
///   handler, and all of `ServerRef` by deref. `StackRef::named(..)`, `StackRef::via(..)` and
///   `StackRef::from_pid(..)` find a running server.
/// - `Stack::start_link(args)`, `Stack::start(args)`, `Stack::start_monitor(args)`, and `Stack::child_spec(|| args)`.
/// - `GenServer` and `Child` for `Stack`. The first can be implemented by hand instead, without this attribute.
///
/// The impl may stand in another module than the struct. It finds the handle beside the struct, so name that with its
/// path: `impl state::Stack { .. }`, not `use state::Stack; impl Stack { .. }`.
#[proc_macro_attribute]
pub fn gen_server(args: TokenStream, item: TokenStream) -> TokenStream {
    gen_server::expand(args.into(), item.into()).into()
}

/// Lets operators call functions by name, from the `eval` and `rpc` of a release and from its console.
///
/// On an impl block each function of it is called by the type and its name, `ReleaseTasks::purge`; on a function alone, by its name
/// or by what `name` says.
///
/// ```
/// # #[cfg(feature = "release")] mod tasks {
/// struct ReleaseTasks;
///
/// #[otp::command]
/// impl ReleaseTasks {
///     /// Removes what is older than so many days.
///     fn purge(kind: String, days: u32) -> String {
///         format!("removed all {kind} things of {days} days and more")
///     }
///
///     /// Errors are printed to the error output, and the status is 1.
///     async fn check(limit: Option<u64>) -> Result<(), String> {
///         limit.map(drop).ok_or_else(|| "no limit is set".into())
///     }
/// }
///
/// /// `bin/shop rpc 'Cache::clear()'`
/// #[otp::command(name = "Cache::clear")]
/// fn clear() {}
/// # }
/// ```
///
/// ```sh
/// bin/shop eval 'ReleaseTasks::purge("old", 30)'
/// ```
///
/// # What a command takes and answers
///
/// - **Arguments** are literals: numbers, text, `true`, `'c'`, `None`, `Some(1)`, `[1, 2]`, `(1, "a")`, pids as `<0.17.1>`. Each
///   parameter is a type that implements `otp::release::FromLiteral`; an argument of another type is an error that names both.
/// - **What it returns** is printed with `{:?}`, text as it is, `()` not at all. The value of a `Result` likewise; its error goes to
///   the error output.
/// - **While it runs** it prints with `otp::release::puts`, which reaches whoever called. A panic is an error as any other.
/// - The first paragraph of its documentation is what `help` shows.
///
/// | option | value | without it |
/// |---|---|---|
/// | `name` | what a single function is called by | its name |
/// | `crate` | the path of the `otp` crate, where it was renamed | `::otp` |
///
/// Takes the place of the expressions that Elixir's `eval` and `rpc` evaluate.
#[cfg(feature = "release")]
#[proc_macro_attribute]
pub fn command(args: TokenStream, item: TokenStream) -> TokenStream {
    command::expand(args.into(), item.into()).into()
}

/// Makes a stage of a struct (or enum) and its impl block: a server that emits events, takes them in, or both.
///
/// As [`macro@gen_server`], with a kind on the struct and these handlers more:
///
/// ```
/// use otp::prelude::*;
/// use otp::gen_stage::*;
///
/// #[gen_stage(producer)]
/// pub struct Numbers {
///     next: u64,
/// }
///
/// #[gen_stage]
/// impl Numbers {
///     #[init]
///     fn init(start: u64) -> Self {
///         Self { next: start }
///     }
///
///     #[demand]
///     fn demand(&mut self, demand: usize) -> Vec<u64> {
///         let first = self.next;
///         self.next += demand as u64;
///         (first..self.next).collect()
///     }
/// }
///
/// #[gen_stage(consumer)]
/// pub struct Sum {
///     sum: u64,
/// }
///
/// #[gen_stage]
/// impl Sum {
///     #[init]
///     fn init(numbers: NumbersRef) -> StageInit<Self> {
///         StageInit::ok(Self { sum: 0 }).subscribe_to(numbers.subscription().max_demand(10))
///     }
///
///     #[events]
///     fn add(&mut self, events: Vec<u64>) -> Next {
///         self.sum += events.iter().sum::<u64>();
///         if self.sum < 1000 { Next::noreply() } else { Next::stop(ExitReason::Shutdown) }
///     }
/// }
///
/// # #[otp::main]
/// # async fn main() -> otp::Result {
/// let numbers = Numbers::start(0).await?;
/// let sum = Sum::start(numbers).await?;
/// let pid = sum.pid().expect("it was started");
/// assert_eq!(otp::process::wait(pid).await, ExitReason::Shutdown);
/// # Ok(())
/// # }
/// ```
///
/// Follows Elixir's `use GenStage`.
///
/// # Options of the struct
///
/// Those of [`macro@gen_server`], and:
///
/// | option | of | value | without it |
/// |---|---|---|---|
/// | `producer`, `producer_consumer`, `consumer` | | the kind, without a value | one of them is needed |
/// | `subscribe_to(Numbers, max_demand = 10, ..)` | what consumes | a producer and how to subscribe: `max_demand`, `min_demand`, `cancel` (`permanent`, `transient`, `temporary`), `with` (an option of your own) | nobody; may be given for several producers in `init` |
/// | `dispatcher` | what emits | a dispatcher without its event type: `BroadcastDispatcher` | `DemandDispatcher` |
/// | `demand` | producers | `forward`, `accumulate` | `forward` |
/// | `buffer_size` | what emits | a number of events, or `infinity` | 10 000, for a `producer_consumer` no limit |
/// | `buffer_keep` | what emits | `last`, `first` | `last` |
///
/// `subscribe_to(Numbers)` is whoever is registered under the name that `Numbers` declares, or else under its own,
/// `"Numbers"`; `subscribe_to(Numbers = "numbers-1")` names another. What `init` says in a `StageInit` wins over all of them,
/// and can subscribe to handles.
///
/// # Handlers
///
/// | attribute | of | takes | returns |
/// |---|---|---|---|
/// | `#[demand]` | producers | `demand: usize` | `Vec<E>`, `Emit<E, Step>`, or a `Result` of one |
/// | `#[events]` | what consumes | `events: Vec<E>`, and perhaps `from: &Subscription` | the same; a consumer `()`, `Next` or a `Result` |
/// | `#[subscribed]` | both sides | `&mut NewSubscription` where this stage consumes, `&Subscriber` where it produces | `()`, `Next`, or a `Result` of one |
/// | `#[cancelled]` | both sides | `&Subscription` or `&Subscriber`, and perhaps `&Cancelled` | as a cast |
/// | `#[discarded]` | what emits | `&self`, the number of dropped events | `bool`: whether that is logged |
/// | `#[dispatcher]` | what emits | `&self` | the dispatcher |
///
/// Casts, infos, continue steps and timeouts can return `Vec<E>` and `Emit<E>` too, and a call `Reply<T, Vec<E>>`, in a stage
/// that emits. What it emits is read off these types: spell `Vec` and `Emit` out.
#[proc_macro_attribute]
pub fn gen_stage(args: TokenStream, item: TokenStream) -> TokenStream {
    gen_server::expand_as(gen_server::Flavour::Stage, args.into(), item.into()).into()
}

/// Makes a supervisor of a struct whose fields are its children.
///
/// ```
/// use otp::prelude::*;
/// # #[gen_server] struct Counter { count: u64 }
/// # #[gen_server] impl Counter {
/// #     #[init] fn init(count: u64) -> Self { Self { count } }
/// #     #[call] fn get(&self) -> u64 { self.count }
/// # }
///
/// /// The root of the program.
/// #[supervisor(strategy = rest_for_one, max_restarts = 3, max_seconds = 5, args(start: u64))]
/// struct App {
///     #[child(args = *start)]
///     visitors: Counter,
///     #[child(args = 0, id = "mistakes", restart = transient)]
///     errors: Counter,
/// }
///
/// # #[otp::main]
/// # async fn main() -> otp::Result {
/// let app = App::start_link(100).await?;
/// assert_eq!(app.visitors().get().await?, 100); // the current process, also after a restart
/// # Ok(())
/// # }
/// ```
///
/// Follows Elixir's module-based supervisors. Unlike there, `args` is an expression that is evaluated at every start and
/// restart, not a value kept in the specification.
///
/// # Options of the struct
///
/// | option | value | without it |
/// |---|---|---|
/// | `strategy` | `one_for_one`, `one_for_all`, `rest_for_one` | `one_for_one` |
/// | `max_restarts` | how many restarts are too many .. | 3 |
/// | `max_seconds` | .. within so many seconds | 5 |
/// | `auto_shutdown` | `never`, `any_significant`, `all_significant` | `never` |
/// | `args(name: Type, ..)` | what the start takes; the children's `args` see it by reference | nothing |
/// | `init` | the children come from `#[init]`, see below | from the fields |
/// | `name` | a name that every start registers, unless it gives another | none |
/// | `id`, `restart`, `shutdown`, `significant` | how its own supervisor treats it | the struct's name, `permanent`, `infinity`, `false` |
/// | `handle` | the handle's name | the struct's name and `Ref` |
/// | `crate` | the path of the `otp` crate, where it was renamed | `::otp` |
///
/// # Children
///
/// Every field is a child: a `#[gen_server]`, another `#[supervisor]`, or anything with a `Child` implementation.
/// `#[child(args = .., id = "..", restart = .., shutdown = .., significant = ..)]` says how it is started; what is left out
/// comes from the type, the id from the field's name. They start in order and stop in reverse. The handle, `AppRef`, has a
/// method for each, as visible as the field says, or else as the struct.
///
/// # Children that are found out at start
///
/// ```
/// use otp::prelude::*;
/// # #[gen_server] struct Counter { count: u64 }
/// # #[gen_server] impl Counter { #[init] fn init(count: u64) -> Self { Self { count } } }
///
/// #[supervisor(init)]
/// struct Counters;
///
/// #[supervisor]
/// impl Counters {
///     #[init]
///     fn init(names: Vec<String>) -> SupervisorSpec {
///         let one = |name| Counter::child_spec(|| 0).id(name);
///         Supervisor::builder().children(names.into_iter().map(one))
///     }
/// }
/// ```
///
/// `#[init]` returns a `SupervisorSpec`, a `supervisor::Init`, or a `Result` of one. Fields, if any, only declare methods
/// of the handle, for children that `#[init]` gives their ids.
#[proc_macro_attribute]
pub fn supervisor(args: TokenStream, item: TokenStream) -> TokenStream {
    supervisor::expand(args.into(), item.into()).into()
}

/// Makes a dynamic supervisor of a struct: one that is started without children.
///
/// ```
/// use otp::prelude::*;
/// use std::sync::Arc;
/// # struct Pool;
///
/// #[gen_server(restart = transient)]
/// struct Session { user: String }
///
/// #[gen_server]
/// impl Session {
///     #[init]
///     fn init(_pool: Arc<Pool>, user: String) -> Self { Self { user } }
///     #[call]
///     fn user(&self) -> String { self.user.clone() }
/// }
///
/// #[dynamic_supervisor(name = "sessions", max_children = 1_000, extra_arguments(pool: Arc<Pool>))]
/// struct Sessions;
///
/// impl Sessions {
///     async fn start_session(user: String) -> otp::Result<SessionRef> {
///         let sessions = SessionsRef::named("sessions");
///         Ok(sessions.start_with::<Session>(move |pool| (pool.clone(), user.clone())).await?)
///     }
/// }
///
/// # #[otp::main]
/// # async fn main() -> otp::Result {
/// let sessions = Sessions::start_link(Arc::new(Pool)).await?;
/// let session = Sessions::start_session("ada".into()).await?;
/// assert_eq!(session.user().await?, "ada");
/// assert_eq!(sessions.count_children().await?.active, 1);
/// # Ok(())
/// # }
/// ```
///
/// Follows Elixir's module-based dynamic supervisors.
///
/// # Options of the struct
///
/// | option | value | without it |
/// |---|---|---|
/// | `max_children` | the most children there may be | no limit |
/// | `max_restarts` | how many restarts are too many .. | 3 |
/// | `max_seconds` | .. within so many seconds | 5 |
/// | `extra_arguments(name: Type, ..)` | what the start takes and every child can see: one value, or a tuple of several | nothing |
/// | `init` | the options come from `#[init]`, see below | from here |
/// | `name` | a name that every start registers, unless it gives another | none |
/// | `id`, `restart`, `shutdown`, `significant` | how its own supervisor treats it | the struct's name, `permanent`, `infinity`, `false` |
/// | `handle` | the handle's name | the struct's name and `Ref` |
/// | `crate` | the path of the `otp` crate, where it was renamed | `::otp` |
///
/// # Options that are found out at start
///
/// ```
/// use otp::prelude::*;
///
/// #[dynamic_supervisor(init)]
/// struct Rooms;
///
/// #[dynamic_supervisor]
/// impl Rooms {
///     #[init]
///     fn init(seats: usize, per_room: usize) -> DynamicSupervisorSpec {
///         DynamicSupervisor::builder().max_children(seats / per_room)
///     }
/// }
/// ```
///
/// `#[init]` returns a `DynamicSupervisorSpec`, a `supervisor::Init` of one, or a `Result`. With extra arguments the struct
/// lists them too, `#[dynamic_supervisor(init, extra_arguments(pool: Arc<Pool>))]`: then `#[init]` returns a
/// `DynamicSupervisorSpec<Arc<Pool>>`.
#[proc_macro_attribute]
pub fn dynamic_supervisor(args: TokenStream, item: TokenStream) -> TokenStream {
    dynamic_supervisor::expand(args.into(), item.into()).into()
}

/// Makes a task of a type: work that is a supervisor's child.
///
/// The attribute stands on the impl block, whose `#[run]` function is the work. The type itself holds nothing: what the task
/// needs it gets as arguments, at every start.
///
/// ```
/// use otp::prelude::*;
/// use otp::process;
///
/// /// Tells somebody that the program has started.
/// struct Greeter;
///
/// #[task(restart = transient)]
/// impl Greeter {
///     #[run]
///     async fn run(whom: Pid) -> Result<(), std::io::Error> {
///         process::send(whom, "hello").map_err(std::io::Error::other)
///     }
/// }
///
/// # #[otp::main]
/// # async fn main() -> otp::Result {
/// let me = process::self_pid();
/// Supervisor::start_link(supervision_tree! { Greeter(me) }).await?;
/// assert_eq!(process::receive::<&str>().await, "hello");
/// # Ok(())
/// # }
/// ```
///
/// It makes `Greeter::start_link(args)`, `start(args)` and `child_spec(|| args)`, as visible as the function is, where the
/// arguments are those of the function: nothing is `()`, one is itself, several are a tuple. In `#[supervisor]` and
/// [`supervision_tree!`] the type is a child. Its answer cannot be awaited: for that there is `Task::async_`.
///
/// `#[run]` returns nothing, a `Result<(), E>`, whose error is a failure of the task, or an `ExitReason`.
///
/// Options: `restart`, which is `temporary` unless it is given, `shutdown` (5 seconds), `significant`, `id` (the type's name) and
/// `crate`, as in [`macro@gen_server`].
///
/// Follows Elixir's `use Task`.
#[proc_macro_attribute]
pub fn task(args: TokenStream, item: TokenStream) -> TokenStream {
    task::expand(args.into(), item.into()).into()
}

/// Makes an application of a struct: a part of a program that is started and stopped as one.
///
/// ```
/// use otp::application::{self, Start, Top};
/// use otp::prelude::*;
///
/// #[supervisor]
/// struct Tree {}
///
/// /// Named and versioned as its package, without processes of its own.
/// #[application(library, env(size = 100))]
/// struct Store;
///
/// /// Started after the store; says itself what it starts.
/// #[application(name = "shop", dependencies(Store), optional("metrics"), mode = transient)]
/// #[derive(Default)]
/// struct Shop {
///     opened: bool,
/// }
///
/// impl Application for Shop {
///     async fn start(&mut self, _: Start) -> otp::Result<Top> {
///         self.opened = true;
///         Ok(Tree::start_link().await?.into())
///     }
///
///     async fn prepare_stop(&mut self) {
///         self.opened = false;
///     }
/// }
///
/// # #[otp::main]
/// # async fn main() -> otp::Result {
/// let started = application::ensure_all_started(Shop::default()).await?;
/// assert_eq!(started.last().map(String::as_str), Some("shop"));
/// # application::stop("shop").await?;
/// # Ok(())
/// # }
/// ```
///
/// It writes `Declared` for the struct, and enters the application into the list of all that the program has, so that it is found by
/// its name. `Application` is yours to implement, unless `supervisor` or `library` says how it starts. A struct with fields is made by
/// its `Default` at each start.
///
/// | option | value | without it |
/// |---|---|---|
/// | `name` | a string: lowercase letters, digits, underscores | the package's name |
/// | `version`, `description` | strings | those of the package |
/// | `mode` | `permanent`, `transient`, `temporary`, `load`, `none` | `permanent` |
/// | `dependencies(..)` | applications that are started before it; each may have a `#[cfg(..)]` | none |
/// | `optional(..)` | names of applications that are started before it if the program has them | none |
/// | `includes(..)` | applications that are loaded with it, and whose processes are in its tree | none |
/// | `env(key = value, ..)` | defaults of its environment | none |
/// | `supervisor` | the type of its supervisor, with the arguments of its start in parentheses: `Tree`, `Tree(8)` | `impl Application` |
/// | `library` | it has no processes | `impl Application` |
/// | `crate` | the path of the `otp` crate, where it was renamed | `::otp` |
///
/// Follows Elixir's `use Application`, and `application` in `mix.exs`.
#[cfg(feature = "application")]
#[proc_macro_attribute]
pub fn application(args: TokenStream, item: TokenStream) -> TokenStream {
    application::expand(args.into(), item.into()).into()
}

/// A value of the project's configuration, read while the program is compiled.
///
/// ```
/// // Is set in no file here: the default.
/// const BACKLOG: usize = otp::compile_env!("my_app", ["listener", "backlog"], 128);
/// assert_eq!(BACKLOG, 128);
/// ```
///
/// The first argument is the application, the second the key or a path through nested ones, the third a default. Without a default a
/// value that is not set is an error of the compiler. The value stands there as a literal: a number, a string, a boolean, or an array
/// of them.
///
/// It is read from `config/config.toml` and the file of the environment `OTP_ENV` (`dev` unless it is set), of this package or of the
/// workspace. When one of them changes cargo compiles again; a file that is new is found with the next change.
///
/// What was read is recorded. If it is configured otherwise when the program starts, that would have no effect: so
/// `application::validate_compile_env` finds it, and a program that is `run` does not start.
///
/// Follows Elixir's `Application.compile_env/3` and `compile_env!/2`.
#[cfg(feature = "application")]
#[proc_macro]
pub fn compile_env(args: TokenStream) -> TokenStream {
    compile_env::expand(args.into()).into()
}

/// Gives a type the child specification that `#[gen_server]` would.
///
/// For a server implemented by hand, and, with `args = Type`, for any type with a `start_link(args)` of its own that
/// returns a future of `Result<Pid, E>`, or of a `Result` with a handle; `E` is `StartError` or becomes one by `Into`.
///
/// ```
/// use otp::prelude::*;
///
/// #[derive(ChildSpec)]
/// #[child_spec(restart = transient, shutdown = 1_000)]
/// struct Counter(u64);
///
/// impl GenServer for Counter {
///     type Args = u64;
///     type Request = ReplyTo<u64>;
///     type Continue = NoContinue;
///     type Ref = ServerRef<Self>;
///
///     async fn init(start: u64) -> Init<Self> {
///         Init::ok(Self(start))
///     }
///
///     async fn handle(&mut self, from: ReplyTo<u64>) -> Next {
///         from.reply(self.0);
///         Next::noreply()
///     }
/// }
///
/// let tree = supervision_tree! { Counter(5) };
/// # let _ = tree;
/// ```
///
/// Options: `restart`, `shutdown`, `significant`, `id` and `crate` as in [`macro@gen_server`], and `args`.
#[proc_macro_derive(ChildSpec, attributes(child_spec))]
pub fn child_spec(item: TokenStream) -> TokenStream {
    child_spec::expand(item.into()).into()
}

/// A whole supervision tree in one place, as a `SupervisorSpec`.
///
/// ```
/// use otp::prelude::*;
/// # #[gen_server] struct Stack { items: Vec<String> }
/// # #[gen_server] impl Stack { #[init] fn init(items: Vec<String>) -> Self { Self { items } } }
/// # #[gen_server] struct Numbers;
/// # #[gen_server] impl Numbers { #[init] fn init(_: u64, _: u64) -> Self { Self } }
/// # fn more() -> ChildSpec { Numbers::child_spec(|| (0, 0)) }
///
/// let tree = supervision_tree! {
///     strategy: one_for_one, max_restarts: 3, max_seconds: 5;
///     Stack(vec!["hello".into()]) { id: "stack", restart: transient, shutdown: 10_000 },
///     supervisor "pipeline" {
///         strategy: rest_for_one;
///         Numbers(1, 100),
///     },
///     dynamic_supervisor "rooms" { max_children: 1_000 },
///     task_supervisor "mails" { name: "mails" },
///     more() { id: "more" },
/// };
/// # let _ = tree;
/// ```
///
/// - The header, ended by `;`, has the options of [`macro@supervisor`]: `strategy`, `max_restarts`, `max_seconds`,
///   `auto_shutdown`. A nested supervisor's header also takes `restart`, `shutdown` and `significant`.
/// - A child is a type with the arguments of its `#[init]`, evaluated at every start; or `supervisor "id" { .. }`; or
///   `dynamic_supervisor "id" { .. }` or `task_supervisor "id" { .. }` with the options `max_children`, `max_restarts`, `max_seconds`, `name`, `restart`,
///   `shutdown` and `significant`; or any expression that is `Into<ChildSpec>`. Options in braces may follow, and `#[cfg(..)]` may precede.
/// - A path whose last segment starts with a capital is a type. Parentheses, `(SPEC)`, make it an expression.
/// - The arguments move what they mention into the tree: clone before, if two children need it.
#[proc_macro]
pub fn supervision_tree(input: TokenStream) -> TokenStream {
    supervision_tree::expand(input.into()).into()
}

/// The stages of a pipeline: how many of each, and who subscribes to whom, in one place, as a `SupervisorSpec`.
///
/// ```
/// use otp::prelude::*;
/// use otp::gen_stage::PartitionDispatcher;
///
/// #[gen_stage(producer)]
/// struct Numbers { next: u64 }
/// #[gen_stage]
/// impl Numbers {
///     #[init]
///     fn init(start: u64) -> Self { Self { next: start } }
///     #[demand]
///     fn demand(&mut self, n: usize) -> Vec<u64> {
///         let first = self.next;
///         self.next += n as u64;
///         (first..self.next).collect()
///     }
/// }
///
/// #[gen_stage(producer_consumer)]
/// struct Square;
/// #[gen_stage]
/// impl Square {
///     #[init]
///     fn init() -> Self { Self }
///     #[dispatcher]
///     fn dispatcher(&self) -> PartitionDispatcher<u64> { PartitionDispatcher::new(2) }
///     #[events]
///     fn square(&mut self, numbers: Vec<u64>) -> Vec<u64> { numbers.into_iter().map(|n| n.wrapping_mul(n)).collect() }
/// }
///
/// #[gen_stage(consumer)]
/// struct Count { number: usize, count: usize }
/// #[gen_stage]
/// impl Count {
///     #[init]
///     fn init(number: usize) -> Self { Self { number, count: 0 } }
///     #[events]
///     fn count(&mut self, numbers: Vec<u64>) { self.count += numbers.len(); }
///     #[call]
///     fn so_far(&self) -> (usize, usize) { (self.number, self.count) }
/// }
///
/// # #[otp::main]
/// # async fn main() -> otp::Result {
/// let tree = pipeline! {
///     max_restarts: 5, max_seconds: 10;
///     numbers: Numbers(0),
///     squares: Square() * 4 <- numbers { max_demand: 100, min_demand: 50 },
///     counts: |k| Count(k) * 2 { shutdown: 1_000 } <- squares { partition: k },
/// };
/// let pipeline = Supervisor::start_link(tree).await?;
///
/// let second = pipeline.child::<Count>("counts-1");
/// while second.so_far().await? < (1, 1_000) {}
/// pipeline.stop().await?;
/// # Ok(())
/// # }
/// ```
///
/// - A stage is `NAME: TYPE(ARGUMENTS)`; the arguments are those of its `#[init]`, evaluated at every start.
/// - `* N` makes so many workers of it: a number, a name, or an expression in parentheses. Each subscribes to each worker of
///   its producers. `|k|` in front of the type names the worker's number, from 0, for the arguments and options.
/// - `<- PRODUCER` subscribes to a stage above; there may be several. `<- (HANDLE)` subscribes to a producer from outside
///   of the pipeline, by any handle: `<- (NumbersRef::named("numbers"))`.
/// - Options of the stage follow it in braces: `name`, `restart`, `shutdown`, `significant`. Options of the subscription
///   follow the producer: `max_demand`, `min_demand`, `cancel`, `with` (an option of your own), `partition` (of a
///   `PartitionDispatcher`), `selector` (of a `BroadcastDispatcher`).
/// - The header, ended by `;`, has `max_restarts`, `max_seconds` and `auto_shutdown`.
/// - `#[cfg(..)]` may precede a stage.
///
/// The strategy is `rest_for_one`: a stage that crashes is restarted together with all behind it, in order, and that counts as
/// one restart. The restarted stages subscribe to whoever is there then, without names: a stage finds its producers by their
/// places under the supervisor. So the same pipeline can run many times.
///
/// The name of a stage is its id under the supervisor, with the worker's number if `* N` is given: `squares-0`. Reach it with
/// [`SupervisorRef::child`](../otp/supervisor/struct.SupervisorRef.html#method.child). A name that the stage registers, declared
/// with it or given here, gets the same number.
///
/// As a part of a larger tree it is a child like any other: `pipeline! { .. }.child_spec("pipeline")`.
///
/// Arguments and options are evaluated at every start, so what they mention stays: clone it in its place, `Evens(label.clone())`.
///
/// Without the macro: [`StageSpec`](../otp/gen_stage/pipeline/struct.StageSpec.html).
#[proc_macro]
pub fn pipeline(input: TokenStream) -> TokenStream {
    pipeline::expand(input.into()).into()
}

/// Makes a consumer supervisor of a struct: one that starts a child for each event.
///
/// ```
/// use otp::prelude::*;
/// use otp::process;
///
/// #[gen_stage(producer, name = "numbers")]
/// struct Numbers { next: u64 }
/// #[gen_stage]
/// impl Numbers {
///     #[init]
///     fn init(start: u64) -> Self { Self { next: start } }
///     #[demand]
///     fn demand(&mut self, n: usize) -> Vec<u64> {
///         let first = self.next;
///         self.next += n as u64;
///         (first..self.next).collect()
///     }
/// }
///
/// struct Printer;
/// #[task]
/// impl Printer {
///     #[run]
///     async fn run(event: u64) {
///         println!("{}: {event}", process::self_pid());
///     }
/// }
///
/// #[consumer_supervisor(child(Printer, restart = transient), subscribe_to(Numbers, max_demand = 50))]
/// struct Printers;
///
/// # #[otp::main]
/// # async fn main() -> otp::Result {
/// Numbers::start_link(0).await?;
/// let printers = Printers::start_link().await?;
/// assert!(printers.count_children().await?.active <= 50);
/// printers.stop().await?;
/// # Ok(())
/// # }
/// ```
///
/// `child(Printer)` is anything that can be a supervisor's child and whose start takes an event: a `#[task]`, a
/// `#[gen_server]`, a supervisor. With `args = |event: Job| (pool(), event)` it takes something that is made of the event.
///
/// Its `restart` is `temporary`, the default, or `transient`, for which the event is cloned; `permanent` does not compile: such
/// a child would never make room for another event. A child's own declaration of `restart` has no effect here.
///
/// Follows Elixir's `use ConsumerSupervisor`.
///
/// # Options of the struct
///
/// | option | value | without it |
/// |---|---|---|
/// | `child(Type, restart = .., shutdown = .., id = .., args = ..)` | what is started for an event | needed, unless `init` is given |
/// | `subscribe_to(Numbers, max_demand = 10, ..)` | a producer, as in [`macro@gen_stage`]; may be given several times | nobody: `sync_subscribe` and `async_subscribe` at run time |
/// | `max_restarts` | how many restarts of children are too many .. | 3 |
/// | `max_seconds` | .. within so many seconds | 5 |
/// | `init`, `event = Type` | template and options come from `#[init]`, see below | from here |
/// | `name` | a name that every start registers, unless it gives another | none |
/// | `id`, `restart`, `shutdown`, `significant` | how its own supervisor treats it | the struct's name, `permanent`, `infinity`, `false` |
/// | `handle` | the handle's name | the struct's name and `Ref` |
/// | `crate` | the path of the `otp` crate, where it was renamed | `::otp` |
///
/// # What is found out at start
///
/// ```
/// use otp::gen_stage::{ConsumerSupervisor, EventChild, StageRef};
/// # use otp::prelude::*;
/// # #[gen_stage(producer)] struct Numbers;
/// # #[gen_stage] impl Numbers {
/// #     #[init] fn init() -> Self { Self }
/// #     #[demand] fn demand(&mut self, _: usize) -> Vec<u64> { Vec::new() }
/// # }
///
/// #[consumer_supervisor(init, event = u64)]
/// struct Printers;
///
/// #[consumer_supervisor]
/// impl Printers {
///     #[init]
///     fn init(numbers: NumbersRef, prefix: String) -> ConsumerSupervisor<u64> {
///         let print = move |n: u64| {
///             let prefix = prefix.clone();
///             async move { println!("{prefix}{n}") }
///         };
///         ConsumerSupervisor::new(EventChild::task(print).transient()).subscribe_to(&numbers)
///     }
/// }
/// ```
///
/// `#[init]` returns a `ConsumerSupervisor`, a `supervisor::Init` of one (which can be `Ignore` or `Stop`), or a `Result`.
#[proc_macro_attribute]
pub fn consumer_supervisor(args: TokenStream, item: TokenStream) -> TokenStream {
    consumer_supervisor::expand(args.into(), item.into()).into()
}

/// Says which part of an event decides about its partition.
///
/// ```
/// use otp::gen_stage::{PartitionDispatcher, PartitionKey};
/// use otp::prelude::*;
///
/// #[derive(PartitionKey)]
/// struct Visit {
///     #[partition_key]
///     user: String,
///     page: String,
/// }
///
/// let visit = Visit { user: "ada".into(), page: "/".into() };
/// assert_eq!(visit.partition_key(), "ada");
/// // All visits of a user go to the same of four partitions.
/// let dispatcher = PartitionDispatcher::<Visit>::by_key(4);
/// # let _ = (dispatcher, visit.page);
/// ```
///
/// One field carries `#[partition_key]`; the only field of a struct needs no mark. Of an enum each variant has such a field,
/// all of the same type. For a key of several parts, make a struct of them, or give a function
/// (`PartitionDispatcher::with_hash`).
#[proc_macro_derive(PartitionKey, attributes(partition_key))]
pub fn partition_key(item: TokenStream) -> TokenStream {
    partition::key(item.into()).into()
}

/// Makes an enum the set of partitions of a `PartitionDispatcher`: no event can be sent to one that does not exist.
///
/// ```
/// use otp::gen_stage::{PartitionDispatcher, Partitions};
/// use otp::prelude::*;
///
/// #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Partitions)]
/// enum Parity { Even, Odd }
///
/// assert_eq!(Parity::all(), [Parity::Even, Parity::Odd]);
/// let dispatcher = PartitionDispatcher::over_all(|n: u64| {
///     Some((n, if n % 2 == 0 { Parity::Even } else { Parity::Odd }))
/// });
/// # let _ = dispatcher;
/// ```
///
/// The enum has variants, none of them with fields.
#[proc_macro_derive(Partitions)]
pub fn partitions(item: TokenStream) -> TokenStream {
    partition::set(item.into()).into()
}

/// Waits for the first message in the mailbox that matches one of the arms, in a process of your own.
///
/// It is the `match` itself: `let x = receive! { .. };`. Messages that match no arm stay where they are, as in Erlang.
///
/// ```
/// use otp::prelude::*;
/// use otp::process;
///
/// struct Tick;
/// enum Event {
///     Opened(String),
///     Closed,
/// }
///
/// # #[otp::main]
/// # async fn main() -> otp::Result {
/// process::send(process::self_pid(), Event::Closed)?;
/// process::send(process::self_pid(), Event::Opened("a".into()))?;
/// let name = receive! {
///     Tick => "tick".to_owned(),
///     Event::Opened(name): Event if !name.is_empty() => name,
///     Down { reason, .. } => reason.to_string(),
///     after 500 => "nothing within half a second".to_owned(),
/// };
/// assert_eq!(name, "a");
/// # Ok(())
/// # }
/// ```
///
/// - An arm is a pattern, its message's type behind a colon, and perhaps a guard. The type may be left out where the pattern
///   names it: `Tick`, `Ping(n)`, `Down { .. }`; a variant does not.
/// - Guards and bodies are ordinary code; `return`, `break`, `?` and `.await` in a body mean what they say.
/// - `after` comes last: a literal is milliseconds, anything else a `Duration`. `after 0` only looks.
/// - `other: Info` takes any message.
#[proc_macro]
pub fn receive(input: TokenStream) -> TokenStream {
    receive::expand(input.into()).into()
}

/// Runs an async `main` as the first process of a runtime.
///
/// ```
/// #[otp::main]
/// async fn main() -> otp::Result {
///     let number: u8 = "1".parse()?;
///     assert_eq!(number, 1);
///     Ok(())
/// }
/// ```
///
/// When it returns, the program ends, and with it every process that is still there.
///
/// Options: `flavor = "multi_thread"` (the default) or `"current_thread"`; `worker_threads = N`, by default one for each
/// core; `crate = path`.
#[proc_macro_attribute]
pub fn main(args: TokenStream, item: TokenStream) -> TokenStream {
    entry::expand(entry::Kind::Main, args.into(), item.into()).into()
}

/// Runs an async test as the first process of a runtime of its own.
///
/// ```
/// #[otp::test(start_paused = true)]
/// async fn a_minute_passes_at_once() {
///     otp::process::sleep(std::time::Duration::from_secs(60)).await;
/// }
/// ```
///
/// Options: `flavor = "current_thread"` (the default) or `"multi_thread"`, with `worker_threads = N`;
/// `start_paused = true` for a clock that only moves when every process waits, on one thread and with the feature
/// `test-util`; `crate = path`. Other attributes, such as `#[should_panic]` and `#[ignore]`, work as usual.
#[proc_macro_attribute]
pub fn test(args: TokenStream, item: TokenStream) -> TokenStream {
    entry::expand(entry::Kind::Test, args.into(), item.into()).into()
}
