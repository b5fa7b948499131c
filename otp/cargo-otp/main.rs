//! `cargo otp`: releases of programs that are made with `otp`. All of it is in `otp::release::build`.

#[cfg(unix)]
fn main() -> std::process::ExitCode {
    otp::release::build::main()
}

#[cfg(not(unix))]
fn main() -> std::process::ExitCode {
    eprintln!("error: cargo otp makes releases for Unix systems, on Unix systems");
    std::process::ExitCode::FAILURE
}
