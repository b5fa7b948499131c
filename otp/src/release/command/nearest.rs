//! What somebody may have meant.

/// At most three names, the nearest first; none that is far off, nor much farther than the nearest.
pub(super) fn nearest<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let near = |wanted: &str, name: &str| {
        let distance = distance(&wanted.to_lowercase(), &name.to_lowercase());
        (distance <= (wanted.len() / 3).max(1)).then_some(distance)
    };
    let mut found: Vec<(usize, &str)> = names
        .filter_map(|name| {
            // `purge` for `ReleaseTasks::purge`: the last words are compared too.
            let last = near(last_word(wanted), last_word(name)).map(|distance| distance + 1);
            let nearest = near(wanted, name).into_iter().chain(last).min()?;
            Some((nearest, name))
        })
        .collect();
    found.sort_unstable();
    let limit = found.first().map_or(0, |(nearest, _)| nearest + 1);
    found.into_iter().filter(|(distance, _)| *distance <= limit).take(3).map(|(_, name)| name).collect()
}

fn last_word(name: &str) -> &str {
    name.rsplit("::").next().unwrap_or(name)
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
