//! Task types of all kinds, as children and by hand.
#![deny(warnings)]

mod inner {
    use otp::prelude::*;

    /// Arguments that are another module's.
    pub struct Settings;

    pub struct Import;

    #[task(crate = ::otp, id = "import", restart = transient, shutdown = infinity, significant)]
    impl Import {
        /// Does it.
        #[run]
        pub async fn run(settings: Settings, mut limit: usize) -> Result<(), std::io::Error> {
            let _ = settings;
            limit += Self::LIMIT;
            (limit < 100).then_some(()).ok_or_else(|| std::io::Error::other("too many"))
        }

        const LIMIT: usize = 10;
    }
}

use inner::{Import, Settings};
use otp::prelude::*;

enum Many {}

#[task]
impl Many {
    #[run]
    async fn work() -> ExitReason {
        ExitReason::Shutdown
    }
}

struct Generic<T>(std::marker::PhantomData<T>);

#[task(restart = Restart::Temporary, shutdown = std::time::Duration::from_secs(1))]
impl<T: Default + Send + 'static> Generic<T> {
    #[run]
    async fn run((first, _): (T, T)) {
        drop(first);
        std::future::ready(T::default()).await;
    }
}

#[supervisor]
struct App {
    #[child(args = (Settings, 5), significant = false)]
    import: Import,
    #[child]
    many: Many,
    #[child(args = TaskSupervisor::builder())]
    tasks: TaskSupervisor,
}

#[otp::main]
async fn main() -> otp::Result {
    Import::start((Settings, 1));
    let tree = supervision_tree! {
        Import(Settings, 1) { significant: false },
        Many { restart: transient },
        Generic::<u8>((1, 2)),
        task_supervisor "tasks" { max_children: 5, shutdown: 1_000 },
    };
    Supervisor::start_link(tree).await?;
    let app = App::start().await?;
    let _ = (app.import().pid(), app.many().pid());
    let answer: &'static str = app.tasks().async_nolink(async { "yes" }).await?.await?;
    assert_eq!(answer, "yes");
    Ok(())
}
