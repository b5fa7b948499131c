//! A name is for one function, and it is words joined by `::`.
struct Tasks;

#[otp::command(name = "Other::purge")]
impl Tasks {
    fn purge() {}
}

#[otp::command(name = "purge all")]
fn purge() {}

fn main() {}
