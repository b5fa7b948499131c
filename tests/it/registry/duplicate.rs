//! Registering duplicate keys.

use super::{at, duplicates, other, register_at, sorted, unique};
use otp::process;

#[otp::test]
async fn reg_017_the_same_process_may_register_a_key_twice() -> otp::Result {
    for registry in duplicates::<String, &str>().await {
        let me = process::self_pid();
        registry.register("hello", "world")?;
        registry.register("hello", "another")?;
        assert_eq!(registry.keys(me)?, ["hello", "hello"]);
        assert_eq!(sorted(registry.values("hello", me)?), ["another", "world"]);
        registry.register("third", "value")?;
        assert_eq!(sorted(registry.keys(me)?), ["hello", "hello", "third"]);
        assert_eq!(registry.count()?, 3);
    }
    Ok(())
}

#[otp::test]
async fn reg_018_each_process_sees_its_own_entries_and_all_see_all() -> otp::Result {
    for registry in duplicates::<String, u8>().await {
        let (me, second) = (process::self_pid(), other());
        registry.register("hello", 1)?;
        register_at(&registry, second, "hello".into(), 2).await;
        register_at(&registry, second, "only there".into(), 3).await;
        assert_eq!(registry.keys(me)?, ["hello"]);
        assert_eq!(registry.values("hello", me)?, [1]);
        assert_eq!(sorted(registry.keys(second)?), ["hello", "only there"]);
        assert_eq!(registry.values("hello", second)?, [2]);
        assert_eq!(registry.values("only there", me)?, [] as [u8; 0]);
        assert_eq!(sorted(registry.lookup("hello")?), sorted(vec![(me, 1), (second, 2)]));
    }
    Ok(())
}

#[otp::test]
async fn reg_019_lookup_answers_all_entries_to_anybody() -> otp::Result {
    for registry in duplicates::<u32, u32>().await {
        let others: Vec<_> = (0..20).map(|_| other()).collect();
        let mut expected = Vec::new();
        for (n, pid) in (0..).zip(&others) {
            for value in [n, n, n + 100] {
                register_at(&registry, *pid, 7, value).await;
                expected.push((*pid, value));
            }
        }
        assert_eq!(registry.lookup(&8)?, []);
        assert_eq!(sorted(registry.lookup(&7)?), sorted(expected.clone()));
        let clone = registry.clone();
        assert_eq!(sorted(at(others[0], move || clone.lookup(&7)).await?), sorted(expected));
    }
    let registry = unique::<u32, u32>().await;
    assert_eq!(registry.lookup(&8)?, None);
    Ok(())
}

#[otp::test]
async fn reg_021_nobody_has_no_keys() -> otp::Result {
    for registry in duplicates::<u8, u8>().await {
        let dead = other();
        register_at(&registry, dead, 1, 1).await;
        super::end(dead, process::ExitReason::Kill).await;
        for pid in [dead, process::Pid::NOBODY, process::self_pid()] {
            assert_eq!(registry.keys(pid)?, []);
            assert_eq!(registry.values(&1, pid)?, []);
        }
    }
    Ok(())
}

/// The same steps in every layout, with the same results. (So are all tests that go over `duplicates`.)
#[otp::test]
async fn reg_006_partitions_change_no_result() -> otp::Result {
    let mut results = Vec::new();
    for registry in duplicates::<u8, u8>().await {
        let members: Vec<_> = (0..10).map(|_| other()).collect();
        for (n, pid) in (0..).zip(&members) {
            for key in 0..n {
                register_at(&registry, *pid, key, n).await;
            }
        }
        let clone = registry.clone();
        at(members[9], move || clone.unregister(&0)).await?;
        let clone = registry.clone();
        at(members[8], move || clone.unregister_match(&1, |value| *value == 8)).await?;
        super::end(members[7], process::ExitReason::Kill).await;
        let mut entries = Vec::new();
        registry.dispatch(&3, |part| entries.extend(part.iter().map(|(_, value)| *value)))?;
        results.push((
            registry.count()?,
            sorted(registry.lookup(&0)?.into_iter().map(|(_, value)| value).collect()),
            registry.count_match(&1, |value| value % 2 == 0)?,
            sorted(registry.select(|key, _, value| Some((*key, *value)))?),
            sorted(registry.keys(members[9])?),
            sorted(entries),
        ));
    }
    assert!(results.windows(2).all(|pair| pair[0] == pair[1]), "{results:?}");
    Ok(())
}
