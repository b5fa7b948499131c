//! Metadata.

use super::{fresh, unique};
use otp::prelude::*;

#[otp::test]
async fn reg_038_what_is_given_at_the_start_is_there() -> otp::Result {
    let spec = Registry::<String>::unique(fresh()).meta("name", "value").meta("limit", 7_u32);
    let registry = spec.start_link().await?;
    assert_eq!(registry.meta("name")?, Some("value"));
    assert_eq!(registry.meta(String::from("name"))?, Some("value"), "text is text");
    assert_eq!(registry.meta::<u32>("limit")?, Some(7));
    assert_eq!(registry.meta::<u32>("unknown")?, None);
    assert_eq!(registry.meta::<i64>("limit")?, None, "it is a `u32`");
    Ok(())
}

#[otp::test]
async fn reg_039_it_can_be_put_and_deleted_under_any_key() -> otp::Result {
    let registry = unique::<String, ()>().await;
    registry.put_meta("a", 1)?;
    registry.put_meta("a", 2)?;
    registry.put_meta(("a", 1), "compound")?;
    registry.put_meta(vec![1, 2], vec![3])?;
    assert_eq!(registry.meta("a")?, Some(2));
    assert_eq!(registry.meta(("a", 1))?, Some("compound"));
    assert_eq!(registry.meta(vec![1, 2])?, Some(vec![3]));
    registry.put_meta("a", "of another type")?;
    assert_eq!(registry.meta("a")?, Some("of another type"));
    assert_eq!(registry.delete_meta("a"), Ok(()));
    assert_eq!(registry.meta::<&str>("a")?, None);
    assert_eq!(registry.delete_meta("a"), Ok(()));
    assert_eq!(registry.meta(("a", 1))?, Some("compound"));
    assert_eq!(registry.count()?, 0, "it is no entry");
    Ok(())
}
