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

impl<T> Lent<Cell<Option<T>>> {
    /// Takes the value out, if it is there, and calls `f` with it.
    // Not `Cell::take`, and no `Option` as the answer: with either the value is moved twice, in pieces of two sizes, and the
    // processor cannot forward to the second move what the first one has just stored.
    #[inline]
    pub(crate) fn take_with<R>(&self, f: impl FnOnce(T) -> R) -> Option<R> {
        self.with(|cell| {
            let cell = cell?.as_ptr();
            // SAFETY: as a `Cell` is not `Sync` and lends nothing, nobody else looks at what is in it, or changes that, while
            // this does. The value is read once: `None` takes its place, without dropping it.
            let value = unsafe {
                let value = std::ptr::from_ref((*cell).as_ref()?).read();
                cell.write(None);
                value
            };
            Some(f(value))
        })
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
        let take = || lent.take_with(|value: String| value);
        let value = Cell::new(Some(String::from("value")));
        lent.during(&value, || {});
        assert_eq!(take(), None);
        lent.during(&value, || assert_eq!((take().as_deref(), take()), (Some("value"), None)));
        assert_eq!(value.take(), None);
    }

    #[test]
    fn a_panic_of_whoever_took_it_leaves_nothing() {
        let lent = Lent::new();
        let value = Cell::new(Some(String::from("value")));
        lent.during(&value, || {
            let unwound = catch_unwind(AssertUnwindSafe(|| lent.take_with(|_| resume_unwind(Box::new(())))));
            assert!(unwound.is_err());
            assert_eq!(lent.take_with(|value| value), None);
        });
        assert_eq!(value.take(), None);
    }
}
