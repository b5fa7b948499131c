//! Who started whom, drawn.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::inspect::short;
use crate::process::{Pid, ProcessInfo};

/// The processes below each other, by who started them; from `root` on, or all. One whose starter is gone stands alone.
pub(super) fn draw(known: &[ProcessInfo], root: Option<Pid>) -> String {
    let there: BTreeSet<Pid> = known.iter().map(|info| info.pid).collect();
    let by_pid: BTreeMap<Pid, &ProcessInfo> = known.iter().map(|info| (info.pid, info)).collect();
    let mut children: BTreeMap<Option<Pid>, Vec<Pid>> = BTreeMap::new();
    for info in known {
        let parent = info.ancestors.iter().copied().find(|ancestor| there.contains(ancestor));
        children.entry(parent).or_default().push(info.pid);
    }
    let roots = match root {
        Some(root) => vec![root],
        None => children.get(&None).cloned().unwrap_or_default(),
    };
    let mut text = String::new();
    for root in roots {
        // Not by recursion: a chain of processes may be long.
        let mut todo = vec![(root, String::new(), String::new())];
        while let Some((pid, before, below)) = todo.pop() {
            let Some(info) = by_pid.get(&pid) else { continue };
            let _ = writeln!(text, "{before}{}", line(info));
            let own = children.get(&Some(pid)).map(Vec::as_slice).unwrap_or_default();
            for (place, child) in own.iter().enumerate().rev() {
                let last = place + 1 == own.len();
                let (branch, space) = if last { ("└── ", "    ") } else { ("├── ", "│   ") };
                todo.push((*child, format!("{below}{branch}"), format!("{below}{space}")));
            }
        }
    }
    text
}

fn line(info: &ProcessInfo) -> String {
    let label = info.label.as_deref().map(|label| format!("({label})"));
    let name = info.name.as_ref().map(ToString::to_string).or(label);
    match name {
        Some(name) => format!("{} {name} {}", info.pid, info.behaviour),
        None => format!("{} {} {}", info.pid, info.behaviour, short(info.initial_call)),
    }
}
