//! Values of unique keys.

use super::{at, other, register_at, uniques};
use otp::process;

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
