//! A value that is lent for the length of a call, to whoever is called and knows where to look for it. In a `Cell` it can be
//! taken out meanwhile.

use std::cell::Cell;
use std::ptr::NonNull;

/// Where whoever is called finds it.
#[derive(Debug)]
pub(crate) struct Lent<T>(Cell<Option<NonNull<T>>>);

// SAFETY: whoever sends it owns it. `during`, which borrows it, is over then, and there is nothing in it.
unsafe impl<T> Send for Lent<T> {}

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
    use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

    #[test]
    fn what_is_lent_is_seen_meanwhile() {
        let lent = Lent::new();
        assert!(lent.with(|value| value.is_none()));
        let unwound = catch_unwind(AssertUnwindSafe(|| {
            lent.during(&String::from("value"), || {
                assert_eq!(lent.with(|value| value.cloned()).as_deref(), Some("value"));
                resume_unwind(Box::new(()))
            })
        }));
        assert!(unwound.is_err() && lent.with(|value| value.is_none()));
    }

    #[test]
    fn what_is_lent_in_a_cell_is_taken_once_or_stays() {
        let lent = Lent::new();
        let take = || lent.with(|value: Option<&Cell<Option<String>>>| value.and_then(Cell::take));
        let value = Cell::new(Some(String::from("value")));
        lent.during(&value, || {});
        assert_eq!(take(), None);
        lent.during(&value, || assert_eq!((take().as_deref(), take()), (Some("value"), None)));
        assert_eq!(value.take(), None);
    }
}
