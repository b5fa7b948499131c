//! Locks: one function at a time under each key.

use super::key::{AnyKey, DynKey};
use crate::sync::Mutex;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::Mutex as Turn;

/// Who holds and waits for what. A key is in it as long as somebody does.
#[derive(Debug, Default)]
pub(crate) struct Locks(Mutex<HashMap<DynKey, Waiting>>);

#[derive(Debug)]
struct Waiting {
    turn: Arc<Turn<()>>,
    /// Those that hold it or wait for it.
    users: usize,
}

impl Locks {
    /// Waits for the key, in the order of asking, and runs the function under it. However the function ends, and also
    /// when this is dropped, the next one's turn comes.
    pub(crate) async fn run<F: Future>(&self, key: impl AnyKey, function: impl FnOnce() -> F) -> F::Output {
        let user = self.enter(DynKey::new(key));
        // Declared after `user`: the turn is passed on before the key is forgotten.
        let _turn = user.turn.lock().await;
        function().await
    }

    fn enter(&self, key: DynKey) -> User<'_> {
        let turn = {
            let mut locks = self.0.lock();
            let waiting = locks.entry(key.clone()).or_insert_with(|| Waiting { turn: Arc::default(), users: 0 });
            waiting.users += 1;
            waiting.turn.clone()
        };
        User { locks: self, key, turn }
    }

    #[cfg(all(test, not(otp_loom)))]
    pub(crate) fn len(&self) -> usize {
        self.0.lock().len()
    }
}

/// One that holds the lock or waits for it.
struct User<'a> {
    locks: &'a Locks,
    key: DynKey,
    turn: Arc<Turn<()>>,
}

impl Drop for User<'_> {
    fn drop(&mut self) {
        let mut locks = self.locks.0.lock();
        let forgotten = match locks.get_mut(&self.key) {
            Some(waiting) if waiting.users == 1 => locks.remove_entry(&self.key),
            Some(waiting) => {
                waiting.users -= 1;
                None
            }
            None => None,
        };
        drop(locks);
        // A key of the user's: not under the lock.
        drop(forgotten);
    }
}

#[cfg(all(test, not(otp_loom)))]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_key_is_forgotten_when_nobody_uses_it() {
        let locks = Locks::default();
        let (one, two) = tokio::join!(locks.run("a", || async { locks.len() }), locks.run("b", || async { 2 }));
        assert_eq!((one, two), (1, 2));
        let waiting = locks.run("a", || async {
            let second = locks.run("a", std::future::pending::<()>);
            assert!(tokio::time::timeout(std::time::Duration::ZERO, second).await.is_err(), "it waits for the first");
        });
        waiting.await;
        assert_eq!(locks.len(), 0);
    }
}
