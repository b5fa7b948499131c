//! What can be done with a state.

use otp::gen_server::CallFailure;
use otp::prelude::*;
use otp::process;
use otp::sys::{self, Switch};
use std::time::Duration;

#[otp::test]
async fn ag_010_get_answers_and_changes_nothing() -> otp::Result {
    let agent = Agent::start_link(|| vec![1, 2, 3]).await?;
    let (sum, pid) = agent.get(|list| (list.iter().sum::<i32>(), process::self_pid())).await?;
    assert_eq!((sum, Some(pid)), (6, agent.pid()));
    assert_eq!(agent.get(Vec::len).await?, 3);
    Ok(())
}

#[otp::test]
async fn ag_011_update_is_done_when_it_is_answered() -> otp::Result {
    let agent = Agent::start_link(|| 1).await?;
    agent.update(|n| *n += 1).await?;
    assert_eq!(agent.get(|n| *n).await?, 2);
    agent.update(|n| *n = 10).timeout(Duration::from_secs(1)).await?;
    assert_eq!(agent.get(|n| *n).infinity().await?, 10);
    Ok(())
}

#[otp::test]
async fn ag_012_get_and_update_is_one_step() -> otp::Result {
    let agent = Agent::start_link(|| 1).await?;
    assert_eq!(agent.get_and_update(|n| std::mem::replace(n, 5)).await?, 1);
    assert_eq!(agent.get(|n| *n).await?, 5);
    Ok(())
}

/// AG-012: nobody comes in between.
#[otp::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_updates_are_not_lost() -> otp::Result {
    let agent = Agent::start_link(|| 0_u32).await?;
    let workers: Vec<_> = (0..4)
        .map(|_| {
            let agent = agent.clone();
            process::spawn(async move {
                let mut last = 0;
                for _ in 0..500 {
                    let before = agent.get_and_update(|n| std::mem::replace(n, *n + 1)).await.unwrap();
                    assert!(before >= last);
                    last = before + 1;
                }
            })
        })
        .collect();
    for worker in workers {
        process::wait(worker).await;
    }
    assert_eq!(agent.get(|n| *n).await?, 2_000);
    Ok(())
}

#[otp::test]
async fn ag_013_a_cast_is_seen_by_what_comes_after_it() -> otp::Result {
    let agent = Agent::start_link(Vec::<i32>::new).name("ag_013").await?;
    for n in 0..100 {
        AgentRef::<Vec<i32>>::named("ag_013").cast(move |list| list.push(n));
    }
    assert_eq!(agent.get(Vec::clone).await?, (0..100).collect::<Vec<_>>());
    Ok(())
}

#[otp::test]
async fn ag_014_a_cast_to_nobody_is_no_error() -> otp::Result {
    AgentRef::<u8>::named("nobody").cast(|n| *n += 1);
    let agent = Agent::start(|| 1).await?;
    agent.stop().await?;
    agent.cast(|n| *n += 1);
    assert!(agent.get(|n| *n).await.unwrap_err().is_noproc());
    Ok(())
}

#[otp::test]
async fn ag_017_a_panic_ends_the_agent_and_reaches_who_asked() -> otp::Result {
    let panics = |error: CallError| {
        let Some(ExitReason::Panic(report)) = error.exit_reason() else { panic!("{error}") };
        assert!(report.to_string().contains("bad function"), "{report}");
        error.request()
    };
    let agent = async || Agent::start(|| 1_u8).await.unwrap();

    let getting = agent().await;
    let error = getting.get(|_| -> u8 { panic!("bad function") }).await.unwrap_err();
    assert_eq!(panics(error), "get");
    assert!(!getting.is_alive());

    let updating = agent().await;
    let waiting = updating.clone();
    let error = updating.update(|_| panic!("bad function")).await.unwrap_err();
    assert_eq!(panics(error), "update");
    assert!(waiting.get(|n| *n).await.unwrap_err().is_noproc());

    let both = agent().await;
    let error = both.get_and_update(|_| -> u8 { panic!("bad function") }).await.unwrap_err();
    assert_eq!(panics(error), "get_and_update");

    let casting = agent().await;
    let monitor = casting.monitor();
    casting.cast(|_| panic!("bad function"));
    let down = process::receive::<Down>().await;
    assert_eq!(down.reference, monitor);
    assert!(matches!(down.reason, ExitReason::Panic(_)), "{}", down.reason);
    Ok(())
}

/// AG-017: whoever waits behind the panic learns of it too.
#[otp::test]
async fn callers_in_the_mailbox_learn_of_a_panic() -> otp::Result {
    let agent = Agent::start(|| 1_u8).await?;
    sys::suspend(&agent).await?;
    agent.cast(|_| panic!("bad function"));
    let me = process::self_pid();
    let asking = agent.clone();
    process::spawn(async move {
        let error = asking.get(|n| *n).await.unwrap_err();
        process::send(me, matches!(error.exit_reason(), Some(ExitReason::Panic(_)))).unwrap();
    });
    while process::info(agent.pid().unwrap()).unwrap().message_queue_len < 2 {
        process::sleep(Duration::ZERO).await;
    }
    sys::resume(&agent).await?;
    assert!(process::receive::<bool>().await);
    Ok(())
}

#[otp::test]
async fn ag_021_a_stopped_agent_is_gone() -> otp::Result {
    let agent = Agent::start_link(|| 1).name("ag_021").await?;
    let monitor = agent.monitor();
    agent.stop().await?;
    assert!(!agent.is_alive());
    assert_eq!(otp::name::whereis("ag_021"), None);
    let down = process::receive::<Down>().await;
    assert_eq!((down.reference, down.reason), (monitor, ExitReason::Normal));

    let agent = Agent::start(|| 1).await?;
    agent.stop().reason(ExitReason::Shutdown).timeout(Duration::from_secs(1)).await?;
    assert!(agent.stop().await.is_err());
    Ok(())
}

#[otp::test]
async fn ag_023_statistics_count_one_in_and_one_out() -> otp::Result {
    let agent = Agent::start_link(|| 1).await?;
    agent.update(|n| *n += 1).await?;
    assert_eq!(sys::statistics(&agent, Switch::Get).await?, None);
    sys::statistics(&agent, Switch::On).await?;
    agent.update(|n| *n += 1).await?;
    let counted = sys::statistics(&agent, Switch::Get).await?.unwrap();
    assert_eq!((counted.messages_in, counted.messages_out), (1, 1));
    agent.cast(|n| *n += 1);
    agent.get(|n| *n).await?;
    let counted = sys::statistics(&agent, Switch::Get).await?.unwrap();
    assert_eq!((counted.messages_in, counted.messages_out), (3, 2));
    Ok(())
}

/// An agent that asks itself is told so, and one that takes too long can be given up.
#[otp::test(start_paused = true)]
async fn calls_fail_as_those_of_servers_do() -> otp::Result {
    let agent = Agent::start_link(|| 0_u8).await?;
    let other = agent.clone();
    let error = agent.get(move |_| {
        use futures_util::FutureExt;
        other.get(|n| *n).now_or_never().expect("it fails at once").unwrap_err()
    });
    assert_eq!(error.await?.failure(), &CallFailure::CallingSelf);

    sys::suspend(&agent).await?;
    let error = agent.update(|n| *n = 7).timeout(Duration::from_millis(200)).await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    sys::resume(&agent).await?;
    assert_eq!(agent.get(|n| *n).await?, 7, "it was done all the same");
    Ok(())
}
