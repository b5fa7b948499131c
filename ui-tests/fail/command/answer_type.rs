//! What a command returns is printed.
struct Purged;

#[otp::command]
fn purge() -> Purged {
    Purged
}

#[otp::command]
fn check() -> Result<Purged, String> {
    Ok(Purged)
}

fn main() {}
