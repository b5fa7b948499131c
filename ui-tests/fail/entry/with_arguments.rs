//! Nobody passes arguments, or chooses types.

#[otp::main]
async fn main(args: Vec<String>) {
    drop(args);
}

#[otp::test]
async fn test<T>() {}
