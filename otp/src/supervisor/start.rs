//! Starting one child: whatever happens is an answer.

use crate::child::{StartFn, Started};
use crate::process::run::caught;
use crate::process::{Slot, StartError};
use std::sync::Arc;

/// Starts a child in this place, which shows its process afterwards. A panic of the start is its failure.
pub(crate) async fn start_in(start: &StartFn, slot: &Arc<Slot>) -> Result<Started, StartError> {
    // The function itself may panic before it has made its future.
    let started = caught(async { start(slot.clone()).await }).await;
    let started = started.unwrap_or_else(|panic| Err(StartError::Failed(panic)))?;
    if slot.pid() != Some(started.pid) {
        slot.set_pid(started.pid);
    }
    Ok(started)
}
