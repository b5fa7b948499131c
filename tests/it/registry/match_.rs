//! Entries under a key whose value fits.

use super::{duplicates, sorted, uniques};
use otp::process;

#[derive(Clone, Debug, PartialEq, PartialOrd)]
enum Value {
    Int(i64),
    Float(f64),
    Pair(i64, i64),
    Map(Vec<(&'static str, i64)>),
}
use Value::{Float, Int, Map, Pair};

#[otp::test]
async fn reg_046_entries_are_answered_whose_value_fits() -> otp::Result {
    let me = process::self_pid();
    for registry in uniques::<String, Value>().await {
        registry.register("hello", Pair(1, 1))?;
        registry.register("map", Map(vec![("a", 1), ("b", 2)]))?;
        assert_eq!(registry.match_("hello", |_| true)?, [(me, Pair(1, 1))]);
        assert_eq!(registry.match_("hello", |value| matches!(value, Pair(1, _)))?, [(me, Pair(1, 1))]);
        assert_eq!(registry.match_("hello", |value| matches!(value, Pair(a, b) if a == b))?.len(), 1);
        assert_eq!(registry.match_("hello", |value| matches!(value, Pair(2, _)))?, []);
        let has_a = |value: &Value| matches!(value, Map(entries) if entries.contains(&("a", 1)));
        assert_eq!(registry.match_("map", has_a)?.len(), 1);
        assert_eq!(registry.match_("unknown", |_| true)?, []);
    }
    for registry in duplicates::<String, Value>().await {
        registry.register("hello", Int(1))?;
        registry.register("hello", Float(1.0))?;
        registry.register("hello", Pair(1, 2))?;
        assert_eq!(registry.match_("hello", |value| *value == Int(1))?, [(me, Int(1))]);
        assert_eq!(registry.match_("hello", |value| *value == Float(1.0))?, [(me, Float(1.0))]);
        assert_eq!(registry.match_("hello", |_| true)?.len(), 3);
    }
    Ok(())
}

#[otp::test]
async fn reg_047_a_condition_may_be_anything_about_the_value() -> otp::Result {
    let me = process::self_pid();
    for registry in duplicates::<String, (u8, &str)>().await {
        registry.register("hello", (1, "a"))?;
        registry.register("hello", (2, "b"))?;
        registry.register("hello", (3, "b"))?;
        assert_eq!(registry.match_("hello", |(n, _)| *n < 2)?, [(me, (1, "a"))]);
        let both = registry.match_("hello", |(n, text)| *n > 1 && *text == "b")?;
        assert_eq!(sorted(both), [(me, (2, "b")), (me, (3, "b"))]);
        assert_eq!(registry.match_("hello", |(n, text)| *n > 1 && text.is_empty())?, []);
    }
    for registry in uniques::<String, u8>().await {
        registry.register("hello", 7)?;
        assert_eq!(registry.match_("hello", |n| *n > 6)?, [(me, 7)]);
        assert_eq!(registry.match_("hello", |n| *n > 7)?, []);
    }
    Ok(())
}
