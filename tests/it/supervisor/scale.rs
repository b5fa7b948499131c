//! Many children.

use super::fixtures::*;
use otp::prelude::*;
use otp::process;

/// Nothing here is measured: what is worse than linear in the number of children does not come to an end in time.
#[otp::test]
async fn sup_090_a_hundred_thousand_children_start_and_stop() -> otp::Result {
    const MANY: usize = 100_000;
    let children = (0..MANY).map(|n| idle(format!("{n}")).restart(Restart::Temporary));
    let supervisor = Supervisor::builder().children(children).start_link().await?;
    assert_eq!(counts(&supervisor).await, (MANY, MANY, 0, MANY));
    let children = supervisor.which_children().await?;
    assert_eq!((children[0].id.as_str(), children[MANY - 1].id.as_str()), ("99999", "0"));
    let last = children[0].status.pid().unwrap();

    // Some one by one, from either end and from the middle, added again, and all others at once.
    for n in [0, 50_000, 99_999] {
        supervisor.terminate_child(format!("{n}")).await?;
        supervisor.start_child(idle(format!("{n}"))).await?;
    }
    assert_eq!(counts(&supervisor).await, (MANY, MANY, 0, MANY));
    assert!(!process::alive(last));
    supervisor.stop().await?;
    assert!(children.iter().all(|child| child.status.pid().is_none_or(|pid| !process::alive(pid))));
    Ok(())
}

/// SUP-090: also when they end by themselves, all at the same time.
#[otp::test]
async fn many_children_may_end_by_themselves() -> otp::Result {
    const MANY: usize = 20_000;
    let gate = std::sync::Arc::new(tokio::sync::Notify::new());
    let child = |n: usize| {
        let gate = gate.clone();
        let spec = ChildSpec::new(format!("{n}"), move |_slot| {
            let gate = gate.clone();
            async move {
                let waits = async move { gate.notified().await };
                Ok(otp::child::Started::new(process::spawn_link(waits)))
            }
        });
        spec.restart(if n.is_multiple_of(2) { Restart::Temporary } else { Restart::Transient })
    };
    let supervisor = Supervisor::builder().children((0..MANY).map(child)).start_link().await?;
    assert_eq!(counts(&supervisor).await, (MANY, MANY, 0, MANY));
    process::sleep(std::time::Duration::ZERO).await;
    gate.notify_waiters();
    while counts(&supervisor).await.1 > 0 {}
    assert_eq!(counts(&supervisor).await, (MANY / 2, 0, 0, MANY / 2));
    Ok(())
}
