//! Options of a task supervisor are those of a dynamic one.
use otp::prelude::*;

fn main() {
    let _ = supervision_tree! {
        task_supervisor "mails" { max_childs: 5 },
        task_supervisor "uploads" { strategy: one_for_all },
        task_supervisor "uploads",
    };
}
