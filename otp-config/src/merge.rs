//! How one layer is laid over another.

use crate::value::{Kind, Table, Value};

/// Lays `over` over `under`: a table over a table is merged key by key, as deep as it goes; anything else replaces what
/// was there whole, arrays too.
pub(crate) fn merge(under: &mut Value, over: Value) {
    if under.as_table().is_none() || over.as_table().is_none() {
        *under = over;
        return;
    }
    let secret = under.is_secret() || over.is_secret();
    let (origin, Kind::Table(above)) = (over.origin().cloned(), over.into_kind()) else { return };
    if let Kind::Table(below) = under.kind_mut() {
        merge_tables(below, above);
    }
    let merged = std::mem::replace(under, Value::new(false));
    let merged = if secret { merged.secret() } else { merged };
    *under = match origin {
        Some(origin) => merged.with_origin(origin),
        None => merged,
    };
}

/// As [`merge`], of two tables.
pub(crate) fn merge_tables(under: &mut Table, over: Table) {
    for (key, value) in over {
        match under.get_mut(&key) {
            Some(below) => merge(below, value),
            None => {
                under.insert(key, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Config;

    fn table(text: &str) -> Table {
        let config: Config = crate::Reader::new().eval("test.toml", text).expect("it is valid");
        config.into_tables()
    }

    #[test]
    fn tables_are_merged_and_the_rest_is_replaced() {
        let rules = [
            ("a.x = 1", "a.y = 2", "a.x = 1\na.y = 2"),
            ("a.x = 1", "a.x = 2", "a.x = 2"),
            ("a.x.y = 1", "a.x.z = 2", "a.x.y = 1\na.x.z = 2"),
            ("a.x.y = 1", "a.x = 2", "a.x = 2"),
            ("a.x = 1", "a.x.y = 2", "a.x.y = 2"),
            ("a.x = [1, 2]", "a.x = [3]", "a.x = [3]"),
            ("a.x = 1", "b.x = 1", "a.x = 1\nb.x = 1"),
            ("a.x.y = 1", "a.x = {}", "a.x.y = 1"),
        ];
        for (under, over, expected) in rules {
            let mut merged = table(under);
            merge_tables(&mut merged, table(over));
            assert_eq!(merged, table(expected), "{under} and {over}");
        }
    }
}
