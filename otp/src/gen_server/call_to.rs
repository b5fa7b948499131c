//! A handle of anything that answers one call, whatever server it is.

use super::{Call, CallError, GenServer, ReplyTo, ServerRef};
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// The answer of a [`CallTo`], under way.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, CallError>> + Send + 'a>>;

trait Answers<A, T>: Send + Sync {
    fn call(&self, args: A) -> Answer<'_, T>;
}

/// A handle of any server that answers a call with arguments `A` and the answer `T`.
///
/// Two servers that know each other need not force one module on the other: one takes a `CallTo`, and whoever wires
/// them up makes it.
///
/// ```
/// use otp::gen_server::CallTo;
/// use otp::prelude::*;
///
/// #[gen_server]
/// struct Adder { n: u64 }
///
/// #[gen_server]
/// impl Adder {
///     #[init]
///     fn init(n: u64) -> Self { Self { n } }
///     #[call]
///     fn add(&mut self, m: u64) -> u64 { self.n + m }
/// }
/// # #[otp::main]
/// # async fn main() -> otp::Result {
/// let adder = Adder::start_link(1).await?;
/// let anything = CallTo::from_fn(move |m: u64| { let adder = adder.clone(); async move { adder.add(m).await } });
/// assert_eq!(anything.call(2).await?, 3);
/// # Ok(())
/// # }
/// ```
pub struct CallTo<A, T>(Arc<dyn Answers<A, T>>);

impl<A, T> Clone for CallTo<A, T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<A, T> fmt::Debug for CallTo<A, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CallTo<{}, {}>", std::any::type_name::<A>(), std::any::type_name::<T>())
    }
}

struct ByRequest<S: GenServer, A, T> {
    server: ServerRef<S>,
    request: &'static str,
    make: fn(A, ReplyTo<T>) -> S::Request,
}

impl<S: GenServer, A: Send + 'static, T: Send + 'static> Answers<A, T> for ByRequest<S, A, T> {
    fn call(&self, args: A) -> Answer<'_, T> {
        let call: Call<'_, S, A, T> = self.server.call_with(self.request, args, self.make);
        Box::pin(call)
    }
}

struct ByFn<F>(F);

impl<F, Fut, A, T> Answers<A, T> for ByFn<F>
where
    F: Fn(A) -> Fut + Send + Sync,
    Fut: Future<Output = Result<T, CallError>> + Send + 'static,
{
    fn call(&self, args: A) -> Answer<'_, T> {
        Box::pin((self.0)(args))
    }
}

impl<A: Send + 'static, T: Send + 'static> CallTo<A, T> {
    /// Any server, through the constructor of one of its requests.
    pub fn new<S: GenServer>(
        server: ServerRef<S>,
        request: &'static str,
        make: fn(A, ReplyTo<T>) -> S::Request,
    ) -> Self {
        Self(Arc::new(ByRequest { server, request, make }))
    }

    /// Any server, through a client method.
    pub fn from_fn<F, Fut>(call: F) -> Self
    where
        F: Fn(A) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<T, CallError>> + Send + 'static,
    {
        Self(Arc::new(ByFn(call)))
    }

    /// Calls whoever it is.
    pub fn call(&self, args: A) -> Answer<'_, T> {
        self.0.call(args)
    }
}
