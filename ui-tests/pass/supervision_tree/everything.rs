//! Every form of child, header and option.
#![deny(warnings)]

use std::time::Duration;

use otp::prelude::*;

#[gen_server]
struct Stack {
    items: Vec<String>,
}

#[gen_server]
impl Stack {
    #[init]
    fn init(items: Vec<String>) -> Self {
        Self { items }
    }

    #[call]
    fn len(&self) -> usize {
        self.items.len()
    }
}

mod stages {
    use otp::prelude::*;

    #[gen_server]
    pub struct Multiply<T>(T);

    #[gen_server]
    impl<T: Send + 'static> Multiply<T> {
        #[init]
        fn init(by: T, _name: String) -> Self {
            Self(by)
        }
    }
}

#[gen_server]
struct Print;

#[gen_server]
impl Print {
    #[init]
    fn init() -> Self {
        Self
    }
}

fn spec(id: &'static str) -> ChildSpec {
    Print::child_spec(|| ()).id(id)
}

fn tree(big: bool, names: Vec<String>) -> SupervisorSpec {
    let constant = spec("constant");
    supervision_tree! {
        strategy: rest_for_one, max_restarts: 3, max_seconds: 5, auto_shutdown: any_significant;
        Print,
        Print() { id: "unit" },
        Print(()) { id: "explicit unit" },
        Stack(names.clone()) { id: "stack", restart: transient, shutdown: 10_000, significant: true },
        stages::Multiply<u8>(2, String::new()) { id: "a", shutdown: infinity },
        stages::Multiply::<u16>(2, String::new()) { id: "b", shutdown: Duration::from_secs(1) },
        Print { id: "bare with options", restart: Restart::Temporary, shutdown: brutal_kill },
        spec("by function"),
        spec("by function with options") { restart: temporary },
        ChildSpec::of::<Print>(|| ()).id("by path"),
        if big { spec("big") } else { spec("small") },
        (constant) { id: "c" },
        #[cfg(any())]
        Missing(1),
        supervisor "pipeline" {
            strategy: one_for_all, restart: transient, shutdown: infinity;
            Print,
            supervisor "inner" { Print },
            supervisor "empty" {},
        },
    }
}

fn main() {
    let _: SupervisorSpec = tree(true, Vec::new());
    let _: SupervisorSpec = supervision_tree! {};
    let _: SupervisorSpec = supervision_tree! { strategy: one_for_one; };
    let _: SupervisorSpec = supervision_tree! { Print };
    drop(Supervisor::start_link(supervision_tree! { Print }));
}
