/// A store.
pub struct Stack {
    items: Vec<String>,
}
/**A handle to a running [`Stack`]: its calls and casts as methods, and all of `ServerRef` by deref.

Cheap to clone.*/
pub struct Handle(
    ::otp::gen_server::ServerRef<Stack>,
)
where
    Stack: ::otp::gen_server::GenServer;
#[automatically_derived]
impl ::core::clone::Clone for Handle
where
    Stack: ::otp::gen_server::GenServer,
{
    fn clone(&self) -> Self {
        Self(::core::clone::Clone::clone(&self.0))
    }
}
#[automatically_derived]
impl ::core::fmt::Debug for Handle
where
    Stack: ::otp::gen_server::GenServer,
{
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.debug_tuple("Handle").field(&self.0).finish()
    }
}
#[automatically_derived]
impl ::core::convert::From<::otp::gen_server::ServerRef<Stack>> for Handle
where
    Stack: ::otp::gen_server::GenServer,
{
    fn from(inner: ::otp::gen_server::ServerRef<Stack>) -> Self {
        Self(inner)
    }
}
#[automatically_derived]
impl ::core::ops::Deref for Handle
where
    Stack: ::otp::gen_server::GenServer,
{
    type Target = ::otp::gen_server::ServerRef<Stack>;
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}
#[automatically_derived]
impl ::core::convert::AsRef<::otp::gen_server::ServerRef<Stack>> for Handle
where
    Stack: ::otp::gen_server::GenServer,
{
    fn as_ref(&self) -> &::otp::gen_server::ServerRef<Stack> {
        &self.0
    }
}
#[automatically_derived]
impl ::core::convert::From<&Handle> for ::otp::process::Target
where
    Stack: ::otp::gen_server::GenServer,
{
    fn from(handle: &Handle) -> Self {
        ::otp::process::Target::from(&handle.0)
    }
}
#[automatically_derived]
impl ::core::convert::From<&Handle> for ::otp::process::Dest
where
    Stack: ::otp::gen_server::GenServer,
{
    fn from(handle: &Handle) -> Self {
        ::otp::process::Dest::from(::otp::process::Target::from(&handle.0))
    }
}
#[automatically_derived]
impl ::otp::__private::HasPid for Handle
where
    Stack: ::otp::gen_server::GenServer,
{
    fn process_id(&self) -> ::core::option::Option<::otp::process::Pid> {
        self.0.pid()
    }
}
#[allow(dead_code)]
impl Handle
where
    Stack: ::otp::gen_server::GenServer,
{
    ///The server that is registered as `name`, whichever process that is when the handle is used.
    pub fn named(name: impl ::core::convert::Into<::otp::name::Name>) -> Self {
        Self(<::otp::gen_server::ServerRef<Stack>>::named(name))
    }
    ///The server that has this name in a registry, whichever process that is when the handle is used.
    pub fn via(name: impl ::otp::name::Via) -> Self {
        Self(<::otp::gen_server::ServerRef<Stack>>::via(name))
    }
    ///The server that runs as `pid`, and no other; `None` if it is gone or something else.
    pub fn from_pid(pid: ::otp::process::Pid) -> ::core::option::Option<Self> {
        <::otp::gen_server::ServerRef<Stack>>::from_pid(pid).map(|inner| Self(inner))
    }
}
#[doc(hidden)]
#[allow(non_camel_case_types, unused)]
pub type __StackRef_made_by_gen_server_on_the_struct = Handle;
#[automatically_derived]
impl ::otp::__private::DeclaredOptions for Stack {
    fn server_options() -> ::otp::gen_server::ServerOptions {
        ::otp::gen_server::ServerOptions::new()
            .name("stack")
            .mailbox(
                ::otp::process::Mailbox::bounded(1000, ::otp::process::Overflow::Kill),
            )
    }
    fn child_options() -> ::otp::child::ChildOptions {
        ::otp::child::ChildOptions::worker("Stack")
            .restart(::otp::child::Restart::Transient)
            .shutdown(
                ::otp::child::Shutdown::Timeout(
                    ::core::time::Duration::from_millis(10_000),
                ),
            )
    }
}
#[allow(dead_code)]
impl Stack
where
    Stack: ::otp::gen_server::GenServer,
{
    ///Starts the server and links it to this process: either's failure ends the other.
    ///
    /// `args` are those of `#[init]`: nothing is `()`, one is itself, several are a tuple.
    pub fn start_link(
        args: <Stack as ::otp::gen_server::GenServer>::Args,
    ) -> ::otp::gen_server::Start<Stack> {
        <Stack as ::otp::gen_server::GenServer>::start_link(args)
    }
    ///Starts the server on its own, linked to nothing.
    ///
    /// `args` are those of `#[init]`: nothing is `()`, one is itself, several are a tuple.
    pub fn start(
        args: <Stack as ::otp::gen_server::GenServer>::Args,
    ) -> ::otp::gen_server::Start<Stack> {
        <Stack as ::otp::gen_server::GenServer>::start(args)
    }
    ///Starts the server and monitors it.
    ///
    /// `args` are those of `#[init]`: nothing is `()`, one is itself, several are a tuple.
    pub fn start_monitor(
        args: <Stack as ::otp::gen_server::GenServer>::Args,
    ) -> ::otp::gen_server::StartMonitor<Stack> {
        <Stack as ::otp::gen_server::GenServer>::start_monitor(args)
    }
    ///How a supervisor starts this server. `args` is asked for the arguments at every start and restart.
    pub fn child_spec(
        args: impl ::core::ops::Fn(
        ) -> <Stack as ::otp::gen_server::GenServer>::Args + ::core::marker::Send + ::core::marker::Sync + 'static,
    ) -> ::otp::child::ChildSpec {
        ::otp::child::ChildSpec::of::<Self>(args)
    }
}
#[automatically_derived]
impl ::otp::child::Child for Stack
where
    Stack: ::otp::gen_server::GenServer,
{
    type Args = <Stack as ::otp::gen_server::GenServer>::Args;
    type Handle = Handle;
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
        Handle(::otp::gen_server::ServerRef::from_slot(slot))
    }
}
