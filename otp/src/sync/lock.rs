//! A mutex without poisoning: nothing in this crate leaves shared state half changed when a panic passes.

use super::shim::RawMutex;
use std::sync::PoisonError;

#[cfg(otp_loom)]
use loom::sync::MutexGuard;
#[cfg(not(otp_loom))]
use std::sync::MutexGuard;

/// std's mutex whose lock ignores poison.
#[derive(Debug)]
pub(crate) struct Mutex<T>(RawMutex<T>);

impl<T> Mutex<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(RawMutex::new(value))
    }

    #[inline]
    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Nobody else has it.
    pub(crate) fn get_mut(&mut self) -> &mut T {
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Default> Default for Mutex<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}
