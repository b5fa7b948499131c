//! Operators choose no types.
struct Tasks<T>(T);

#[otp::command]
impl<T> Tasks<T> {
    fn purge() {}
}

struct Others;

#[otp::command]
impl Others {
    fn purge<T: Default>(days: u32) -> u32 {
        days
    }
}

fn main() {}
