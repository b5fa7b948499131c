#[allow(dead_code)]
pub struct Sessions;
/**A handle to a running [`Sessions`], with all of `DynamicSupervisorRef` by deref.

Cheap to clone.*/
pub struct SessionsRef(::otp::supervisor::DynamicSupervisorRef<Arc<Pool>>);
#[automatically_derived]
impl ::core::clone::Clone for SessionsRef {
    fn clone(&self) -> Self {
        Self(::core::clone::Clone::clone(&self.0))
    }
}
#[automatically_derived]
impl ::core::fmt::Debug for SessionsRef {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.debug_tuple("SessionsRef").field(&self.0).finish()
    }
}
#[automatically_derived]
impl ::core::convert::From<::otp::supervisor::DynamicSupervisorRef<Arc<Pool>>>
for SessionsRef {
    fn from(inner: ::otp::supervisor::DynamicSupervisorRef<Arc<Pool>>) -> Self {
        Self(inner)
    }
}
#[automatically_derived]
impl ::core::ops::Deref for SessionsRef {
    type Target = ::otp::supervisor::DynamicSupervisorRef<Arc<Pool>>;
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}
#[automatically_derived]
impl ::core::convert::AsRef<::otp::supervisor::DynamicSupervisorRef<Arc<Pool>>>
for SessionsRef {
    fn as_ref(&self) -> &::otp::supervisor::DynamicSupervisorRef<Arc<Pool>> {
        &self.0
    }
}
#[automatically_derived]
impl ::core::convert::From<&SessionsRef> for ::otp::process::Target {
    fn from(handle: &SessionsRef) -> Self {
        ::otp::process::Target::from(&handle.0)
    }
}
#[automatically_derived]
impl ::core::convert::From<&SessionsRef> for ::otp::process::Dest {
    fn from(handle: &SessionsRef) -> Self {
        ::otp::process::Dest::from(::otp::process::Target::from(&handle.0))
    }
}
#[automatically_derived]
impl ::otp::__private::HasPid for SessionsRef {
    fn process_id(&self) -> ::core::option::Option<::otp::process::Pid> {
        self.0.pid()
    }
}
#[allow(dead_code)]
impl SessionsRef {
    ///The supervisor that is registered as `name`, whichever process that is when the handle is used.
    pub fn named(name: impl ::core::convert::Into<::otp::name::Name>) -> Self {
        Self(<::otp::supervisor::DynamicSupervisorRef<Arc<Pool>>>::named(name))
    }
    ///The supervisor that has this name in a registry, whichever process that is when the handle is used.
    pub fn via(name: impl ::otp::name::Via) -> Self {
        Self(<::otp::supervisor::DynamicSupervisorRef<Arc<Pool>>>::via(name))
    }
    ///The supervisor that runs as `pid`, and no other; `None` if it is gone or something else.
    pub fn from_pid(pid: ::otp::process::Pid) -> ::core::option::Option<Self> {
        <::otp::supervisor::DynamicSupervisorRef<Arc<Pool>>>::from_pid(pid)
            .map(|inner| Self(inner))
    }
}
#[automatically_derived]
#[allow(unused_variables, clippy::unused_async)]
impl ::otp::supervisor::DynamicSupervise for Sessions {
    type Args = Arc<Pool>;
    type Extra = Arc<Pool>;
    type Ref = SessionsRef;
    fn name() -> ::core::option::Option<::otp::name::Name> {
        ::core::option::Option::Some(::core::convert::Into::into("sessions"))
    }
    async fn init(
        args: Self::Args,
    ) -> ::otp::supervisor::Init<::otp::supervisor::DynamicSupervisorSpec<Self::Extra>> {
        ::otp::supervisor::Init::Start(
            ::otp::supervisor::DynamicSupervisor::builder()
                .max_children(100)
                .max_seconds(10)
                .extra_arguments(args),
        )
    }
}
#[automatically_derived]
impl ::otp::child::Child for Sessions {
    type Args = <Self as ::otp::supervisor::DynamicSupervise>::Args;
    type Handle = SessionsRef;
    fn child_options() -> ::otp::child::ChildOptions {
        ::otp::child::ChildOptions::supervisor("Sessions")
    }
    fn start_child(
        args: Self::Args,
        slot: ::std::sync::Arc<::otp::child::Slot>,
    ) -> ::otp::__private::BoxFuture<
        'static,
        ::core::result::Result<::otp::child::Started, ::otp::gen_server::StartError>,
    > {
        ::otp::supervisor::dynamic::child_start_module::<Self>(args, slot)
    }
    fn handle(slot: ::std::sync::Arc<::otp::child::Slot>) -> Self::Handle {
        <SessionsRef as ::core::convert::From<
            _,
        >>::from(<::otp::supervisor::DynamicSupervisorRef<Arc<Pool>>>::from_slot(slot))
    }
}
#[allow(dead_code)]
impl Sessions {
    /// Starts the supervisor, without children, and links it to this process: either's failure ends the other.
    pub fn start_link(
        pool: Arc<Pool>,
    ) -> ::otp::supervisor::dynamic::StartDynamicSupervisor<
        <Self as ::otp::supervisor::DynamicSupervise>::Extra,
        <Self as ::otp::supervisor::DynamicSupervise>::Ref,
    > {
        ::otp::supervisor::dynamic::start_link_module::<Self>(pool)
    }
    /// Starts the supervisor on its own, without children, linked to nothing.
    pub fn start(
        pool: Arc<Pool>,
    ) -> ::otp::supervisor::dynamic::StartDynamicSupervisor<
        <Self as ::otp::supervisor::DynamicSupervise>::Extra,
        <Self as ::otp::supervisor::DynamicSupervise>::Ref,
    > {
        ::otp::supervisor::dynamic::start_module::<Self>(pool)
    }
    /// How another supervisor starts this one. `args` is asked for the arguments at every start and restart.
    pub fn child_spec(
        args: impl ::core::ops::Fn(
        ) -> <Self as ::otp::supervisor::DynamicSupervise>::Args + ::core::marker::Send + ::core::marker::Sync + 'static,
    ) -> ::otp::child::ChildSpec {
        ::otp::child::ChildSpec::of::<Self>(args)
    }
}
#[allow(dead_code)]
struct Rooms;
/**A handle to a running [`Rooms`], with all of `DynamicSupervisorRef` by deref.

Cheap to clone.*/
struct RoomsRef(::otp::supervisor::DynamicSupervisorRef<()>);
#[automatically_derived]
impl ::core::clone::Clone for RoomsRef {
    fn clone(&self) -> Self {
        Self(::core::clone::Clone::clone(&self.0))
    }
}
#[automatically_derived]
impl ::core::fmt::Debug for RoomsRef {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.debug_tuple("RoomsRef").field(&self.0).finish()
    }
}
#[automatically_derived]
impl ::core::convert::From<::otp::supervisor::DynamicSupervisorRef<()>> for RoomsRef {
    fn from(inner: ::otp::supervisor::DynamicSupervisorRef<()>) -> Self {
        Self(inner)
    }
}
#[automatically_derived]
impl ::core::ops::Deref for RoomsRef {
    type Target = ::otp::supervisor::DynamicSupervisorRef<()>;
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}
#[automatically_derived]
impl ::core::convert::AsRef<::otp::supervisor::DynamicSupervisorRef<()>> for RoomsRef {
    fn as_ref(&self) -> &::otp::supervisor::DynamicSupervisorRef<()> {
        &self.0
    }
}
#[automatically_derived]
impl ::core::convert::From<&RoomsRef> for ::otp::process::Target {
    fn from(handle: &RoomsRef) -> Self {
        ::otp::process::Target::from(&handle.0)
    }
}
#[automatically_derived]
impl ::core::convert::From<&RoomsRef> for ::otp::process::Dest {
    fn from(handle: &RoomsRef) -> Self {
        ::otp::process::Dest::from(::otp::process::Target::from(&handle.0))
    }
}
#[automatically_derived]
impl ::otp::__private::HasPid for RoomsRef {
    fn process_id(&self) -> ::core::option::Option<::otp::process::Pid> {
        self.0.pid()
    }
}
#[allow(dead_code)]
impl RoomsRef {
    ///The supervisor that is registered as `name`, whichever process that is when the handle is used.
    fn named(name: impl ::core::convert::Into<::otp::name::Name>) -> Self {
        Self(<::otp::supervisor::DynamicSupervisorRef<()>>::named(name))
    }
    ///The supervisor that has this name in a registry, whichever process that is when the handle is used.
    fn via(name: impl ::otp::name::Via) -> Self {
        Self(<::otp::supervisor::DynamicSupervisorRef<()>>::via(name))
    }
    ///The supervisor that runs as `pid`, and no other; `None` if it is gone or something else.
    fn from_pid(pid: ::otp::process::Pid) -> ::core::option::Option<Self> {
        <::otp::supervisor::DynamicSupervisorRef<()>>::from_pid(pid)
            .map(|inner| Self(inner))
    }
}
#[automatically_derived]
impl ::otp::__private::DeclaredDynamicInit for Rooms {}
#[automatically_derived]
#[allow(unused_variables, clippy::unused_async)]
impl ::otp::supervisor::DynamicSupervise for Rooms
where
    Rooms: ::otp::__private::DynamicSupervisorInit<Extra = ()>,
{
    type Args = <Self as ::otp::__private::DynamicSupervisorInit>::Args;
    type Extra = ();
    type Ref = RoomsRef;
    async fn init(
        args: Self::Args,
    ) -> ::otp::supervisor::Init<::otp::supervisor::DynamicSupervisorSpec<Self::Extra>> {
        <Self as ::otp::__private::DynamicSupervisorInit>::init(args).await
    }
}
#[automatically_derived]
impl ::otp::child::Child for Rooms
where
    Rooms: ::otp::__private::DynamicSupervisorInit<Extra = ()>,
{
    type Args = <Self as ::otp::supervisor::DynamicSupervise>::Args;
    type Handle = RoomsRef;
    fn child_options() -> ::otp::child::ChildOptions {
        ::otp::child::ChildOptions::supervisor("Rooms")
    }
    fn start_child(
        args: Self::Args,
        slot: ::std::sync::Arc<::otp::child::Slot>,
    ) -> ::otp::__private::BoxFuture<
        'static,
        ::core::result::Result<::otp::child::Started, ::otp::gen_server::StartError>,
    > {
        ::otp::supervisor::dynamic::child_start_module::<Self>(args, slot)
    }
    fn handle(slot: ::std::sync::Arc<::otp::child::Slot>) -> Self::Handle {
        <RoomsRef as ::core::convert::From<
            _,
        >>::from(<::otp::supervisor::DynamicSupervisorRef<()>>::from_slot(slot))
    }
}
#[allow(dead_code)]
impl Rooms
where
    Rooms: ::otp::__private::DynamicSupervisorInit<Extra = ()>,
{
    /// Starts the supervisor, without children, and links it to this process: either's failure ends the other.
    fn start_link(
        args: <Self as ::otp::supervisor::DynamicSupervise>::Args,
    ) -> ::otp::supervisor::dynamic::StartDynamicSupervisor<
        <Self as ::otp::supervisor::DynamicSupervise>::Extra,
        <Self as ::otp::supervisor::DynamicSupervise>::Ref,
    > {
        ::otp::supervisor::dynamic::start_link_module::<Self>(args)
    }
    /// Starts the supervisor on its own, without children, linked to nothing.
    fn start(
        args: <Self as ::otp::supervisor::DynamicSupervise>::Args,
    ) -> ::otp::supervisor::dynamic::StartDynamicSupervisor<
        <Self as ::otp::supervisor::DynamicSupervise>::Extra,
        <Self as ::otp::supervisor::DynamicSupervise>::Ref,
    > {
        ::otp::supervisor::dynamic::start_module::<Self>(args)
    }
    /// How another supervisor starts this one. `args` is asked for the arguments at every start and restart.
    fn child_spec(
        args: impl ::core::ops::Fn(
        ) -> <Self as ::otp::supervisor::DynamicSupervise>::Args + ::core::marker::Send + ::core::marker::Sync + 'static,
    ) -> ::otp::child::ChildSpec {
        ::otp::child::ChildSpec::of::<Self>(args)
    }
}
impl Rooms {
    async fn init(seats: usize) -> DynamicSupervisorSpec {
        todo!()
    }
}
#[automatically_derived]
#[allow(private_interfaces, clippy::unused_async)]
impl ::otp::__private::DynamicSupervisorInit for Rooms
where
    Rooms: ::otp::__private::DeclaredDynamicInit,
{
    type Args = usize;
    type Extra = <DynamicSupervisorSpec as ::otp::__private::IntoDynamicInit>::Extra;
    async fn init(
        args: Self::Args,
    ) -> ::otp::supervisor::Init<::otp::supervisor::DynamicSupervisorSpec<Self::Extra>> {
        let arg0 = args;
        let outcome = ::otp::__private::send_future(Self::init(arg0)).await;
        ::otp::__private::lift_dynamic_init(outcome)
    }
}
