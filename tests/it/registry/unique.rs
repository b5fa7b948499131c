//! Registering unique keys.

use super::{at, end, other, register_at, sorted, unique, uniques};
use otp::prelude::*;
use otp::process;
use otp::registry::RegisterFailure;
use std::hash::{Hash, Hasher};

#[otp::test]
async fn reg_008_a_key_points_to_its_process_and_value() -> otp::Result {
    for registry in uniques::<String, &str>().await {
        let me = process::self_pid();
        let owner = registry.register("hello", "world")?;
        assert_eq!(Some(owner), registry.pid());
        assert_eq!(registry.lookup("hello")?, Some((me, "world")));
        assert_eq!(registry.whereis("hello")?, Some(me));
        assert_eq!(registry.keys(me)?, ["hello"]);
        assert_eq!(registry.values("hello", me)?, ["world"]);
        assert_eq!(registry.lookup("other")?, None);
    }
    Ok(())
}

#[otp::test]
async fn reg_009_a_key_of_ones_own_is_taken_too() -> otp::Result {
    for registry in uniques::<String, u8>().await {
        let me = process::self_pid();
        registry.register("hello", 1)?;
        let error = registry.register("hello", 2).expect_err("it is taken");
        assert_eq!(error.failure, RegisterFailure::AlreadyRegistered(me));
        assert_eq!((error.already_registered(), error.key.as_str(), error.value), (Some(me), "hello", 2));
        assert!(error.to_string().starts_with("already_registered"), "{error}");
        assert_eq!(registry.keys(me)?, ["hello"]);
        assert_eq!(registry.values("hello", me)?, [1]);
    }
    Ok(())
}

#[otp::test]
async fn reg_010_a_key_of_another_process_is_taken() -> otp::Result {
    for registry in uniques::<String, u8>().await {
        let holder = other();
        register_at(&registry, holder, "hello".into(), 1).await;
        let links = process::info(process::self_pid()).expect("it lives").links;
        let error = registry.register("hello", 2).expect_err("it is taken");
        assert_eq!(error.already_registered(), Some(holder));
        let me = process::self_pid();
        assert_eq!(registry.keys(me)?, [] as [String; 0]);
        assert_eq!(registry.values("hello", me)?, [] as [u8; 0]);
        assert_eq!(registry.lookup("hello")?, Some((holder, 1)));
        assert_eq!(process::info(me).expect("it lives").links, links);
        assert!(links.contains(&registry.pid().expect("it runs")), "it was linked by its start");
    }
    Ok(())
}

#[otp::test]
async fn reg_014_a_failed_registration_leaves_nothing() -> otp::Result {
    for registry in uniques::<String, std::sync::Arc<()>>().await {
        let value = std::sync::Arc::new(());
        let holder = other();
        register_at(&registry, holder, "hello".into(), value.clone()).await;
        for _ in 0..100 {
            assert!(registry.register("hello", value.clone()).is_err());
        }
        let (clone, kept) = (registry.clone(), value.clone());
        at(holder, move || assert!((0..100).all(|_| clone.register("hello", kept.clone()).is_err()))).await;
        assert_eq!(registry.count()?, 1);
        assert_eq!(std::sync::Arc::strong_count(&value), 2, "no other value was kept");
        assert_eq!(registry.select(|key, _, _| Some(key.clone()))?, ["hello"]);
    }
    Ok(())
}

/// Keys of any kind, as a program in one type would have them.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub(super) enum Any {
    Int(i64),
    Float(String),
    Atom(&'static str),
    Tuple(Vec<Any>),
    Map(std::collections::BTreeMap<Any, Any>),
}

#[otp::test]
async fn reg_015_equal_numbers_of_another_kind_are_other_keys() -> otp::Result {
    for registry in uniques::<Any, &str>().await {
        registry.register(Any::Int(1), "int")?;
        registry.register(Any::Float("1.0".into()), "float")?;
        let me = process::self_pid();
        assert_eq!(registry.lookup(&Any::Int(1))?, Some((me, "int")));
        assert_eq!(registry.lookup(&Any::Float("1.0".into()))?, Some((me, "float")));
        registry.unregister(&Any::Int(1))?;
        assert_eq!(registry.keys(me)?, [Any::Float("1.0".into())]);
    }
    for registry in super::duplicates::<Any, ()>().await {
        registry.register(Any::Int(1), ())?;
        registry.register(Any::Float("1.0".into()), ())?;
        assert_eq!(registry.lookup(&Any::Int(1))?.len(), 1);
    }
    Ok(())
}

#[otp::test]
async fn reg_016_a_process_may_have_several_keys() -> otp::Result {
    for registry in uniques::<u64, u64>().await {
        let me = process::self_pid();
        for key in 0..100 {
            registry.register(key, key * 2)?;
        }
        assert_eq!(sorted(registry.keys(me)?), (0..100).collect::<Vec<_>>());
        for key in 0..100 {
            assert_eq!(registry.lookup(&key)?, Some((me, key * 2)));
        }
    }
    Ok(())
}

/// All in one place of a table.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Clash(u8);

impl Hash for Clash {
    fn hash<H: Hasher>(&self, state: &mut H) {
        0.hash(state);
    }
}

#[otp::test]
async fn keys_need_nothing_but_equality_and_a_hash_and_may_clash() -> otp::Result {
    let registry = unique::<Clash, u8>().await;
    for key in 0..50 {
        registry.register(Clash(key), key)?;
    }
    assert!((0..50).all(|key| registry.lookup(&Clash(key)) == Ok(Some((process::self_pid(), key)))));
    for key in 0..50 {
        registry.unregister(&Clash(key))?;
    }
    assert_eq!(registry.count()?, 0);
    Ok(())
}

#[otp::test]
async fn keys_and_values_may_be_anything_also_what_cannot_be_printed_or_cloned() -> otp::Result {
    struct Opaque(u8);
    let registry = Registry::<&'static str, Opaque>::unique(super::fresh()).start_link().await?;
    registry.register("a", Opaque(7))?;
    let error = registry.register("a", Opaque(8)).expect_err("it is taken");
    assert_eq!(error.value.0, 8);
    assert_eq!(registry.count_match("a", |value| value.0 == 7)?, 1);
    assert_eq!(registry.select(|_, _, value| Some(value.0))?, [7]);
    let mut seen = Vec::new();
    registry.dispatch("a", |entries| seen.extend(entries.iter().map(|(_, value)| value.0)))?;
    assert_eq!(seen, [7]);
    Ok(())
}

#[otp::test]
async fn a_key_is_free_for_the_next_when_its_holder_has_left_or_ended() -> otp::Result {
    for registry in uniques::<u8, ()>().await {
        let (first, second) = (other(), other());
        register_at(&registry, first, 1, ()).await;
        let clone = registry.clone();
        at(first, move || clone.unregister(&1)).await?;
        register_at(&registry, second, 1, ()).await;
        // The end of the first does not take what it no longer has.
        end(first, ExitReason::Kill).await;
        assert_eq!(registry.whereis(&1)?, Some(second));
        end(second, ExitReason::Kill).await;
        registry.register(1, ())?;
    }
    Ok(())
}

#[test]
fn only_a_process_can_register() {
    let registry = Registry::<String>::named("whatever");
    let panic = std::panic::catch_unwind(|| registry.register("a", ())).expect_err("this is no process");
    let message = panic.downcast_ref::<String>().expect("a message");
    assert!(message.starts_with("Registry::register must be called from a process"), "{message}");
}
