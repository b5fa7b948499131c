pub struct Square;
/**A handle to a running [`Square`]: its calls and casts as methods, and all of `StageRef` by deref.

Cheap to clone.*/
pub struct SquareRef(
    ::otp::gen_stage::StageRef<Square>,
)
where
    Square: ::otp::gen_stage::Stage;
#[automatically_derived]
impl ::core::clone::Clone for SquareRef
where
    Square: ::otp::gen_stage::Stage,
{
    fn clone(&self) -> Self {
        Self(::core::clone::Clone::clone(&self.0))
    }
}
#[automatically_derived]
impl ::core::fmt::Debug for SquareRef
where
    Square: ::otp::gen_stage::Stage,
{
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.debug_tuple("SquareRef").field(&self.0).finish()
    }
}
#[automatically_derived]
impl ::core::convert::From<::otp::gen_stage::StageRef<Square>> for SquareRef
where
    Square: ::otp::gen_stage::Stage,
{
    fn from(inner: ::otp::gen_stage::StageRef<Square>) -> Self {
        Self(inner)
    }
}
#[automatically_derived]
impl ::core::ops::Deref for SquareRef
where
    Square: ::otp::gen_stage::Stage,
{
    type Target = ::otp::gen_stage::StageRef<Square>;
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}
#[automatically_derived]
impl ::core::convert::AsRef<::otp::gen_stage::StageRef<Square>> for SquareRef
where
    Square: ::otp::gen_stage::Stage,
{
    fn as_ref(&self) -> &::otp::gen_stage::StageRef<Square> {
        &self.0
    }
}
#[automatically_derived]
impl ::core::convert::From<&SquareRef> for ::otp::process::Target
where
    Square: ::otp::gen_stage::Stage,
{
    fn from(handle: &SquareRef) -> Self {
        ::otp::process::Target::from(&handle.0)
    }
}
#[automatically_derived]
impl ::core::convert::From<&SquareRef> for ::otp::process::Dest
where
    Square: ::otp::gen_stage::Stage,
{
    fn from(handle: &SquareRef) -> Self {
        ::otp::process::Dest::from(::otp::process::Target::from(&handle.0))
    }
}
#[automatically_derived]
impl ::otp::__private::HasPid for SquareRef
where
    Square: ::otp::gen_stage::Stage,
{
    fn process_id(&self) -> ::core::option::Option<::otp::process::Pid> {
        self.0.pid()
    }
}
#[allow(dead_code)]
impl SquareRef
where
    Square: ::otp::gen_stage::Stage,
{
    ///The stage that is registered as `name`, whichever process that is when the handle is used.
    pub fn named(name: impl ::core::convert::Into<::otp::name::Name>) -> Self {
        Self(<::otp::gen_stage::StageRef<Square>>::named(name))
    }
    ///The stage that has this name in a registry, whichever process that is when the handle is used.
    pub fn via(name: impl ::otp::name::Via) -> Self {
        Self(<::otp::gen_stage::StageRef<Square>>::via(name))
    }
    ///The stage that runs as `pid`, and no other; `None` if it is gone or something else.
    pub fn from_pid(pid: ::otp::process::Pid) -> ::core::option::Option<Self> {
        <::otp::gen_stage::StageRef<Square>>::from_pid(pid).map(|inner| Self(inner))
    }
}
#[doc(hidden)]
#[allow(non_camel_case_types, unused)]
pub type __SquareRef_made_by_gen_stage_on_the_struct = SquareRef;
#[automatically_derived]
impl ::otp::__private::DeclaredOptions for Square {
    fn server_options() -> ::otp::gen_server::ServerOptions {
        ::otp::gen_server::ServerOptions::new().name("square")
    }
    fn child_options() -> ::otp::child::ChildOptions {
        ::otp::child::ChildOptions::worker("Square")
    }
}
#[allow(dead_code)]
impl Square
where
    Square: ::otp::gen_stage::Stage,
{
    ///Starts the stage and links it to this process: either's failure ends the other.
    ///
    /// `args` are those of `#[init]`: nothing is `()`, one is itself, several are a tuple.
    pub fn start_link(
        args: <Square as ::otp::gen_stage::Stage>::Args,
    ) -> ::otp::gen_server::Start<::otp::gen_stage::Staged<Square>> {
        <Square as ::otp::gen_stage::Stage>::start_link(args)
    }
    ///Starts the stage on its own, linked to nothing.
    ///
    /// `args` are those of `#[init]`: nothing is `()`, one is itself, several are a tuple.
    pub fn start(
        args: <Square as ::otp::gen_stage::Stage>::Args,
    ) -> ::otp::gen_server::Start<::otp::gen_stage::Staged<Square>> {
        <Square as ::otp::gen_stage::Stage>::start(args)
    }
    ///Starts the stage and monitors it.
    ///
    /// `args` are those of `#[init]`: nothing is `()`, one is itself, several are a tuple.
    pub fn start_monitor(
        args: <Square as ::otp::gen_stage::Stage>::Args,
    ) -> ::otp::gen_server::StartMonitor<::otp::gen_stage::Staged<Square>> {
        <Square as ::otp::gen_stage::Stage>::start_monitor(args)
    }
    ///How a supervisor starts this stage. `args` is asked for the arguments at every start and restart.
    pub fn child_spec(
        args: impl ::core::ops::Fn(
        ) -> <Square as ::otp::gen_stage::Stage>::Args + ::core::marker::Send + ::core::marker::Sync + 'static,
    ) -> ::otp::child::ChildSpec {
        ::otp::child::ChildSpec::of::<Self>(args)
    }
}
#[automatically_derived]
impl ::otp::child::Child for Square
where
    Square: ::otp::gen_stage::Stage,
{
    type Args = <Square as ::otp::gen_stage::Stage>::Args;
    type Handle = SquareRef;
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
        ::otp::__private::child_start_stage::<Self>(args, slot)
    }
    fn handle(slot: ::std::sync::Arc<::otp::child::Slot>) -> Self::Handle {
        SquareRef(::otp::gen_stage::StageRef::from_slot(slot))
    }
}
#[automatically_derived]
impl ::otp::__private::DeclaredStage for Square {
    type Kind = ::otp::gen_stage::kind::ProducerConsumer;
    type In<E: ::core::marker::Send + 'static> = E;
    type Out<E: ::core::marker::Send + 'static> = E;
    type Dispatcher<E> = BroadcastDispatcher<E>;
    fn setup() -> ::otp::__private::DeclaredSetup {
        ::otp::__private::DeclaredSetup::default().buffer_size(100)
    }
}
#[automatically_derived]
impl ::otp::__private::DeclaredWiring for Square {
    fn subscriptions() -> ::otp::__private::DeclaredSubscriptions<Self>
    where
        Self: ::otp::gen_stage::Stage,
    {
        ::otp::__private::DeclaredSubscriptions::default()
            .subscribe_to(
                ::otp::__private::subscription(&::otp::__private::by_type::<Numbers>())
                    .max_demand(10)
                    .cancel(::otp::gen_stage::Cancel::Transient),
            )
            .subscribe_to(
                ::otp::__private::subscription(
                    &::otp::gen_stage::StageRef::<a::Others>::named("others"),
                ),
            )
    }
}
#[automatically_derived]
impl ::core::convert::From<
    ::otp::gen_server::ServerRef<::otp::gen_stage::Staged<Square>>,
> for SquareRef
where
    Square: ::otp::gen_stage::Stage,
{
    fn from(
        server: ::otp::gen_server::ServerRef<::otp::gen_stage::Staged<Square>>,
    ) -> Self {
        Self(::otp::gen_stage::StageRef::from(server))
    }
}
#[automatically_derived]
impl ::otp::gen_stage::StageHandle for SquareRef
where
    Square: ::otp::gen_stage::Stage,
{
    type Stage = Square;
    fn stage(&self) -> &::otp::gen_stage::StageRef<Square> {
        &self.0
    }
}
