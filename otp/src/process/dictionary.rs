//! The process dictionary: values that belong to the process that runs, found by key and type.

use super::context;
use std::any::Any;

/// Keeps a value under a key, and answers the value of the same type that was there.
///
/// A value of another type under the same key is dropped: a key has one value. The dictionary ends with the process.
///
/// ```
/// # #[otp::main] async fn main() {
/// use otp::process;
///
/// assert_eq!(process::put("locale", "en"), None);
/// assert_eq!(process::put("locale", "fr"), Some("en"));
/// assert_eq!(process::get::<&str>("locale"), Some("fr"));
/// assert_eq!(process::get_keys(), ["locale"]);
/// assert_eq!(process::delete::<&str>("locale"), Some("fr"));
/// assert_eq!(process::delete::<&str>("locale"), None);
/// # }
/// ```
///
/// # Panics
/// Outside of a process.
///
/// Follows Elixir's `Process.put/2`.
#[track_caller]
pub fn put<T: Send + 'static>(key: impl Into<String>, value: T) -> Option<T> {
    let before = context::require("put", |running| {
        running.own().borrow_mut().rare().dictionary.insert(key.into(), Box::new(value))
    });
    take(before)
}

/// A clone of the value under a key, if there is one of this type.
///
/// # Panics
/// Outside of a process.
///
/// Follows Elixir's `Process.get/2`; for its default, use `unwrap_or`.
#[track_caller]
pub fn get<T: Clone + 'static>(key: &str) -> Option<T> {
    context::require("get", |running| {
        running.own().borrow_mut().rare().dictionary.get(key).and_then(|value| value.downcast_ref::<T>()).cloned()
    })
}

/// Takes the value under a key out, if there is one of this type.
///
/// # Panics
/// Outside of a process.
///
/// Follows Elixir's `Process.delete/1`.
#[track_caller]
pub fn delete<T: 'static>(key: &str) -> Option<T> {
    let value = context::require("delete", |running| {
        let mut own = running.own().borrow_mut();
        let dictionary = &mut own.rare().dictionary;
        if dictionary.get(key).is_some_and(|value| value.is::<T>()) { dictionary.remove(key) } else { None }
    });
    take(value)
}

/// The keys in use, sorted.
///
/// # Panics
/// Outside of a process.
///
/// Follows Elixir's `Process.get_keys/0`; keys by value would need values without a type.
#[track_caller]
pub fn get_keys() -> Vec<String> {
    let mut keys: Vec<_> =
        context::require("get_keys", |running| running.own().borrow_mut().rare().dictionary.keys().cloned().collect());
    keys.sort();
    keys
}

fn take<T: 'static>(value: Option<Box<dyn Any + Send>>) -> Option<T> {
    let value: Box<dyn Any> = value?;
    value.downcast().ok().map(|value| *value)
}
