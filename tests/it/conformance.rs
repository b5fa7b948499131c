//! Keeps `docs/conformance/*.md` and the tests in step. The rules stand in
//! `docs/conformance/README.md`; with `UPDATE_CONFORMANCE=1` the test rewrites the third column of
//! each table before it checks it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The folders that may hold tests, from the root of the repository.
const TESTED: [&str; 6] = ["otp/src", "otp-config", "otp-macros", "tests/it", "ui-tests", "examples"];

/// Those whose files are compiled, or must fail to compile, as a test each.
const UI_TESTS: [&str; 2] = ["ui-tests/fail/", "ui-tests/pass/"];

/// What stands in the third column of a row that nobody has dealt with.
const OPEN: &str = "open";

/// The tests that claim an ID, by ID.
type Claims = BTreeMap<String, BTreeSet<String>>;

#[test]
fn the_tables_say_what_the_tests_hold() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let tables = files(&root.join("docs/conformance"), "md");
    let prefixes = prefixes(&tables);
    let claims = claims(&root, &prefixes);
    let update = std::env::var_os("UPDATE_CONFORMANCE").is_some();

    let mut errors = Vec::new();
    let mut known = BTreeSet::new();
    for path in &tables {
        let old = read(path);
        let new = refresh(&old, &claims);
        if update && new != old {
            fs::write(path, &new).expect("the table can be written");
        }
        let shown = if update { &new } else { &old };
        for row in shown.lines().filter_map(Row::parse) {
            errors.extend(row.check(&claims));
            if !known.insert(row.id.to_owned()) {
                errors.push(format!("{} stands twice", row.id));
            }
        }
    }
    for (id, tests) in &claims {
        if !known.contains(id) {
            errors.push(format!("{id} is in no table, but claimed by {}", join(tests)));
        }
    }

    assert!(!known.is_empty(), "docs/conformance has no rows");
    assert!(
        errors.is_empty(),
        "{} rows or tests are out of step; UPDATE_CONFORMANCE=1 refreshes the tables:\n{}",
        errors.len(),
        errors.join("\n"),
    );
}

/// A row of a table: `| ID | Behaviour | Test or reason |`.
struct Row<'a> {
    id: &'a str,
    behaviour: &'a str,
    outcome: &'a str,
}

impl<'a> Row<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        let cells = line.strip_prefix("| ")?.strip_suffix(" |")?;
        let mut cells = cells.splitn(3, " | ");
        let row = Row { id: cells.next()?, behaviour: cells.next()?, outcome: cells.next()? };
        let (prefix, number) = row.id.split_once('-')?;
        (is_prefix(prefix) && is_number(number)).then_some(row)
    }

    /// The row as it should be: tests where there are any, else the reason that stands there, else
    /// open.
    fn refreshed(&self, claims: &Claims) -> String {
        let outcome = match claims.get(self.id) {
            Some(tests) => join(tests),
            None if self.has_reason() => self.outcome.to_owned(),
            None => OPEN.to_owned(),
        };
        format!("| {} | {} | {outcome} |", self.id, self.behaviour)
    }

    fn check(&self, claims: &Claims) -> Option<String> {
        match claims.get(self.id) {
            Some(tests) if self.outcome != join(tests) => {
                Some(format!("{} says {}, the tree {}", self.id, self.outcome, join(tests)))
            }
            None if self.outcome == OPEN => Some(format!("{} has neither a test nor a reason", self.id)),
            None if !self.has_reason() => {
                Some(format!("{} names a test that does not exist: {}", self.id, self.outcome))
            }
            _ => None,
        }
    }

    fn has_reason(&self) -> bool {
        ["not applicable: ", "no test: "].iter().any(|reason| self.outcome.starts_with(reason))
    }
}

/// The table with its third column as the tests have it.
fn refresh(table: &str, claims: &Claims) -> String {
    table
        .lines()
        .map(|line| Row::parse(line).map_or_else(|| line.to_owned(), |row| row.refreshed(claims)) + "\n")
        .collect()
}

/// What IDs begin with, from the tables: other names with a number in them are no claims.
fn prefixes(tables: &[PathBuf]) -> BTreeSet<String> {
    let texts: Vec<String> = tables.iter().map(|path| read(path)).collect();
    let rows = texts.iter().flat_map(|text| text.lines());
    rows.filter_map(Row::parse).filter_map(|row| row.id.split_once('-')).map(|(prefix, _)| prefix.to_owned()).collect()
}

/// Who claims what, in the whole tree.
fn claims(root: &Path, prefixes: &BTreeSet<String>) -> Claims {
    let mut claims = Claims::new();
    let sources = TESTED.map(|folder| files(&root.join(folder), "rs"));
    for path in sources.into_iter().flatten() {
        let text = read(&path);
        let file = path.strip_prefix(root).expect("it was found there").display().to_string();
        let found = if UI_TESTS.iter().any(|folder| file.starts_with(folder)) {
            let ids = ui_claims(&text, prefixes);
            ids.into_iter().map(|id| (id, file.clone())).collect()
        } else {
            let claims = test_claims(&text, prefixes).into_iter();
            claims.map(|(id, test)| (id, format!("{file}::{test}"))).collect::<Vec<_>>()
        };
        for (id, test) in found {
            claims.entry(id).or_default().insert(test);
        }
    }
    claims
}

