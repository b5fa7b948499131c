//! A value that is current on this thread for the length of a call: how a process is found while it is polled.

use std::cell::Cell;
use std::ptr::NonNull;
use std::thread::LocalKey;

/// The contents of the thread-local; `T` is usually a trait object.
#[derive(Debug)]
pub(crate) struct Current<T: ?Sized + 'static>(Cell<Option<NonNull<T>>>);

/// Puts the previous value back, also when the call unwinds.
struct Restore<T: ?Sized + 'static> {
    key: &'static LocalKey<Current<T>>,
    previous: Option<NonNull<T>>,
}

impl<T: ?Sized> Drop for Restore<T> {
    fn drop(&mut self) {
        let _ = self.key.try_with(|current| current.0.set(self.previous));
    }
}

impl<T: ?Sized + 'static> Current<T> {
    pub(crate) const fn new() -> Self {
        Self(Cell::new(None))
    }
}

/// Runs `f` with `value` as the current one.
#[inline]
pub(crate) fn enter<T: ?Sized + 'static, R>(key: &'static LocalKey<Current<T>>, value: &T, f: impl FnOnce() -> R) -> R {
    let _restore = Restore { key, previous: key.with(|current| current.0.replace(Some(NonNull::from(value)))) };
    f()
}

/// Calls `f` with the current value, if there is one.
#[inline]
pub(crate) fn with<T: ?Sized + 'static, R>(key: &'static LocalKey<Current<T>>, f: impl FnOnce(Option<&T>) -> R) -> R {
    let value = key.try_with(|current| current.0.get()).unwrap_or(None);
    // SAFETY: the pointer was made from a reference in `enter`, whose borrow outlives every moment at which the pointer
    // can be read: `Restore` takes it away before `enter` returns or unwinds, and it never leaves this thread. `f`
    // cannot keep the reference: its lifetime is that of the call, which lies within `enter`.
    f(value.map(|v| unsafe { &*v.as_ptr() }))
}

#[cfg(all(test, not(otp_loom)))]
mod tests {
    use super::*;

    thread_local! {
        static CURRENT: Current<dyn Fn() -> u32> = const { Current::new() };
    }
    fn value() -> Option<u32> {
        with(&CURRENT, |v| v.map(|f| f()))
    }

    #[test]
    fn nests_and_restores() {
        assert_eq!(value(), None);
        enter(&CURRENT, &|| 1, || {
            assert_eq!(value(), Some(1));
            enter(&CURRENT, &|| 2, || assert_eq!(value(), Some(2)));
            assert_eq!(value(), Some(1));
        });
        assert_eq!(value(), None);
    }

    #[test]
    fn restores_when_unwinding() {
        let unwound = std::panic::catch_unwind(|| {
            enter(&CURRENT, &|| 1, || std::panic::resume_unwind(Box::new(())));
        });
        assert!(unwound.is_err());
        assert_eq!(value(), None);
    }
}
