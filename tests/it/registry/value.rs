//! Values of unique keys.

use super::{at, other, register_at, uniques};
use otp::process;
use otp::registry::Registry;
use std::sync::atomic::{AtomicUsize, Ordering};

#[otp::test]
async fn reg_034_the_holder_changes_its_value() -> otp::Result {
    for registry in uniques::<String, u32>().await {
        let me = process::self_pid();
        registry.register("hello", 1)?;
        for n in 1..10 {
            assert_eq!(registry.update_value("hello", |value| value + 1)?, Some((n + 1, n)));
            assert_eq!(registry.lookup("hello")?, Some((me, n + 1)));
            assert_eq!(registry.values("hello", me)?, [n + 1]);
        }
        assert_eq!(registry.count()?, 1);
        registry.unregister("hello")?;
        assert_eq!((registry.count()?, registry.lookup("hello")?), (0, None));
    }
    Ok(())
}

#[otp::test]
async fn reg_035_nobody_else_does() -> otp::Result {
    for registry in uniques::<String, u32>().await {
        let holder = other();
        register_at(&registry, holder, "hello".into(), 1).await;
        assert_eq!(registry.update_value("hello", |_| panic!("not called"))?, None);
        assert_eq!(registry.update_value("unknown", |_| panic!("not called"))?, None);
        registry.register("mine", 1)?;
        assert_eq!(registry.update_value("hello", |_| panic!("not called"))?, None);
        assert_eq!(registry.lookup("hello")?, Some((holder, 1)));
        let clone = registry.clone();
        assert_eq!(at(holder, move || clone.update_value("hello", |value| value + 1)).await?, Some((2, 1)));
    }
    Ok(())
}

#[otp::test]
async fn a_function_that_panics_leaves_the_value_as_it_was() -> otp::Result {
    for registry in uniques::<String, u32>().await {
        registry.register("hello", 1)?;
        let update = || registry.update_value("hello", |_| panic!("as it should"));
        assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(update)).is_err());
        assert_eq!(registry.lookup("hello")?, Some((process::self_pid(), 1)));
        assert_eq!(registry.update_value("hello", |value| value + 1)?, Some((2, 1)));
    }
    Ok(())
}

/// A value whose destructor asks the registry it was in, also for its own key.
struct Asks(Registry<u32, Asks>, std::sync::Arc<AtomicUsize>);

impl Drop for Asks {
    fn drop(&mut self) {
        let Self(registry, dropped) = self;
        // The registry may have ended.
        if registry.whereis(&1).is_ok() {
            for key in 100..200 {
                registry.unregister(&key).expect("it runs");
            }
            assert_eq!(registry.whereis(&1), Ok(None));
            assert_eq!(registry.count(), Ok(0));
        }
        dropped.fetch_add(1, Ordering::SeqCst);
    }
}

#[otp::test]
async fn a_value_is_dropped_when_it_is_taken_out_and_may_ask_the_registry() -> otp::Result {
    let registry = Registry::<u32, Asks>::unique(super::fresh()).start_link().await?;
    let dropped = std::sync::Arc::new(AtomicUsize::new(0));
    registry.register(1, Asks(registry.clone(), dropped.clone()))?;
    registry.unregister(&1)?;
    assert_eq!(dropped.load(Ordering::SeqCst), 1);
    registry.register(1, Asks(registry.clone(), dropped.clone()))?;
    registry.unregister_match(&1, |_| true)?;
    assert_eq!(dropped.load(Ordering::SeqCst), 2);
    let (holder, clone, counter) = (other(), registry.clone(), dropped.clone());
    at(holder, move || clone.register(1, Asks(clone.clone(), counter)).map(drop)).await?;
    super::end(holder, process::ExitReason::Kill).await;
    assert_eq!(dropped.load(Ordering::SeqCst), 3);
    registry.register(1, Asks(registry.clone(), dropped.clone()))?;
    process::trap_exit(true);
    registry.stop().await?;
    assert_eq!(dropped.load(Ordering::SeqCst), 4);
    Ok(())
}
