//! What the runtime reports through `tracing`, for tests to look at.
//!
//! One collector for the whole test binary, set up by the first call of [`collect`]. Tests run in parallel and share it:
//! each looks only at what names its own processes, whose pids are never used twice.
//!
//! ```
//! use otp::process;
//! use otp_tests::reports;
//!
//! # #[otp::main] async fn main() {
//! reports::collect();
//! let pid = process::spawn(async { panic!("as it should") });
//! process::wait(pid).await;
//! let crash = reports::one("otp::crash", "pid", pid);
//! assert!(crash.message.contains("crashed"));
//! # }
//! ```

use std::collections::BTreeMap;
use std::fmt::{self, Display};
use std::sync::{Mutex, Once, PoisonError};
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Metadata, Subscriber, span};

/// One event of the runtime.
#[derive(Clone, Debug)]
pub struct Report {
    /// How bad it is.
    pub level: Level,
    /// `otp::crash`, `otp::gen_server`, `otp::supervisor`, `otp::process`, `otp::sys`.
    pub target: &'static str,
    /// The text.
    pub message: String,
    /// The other fields, as they are shown.
    pub fields: BTreeMap<&'static str, String>,
}

impl Report {
    /// A field, if the report has it.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str)
    }
}

static REPORTS: Mutex<Vec<Report>> = Mutex::new(Vec::new());

/// Begins to collect. Call it first in a test that looks at reports; more calls do no harm.
pub fn collect() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| tracing::subscriber::set_global_default(Collector).expect("nobody else collects"));
}

/// The reports under a target whose field has this value, in the order they were made.
pub fn of(target: &str, field: &str, value: impl Display) -> Vec<Report> {
    let value = value.to_string();
    let reports = REPORTS.lock().unwrap_or_else(PoisonError::into_inner);
    reports.iter().filter(|report| report.target == target && report.field(field) == Some(&value)).cloned().collect()
}

/// The only one of them.
///
/// # Panics
/// There is none, or more than one.
#[track_caller]
pub fn one(target: &str, field: &str, value: impl Display) -> Report {
    let mut found = of(target, field, value);
    assert_eq!(found.len(), 1, "not one report: {found:#?}");
    found.remove(0)
}

/// Keeps the events of `otp`, and no spans.
struct Collector;

impl Subscriber for Collector {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event() && metadata.target().starts_with("otp::")
    }
    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }
    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let message = fields.0.remove("message").unwrap_or_default();
        let (level, target) = (*event.metadata().level(), event.metadata().target());
        let report = Report { level, target, message, fields: fields.0 };
        REPORTS.lock().unwrap_or_else(PoisonError::into_inner).push(report);
    }
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

#[derive(Default)]
struct Fields(BTreeMap<&'static str, String>);

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}
