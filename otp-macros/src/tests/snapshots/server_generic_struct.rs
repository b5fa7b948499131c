pub(crate) struct Stack<T: Ord = u8, const N: usize = 4>
where
    T: Clone,
{
    items: [T; N],
}
/**A handle to a running [`Stack`]: its calls and casts as methods, and all of `ServerRef` by deref.

Cheap to clone.*/
pub(crate) struct StackRef<T: Ord = u8, const N: usize = 4>(
    ::otp::gen_server::ServerRef<Stack<T, N>>,
)
where
    T: Clone,
    Stack<T, N>: ::otp::gen_server::GenServer;
#[automatically_derived]
impl<T: Ord, const N: usize> ::core::clone::Clone for StackRef<T, N>
where
    T: Clone,
    Stack<T, N>: ::otp::gen_server::GenServer,
{
    fn clone(&self) -> Self {
        Self(::core::clone::Clone::clone(&self.0))
    }
}
#[automatically_derived]
impl<T: Ord, const N: usize> ::core::fmt::Debug for StackRef<T, N>
where
    T: Clone,
    Stack<T, N>: ::otp::gen_server::GenServer,
{
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.debug_tuple("StackRef").field(&self.0).finish()
    }
}
#[automatically_derived]
impl<
    T: Ord,
    const N: usize,
> ::core::convert::From<::otp::gen_server::ServerRef<Stack<T, N>>> for StackRef<T, N>
where
    T: Clone,
    Stack<T, N>: ::otp::gen_server::GenServer,
{
    fn from(inner: ::otp::gen_server::ServerRef<Stack<T, N>>) -> Self {
        Self(inner)
    }
}
#[automatically_derived]
impl<T: Ord, const N: usize> ::core::ops::Deref for StackRef<T, N>
where
    T: Clone,
    Stack<T, N>: ::otp::gen_server::GenServer,
{
    type Target = ::otp::gen_server::ServerRef<Stack<T, N>>;
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}
#[automatically_derived]
impl<
    T: Ord,
    const N: usize,
> ::core::convert::AsRef<::otp::gen_server::ServerRef<Stack<T, N>>> for StackRef<T, N>
where
    T: Clone,
    Stack<T, N>: ::otp::gen_server::GenServer,
{
    fn as_ref(&self) -> &::otp::gen_server::ServerRef<Stack<T, N>> {
        &self.0
    }
}
#[automatically_derived]
impl<T: Ord, const N: usize> ::core::convert::From<&StackRef<T, N>>
for ::otp::process::Target
where
    T: Clone,
    Stack<T, N>: ::otp::gen_server::GenServer,
{
    fn from(handle: &StackRef<T, N>) -> Self {
        ::otp::process::Target::from(&handle.0)
    }
}
#[automatically_derived]
impl<T: Ord, const N: usize> ::core::convert::From<&StackRef<T, N>>
for ::otp::process::Dest
where
    T: Clone,
    Stack<T, N>: ::otp::gen_server::GenServer,
{
    fn from(handle: &StackRef<T, N>) -> Self {
        ::otp::process::Dest::from(::otp::process::Target::from(&handle.0))
    }
}
#[automatically_derived]
impl<T: Ord, const N: usize> ::otp::__private::HasPid for StackRef<T, N>
where
    T: Clone,
    Stack<T, N>: ::otp::gen_server::GenServer,
{
    fn process_id(&self) -> ::core::option::Option<::otp::process::Pid> {
        self.0.pid()
    }
}
#[allow(dead_code)]
impl<T: Ord, const N: usize> StackRef<T, N>
where
    T: Clone,
    Stack<T, N>: ::otp::gen_server::GenServer,
{
    ///The server that is registered as `name`, whichever process that is when the handle is used.
    pub(crate) fn named(name: impl ::core::convert::Into<::otp::name::Name>) -> Self {
        Self(<::otp::gen_server::ServerRef<Stack<T, N>>>::named(name))
    }
    ///The server that has this name in a registry, whichever process that is when the handle is used.
    pub(crate) fn via(name: impl ::otp::name::Via) -> Self {
        Self(<::otp::gen_server::ServerRef<Stack<T, N>>>::via(name))
    }
    ///The server that runs as `pid`, and no other; `None` if it is gone or something else.
    pub(crate) fn from_pid(pid: ::otp::process::Pid) -> ::core::option::Option<Self> {
        <::otp::gen_server::ServerRef<Stack<T, N>>>::from_pid(pid)
            .map(|inner| Self(inner))
    }
}
#[doc(hidden)]
#[allow(non_camel_case_types, unused)]
pub(crate) type __StackRef_made_by_gen_server_on_the_struct<
    T = u8,
    const N: usize = 4,
