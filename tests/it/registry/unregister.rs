//! Unregistering.

use super::unique::Any;
use super::{at, duplicates, other, register_at, sorted, uniques};
use otp::process;

#[otp::test]
async fn reg_028_all_entries_of_the_process_under_the_key_go() -> otp::Result {
    let me = process::self_pid();
    for registry in uniques::<String, u8>().await {
        registry.register("hello", 1)?;
        registry.register("world", 2)?;
        assert_eq!(registry.unregister("hello"), Ok(()));
        assert_eq!(registry.lookup("hello")?, None);
        assert_eq!(registry.keys(me)?, ["world"]);
        registry.register("hello", 3)?;
    }
    for registry in duplicates::<String, u8>().await {
        let second = other();
        for value in 0..40 {
            registry.register("hello", value)?;
        }
        registry.register("world", 2)?;
        register_at(&registry, second, "hello".into(), 9).await;
        assert_eq!(registry.unregister("hello"), Ok(()));
        assert_eq!(registry.lookup("hello")?, [(second, 9)]);
        assert_eq!(registry.keys(me)?, ["world"]);
        assert_eq!(registry.values("hello", me)?, [] as [u8; 0]);
        assert_eq!(registry.count()?, 2);
    }
    Ok(())
}

#[otp::test]
async fn reg_029_a_key_that_is_not_held_stays_as_it_is() -> otp::Result {
    for registry in uniques::<String, u8>().await {
        assert_eq!(registry.unregister("hello"), Ok(()));
        let holder = other();
        register_at(&registry, holder, "hello".into(), 1).await;
        assert_eq!(registry.unregister("hello"), Ok(()));
        assert_eq!(registry.unregister_match("hello", |_| true), Ok(()));
        assert_eq!(registry.lookup("hello")?, Some((holder, 1)));
    }
    for registry in duplicates::<String, u8>().await {
        assert_eq!(registry.unregister("hello"), Ok(()));
        let holder = other();
        register_at(&registry, holder, "hello".into(), 1).await;
        registry.register("world", 1)?;
        assert_eq!(registry.unregister("hello"), Ok(()));
        assert_eq!(registry.lookup("hello")?, [(holder, 1)]);
        assert_eq!(registry.keys(process::self_pid())?, ["world"]);
    }
    Ok(())
}

#[otp::test]
async fn reg_030_entries_go_whose_value_fits() -> otp::Result {
    let me = process::self_pid();
    for registry in uniques::<String, (u8, &str, u8)>().await {
        registry.register("hello", (1, "atom", 2))?;
        registry.unregister_match("hello", |value| matches!(value, (2, _, _)))?;
        assert_eq!(registry.lookup("hello")?, Some((me, (1, "atom", 2))));
        registry.unregister_match("hello", |(a, _, b)| a == b)?;
        assert_eq!(registry.keys(me)?, ["hello"]);
        registry.unregister_match("hello", |value| matches!(value, (1, "atom", _)))?;
        assert_eq!(registry.lookup("hello")?, None);
        assert_eq!(registry.keys(me)?, [] as [String; 0]);
    }
    for registry in duplicates::<String, (u8, &str, u8)>().await {
        let second = other();
        registry.register("hello", (1, "atom", 2))?;
        registry.register("hello", (1, "atom", 1))?;
        registry.register("hello", (3, "other", 4))?;
        registry.register("world", (1, "atom", 2))?;
        register_at(&registry, second, "hello".into(), (1, "atom", 1)).await;
        registry.unregister_match("hello", |(a, _, b)| a == b)?;
        let mine = vec![(1, "atom", 2), (3, "other", 4)];
        assert_eq!(sorted(registry.values("hello", me)?), mine);
        assert_eq!(registry.values("hello", second)?, [(1, "atom", 1)], "of another process nothing goes");
        registry.unregister_match("hello", |(_, atom, _)| *atom == "atom")?;
        assert_eq!(registry.values("hello", me)?, [(3, "other", 4)]);
        assert_eq!(registry.values("world", me)?, [(1, "atom", 2)], "under another key nothing goes");
        registry.unregister_match("hello", |_| true)?;
        assert_eq!((registry.keys(me)?, registry.count()?), (vec!["world".to_string()], 2));
    }
    Ok(())
}

