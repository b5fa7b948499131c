#[allow(dead_code)]
pub struct App {
    stack: ::core::marker::PhantomData<fn() -> Stack>,
    #[cfg(feature = "workers")]
    workers: ::core::marker::PhantomData<fn() -> Workers<u8>>,
}
/**A handle to a running [`App`]: its children as methods, and all of `SupervisorRef` by deref.

Cheap to clone.*/
pub struct AppRef(::otp::supervisor::SupervisorRef);
#[automatically_derived]
impl ::core::clone::Clone for AppRef {
    fn clone(&self) -> Self {
        Self(::core::clone::Clone::clone(&self.0))
    }
}
#[automatically_derived]
impl ::core::fmt::Debug for AppRef {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.debug_tuple("AppRef").field(&self.0).finish()
    }
}
#[automatically_derived]
impl ::core::convert::From<::otp::supervisor::SupervisorRef> for AppRef {
    fn from(inner: ::otp::supervisor::SupervisorRef) -> Self {
        Self(inner)
    }
}
#[automatically_derived]
impl ::core::ops::Deref for AppRef {
    type Target = ::otp::supervisor::SupervisorRef;
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}
#[automatically_derived]
impl ::core::convert::AsRef<::otp::supervisor::SupervisorRef> for AppRef {
    fn as_ref(&self) -> &::otp::supervisor::SupervisorRef {
        &self.0
    }
}
#[automatically_derived]
impl ::core::convert::From<&AppRef> for ::otp::process::Target {
    fn from(handle: &AppRef) -> Self {
        ::otp::process::Target::from(&handle.0)
    }
}
#[automatically_derived]
impl ::core::convert::From<&AppRef> for ::otp::process::Dest {
    fn from(handle: &AppRef) -> Self {
        ::otp::process::Dest::from(::otp::process::Target::from(&handle.0))
    }
}
#[automatically_derived]
impl ::otp::__private::HasPid for AppRef {
    fn process_id(&self) -> ::core::option::Option<::otp::process::Pid> {
        self.0.pid()
    }
}
#[allow(dead_code)]
impl AppRef {
    ///The supervisor that is registered as `name`, whichever process that is when the handle is used.
    pub fn named(name: impl ::core::convert::Into<::otp::name::Name>) -> Self {
        Self(<::otp::supervisor::SupervisorRef>::named(name))
    }
    ///The supervisor that has this name in a registry, whichever process that is when the handle is used.
    pub fn via(name: impl ::otp::name::Via) -> Self {
        Self(<::otp::supervisor::SupervisorRef>::via(name))
    }
    ///The supervisor that runs as `pid`, and no other; `None` if it is gone or something else.
    pub fn from_pid(pid: ::otp::process::Pid) -> ::core::option::Option<Self> {
        <::otp::supervisor::SupervisorRef>::from_pid(pid).map(|inner| Self(inner))
    }
}
#[allow(dead_code, private_interfaces)]
impl AppRef {
    /// The store.
    pub fn stack(&self) -> <Stack as ::otp::child::Child>::Handle {
        <Stack as ::otp::child::Child>::handle(self.0.slot().child("stack"))
    }
    ///The child `w`, whichever process that is when the handle is used.
    #[cfg(feature = "workers")]
    pub fn workers(&self) -> <Workers<u8> as ::otp::child::Child>::Handle {
        <Workers<u8> as ::otp::child::Child>::handle(self.0.slot().child("w"))
    }
}
#[automatically_derived]
#[allow(unused_variables, clippy::unused_async, clippy::redundant_closure)]
impl ::otp::supervisor::Supervise for App {
    type Args = (Vec<String>, u8);
    type Ref = AppRef;
    fn name() -> ::core::option::Option<::otp::name::Name> {
        ::core::option::Option::Some(::core::convert::Into::into("app"))
    }
    async fn init(args: Self::Args) -> ::otp::supervisor::Init {
        let context = ::std::sync::Arc::new(args);
        let spec = ::otp::supervisor::Supervisor::builder()
            .strategy(::otp::supervisor::Strategy::RestForOne)
            .max_restarts(3);
        let spec = spec
            .child(
                ::otp::child::ChildSpec::of::<
                    Stack,
                >({
                        let context = ::std::sync::Arc::clone(&context);
                        move || {
                            let (names, _) = &*context;
                            names.clone()
                        }
                    })
                    .id("stack"),
            );
        #[cfg(feature = "workers")]
        let spec = spec
            .child(
                ::otp::child::ChildSpec::of::<Workers<u8>>(move || ())
                    .id("w")
                    .restart(::otp::child::Restart::Transient),
            );
        ::otp::supervisor::Init::Start(spec)
    }
}
#[automatically_derived]
impl ::otp::child::Child for App {
    type Args = <Self as ::otp::supervisor::Supervise>::Args;
    type Handle = AppRef;
    fn child_options() -> ::otp::child::ChildOptions {
        ::otp::child::ChildOptions::supervisor("App")
    }
    fn start_child(
        args: Self::Args,
        slot: ::std::sync::Arc<::otp::child::Slot>,
    ) -> ::otp::__private::BoxFuture<
        'static,
        ::core::result::Result<::otp::child::Started, ::otp::gen_server::StartError>,
    > {
        ::otp::supervisor::child_start_module::<Self>(args, slot)
    }
    fn handle(slot: ::std::sync::Arc<::otp::child::Slot>) -> Self::Handle {
        <AppRef as ::core::convert::From<
            _,
        >>::from(<::otp::supervisor::SupervisorRef>::from_slot(slot))
    }
}
#[allow(dead_code)]
impl App {
    /// Starts the supervisor and its children, and links it to this process: either's failure ends the other.
    pub fn start_link(
        names: Vec<String>,
        count: u8,
    ) -> ::otp::supervisor::StartModule<Self> {
        ::otp::supervisor::start_link_module::<Self>((names, count))
    }
    /// Starts the supervisor and its children on their own, linked to nothing.
    pub fn start(names: Vec<String>, count: u8) -> ::otp::supervisor::StartModule<Self> {
        ::otp::supervisor::start_module::<Self>((names, count))
    }
    /// How another supervisor starts this one. `args` is asked for the arguments at every start and restart.
    pub fn child_spec(
        args: impl ::core::ops::Fn(
        ) -> <Self as ::otp::supervisor::Supervise>::Args + ::core::marker::Send + ::core::marker::Sync + 'static,
    ) -> ::otp::child::ChildSpec {
        ::otp::child::ChildSpec::of::<Self>(args)
    }
}
