//! What a server costs that does nothing.
//!
//! The resident set is read before and after, so this wants a program that has done nothing else:
//! memory freed by an earlier workload would be used again and not be seen.

use std::hint::black_box;
use std::time::Duration;

use crate::framework::Framework;
use crate::memory::resident;

/// Servers started before the first reading, so that what is allocated once is not counted.
const WARM_UP: u64 = 100;

/// Bytes of a server started by itself.
pub(super) async fn alone<F: Framework>(servers: u64) -> Option<f64> {
    for _ in 0..WARM_UP {
        std::mem::forget(F::start().await);
    }
    // The handles are kept, in memory that is resident before the first reading: how large a
    // handle is, is not asked here.
    let mut handles: Vec<Option<F::Server>> = Vec::new();
    handles.resize_with(servers as usize, || black_box(None));
    let before = resident()?;
    for handle in &mut handles {
        *handle = Some(F::start().await);
    }
    let after = settled().await?;
    drop(black_box(handles));
    Some(after.saturating_sub(before) as f64 / servers as f64)
}

/// Bytes of a server started by a supervisor, with all that the supervisor keeps of it.
pub(super) async fn supervised<F: Framework>(servers: u64) -> Option<f64> {
    if !F::start_supervised(WARM_UP).await {
        return None;
    }
    let before = resident()?;
    F::start_supervised(servers).await;
    let after = settled().await?;
    Some(after.saturating_sub(before) as f64 / servers as f64)
}

/// Bytes of a server started on demand by a supervisor, with all that the supervisor keeps of it.
pub(super) async fn dynamic<F: Framework>(servers: u64) -> Option<f64> {
    if !F::start_dynamic(WARM_UP).await {
        return None;
    }
    let before = resident()?;
    F::start_dynamic(servers).await;
    let after = settled().await?;
    Some(after.saturating_sub(before) as f64 / servers as f64)
}

/// The resident set once every server has come to rest.
async fn settled() -> Option<u64> {
    tokio::time::sleep(Duration::from_millis(200)).await;
    resident()
}
