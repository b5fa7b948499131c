//! What is read is written as strings.
const KEY: &str = "size";

fn main() {
    otp::compile_env!();
    otp::compile_env!("shop");
    otp::compile_env!(shop, "size");
    otp::compile_env!("shop", KEY);
    otp::compile_env!("shop", ["a", 5]);
    let _: u8 = otp::compile_env!("shop", "size", "large");
}
