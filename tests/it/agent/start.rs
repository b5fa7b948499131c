//! Starting agents: names, options, supervision.

use otp::agent::Initial;
use otp::child::{Child, ChildOptions};
use otp::prelude::*;
use otp::process::{self, Priority};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

#[otp::test]
async fn ag_001_the_function_makes_the_state_in_the_agent_s_process() -> otp::Result {
    let agent = Agent::start_link(process::self_pid).await?;
    let pid = agent.pid().unwrap();
    assert_eq!(agent.get(|state| *state).await?, pid);
    assert_eq!(process::info(process::self_pid()).unwrap().links, [pid]);
    assert_eq!(AgentRef::<Pid>::from_pid(pid).unwrap().pid(), Some(pid));
    assert!(AgentRef::<u8>::from_pid(pid).is_none(), "its state is of another type");
    Ok(())
}

fn first(words: &[&str]) -> String {
    words[0].to_owned()
}

#[otp::test]
async fn ag_002_an_agent_may_have_a_name_and_no_link() -> otp::Result {
    let words = vec!["hello", "world"];
    let agent = Agent::start(move || first(&words)).name("ag_002").await?;
    assert_eq!(process::info(process::self_pid()).unwrap().links, []);
    let named = AgentRef::<String>::named("ag_002");
    assert_eq!(named.pid(), agent.pid());
    assert_eq!(named.get(String::clone).await?, "hello");
    agent.stop().await?;

    let (agent, monitor) = Agent::start_monitor(|| 1).await?;
    agent.stop().await?;
    assert_eq!(process::receive::<Down>().await.reference, monitor);
    Ok(())
}

#[otp::test]
async fn ag_003_a_function_that_panics_starts_nothing() -> otp::Result {
    for link in [true, false] {
        let initial = || -> u8 { panic!("no state") };
        let start = if link { Agent::start_link(initial) } else { Agent::start(initial) };
        let error = start.name("ag_003").await.unwrap_err();
        let StartError::Failed(reason) = &error else { panic!("{error:?}") };
        assert!(reason.to_string().contains("no state"), "{reason}");
        assert_eq!(otp::name::whereis("ag_003"), None);
        assert_eq!(process::info(process::self_pid()).unwrap().links, []);
    }
    Ok(())
}

#[otp::test]
async fn ag_004_a_taken_name_runs_no_function() -> otp::Result {
    let agent = Agent::start_link(|| 1).name("ag_004").await?;
    let ran = Arc::new(AtomicUsize::new(0));
    let counts = ran.clone();
    let error = Agent::start_link(move || counts.fetch_add(1, Ordering::Relaxed)).name("ag_004").await.unwrap_err();
    assert_eq!(error, StartError::AlreadyStarted { name: "ag_004".into(), pid: agent.pid().unwrap() });
    assert_eq!(ran.load(Ordering::Relaxed), 0);
    Ok(())
}

#[otp::test]
async fn ag_006_an_agent_may_have_another_priority() -> otp::Result {
    let agent = Agent::start_link(|| 1).priority(Priority::High).label("ag").await?;
    let info = process::info(agent.pid().unwrap()).unwrap();
    assert_eq!((info.priority, info.label.as_deref()), (Priority::High, Some("ag")));
    Ok(())
}

#[otp::test]
async fn ag_007_a_supervisor_starts_it_again_with_its_first_state() -> otp::Result {
    let supervisor = Supervisor::builder().child(Agent::child_spec(|| vec![1])).start_link().await?;
    let agent = supervisor.child::<Agent<Vec<i32>>>("Agent");
    agent.update(|list| list.push(2)).await?;
    assert_eq!(agent.get(Vec::clone).await?, [1, 2]);

    let before = agent.pid().unwrap();
    let monitor = agent.monitor();
    process::exit(&agent, ExitReason::Kill);
    receive! { down: Down if down.reference == monitor => assert_eq!(down.reason, ExitReason::Killed) }
    supervisor.count_children().await?;
    assert_ne!(agent.pid().unwrap(), before);
    assert_eq!(agent.get(Vec::clone).await?, [1]);

    // Also under a dynamic supervisor, and in a field.
    let agents = DynamicSupervisor::builder().start_link().await?;
    let agent: AgentRef<u8> = agents.start_temporary::<Agent<u8>>(Initial::new(|| 9)).await?;
    assert_eq!(agent.get(|n| *n).await?, 9);
    let app = App::start_link().await?;
    assert_eq!(app.counter().get_and_update(|n| std::mem::replace(n, 6)).await?, 5);
    assert_eq!(app.counter().get(|n| *n).await?, 6);
    Ok(())
}

#[supervisor]
struct App {
    #[child(args = Initial::new(|| 5))]
    counter: Agent<u8>,
}

#[test]
fn ag_008_its_specification_can_be_changed() {
    assert_eq!(<Agent<u8> as Child>::child_options(), ChildOptions::worker("Agent"));
    let spec = Agent::child_spec(|| 0);
    assert_eq!((spec.get_id(), spec.get_restart()), ("Agent", Restart::Permanent));
    assert_eq!(spec.get_shutdown(), std::time::Duration::from_secs(5).into());
    let spec = spec.id("mine").restart(Restart::Temporary).shutdown(Shutdown::BrutalKill);
    assert_eq!((spec.get_id(), spec.get_restart()), ("mine", Restart::Temporary));
    assert_eq!(spec.get_shutdown(), Shutdown::BrutalKill);
}

#[otp::test]
async fn ag_009_introspection_shows_what_it_is() -> otp::Result {
    let agent = Agent::start_link(|| 1_u8).await?;
    let info = process::info(agent.pid().unwrap()).unwrap();
    assert_eq!((info.behaviour, info.initial_call), ("gen_server", std::any::type_name::<Agent<u8>>()));
    let status = otp::sys::get_status(&agent).await?;
    assert!(status.initial_call.contains("Agent<u8>"), "{}", status.initial_call);
    Ok(())
}
