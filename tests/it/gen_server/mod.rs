//! Servers: start, calls, casts, messages, timeouts, stop, system messages.
