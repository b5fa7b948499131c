//! std's primitives, or loom's when a model is being checked.

#[cfg(not(otp_loom))]
pub(crate) mod atomic {
    pub(crate) use std::sync::atomic::{
        AtomicBool, AtomicPtr, AtomicU8, AtomicU32, AtomicU64, AtomicUsize, Ordering, fence,
    };
}
#[cfg(otp_loom)]
pub(crate) mod atomic {
    pub(crate) use loom::sync::atomic::{
        AtomicBool, AtomicPtr, AtomicU8, AtomicU32, AtomicU64, AtomicUsize, Ordering, fence,
    };
}

#[cfg(not(otp_loom))]
pub(crate) use std::sync::Mutex as RawMutex;

#[cfg(otp_loom)]
pub(crate) use loom::sync::Mutex as RawMutex;

/// Lets the other side of a spin make progress.
#[inline]
pub(crate) fn spin() {
    #[cfg(not(otp_loom))]
    std::hint::spin_loop();
    #[cfg(otp_loom)]
    loom::thread::yield_now();
}

/// Lets the other side of a spin make progress for so long.
pub(crate) fn spin_for(time: std::time::Duration) {
    #[cfg(not(otp_loom))]
    {
        let began = std::time::Instant::now();
        while began.elapsed() < time {
            (0..16).for_each(|_| spin());
        }
    }
    #[cfg(otp_loom)]
    {
        let _ = time;
        spin();
    }
}

/// Lets another thread finish what it is at.
pub(crate) fn yield_thread() {
    #[cfg(not(otp_loom))]
    std::thread::yield_now();
    #[cfg(otp_loom)]
    loom::thread::yield_now();
}

/// loom's `UnsafeCell` interface over std's.
#[cfg(not(otp_loom))]
#[derive(Debug)]
pub(crate) struct UnsafeCell<T>(std::cell::UnsafeCell<T>);

#[cfg(not(otp_loom))]
impl<T> UnsafeCell<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self(std::cell::UnsafeCell::new(value))
    }
    #[inline]
    pub(crate) fn with<R>(&self, f: impl FnOnce(*const T) -> R) -> R {
        f(self.0.get())
    }
    #[inline]
    pub(crate) fn with_mut<R>(&self, f: impl FnOnce(*mut T) -> R) -> R {
        f(self.0.get())
    }
}
#[cfg(otp_loom)]
pub(crate) use loom::cell::UnsafeCell;

/// Names the current thread, among those that live; never 0.
#[inline]
pub(crate) fn this_thread() -> usize {
    #[cfg(not(otp_loom))]
    std::thread_local! {
        static PLACE: u8 = const { 0 };
    }
    #[cfg(otp_loom)]
    loom::thread_local! {
        static PLACE: Box<u8> = Box::new(0);
    }
    #[cfg(not(otp_loom))]
    return PLACE.with(|place| std::ptr::from_ref(place).addr());
    #[cfg(otp_loom)]
    PLACE.with(|place| std::ptr::from_ref(&**place).addr())
}
