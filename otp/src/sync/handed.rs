//! A value that is handed over for the length of a call: it stays where it is, and may be taken out meanwhile
//! ([`Handed`]), or looked at ([`Lent`]).

use std::cell::Cell;
use std::ptr::NonNull;

/// Where whoever is called finds it.
#[derive(Debug)]
pub(crate) struct Handed<T>(Cell<Option<NonNull<Option<T>>>>);

// SAFETY: outside of `during`, which does not let go of `self`, there is nothing in it.
unsafe impl<T: Send> Send for Handed<T> {}

impl<T> Handed<T> {
    pub(crate) const fn new() -> Self {
        Self(Cell::new(None))
    }

    /// Hands the value over while `f` runs.
    #[inline]
    pub(crate) fn during<R>(&self, value: &mut Option<T>, f: impl FnOnce() -> R) -> R {
        struct End<'a, T>(&'a Handed<T>);
        impl<T> Drop for End<'_, T> {
            fn drop(&mut self) {
                self.0.0.set(None);
            }
        }
        let _end = End(self);
        self.0.set(Some(NonNull::from(value)));
        f()
    }

    #[inline]
    pub(crate) fn is_there(&self) -> bool {
        self.0.get().is_some()
    }

    /// Takes the value, once.
    #[inline]
    pub(crate) fn take(&self) -> Option<T> {
        // SAFETY: the pointer is there only while `during` runs, whose borrow of the value nobody else uses. It leaves
        // here before the value does, so nothing reaches it twice.
        self.0.take().and_then(|value| unsafe { (*value.as_ptr()).take() })
    }
}

/// As [`Handed`], to be looked at.
#[derive(Debug)]
pub(crate) struct Lent<T>(Cell<Option<NonNull<T>>>);

// SAFETY: outside of `during`, which does not let go of `self`, there is nothing in it.
unsafe impl<T: Sync> Send for Lent<T> {}

impl<T> Lent<T> {
    pub(crate) const fn new() -> Self {
        Self(Cell::new(None))
    }

    /// Lends the value while `f` runs.
    #[inline]
    pub(crate) fn during<R>(&self, value: &T, f: impl FnOnce() -> R) -> R {
        struct End<'a, T>(&'a Lent<T>);
        impl<T> Drop for End<'_, T> {
            fn drop(&mut self) {
                self.0.0.set(None);
            }
        }
        let _end = End(self);
        self.0.set(Some(NonNull::from(value)));
        f()
    }

    /// Calls `f` with the value, if there is one.
    #[inline]
    pub(crate) fn with<R>(&self, f: impl FnOnce(Option<&T>) -> R) -> R {
        // SAFETY: the pointer is there only while `during` runs, which borrows the value, and which cannot end before `f`
        // does: it is not `Sync`, so `f` runs on the thread of `during`, within its call.
        f(self.0.get().map(|value| unsafe { &*value.as_ptr() }))
    }
}

#[cfg(all(test, not(otp_loom)))]
mod tests {
    use super::*;

    #[test]
    fn what_is_handed_over_is_taken_once() {
        let handed = Handed::new();
        let mut value = Some(String::from("value"));
        handed.during(&mut value, || {
            assert!(handed.is_there());
            assert_eq!(handed.take().as_deref(), Some("value"));
            assert_eq!(handed.take(), None);
        });
        assert_eq!(value, None);
        assert!(!handed.is_there());
    }

    #[test]
    fn what_is_lent_is_seen_meanwhile() {
        let lent = Lent::new();
        assert!(lent.with(|value| value.is_none()));
        let unwound = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            lent.during(&String::from("value"), || {
                assert_eq!(lent.with(|value| value.cloned()).as_deref(), Some("value"));
                std::panic::resume_unwind(Box::new(()))
            })
        }));
        assert!(unwound.is_err() && lent.with(|value| value.is_none()));
    }

    #[test]
    fn what_is_not_taken_stays() {
        let handed = Handed::new();
        let mut value = Some(1);
        let unwound = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            handed.during(&mut value, || std::panic::resume_unwind(Box::new(())));
        }));
        assert!(unwound.is_err());
        assert_eq!((value, handed.take()), (Some(1), None));
    }
}
