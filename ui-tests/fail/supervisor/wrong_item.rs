//! Neither a struct nor its impl.
use otp::prelude::*;

#[gen_server]
struct Stack;

#[gen_server]
impl Stack {
    #[init]
    fn init(items: Vec<String>) -> Self {
        drop(items);
        Self
    }
}

#[supervisor]
enum App {}

struct Other;

#[supervisor]
impl Default for Other {
    fn default() -> Self {
        Self
    }
}

fn main() {}
