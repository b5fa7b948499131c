//! Types, guards, moves, `mut`, alternatives, `after`, and control flow out of the bodies.
#![deny(warnings)]

use std::time::Duration;

use otp::prelude::*;

struct Tick;

struct Ping {
    count: u64,
    text: String,
}

struct Pair(String, String);

enum Event {
    Open(String),
    Closed(String),
    Failed { code: i32 },
}

const LIMIT: u64 = 3;

async fn all(patience: Duration) -> Result<u64, std::num::ParseIntError> {
    let mut seen = 0;
    let threshold = 10;
    let last = loop {
        let step = receive! {
            Tick => 1,
            Ping { count: LIMIT, .. } => continue,
            Ping { mut count, text } if count > threshold && text.len() > 1 => {
                count += 1;
                drop(text);
                seen += count;
                count
            }
            Ping { text, .. } => text.parse()?,
            Pair(first, second) => {
                drop((first, second));
                break 7
            }
            Event::Open(name) | Event::Closed(name): Event if !name.is_empty() => {
                drop(name);
                2
            }
            Event::Failed { code }: Event => return Ok(code as u64),
            whole @ Down { .. } => {
                drop(whole);
                async { 3 }.await
            }
            mut numbers: Vec<u64> => {
                numbers.push(1);
                numbers.len() as u64
            }
            (a, Some(b)): (u64, Option<u64>) if a > b => a + b,
            other: Info => {
                drop(other);
                0
            }
            after patience => break 0
        };
        seen += step;
    };
    Ok(seen + last)
}

async fn waits_for_ever() -> u8 {
    receive! { number: u8 => number }
}

async fn polls() -> bool {
    receive! {
        Tick => true,
        after 0 => false,
    }
}

async fn only_waits() {
    receive! { after 500 => {} }
}

async fn named_after() -> u8 {
    receive! { after: u8 if after > 1 => after }
}

fn is_send<T: Send>(_: T) {}

fn main() {
    is_send(all(Duration::ZERO));
    is_send(waits_for_ever());
    is_send(polls());
    is_send(only_waits());
    is_send(named_after());
    let _ = (Event::Open(String::new()), Event::Closed(String::new()), Event::Failed { code: 1 });
    let _ = (Ping { count: 0, text: String::new() }, Pair(String::new(), String::new()), Tick);
}
