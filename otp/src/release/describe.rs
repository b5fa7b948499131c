//! What a program says of itself.

/// What stands before the answer, on a line of its own: a program may print before.
pub(crate) const BEGIN: &str = "# otp: description\n";
