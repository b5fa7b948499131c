//! What somebody may have meant.

/// At most three names, the nearest first; none that is far off.
pub(super) fn nearest<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let wanted_words = words(wanted);
    let mut found: Vec<(usize, &str)> = names
        .filter_map(|name| {
            let whole = distance(&wanted.to_lowercase(), &name.to_lowercase());
            // `purge` for `ReleaseTasks::purge`: the last words are compared too.
            let last = match (wanted_words.last(), words(name).last()) {
                (Some(wanted), Some(name)) => distance(wanted, name) + 1,
                _ => usize::MAX,
            };
            let near = whole.min(last);
            (near <= 1 + wanted.len() / 3).then_some((near, name))
        })
        .collect();
    found.sort();
    found.into_iter().take(3).map(|(_, name)| name).collect()
}

fn words(name: &str) -> Vec<String> {
    name.split("::").map(str::to_lowercase).collect()
}

/// How many letters must be added, removed or changed.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let changed = corner + usize::from(x != *y);
            corner = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(corner + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_come_first_and_the_far_not_at_all() {
        let names = ["ReleaseTasks::purge", "puts", "processes", "Tasks::greet"];
        assert_eq!(nearest("purge", names.into_iter()), ["ReleaseTasks::purge"]);
        assert_eq!(nearest("RelaseTasks::prge", names.into_iter()), ["ReleaseTasks::purge"]);
        assert_eq!(nearest("put", names.into_iter()), ["puts"]);
        assert!(nearest("xyzzyqwerty", names.into_iter()).is_empty());
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
