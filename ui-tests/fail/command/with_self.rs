//! Operators have no value to call a method on.
struct Tasks;

#[otp::command]
impl Tasks {
    fn purge(&self, days: u32) -> u32 {
        days
    }
}

fn main() {}
