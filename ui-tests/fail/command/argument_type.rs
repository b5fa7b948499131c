//! An argument is made of a literal.
struct Age(u32);

#[otp::command]
fn purge(age: Age) {
    let _ = age.0;
}

fn main() {}
