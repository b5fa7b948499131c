//! Fixtures shared by the tests of `otp`, and the code blocks of the README as doctests.

pub mod reports;

/// Compiles and runs every Rust block of the README.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
