//! Children found out at start, with and without arguments, and fields that only declare accessors.
#![deny(warnings)]

use otp::prelude::*;

#[gen_server]
struct Stack;

#[gen_server]
impl Stack {
    #[init]
    fn init() -> Self {
        Self
    }
}

#[supervisor(init)]
struct App {
    #[child(id = "main")]
    stack: Stack,
}

#[supervisor]
impl App {
    #[init]
    async fn init(more: Vec<String>, count: usize) -> Result<SupervisorSpec, std::fmt::Error> {
        std::future::ready(()).await;
        let mut tree = Supervisor::builder().child(Stack::child_spec(|| ()).id("main"));
        for id in more.into_iter().take(count) {
            tree = tree.child(Self::one(id));
        }
        Ok(tree)
    }

    fn one(id: String) -> ChildSpec {
        Stack::child_spec(|| ()).id(id)
    }
}

#[supervisor(init, handle = RootHandle)]
struct Root {
    #[child]
    app: App,
}

#[supervisor]
impl Root {
    #[init]
    fn init() -> SupervisorSpec {
        Supervisor::builder().child(App::child_spec(|| (Vec::new(), 0)).id("app"))
    }
}

async fn client() -> otp::Result {
    let root: RootHandle = Root::start_link(()).await?;
    let _ = root.app().stack().pid();
    Ok(())
}

fn main() {
    drop(client());
}
