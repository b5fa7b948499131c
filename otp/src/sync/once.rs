//! A value that its owner sets once and that anybody may look at.
//!
//! std's `OnceLock` lets several try and has those that lose wait; this one has a single writer, and asks for no more
//! than a store. Invariants:
//!
//! 1. Whoever moves the word from EMPTY to SETTING, by compare-and-swap, writes the value: nobody else ever does.
//! 2. The value is read in SET only, and never changes from then on. SET is stored with release, and loaded with acquire.
//! 3. It is dropped with the cell, which nobody borrows then.
//!
//! [`SetOncePtr`] is one word, for a value that is nearly always one of a few that are there for ever: it holds the address
//! of that, or of a box. The word is moved from null once, by compare-and-swap; it is stored with release and loaded with
//! acquire, and what it names never changes.

use super::atomic::{AtomicPtr, AtomicU8, Ordering};
use super::shim::UnsafeCell;
use std::marker::PhantomData;
use std::mem::{MaybeUninit, align_of};
use std::ptr;

const EMPTY: u8 = 0;
const SETTING: u8 = 1;
const SET: u8 = 2;

/// See the module.
pub(crate) struct SetOnce<T> {
    /// EMPTY, SETTING, SET, in this order. Moved on by whoever sets the value.
    word: AtomicU8,
    /// Owned as the invariants say.
    value: UnsafeCell<MaybeUninit<T>>,
}

// SAFETY: the value is written by one thread before it is published, and only lent out afterwards (invariants 1, 2): as for
// `OnceLock`, whoever is lent it needs `T: Sync`, and another thread than the writer's may drop it.
unsafe impl<T: Send + Sync> Sync for SetOnce<T> {}
// SAFETY: it owns its value.
unsafe impl<T: Send> Send for SetOnce<T> {}

impl<T> SetOnce<T> {
    pub(crate) fn new() -> Self {
        Self { word: AtomicU8::new(EMPTY), value: UnsafeCell::new(MaybeUninit::uninit()) }
    }

    #[inline]
    pub(crate) fn get(&self) -> Option<&T> {
        if self.word.load(Ordering::Acquire) != SET {
            return None;
        }
        // SAFETY: it is set, and nobody writes it any more (invariant 2).
        Some(self.value.with(|value| unsafe { (*value).assume_init_ref() }))
    }

    /// Sets the value, unless that was done, or is being done, before: then it is handed back.
    #[inline]
    pub(crate) fn set(&self, value: T) -> Result<&T, T> {
        if self.word.compare_exchange(EMPTY, SETTING, Ordering::Relaxed, Ordering::Relaxed).is_err() {
            return Err(value);
        }
        // SAFETY: this is the one that moved the word (invariant 1); nobody reads before SET.
        let set = self.value.with_mut(|place| unsafe { &*(*place).write(value) });
        self.word.store(SET, Ordering::Release);
        Ok(set)
    }
}

impl<T> Drop for SetOnce<T> {
    fn drop(&mut self) {
        if self.word.load(Ordering::Acquire) == SET {
            // SAFETY: it is set, nobody borrows it, and it is not looked at again.
            self.value.with_mut(|value| unsafe { (*value).assume_init_drop() });
        }
    }
}

impl<T: std::fmt::Debug> std::fmt::Debug for SetOnce<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("SetOnce").field(&self.get()).finish()
    }
}

/// See the module.
pub(crate) struct SetOncePtr<T: 'static> {
    /// Null, or where the value lies; marked if that is a box, which is the cell's own.
    value: AtomicPtr<T>,
    _owns: PhantomData<Box<T>>,
}

/// In the lowest bit of an address.
const BOXED: usize = 1;

impl<T: Send + Sync> SetOncePtr<T> {
    const HAS_ROOM: () = assert!(align_of::<T>() > BOXED);

    pub(crate) fn new() -> Self {
        Self { value: AtomicPtr::new(ptr::null_mut()), _owns: PhantomData }
    }

    #[inline]
    pub(crate) fn get(&self) -> Option<&T> {
        let value = self.value.load(Ordering::Acquire).map_addr(|addr| addr & !BOXED);
        // SAFETY: null, or the address of a value that is there for ever, or from a box in `set`, which is there until the
        // cell is dropped. Nobody writes it.
        unsafe { value.as_ref() }
    }

    /// Sets a value that is there for ever. `false`: one was set before.
    #[inline]
    pub(crate) fn set_static(&self, value: &'static T) -> bool {
        self.publish(ptr::from_ref(value).cast_mut())
    }

