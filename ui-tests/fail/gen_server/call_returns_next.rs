use otp::prelude::*;

#[gen_server]
struct Stack {
    items: Vec<String>,
}

#[gen_server]
impl Stack {
    #[init]
    fn init() -> Self {
        Self { items: Vec::new() }
    }

    #[call]
    fn pop(&mut self) -> Next {
        self.items.pop();
        Next::noreply()
    }
}

fn main() {}
