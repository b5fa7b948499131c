//! What is done about the end of a child: pure functions, one arm a case.

use super::AutoShutdown;
use crate::child::{Restart, Shutdown};
use crate::process::ExitReason;

/// What happens to a child that has ended by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is restarted, as the strategy says.
    Restart,
    /// It stays stopped, and can be restarted by hand.
    Keep,
    /// Its specification is forgotten.
    Forget,
}

/// Whether a child is restarted.
pub(crate) fn decide(restart: Restart, reason: &ExitReason) -> Verdict {
    match restart {
        Restart::Permanent => Verdict::Restart,
        Restart::Transient if reason.is_orderly() => Verdict::Keep,
        Restart::Transient => Verdict::Restart,
        Restart::Temporary => Verdict::Forget,
    }
}

/// Whether the supervisor ends because a child ended by itself and is not restarted.
pub(crate) fn ends_supervisor(mode: AutoShutdown, significant: bool, other_significant_left: bool) -> bool {
    match mode {
        AutoShutdown::Never => false,
        AutoShutdown::AnySignificant => significant,
        AutoShutdown::AllSignificant => significant && !other_significant_left,
    }
}

/// Whether a child that was shut down ended as it should have.
pub(crate) fn ended_as_expected(shutdown: Shutdown, restart: Restart, reason: &ExitReason) -> bool {
    match (shutdown, reason) {
        (Shutdown::BrutalKill, ExitReason::Killed) => true,
        // It had ended by itself in the moment before.
        (Shutdown::BrutalKill, reason) => restart != Restart::Permanent && reason.is_orderly(),
        (_, ExitReason::Shutdown) => true,
        (_, ExitReason::Normal | ExitReason::ShutdownWith(_)) => restart != Restart::Permanent,
        _ => false,
    }
}

#[cfg(all(test, not(otp_loom)))]
mod tests {
    use super::Verdict::{Forget, Keep};
    use super::*;
    use crate::child::Restart::{Permanent, Temporary, Transient};
    use std::time::Duration;

    fn reasons() -> [(ExitReason, bool); 8] {
        [
            (ExitReason::Normal, true),
            (ExitReason::Shutdown, true),
            (ExitReason::shutdown_with("x"), true),
            (ExitReason::Killed, false),
            (ExitReason::NoProc, false),
            (ExitReason::other("x"), false),
            (ExitReason::error("x"), false),
            (ExitReason::from_panic(Box::new("x"), None), false),
        ]
    }

    #[test]
    fn the_table_of_restarts() {
        for (reason, orderly) in reasons() {
            assert_eq!(decide(Permanent, &reason), Verdict::Restart, "{reason}");
            assert_eq!(decide(Transient, &reason), if orderly { Keep } else { Verdict::Restart }, "{reason}");
            assert_eq!(decide(Temporary, &reason), Forget, "{reason}");
        }
    }

    #[test]
    fn the_table_of_automatic_shutdowns() {
        for left in [true, false] {
            for significant in [true, false] {
                assert!(!ends_supervisor(AutoShutdown::Never, significant, left));
                assert_eq!(ends_supervisor(AutoShutdown::AnySignificant, significant, left), significant);
                assert_eq!(ends_supervisor(AutoShutdown::AllSignificant, significant, left), significant && !left);
            }
        }
    }

    #[test]
    fn the_table_of_expected_ends() {
        let timeout = Shutdown::Timeout(Duration::from_secs(1));
        for restart in [Permanent, Transient, Temporary] {
            for shutdown in [timeout, Shutdown::Infinity] {
                assert!(ended_as_expected(shutdown, restart, &ExitReason::Shutdown));
                assert!(!ended_as_expected(shutdown, restart, &ExitReason::Killed));
                let orderly = restart != Permanent;
                assert_eq!(ended_as_expected(shutdown, restart, &ExitReason::Normal), orderly);
                assert_eq!(ended_as_expected(shutdown, restart, &ExitReason::shutdown_with(1)), orderly);
            }
            assert!(ended_as_expected(Shutdown::BrutalKill, restart, &ExitReason::Killed));
            assert!(!ended_as_expected(Shutdown::BrutalKill, restart, &ExitReason::other(1)));
        }
    }
}
