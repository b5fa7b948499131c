//! Functions and blocks, waiting and not, of arguments and answers of every kind.
use otp::prelude::*;

#[derive(Debug)]
struct Row;

#[otp::command]
fn alone() {}

/// About this one.
#[otp::command(name = "Cache::clear")]
async fn clear(_days: Option<u32>) -> &'static str {
    "cleared"
}

mod tasks {
    pub(super) struct Tasks;

    #[otp::command(crate = ::otp)]
    impl Tasks {
        const LIMIT: u32 = 5;

        fn numbers(mut all: Vec<u32>) -> Vec<u32> {
            all.push(Self::LIMIT);
            all
        }

        async fn rows(kind: String, who: otp::prelude::Pid) -> Result<Vec<super::Row>, Box<dyn std::error::Error + Send + Sync>> {
            Err(format!("no {kind} of {who}").into())
        }

        #[cfg(any())]
        fn never(argument: NoSuchType) {}
    }
}

#[otp::command]
fn debug_error() -> Result<(), Row> {
    Err(Row)
}

#[otp::main]
async fn main() {
    let _: &[Pid] = &[];
    let _ = tasks::Tasks;
}
