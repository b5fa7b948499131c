//! Struct and impl in different modules, with private handlers, private types, and handlers of several visibilities.
#![deny(warnings)]

mod state {
    use otp::prelude::*;

    /// A counter.
    #[gen_server(handle = CounterHandle)]
    pub struct Counter {
        pub(crate) count: u64,
    }
}

mod logic {
    use super::state;
    use otp::prelude::*;

    #[derive(Debug)]
    struct Secret;

    #[gen_server]
    impl state::Counter {
        #[init]
        fn init(count: u64) -> Self {
            Self { count }
        }

        #[call]
        pub(crate) fn get(&self) -> u64 {
            self.count
        }

        #[call]
        fn with_secret(&mut self, secret: Secret) -> Option<Secret> {
            self.count += 1;
            Some(secret)
        }

        #[cast]
        pub(super) fn add(&mut self, by: u64) {
            self.count += by;
        }

        #[info]
        fn secret(&mut self, _: Secret) {}
    }

    pub(crate) async fn inside(counter: &state::CounterHandle) -> otp::Result {
        counter.with_secret(Secret).await?;
        counter.send_info(Secret);
        Ok(())
    }
}

async fn client() -> otp::Result {
    let counter: state::CounterHandle = state::Counter::start_link(0).await?;
    counter.add(1);
    counter.get().await?;
    logic::inside(&counter).await
}

fn main() {
    drop(client());
}
