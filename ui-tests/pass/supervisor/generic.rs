//! A generic supervisor.
#![deny(warnings)]

use otp::prelude::*;

#[gen_server]
struct Cell<T> {
    value: T,
}

#[gen_server]
impl<T: Clone + Send + 'static> Cell<T> {
    #[init]
    fn init(value: T) -> Self {
        Self { value }
    }

    #[call]
    fn get(&self) -> Option<T> {
        Some(self.value.clone())
    }
}

#[supervisor(args(value: T))]
struct Pair<T: Clone + Send + Sync + 'static> {
    #[child(args = value.clone())]
    left: Cell<T>,
    #[child(args = value.clone())]
    right: Cell<T>,
}

async fn client() -> otp::Result {
    let pair = Pair::<String>::start_link(String::new()).await?;
    let _: Option<String> = pair.left().get().await?;
    let _: Option<String> = pair.right().get().await?;
    Ok(())
}

fn main() {
    drop(client());
}
