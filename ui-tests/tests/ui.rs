//! `pass/<macro>/<feature>.rs` compile; `fail/<macro>/<rule>.rs` do not, and say what their `.stderr` says.
//!
//! `TRYBUILD=overwrite cargo test -p otp-ui-tests` writes the `.stderr` files anew: read the diff.

#[test]
fn ui() {
    let tests = trybuild::TestCases::new();
    tests.pass("pass/*/*.rs");
    tests.compile_fail("fail/*/*.rs");
}
