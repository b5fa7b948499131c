//! What listeners are told.

use super::{at, end, fresh, other, register_at};
use otp::prelude::*;
use otp::process;
use otp::registry::{Registered, Unregistered};
use std::time::Duration;

async fn nothing_more() {
    let more = process::receive_timeout::<Info>(Duration::from_millis(2)).await;
    assert!(more.is_none(), "{more:?}");
}

#[otp::test]
async fn reg_064_a_listener_is_told_of_registering_and_unregistering() -> otp::Result {
    let name = fresh();
    process::register(process::self_pid(), name.clone() + " listener")?;
    let spec = Registry::<String, u8>::duplicate(name.clone()).partitions(4).listener(name.clone() + " listener");
    let registry = spec.listener("nobody of this name").listener(process::self_pid()).start_link().await?;
    let member = other();
    register_at(&registry, member, "hello".into(), 7).await;
    for _ in 0..2 {
        let told: Registered<String, u8> = process::receive().await;
        assert_eq!((told.registry, told.key, told.pid, told.value), (name.clone().into(), "hello".into(), member, 7));
    }
    register_at(&registry, member, "hello".into(), 8).await;
    for _ in 0..2 {
        assert_eq!(process::receive::<Registered<String, u8>>().await.value, 8);
    }
    let clone = registry.clone();
    at(member, move || clone.unregister("hello")).await?;
    for _ in 0..2 {
        let told: Unregistered<String> = process::receive().await;
        assert_eq!((told.registry, told.key, told.pid), (name.clone().into(), "hello".into(), member));
    }
    let clone = registry.clone();
    at(member, move || clone.unregister("hello")).await?;
    nothing_more().await;
    Ok(())
}

#[otp::test]
async fn reg_033_a_match_is_told_when_the_last_entry_under_the_key_goes() -> otp::Result {
    let registry = Registry::<String, u8>::duplicate(fresh()).listener(process::self_pid()).start_link().await?;
    let (member, second) = (other(), other());
    for value in 0..3 {
        register_at(&registry, member, "hello".into(), value).await;
        drop(process::receive::<Registered<String, u8>>().await);
    }
    register_at(&registry, second, "hello".into(), 0).await;
    drop(process::receive::<Registered<String, u8>>().await);
    for (gone, told) in [(7, false), (0, false), (1, false), (2, true)] {
        let clone = registry.clone();
        at(member, move || clone.unregister_match("hello", |value| *value == gone)).await?;
        match told {
            false => nothing_more().await,
            true => assert_eq!(process::receive::<Unregistered<String>>().await.pid, member),
        }
    }
    Ok(())
}

#[otp::test]
async fn reg_066_a_failed_registration_is_not_told() -> otp::Result {
    let registry = Registry::<String, u8>::unique(fresh()).listener(process::self_pid()).start_link().await?;
    let member = other();
    register_at(&registry, member, "hello".into(), 7).await;
    assert_eq!(process::receive::<Registered<String, u8>>().await.pid, member);
    assert!(registry.register("hello", 8).is_err());
    let clone = registry.clone();
    assert!(at(member, move || clone.register("hello", 8)).await.is_err());
    nothing_more().await;
    Ok(())
}

#[gen_server]
struct Watch {
    seen: Vec<String>,
}

#[gen_server]
impl Watch {
    #[init]
    fn init() -> Self {
        Self { seen: Vec::new() }
    }

    #[info]
    fn joined(&mut self, joined: Registered<String>) {
        process::monitor(joined.pid);
        self.seen.push(format!("{} joined", joined.key));
    }

    #[info]
    fn left(&mut self, left: Unregistered<String>) {
        self.seen.push(format!("{} left", left.key));
    }

    #[info]
    fn gone(&mut self, _: Down) {
        self.seen.push("gone".into());
    }

    #[call]
    fn seen(&mut self) -> Vec<String> {
        std::mem::take(&mut self.seen)
    }
}

/// Via names too; the end of a process is for the listener's own monitor to tell.
#[otp::test]
async fn a_server_can_listen_and_is_not_told_of_ends() -> otp::Result {
    let watch = Watch::start_link(()).await?;
    let registry = Registry::<String>::unique(fresh()).listener(watch.pid().expect("a process")).start_link().await?;
    let member = other();
    register_at(&registry, member, "a".into(), ()).await;
    let clone = registry.clone();
    at(member, move || clone.unregister("a")).await?;
    let named = process::options().via(registry.via("b")).spawn(process::sleep_forever())?;
    assert_eq!(watch.seen().await?, ["a joined", "a left", "b joined"]);
    end(named, ExitReason::Kill).await;
    assert_eq!(watch.seen().await?, ["gone"]);
    Ok(())
}