#[otp::test]
async fn reg_031_entries_go_whose_value_is_in_a_range() -> otp::Result {
    for registry in duplicates::<String, u32>().await {
        for value in 0..100 {
            registry.register("hello", value)?;
        }
        registry.unregister_match("hello", |value| *value > 10)?;
        assert_eq!(sorted(registry.values("hello", process::self_pid())?), (0..=10).collect::<Vec<_>>());
        registry.unregister_match("hello", |value| *value > 10)?;
        assert_eq!((registry.count()?, registry.lookup("hello")?.len()), (11, 11));
    }
    for registry in uniques::<String, u32>().await {
        registry.register("hello", 5)?;
        registry.unregister_match("hello", |value| *value > 5)?;
        assert_eq!(registry.count()?, 1);
        registry.unregister_match("hello", |value| *value > 4)?;
        assert_eq!(registry.count()?, 0);
    }
    Ok(())
}

/// Keys that would be patterns in Elixir, and one that contains another.
#[otp::test]
async fn reg_049_no_key_is_a_pattern() -> otp::Result {
    let map = |entries: &[(Any, Any)]| Any::Map(entries.iter().cloned().collect());
    let (a, b) = ((Any::Atom("a"), Any::Int(1)), (Any::Atom("b"), Any::Int(2)));
    let keys = [
        Any::Atom("_"),
        Any::Atom("$1"),
        Any::Tuple(vec![Any::Atom("_")]),
        Any::Tuple(vec![Any::Atom("_"), Any::Int(1)]),
        map(std::slice::from_ref(&a)),
        map(&[a, b]),
    ];
    for registry in duplicates::<Any, usize>().await {
        for (n, key) in keys.iter().enumerate() {
            registry.register(key.clone(), n)?;
        }
        for (n, key) in keys.iter().enumerate() {
            let only = vec![(process::self_pid(), n)];
            assert_eq!((registry.lookup(key)?, registry.match_(key, |_| true)?), (only.clone(), only));
            assert_eq!(registry.count_match(key, |_| true)?, 1);
        }
        registry.unregister(&keys[0])?;
        registry.unregister_match(&keys[4], |_| true)?;
        assert_eq!(sorted(registry.select(|_, _, n| Some(*n))?), [1, 2, 3, 5]);
    }
    for registry in uniques::<Any, usize>().await {
        for (n, key) in keys.iter().enumerate() {
            registry.register(key.clone(), n)?;
        }
        registry.unregister(&keys[0])?;
        assert_eq!(registry.lookup(&keys[0])?, None);
        assert!((1..6).all(|n| registry.lookup(&keys[n]) == Ok(Some((process::self_pid(), n)))));
    }
    Ok(())
}

#[otp::test]
async fn a_function_may_use_the_registry_it_was_given_to() -> otp::Result {
    for registry in duplicates::<u8, u8>().await {
        (0..5).for_each(|value| drop(registry.register(1, value)));
        let clone = registry.clone();
        registry.unregister_match(&1, move |value| {
            // What it does meanwhile is kept, and what it takes out itself is not taken out twice.
            clone.register(2, *value).expect("any number");
            clone.unregister_match(&1, |value| *value == 3).expect("it runs");
            value % 2 == 1
        })?;
        assert_eq!(sorted(registry.values(&1, process::self_pid())?), [0, 2, 4]);
        assert_eq!((registry.lookup(&2)?.len(), registry.count()?), (5, 8));
    }
    let registry = super::unique::<u8, u8>().await;
    registry.register(1, 1)?;
    let clone = registry.clone();
    at(other(), || ()).await;
    let updated = registry.update_value(&1, |value| {
        clone.unregister(&1).expect("it runs");
        value + 1
    })?;
    assert_eq!((updated, registry.count()?), (None, 0), "the key was given back by the function itself");
    Ok(())
}
