//! `cargo otp`: releases of programs that are made with `otp`. All of it is in `otp::release::build`.

fn main() -> std::process::ExitCode {
    otp::release::build::main()
}
