//! Going over all entries.

use super::{duplicates, other, register_at, sorted, uniques};
use otp::process::{self, Pid};
use otp::registry::{Keys, Registry, UnknownRegistry};

/// All entries, by number.
async fn filled<M: Keys>(registry: &Registry<String, u32, M>) -> Pid {
    let second = other();
    for (key, value) in [("a", 1), ("b", 2), ("c", 3)] {
        registry.register(key, value).expect("it is free");
        register_at(registry, second, format!("{key}{key}"), value * 10).await;
    }
    second
}

/// What a selection answers, in order, and how many it counts.
fn selected<M: Keys>(
    registry: &Registry<String, u32, M>,
    fits: fn(&String, Pid, &u32) -> bool,
) -> Result<Vec<(String, u32)>, UnknownRegistry> {
    let found = registry.select(|key, pid, value| fits(key, pid, value).then(|| (key.clone(), *value)))?;
    assert_eq!(registry.count_select(fits)?, found.len());
    Ok(sorted(found))
}

fn pairs(of: &[(&str, u32)]) -> Vec<(String, u32)> {
    of.iter().map(|(key, value)| (key.to_string(), *value)).collect()
}

#[otp::test]
async fn reg_050_of_nothing_nothing_is_selected() -> otp::Result {
    for registry in uniques::<String, u32>().await {
        assert_eq!(selected(&registry, |_, _, _| true)?, []);
    }
    for registry in duplicates::<String, u32>().await {
        assert_eq!(selected(&registry, |_, _, _| true)?, []);
    }
    Ok(())
}

/// REG-052, REG-053, REG-054, REG-055
async fn selects<M: Keys>(registry: Registry<String, u32, M>) -> otp::Result {
    let (me, second) = (process::self_pid(), filled(&registry).await);
    assert_eq!(selected(&registry, |_, _, _| true)?.len(), 6);
    assert_eq!(selected(&registry, |key, _, _| key == "a")?, pairs(&[("a", 1)]));
    assert_eq!(selected(&registry, |_, pid, _| pid == process::self_pid())?, pairs(&[("a", 1), ("b", 2), ("c", 3)]));
    assert_eq!(selected(&registry, |_, _, value| *value == 20)?, pairs(&[("bb", 20)]));
    assert_eq!(selected(&registry, |_, _, value| *value == 7)?, []);

    let keys = registry.select(|key, pid, _| (pid == second).then(|| key.clone()))?;
    assert_eq!(sorted(keys), ["aa", "bb", "cc"]);
    assert_eq!(registry.select(|_, _, _| Some("constant"))?, ["constant"; 6]);
    let triples = registry.select(|key, pid, value| (*value < 2).then(|| (key.clone(), pid, *value)))?;
    assert_eq!(triples, [("a".to_string(), me, 1)]);

    assert_eq!(
        selected(&registry, |_, _, value| *value > 2 && *value < 25)?,
        pairs(&[("aa", 10), ("bb", 20), ("c", 3)])
    );
    assert_eq!(selected(&registry, |key, _, value| key == "a" || *value == 30)?, pairs(&[("a", 1), ("cc", 30)]));
    assert_eq!(selected(&registry, |key, _, value| key == "a" || *value == 1)?, pairs(&[("a", 1)]), "once each");
    Ok(())
}

#[otp::test]
async fn reg_052_reg_053_reg_054_reg_055_entries_are_selected_and_counted_by_key_pid_and_value() -> otp::Result {
    for registry in uniques::<String, u32>().await {
        selects(registry).await?;
    }
    for registry in duplicates::<String, u32>().await {
        selects(registry).await?;
    }
    Ok(())
}

#[otp::test]
async fn a_selection_may_register_and_unregister() -> otp::Result {
    for registry in duplicates::<String, u32>().await {
        filled(&registry).await;
        let seen = registry.select(|key, pid, _| {
            if pid == process::self_pid() {
                registry.unregister(key.as_str()).expect("it runs");
            }
            Some(())
        })?;
        assert!(seen.len() >= 3);
        assert_eq!(registry.count()?, 3);
    }
    Ok(())
}
