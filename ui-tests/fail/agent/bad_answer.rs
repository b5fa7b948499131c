// AG-019
//! A function answers what is asked for: an update nothing, the others one type of value.
use otp::prelude::*;

async fn client(agent: AgentRef<u64>) {
    let _ = agent.update(|n| *n + 1).await;
    let _: Result<u64, CallError> = agent.get_and_update(|_| "no number").await;
    agent.cast(|n| *n + 1);
    let _ = agent.get(|n| *n += 1).await;
}

fn main() {}
