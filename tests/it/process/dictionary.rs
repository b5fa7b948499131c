//! The process dictionary.

use super::check;
use otp::process;

#[otp::test]
async fn proc_092_put_get_and_delete_answer_what_was_there() {
    assert_eq!(process::get::<i32>("n"), None);
    assert_eq!(process::get("n").unwrap_or(7), 7);
    assert_eq!(process::put("n", 1), None);
    assert_eq!(process::put("n", 2), Some(1));
    assert_eq!(process::get::<i32>("n"), Some(2));
    assert_eq!(process::get("n").unwrap_or(7), 2);
    assert_eq!(process::delete::<i32>("n"), Some(2));
    assert_eq!(process::delete::<i32>("n"), None);
    assert_eq!(process::get::<i32>("n"), None);
}

#[otp::test]
async fn proc_093_the_keys_can_be_listed() {
    assert!(process::get_keys().is_empty());
    process::put("b", 1);
    process::put("a", "text");
    process::put("b", 2);
    assert_eq!(process::get_keys(), ["a", "b"]);
    process::delete::<i32>("b");
    assert_eq!(process::get_keys(), ["a"]);
}

#[otp::test]
async fn each_process_has_its_own() {
    process::put("key", 1);
    check(async {
        assert_eq!(process::get::<i32>("key"), None);
        process::put("key", 2);
        tokio::task::yield_now().await;
        assert_eq!(process::get::<i32>("key"), Some(2));
    })
    .await;
    assert_eq!(process::get::<i32>("key"), Some(1));
}

#[otp::test]
async fn a_key_has_one_value_of_one_type() {
    process::put("key", 1_u8);
    assert_eq!(process::get::<u16>("key"), None);
    assert_eq!(process::delete::<u16>("key"), None);
    assert_eq!(process::get::<u8>("key"), Some(1));
    assert_eq!(process::put("key", "text"), None, "the value before was of another type");
    assert_eq!(process::get::<u8>("key"), None);
}

/// The values may use the process when they are dropped.
#[otp::test]
async fn values_are_dropped_with_the_process() {
    struct Told(process::Pid);
    impl Drop for Told {
        fn drop(&mut self) {
            let sent = (process::self_pid(), process::get_keys());
            process::send(self.0, sent).expect("a pid is no name");
        }
    }
    let parent = process::self_pid();
    let pid = process::spawn(async move { drop(process::put("key", Told(parent))) });
    process::wait(pid).await;
    let (from, keys) = process::receive::<(process::Pid, Vec<String>)>().await;
    assert_eq!((from, keys.len()), (pid, 0));
    process::put("key", Told(parent));
    process::put("key", Told(parent));
    assert_eq!(process::receive::<(process::Pid, Vec<String>)>().await, (parent, vec!["key".into()]));
}
