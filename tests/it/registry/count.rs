//! Counting.

use super::{duplicates, end, other, register_at, uniques};
use otp::process::{self, ExitReason};

#[otp::test]
async fn reg_045_the_count_is_that_of_entries() -> otp::Result {
    for registry in uniques::<String, u8>().await {
        assert_eq!(registry.count()?, 0);
        registry.register("hello", 1)?;
        registry.register("world", 1)?;
        assert_eq!(registry.count()?, 2);
        registry.unregister("hello")?;
        assert_eq!(registry.count()?, 1);
    }
    for registry in duplicates::<String, u8>().await {
        assert_eq!(registry.count()?, 0);
        registry.register("hello", 1)?;
        registry.register("hello", 1)?;
        assert_eq!(registry.count()?, 2);
        let second = other();
        register_at(&registry, second, "hello".into(), 1).await;
        assert_eq!(registry.count()?, 3);
        registry.unregister("hello")?;
        assert_eq!(registry.count()?, 1);
        end(second, ExitReason::Kill).await;
        assert_eq!(registry.count()?, 0);
        assert!(process::alive(process::self_pid()));
    }
    Ok(())
}

#[otp::test]
async fn reg_048_the_count_of_what_fits_is_that_of_the_match() -> otp::Result {
    for registry in duplicates::<String, (u8, f32)>().await {
        for n in 0..10 {
            registry.register("hello", (n, 1.0))?;
        }
        type Fits = fn(&(u8, f32)) -> bool;
        let fits: [Fits; 4] = [|_| true, |(n, _)| *n > 6, |(n, _)| *n == 3, |_| false];
        for (fits, expected) in fits.into_iter().zip([10, 3, 1, 0]) {
            assert_eq!(registry.count_match("hello", fits)?, expected);
            assert_eq!(registry.match_("hello", fits)?.len(), expected);
        }
        assert_eq!(registry.count_match("unknown", |_| true)?, 0);
    }
    for registry in uniques::<String, u8>().await {
        registry.register("hello", 1)?;
        assert_eq!(registry.count_match("hello", |n| *n == 1)?, 1);
        assert_eq!(registry.count_match("hello", |n| *n > 1)?, 0);
        assert_eq!(registry.count_match("unknown", |_| true)?, 0);
    }
    Ok(())
}
