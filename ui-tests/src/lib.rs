//! What the macros accept, and what they say when they do not: see `tests/ui.rs`.