> = StackRef<T, N>;
#[automatically_derived]
impl<T: Ord, const N: usize> ::otp::__private::DeclaredOptions for Stack<T, N>
where
    T: Clone,
{
    fn server_options() -> ::otp::gen_server::ServerOptions {
        ::otp::gen_server::ServerOptions::new()
    }
    fn child_options() -> ::otp::child::ChildOptions {
        ::otp::child::ChildOptions::worker("Stack")
    }
}
#[allow(dead_code)]
impl<T: Ord, const N: usize> Stack<T, N>
where
    T: Clone,
    Stack<T, N>: ::otp::gen_server::GenServer,
{
    ///Starts the server and links it to this process: either's failure ends the other.
    ///
    /// `args` are those of `#[init]`: nothing is `()`, one is itself, several are a tuple.
    pub(crate) fn start_link(
        args: <Stack<T, N> as ::otp::gen_server::GenServer>::Args,
    ) -> ::otp::gen_server::Start<Stack<T, N>> {
        <Stack<T, N> as ::otp::gen_server::GenServer>::start_link(args)
    }
    ///Starts the server on its own, linked to nothing.
    ///
    /// `args` are those of `#[init]`: nothing is `()`, one is itself, several are a tuple.
    pub(crate) fn start(
        args: <Stack<T, N> as ::otp::gen_server::GenServer>::Args,
    ) -> ::otp::gen_server::Start<Stack<T, N>> {
        <Stack<T, N> as ::otp::gen_server::GenServer>::start(args)
    }
    ///Starts the server and monitors it.
    ///
    /// `args` are those of `#[init]`: nothing is `()`, one is itself, several are a tuple.
    pub(crate) fn start_monitor(
        args: <Stack<T, N> as ::otp::gen_server::GenServer>::Args,
    ) -> ::otp::gen_server::StartMonitor<Stack<T, N>> {
        <Stack<T, N> as ::otp::gen_server::GenServer>::start_monitor(args)
    }
    ///How a supervisor starts this server. `args` is asked for the arguments at every start and restart.
    pub(crate) fn child_spec(
        args: impl ::core::ops::Fn(
        ) -> <Stack<
                T,
                N,
            > as ::otp::gen_server::GenServer>::Args + ::core::marker::Send + ::core::marker::Sync + 'static,
    ) -> ::otp::child::ChildSpec {
        ::otp::child::ChildSpec::of::<Self>(args)
    }
}
#[automatically_derived]
impl<T: Ord, const N: usize> ::otp::child::Child for Stack<T, N>
where
    T: Clone,
    Stack<T, N>: ::otp::gen_server::GenServer,
{
    type Args = <Stack<T, N> as ::otp::gen_server::GenServer>::Args;
    type Handle = StackRef<T, N>;
    fn child_options() -> ::otp::child::ChildOptions {
        <Self as ::otp::__private::DeclaredOptions>::child_options()
    }
    fn start_child(
        args: Self::Args,
        slot: ::std::sync::Arc<::otp::child::Slot>,
    ) -> ::otp::__private::BoxFuture<
        'static,
        ::core::result::Result<::otp::child::Started, ::otp::gen_server::StartError>,
    > {
        ::otp::__private::child_start::<Self>(args, slot)
    }
    fn handle(slot: ::std::sync::Arc<::otp::child::Slot>) -> Self::Handle {
        StackRef(::otp::gen_server::ServerRef::from_slot(slot))
    }
}
