//! A command is a function of the type itself.
struct Tasks;

trait Purge {
    fn purge();
}

#[otp::command]
impl Purge for Tasks {
    fn purge() {}
}

fn main() {}