    /// Sets a value. `false`: one was set before, and this one is dropped.
    pub(crate) fn set(&self, value: T) -> bool {
        let () = Self::HAS_ROOM;
        let boxed = Box::into_raw(Box::new(value));
        let set = self.publish(boxed.map_addr(|addr| addr | BOXED));
        if !set {
            // SAFETY: it was just made, and nobody else has seen it.
            drop(unsafe { Box::from_raw(boxed) });
        }
        set
    }

    #[inline]
    fn publish(&self, value: *mut T) -> bool {
        self.value.compare_exchange(ptr::null_mut(), value, Ordering::AcqRel, Ordering::Relaxed).is_ok()
    }
}

impl<T> Drop for SetOncePtr<T> {
    fn drop(&mut self) {
        let value = self.value.load(Ordering::Acquire);
        if value.addr() & BOXED != 0 {
            // SAFETY: it came from a box in `set`, nobody borrows it, and it is not looked at again.
            drop(unsafe { Box::from_raw(value.map_addr(|addr| addr & !BOXED)) });
        }
    }
}

#[cfg(all(test, not(otp_loom)))]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn the_first_value_stays_wherever_it_lies() {
        static EVER: u32 = 1;
        let once = SetOncePtr::new();
        assert_eq!(once.get(), None);
        assert!(once.set_static(&EVER) && !once.set(2) && !once.set_static(&EVER));
        assert!(once.get().is_some_and(|value| ptr::eq(value, &EVER)));
        let once = SetOncePtr::new();
        assert!(once.set(2) && !once.set_static(&EVER) && !once.set(3));
        assert_eq!(once.get(), Some(&2));
    }

    #[test]
    fn a_box_is_dropped_with_its_cell() {
        let counted = Arc::new(());
        let once = SetOncePtr::new();
        assert!(once.set(counted.clone()) && !once.set(counted.clone()));
        assert_eq!(Arc::strong_count(&counted), 2);
        drop(once);
        drop(SetOncePtr::<Arc<()>>::new());
        assert_eq!(Arc::strong_count(&counted), 1);
    }

    #[test]
    fn the_first_value_stays() {
        let once = SetOnce::new();
        assert_eq!(once.get(), None);
        assert_eq!(once.set("first"), Ok(&"first"));
        assert_eq!(once.set("second"), Err("second"));
        assert_eq!(once.get(), Some(&"first"));
    }

    #[test]
    fn it_is_dropped_with_its_cell() {
        let counted = Arc::new(());
        let once = SetOnce::new();
        assert!(once.set(counted.clone()).is_ok());
        assert!(once.set(counted.clone()).is_err());
        assert_eq!(Arc::strong_count(&counted), 2);
        drop(once);
        drop(SetOnce::<Arc<()>>::new());
        assert_eq!(Arc::strong_count(&counted), 1);
    }
}

#[cfg(all(test, otp_loom))]
mod loom_tests {
    use super::*;
    use loom::sync::Arc;
    use loom::thread;

    #[test]
    fn loom_whoever_sees_a_boxed_value_sees_all_of_it_and_one_of_two_sets_it() {
        loom::model(|| {
            let once = Arc::new(SetOncePtr::new());
            let setters: Vec<_> = [1_u32, 2]
                .map(|n| {
                    let once = once.clone();
                    thread::spawn(move || once.set(Box::new(n)))
                })
                .into();
            let seen = once.get().map(|n| **n);
            let set: Vec<_> = setters.into_iter().map(|setter| setter.join().expect("setter")).collect();
            assert_eq!(set.iter().filter(|set| **set).count(), 1);
            let now = **once.get().expect("it was set");
            assert_eq!(now, if set[0] { 1 } else { 2 });
            assert!(seen.is_none_or(|seen| seen == now));
        });
    }

    #[test]
    fn loom_whoever_sees_a_value_sees_all_of_it_and_one_of_two_sets_it() {
        loom::model(|| {
            let once = Arc::new(SetOnce::new());
            let setters: Vec<_> = [1_u32, 2]
                .map(|n| {
                    let once = once.clone();
                    thread::spawn(move || once.set(Box::new(n)).is_ok())
                })
                .into();
            let seen = once.get().map(|n| **n);
            let set: Vec<_> = setters.into_iter().map(|setter| setter.join().expect("setter")).collect();
            assert_eq!(set.iter().filter(|set| **set).count(), 1);
            let now = **once.get().expect("it was set");
            assert_eq!(now, if set[0] { 1 } else { 2 });
            assert!(seen.is_none_or(|seen| seen == now));
        });
    }
}
