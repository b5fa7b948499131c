//! Where `compile_env!` may stand, and what it may be.
#![forbid(unsafe_code)]

const SIZE: usize = otp::compile_env!("shop", "size", 4096);
static NAME: &str = otp::compile_env!("shop", ["a", "b"], "name",);

fn main() {
    let array = [0; otp::compile_env!("shop", "length", 3)];
    assert_eq!((SIZE, NAME, array.len()), (4096, "name", 3));
}
