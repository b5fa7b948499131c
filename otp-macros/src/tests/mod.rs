//! What the macros make, one feature a file. `UPDATE_EXPECT=1 cargo test -p otp-macros` writes the files anew: read the
//! diff as you would any other code.

use expect_test::{ExpectFile, expect_file};
use proc_macro2::TokenStream;
use quote::quote;

#[cfg(feature = "release")]
use crate::command;
use crate::{
    child_spec, consumer_supervisor, dynamic_supervisor, entry, gen_server, partition, pipeline, receive,
    supervision_tree, supervisor, task,
};

/// Compares items with a snapshot.
fn items(expanded: TokenStream, expected: ExpectFile) {
    let file = syn::parse2(expanded).expect("an expansion is a list of items");
    expected.assert_eq(&prettyplease::unparse(&file));
}

/// Compares an expression with a snapshot.
fn expression(expanded: TokenStream, expected: ExpectFile) {
    items(quote!(fn expression() { let value = #expanded; }), expected);
}

#[test]
fn server_struct() {
    let args = quote!(restart = transient, shutdown = 10_000, name = "stack", mailbox = 1000, handle = Handle);
    let item = quote! {
        /// A store.
        pub struct Stack { items: Vec<String> }
    };
    items(gen_server::expand(args, item), expect_file!["snapshots/server_struct.rs"]);
}

#[test]
fn server_generic_struct() {
    let item = quote!(
        pub(crate) struct Stack<T: Ord = u8, const N: usize = 4>
        where
            T: Clone,
        {
            items: [T; N],
        }
    );
    items(gen_server::expand(quote!(), item), expect_file!["snapshots/server_generic_struct.rs"]);
}

#[test]
fn server_calls_and_casts() {
    let item = quote! {
        impl Stack {
            #[init]
            fn init(items: Vec<String>) -> Self { Self { items } }

            /// Takes the last item.
            #[call]
            pub fn pop(&mut self) -> Option<String> { self.items.pop() }

            #[call(timeout = 500, boxed, name = take)]
            async fn take_async(&mut self, count: usize) -> Vec<String> { todo!() }

            #[cast]
            pub fn push(&mut self, item: String) -> Next { todo!() }

            #[cfg(feature = "clear")]
            #[cast]
            async fn clear(&mut self) {}

            fn helper(&self) {}
        }
    };
    items(gen_server::expand(quote!(), item), expect_file!["snapshots/server_calls_and_casts.rs"]);
}

#[test]
fn server_replies() {
    let item = quote! {
        impl Stack {
            #[init]
            async fn init(first: u8, second: u8) -> Result<Self, Error> { todo!() }

            #[call]
            fn now(&mut self) -> Reply<u8> { todo!() }

            #[call]
            async fn later(&mut self, first: u8, from: ReplyTo<u8>) -> Reply<u8, Next> { todo!() }

            #[call]
            fn by_hand(&mut self, from: ReplyTo<u8>) { todo!() }

            #[call]
            async fn shared(&self) -> Answer { todo!() }
        }
    };
    items(gen_server::expand(quote!(), item), expect_file!["snapshots/server_replies.rs"]);
}

#[test]
fn server_callbacks() {
    let item = quote! {
        impl Stack {
            #[init]
            fn init() -> Init<Self, Load> { todo!() }
            #[info]
            fn down(&mut self, down: Down) -> Next { todo!() }
            #[info]
            async fn tick(&mut self, _: Tick) {}
            #[handle_continue]
            fn load(&mut self, step: Load) -> Next<u8> { todo!() }
            #[handle_continue]
            fn count(&mut self, step: u8) {}
            #[timeout]
            fn idle(&mut self) -> Next { todo!() }
            #[terminate]
            async fn cleanup(&mut self, reason: &ExitReason) {}
            #[format_status]
            fn status(&self) -> String { todo!() }
        }
    };
    items(gen_server::expand(quote!(), item), expect_file!["snapshots/server_callbacks.rs"]);
}

#[test]
fn server_generic_impl() {
    let item = quote! {
        impl<T: Clone + Send + 'static> state::Stack<T> {
            #[init]
            fn init() -> Self { todo!() }
            #[call]
            pub fn copy(&self) -> Self { todo!() }
            #[call]
            pub fn last(&self) -> T { todo!() }
        }
    };
    items(gen_server::expand(quote!(crate = my::otp), item), expect_file!["snapshots/server_generic_impl.rs"]);
}

#[test]
fn server_with_mistakes() {
    let item = quote! {
        impl Stack {
            #[init]
            fn init(items: Vec<String>) -> Self { todo!() }
            #[call]
            fn pop(&mut self) -> Option<String> { todo!() }
            #[cast]
            fn push(&mut self, item: &str) {}
        }
    };
    items(gen_server::expand(quote!(), item), expect_file!["snapshots/server_with_mistakes.rs"]);
}

#[test]
fn stage_struct() {
    let args = quote!(
        producer_consumer,
        subscribe_to(Numbers, max_demand = 10, cancel = transient),
        subscribe_to(a::Others = "others"),
        dispatcher = BroadcastDispatcher,
        buffer_size = 100,
        name = "square"
    );
    items(
        gen_server::expand_as(
            gen_server::Flavour::Stage,
            args,
            quote!(
                pub struct Square;
            ),
        ),
        expect_file!["snapshots/stage_struct.rs"],
    );
}

#[test]
fn stage_generic_struct() {
    let item = quote!(
        struct Square<T: Send + 'static>(T);
    );
    let args = quote!(producer_consumer, subscribe_to(Numbers<T>, max_demand = 10));
    items(
        gen_server::expand_as(gen_server::Flavour::Stage, args, item),
        expect_file!["snapshots/stage_generic_struct.rs"],
    );
}

#[test]
fn stage_impl() {
    let item = quote! {
        impl Square {
            #[init]
            fn init() -> Self { Self }
            #[events]
            async fn square(&mut self, events: Vec<u64>, from: &Subscription) -> Vec<u64> { todo!() }
            #[call]
            pub fn emit(&mut self, n: u64) -> Reply<(), Vec<u64>> { todo!() }
            #[cast]
            pub fn push(&mut self, n: u64) -> Vec<u64> { todo!() }
            #[info]
            fn tick(&mut self, tick: Tick) {}
            #[subscribed]
            fn subscribed(&mut self, subscription: &mut NewSubscription<'_>) {}
            #[cancelled]
            fn cancelled(&mut self, subscriber: &Subscriber, how: &Cancelled) {}
            #[discarded]
            fn discarded(&self, n: usize) -> bool { todo!() }
            #[dispatcher]
            fn dispatcher(&self) -> PartitionDispatcher<u64> { todo!() }
        }
    };
    items(gen_server::expand_as(gen_server::Flavour::Stage, quote!(), item), expect_file!["snapshots/stage_impl.rs"]);
}

#[test]
fn supervisor_struct() {
    let args = quote!(strategy = rest_for_one, max_restarts = 3, name = "app", args(names: Vec<String>, count: u8));
    let item = quote! {
        pub struct App {
            /// The store.
            #[child(args = names.clone())]
            stack: Stack,
            #[cfg(feature = "workers")]
            #[child(id = "w", restart = transient)]
            workers: Workers<u8>,
        }
    };
    items(supervisor::expand(args, item), expect_file!["snapshots/supervisor_struct.rs"]);
}

#[test]
fn supervisor_init() {
    let item = quote! {
        impl App {
            #[init]
            async fn init(names: Vec<String>) -> SupervisorSpec { todo!() }
        }
    };
    items(supervisor::expand(quote!(), item), expect_file!["snapshots/supervisor_init.rs"]);
}

#[test]
fn tasks() {
    let item = quote! {
        impl<T: Source> Import<T> {
            /// Reads it all.
            #[run]
            pub async fn run(source: T, limit: usize) -> Result<(), Error> { todo!() }

            fn helper() {}
        }
    };
    items(task::expand(quote!(restart = transient, shutdown = 10_000), item), expect_file!["snapshots/task.rs"]);
}

#[test]
fn trees() {
    let tree = quote! {
        strategy: one_for_one, max_seconds: 10;
        Stack(vec![]) { id: "stack", shutdown: infinity },
        a::Numbers<u8>(1, 2),
        spec() { restart: temporary },
        supervisor "inner" { restart: transient; Print },
        dynamic_supervisor "rooms" { max_children: 100, name: "rooms", shutdown: 1_000 },
        task_supervisor "mails" { max_restarts: 10 },
    };
    expression(supervision_tree::expand(tree), expect_file!["snapshots/tree.rs"]);
}

#[test]
fn pipelines() {
    let stages = quote! {
        max_restarts: 5;
        reader: Reader(path.clone(), 1) { restart: transient },
        parser: |k| a::Parser<u8>(k) * 4 { name: "parser" } <- reader { max_demand: 10, cancel: transient, with: Every(5) },
        #[cfg(feature = "count")]
        counter: |k| Counter * (n + 1) <- parser { partition: k } <- (&outside) { selector: |event| event.good() },
    };
    expression(pipeline::expand(stages), expect_file!["snapshots/pipeline.rs"]);
}

#[test]
fn partitions() {
    let mut all = partition::key(quote!(
        struct Visit<T> {
            page: T,
            #[partition_key]
            user: String,
        }
    ));
    all.extend(partition::key(quote!(
        enum Event {
            Opened(u64),
            Moved {
                #[partition_key]
                id: u64,
                to: u8,
            },
        }
    )));
    all.extend(partition::set(quote!(
        enum Parity {
            Even,
            Odd,
        }
    )));
    items(all, expect_file!["snapshots/partitions.rs"]);
}

#[test]
fn consumer_supervisors() {
    let args = quote!(
        child(Printer, restart = transient, shutdown = 100, args = |event: u64| (pool(), event)),
        subscribe_to(Numbers, max_demand = 50),
        subscribe_to(Others = "others", partition = 1),
        max_restarts = 10,
        name = "printers"
    );
    let mut both = consumer_supervisor::expand(
        args,
        quote!(
            pub struct Printers;
        ),
    );
    both.extend(consumer_supervisor::expand(
        quote!(init, event = Job),
        quote!(
            struct Jobs;
        ),
    ));
    both.extend(consumer_supervisor::expand(
        quote!(),
        quote! {
            impl Jobs {
                #[init]
                fn init(pool: usize) -> ConsumerSupervisor<Job> { todo!() }
            }
        },
    ));
    items(both, expect_file!["snapshots/consumer_supervisor.rs"]);
}

#[test]
fn receives() {
    let arms = quote! {
        Tick => 1,
        Ping { mut count, .. } if count > 1 => { count += 1; count }
        text: String => text.len(),
        after 500 => 0,
    };
    expression(receive::expand(arms), expect_file!["snapshots/receive.rs"]);
}

#[test]
fn entries() {
    let main = quote!(
        async fn main() -> otp::Result {
            Ok(())
        }
    );
    let test = quote!(
        #[ignore]
        async fn waits() {}
    );
    let mut both = entry::expand(entry::Kind::Main, quote!(worker_threads = 2), main);
    both.extend(entry::expand(entry::Kind::Test, quote!(start_paused = true), test));
    items(both, expect_file!["snapshots/entry.rs"]);
}

#[test]
fn child_specs() {
    let mut both = child_spec::expand(quote!(
        #[child_spec(restart = temporary)]
        struct Server;
    ));
    both.extend(child_spec::expand(quote!(
        #[child_spec(args = u16)]
        struct Listener;
    )));
    items(both, expect_file!["snapshots/child_spec.rs"]);
}

#[test]
fn dynamic_supervisors() {
    let args = quote!(max_children = 100, max_seconds = 10, name = "sessions", extra_arguments(pool: Arc<Pool>));
    let mut both = dynamic_supervisor::expand(
        args,
        quote!(
            pub struct Sessions;
        ),
    );
    both.extend(dynamic_supervisor::expand(
        quote!(init),
        quote!(
            struct Rooms;
        ),
    ));
    both.extend(dynamic_supervisor::expand(
        quote!(),
        quote! {
            impl Rooms {
                #[init]
                async fn init(seats: usize) -> DynamicSupervisorSpec { todo!() }
            }
        },
    ));
    items(both, expect_file!["snapshots/dynamic_supervisor.rs"]);
}

#[cfg(feature = "application")]
#[test]
fn applications() {
    let args = quote!(
        name = "shop",
        mode = transient,
        dependencies(
            Store,
            #[cfg(feature = "mail")]
            mail::Mailer
        ),
        optional("metrics"),
        includes(Cart),
        env(port = 80, greeting = "hello"),
        supervisor = Tree(8)
    );
    let mut both = crate::application::expand(
        args,
        quote!(
            pub struct Shop;
        ),
    );
    both.extend(crate::application::expand(
        quote!(library),
        quote!(
            struct Store {
                size: usize,
            }
        ),
    ));
    items(both, expect_file!["snapshots/application.rs"]);
}

/// `compile_env!` with a folder for the package; ui tests have no configuration.
#[cfg(feature = "application")]
mod compile_env {
    use crate::compile_env::expand_in;
    use quote::quote;
    use std::path::PathBuf;

    /// A package that is gone with the test.
    struct Package(PathBuf);

    impl Package {
        fn of(name: &str, text: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("otp-macros-{}-{name}", std::process::id()));
            std::fs::create_dir_all(folder.join("config")).expect("a folder can be made");
            std::fs::write(folder.join("config/config.toml"), text).expect("a file can be written");
            Self(folder)
        }

        fn expand(&self, args: proc_macro2::TokenStream) -> String {
            expand_in(args, &self.0).to_string()
        }
    }

    impl Drop for Package {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn cfg_010_a_value_that_is_not_set_is_told_in_one_of_two_ways() {
        let package = Package::of("missing", "[shop]\nsize = 1\n");
        let unknown = package.expand(quote!("shp", "size"));
        assert!(unknown.contains("the application shp is not configured") && unknown.contains("help: "), "{unknown}");
        let missing = package.expand(quote!("shop", ["a", "b"]));
        assert!(missing.contains("the configuration at `a.b` of application shop was not set"), "{missing}");
    }

    #[test]
    fn what_cannot_stand_in_a_program_is_refused() {
        let package = Package::of("refused", "[shop]\na.b = 1\nkey = { secret = \"hunter2\" }\nat = 07:32:00\n");
        for (args, says) in [
            (quote!("shop", "a"), "is a table"),
            (quote!("shop", "at"), "is a date or time"),
            (quote!("shop", "key"), "is a secret"),
        ] {
            let expanded = package.expand(args);
            assert!(expanded.contains("compile_error") && expanded.contains(says), "{expanded}");
            assert!(!expanded.contains("hunter2"), "{expanded}");
        }
    }

    #[test]
    fn a_broken_file_is_an_error_with_its_line() {
        let package = Package::of("broken", "[shop]\nsize = \n");
        let expanded = package.expand(quote!("shop", "size", 1));
        assert!(
            expanded.contains("the configuration cannot be read") && expanded.contains("config.toml:2: "),
            "{expanded}"
        );
    }

    #[test]
    fn it_is_compiled_again_when_what_it_was_read_from_changes() {
        let package = Package::of("tracked", "[shop]\nsize = { env = \"PATH\" }\n");
        let expanded = package.expand(quote!("shop", "size"));
        for tracked in ["include_bytes ! (", "config/config.toml", "\"OTP_ENV\"", "\"OTP_TARGET\"", "\"PATH\""] {
            assert!(expanded.contains(tracked), "{tracked}: {expanded}");
        }
    }
}

#[cfg(feature = "release")]
#[test]
fn command_block() {
    let item = quote! {
        impl ReleaseTasks {
            /// Removes what is older
            /// than so many days.
            ///
            /// More of it.
            async fn purge(kind: String, mut days: u32) -> Result<usize, String> { todo!() }

            #[cfg(unix)]
            fn nothing() {}
        }
    };
    items(command::expand(quote!(), item), expect_file!["snapshots/command_block.rs"]);
}
