//! A state machine: the state is an enum.
#![deny(warnings)]

use otp::prelude::*;

/// A door.
#[gen_server(restart = temporary, shutdown = brutal_kill)]
#[derive(Debug)]
pub enum Door {
    /// Anybody may pass.
    Open,
    /// Nobody may.
    Closed,
}

#[gen_server]
impl Door {
    #[init]
    fn init() -> Self {
        Self::Closed
    }

    /// The previous state, as a copy of the type itself.
    #[call]
    pub fn toggle(&mut self) -> Self {
        let next = if let Self::Open = self { Self::Closed } else { Self::Open };
        std::mem::replace(self, next)
    }
}

fn main() {}
