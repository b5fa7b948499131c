//! A generic state with bounds on the impl, bounds on the struct, a default, a constant, and a parameter that no
//! message mentions.
#![deny(warnings)]

use std::fmt::Debug;
use std::marker::PhantomData;

use otp::prelude::*;

/// Bounds on the impl only.
#[gen_server]
pub struct Stack<T> {
    items: Vec<T>,
}

#[gen_server]
impl<T: Clone + Send + 'static> Stack<T> {
    #[init]
    fn init(items: Vec<T>) -> Self {
        Self { items }
    }

    /// Takes the last item.
    #[call]
    pub fn pop(&mut self) -> Option<T> {
        self.items.pop()
    }

    /// The last item, cloned.
    #[call]
    pub fn peek(&self) -> T {
        self.items[self.items.len() - 1].clone()
    }

    /// Adds an item.
    #[cast]
    pub fn push(&mut self, item: T) {
        self.items.push(item)
    }
}

/// Bounds on the struct, a default and a constant.
#[gen_server(id = "ring")]
pub struct Ring<T: Debug = u8, const N: usize = 4>
where
    T: Send,
{
    items: [Option<T>; N],
}

#[gen_server]
impl<T: Debug, const N: usize> Ring<T, N>
where
    T: Send + 'static,
{
    #[init]
    fn init() -> Self {
        Self { items: std::array::from_fn(|_| None) }
    }

    #[cast]
    fn set(&mut self, at: usize, item: T) {
        self.items[at] = Some(item);
    }

    #[info]
    fn all(&mut self, items: [T; N]) {
        self.items = items.map(Some);
    }

    #[handle_continue]
    fn again(&mut self, items: Vec<T>) {
        drop(items);
    }
}

/// A parameter that no message mentions.
#[gen_server]
struct Unused<K> {
    kind: PhantomData<fn() -> K>,
}

#[gen_server]
impl<K: 'static> Unused<K> {
    #[init]
    fn init() -> Self {
        Self { kind: PhantomData }
    }

    #[call]
    fn size(&self) -> usize {
        size_of_val(&self.kind)
    }
}

async fn client() -> otp::Result {
    let stack: StackRef<String> = Stack::start_link(vec![String::new()]).await?;
    stack.push(String::new());
    let _: Option<String> = stack.pop().await?;
    let _: String = stack.peek().await?;
    let ring: RingRef = Ring::start_link(()).await?;
    ring.set(0, 1);
    ring.send_info([1_u8; 4]);
    let unused = Unused::<String>::start(()).await?;
    unused.size().await?;
    Ok(())
}

fn main() {
    drop(client());
}