/// The IDs in the comment at the top of a ui test.
fn ui_claims(text: &str, prefixes: &BTreeSet<String>) -> Vec<String> {
    let top = text.lines().take_while(|line| line.starts_with("//"));
    top.flat_map(|line| ids(line, prefixes)).collect()
}

/// The IDs that stand in the name, or in the comment directly above, of each function with a `test`
/// attribute.
fn test_claims(text: &str, prefixes: &BTreeSet<String>) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut above: Vec<String> = Vec::new();
    let (mut is_test, mut is_ignored) = (false, false);
    for line in text.lines().map(str::trim) {
        if line.starts_with("//") {
            above.extend(ids(line, prefixes));
        } else if let Some(attribute) = line.strip_prefix("#[") {
            let path = attribute.split(['(', ']', ' ']).next().unwrap_or_default();
            is_test |= path == "test" || path.ends_with("::test");
            is_ignored |= path == "ignore";
        } else {
            if let Some(name) = function_name(line).filter(|_| is_test && !is_ignored) {
                above.extend(ids(name, prefixes));
                found.extend(above.drain(..).map(|id| (id, name.to_owned())));
            }
            above.clear();
            (is_test, is_ignored) = (false, false);
        }
    }
    found
}

/// `name` of `async fn name(..`.
fn function_name(line: &str) -> Option<&str> {
    let (_, after) = match line.strip_prefix("fn ") {
        Some(after) => ("", after),
        None => line.split_once(" fn ")?,
    };
    after.split(['(', '<']).next()
}

/// The IDs in a name (`gs_nnn_..`) or in prose (`GS-nnn`).
fn ids(text: &str, prefixes: &BTreeSet<String>) -> Vec<String> {
    let words: Vec<&str> = text.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    let pairs = words.windows(2).map(|pair| (pair[0].to_ascii_uppercase(), pair[1]));
    pairs
        .filter(|(prefix, number)| prefixes.contains(prefix) && is_number(number))
        .map(|(prefix, number)| format!("{prefix}-{number}"))
        .collect()
}

fn is_prefix(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

fn is_number(text: &str) -> bool {
    text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn join(tests: &BTreeSet<String>) -> String {
    tests.iter().map(|test| format!("`{test}`")).collect::<Vec<_>>().join("<br>")
}

/// All files below `folder` with this extension, sorted, but for what a build left there.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("the folder can be read").path()).collect();
    paths.sort();
    let mut found = Vec::new();
    for path in paths {
        if path.is_dir() {
            if path.file_name().is_some_and(|name| name != "target") {
                found.extend(files(&path, extension));
            }
        } else if path.extension().is_some_and(|it| it == extension) {
            found.push(path);
        }
    }
    found
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

mod rules {
    use super::*;

    fn prefixes() -> BTreeSet<String> {
        BTreeSet::from(["XY".to_owned()])
    }

    fn claims_of(text: &str) -> Vec<(String, String)> {
        test_claims(text, &prefixes())
    }

    #[test]
    fn a_name_and_the_comment_above_it_claim() {
        let text = "/// XY-002: too.\n#[otp::test(start_paused = true)]\nasync fn xy_001_it_works() {}\n";
        let test = "xy_001_it_works".to_owned();
        assert_eq!(claims_of(text), [("XY-002".to_owned(), test.clone()), ("XY-001".to_owned(), test)]);
    }

    #[test]
    fn what_is_no_test_or_is_ignored_claims_nothing() {
        assert_eq!(claims_of("/// XY-001\nfn helper() {}\n"), []);
        assert_eq!(claims_of("#[test]\n#[ignore]\nfn xy_001_later() {}\n"), []);
        assert_eq!(claims_of("#[test]\nfn ab_001_other() {}\n#[test]\nfn xy_0012() {}\n"), []);
        assert_eq!(claims_of("/// XY-001\nstruct A;\n#[test]\nfn works() {}\n"), []);
    }

    #[test]
    fn only_the_top_of_a_ui_test_claims() {
        assert_eq!(ui_claims("// XY-001, XY-002\nfn main() {} // XY-003\n", &prefixes()), ["XY-001", "XY-002"]);
    }

    #[test]
    fn a_row_is_refreshed_and_checked() {
        let claims = Claims::from([("XY-001".to_owned(), BTreeSet::from(["a.rs::b".to_owned()]))]);
        let row = |text| Row::parse(text).expect("it is a row");
        assert_eq!(row("| XY-001 | It works. | open |").refreshed(&claims), "| XY-001 | It works. | `a.rs::b` |");
        assert!(row("| XY-001 | It works. | `a.rs::gone` |").check(&claims).is_some());
        assert!(row("| XY-001 | It works. | `a.rs::b` |").check(&claims).is_none());
        assert_eq!(row("| XY-002 | Nor that. | `a.rs::gone` |").refreshed(&claims), "| XY-002 | Nor that. | open |");
        assert!(row("| XY-002 | Nor that. | `a.rs::gone` |").check(&claims).is_some());
        assert!(row("| XY-002 | Nor that. | open |").check(&claims).is_some());
        assert!(row("| XY-002 | Nor that. | not applicable: no |").check(&claims).is_none());
        assert!(Row::parse("| ID | Behaviour | Test or reason |").is_none());
        assert!(Row::parse("| --- | --- | --- |").is_none());
    }
}
