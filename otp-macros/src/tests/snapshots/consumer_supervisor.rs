#[allow(dead_code)]
pub struct Printers;
/**A handle to a running [`Printers`], with all of `ConsumerSupervisorRef` by deref.

Cheap to clone.*/
pub struct PrintersRef(::otp::gen_stage::ConsumerSupervisorRef<u64>);
#[automatically_derived]
impl ::core::clone::Clone for PrintersRef {
    fn clone(&self) -> Self {
        Self(::core::clone::Clone::clone(&self.0))
    }
}
#[automatically_derived]
impl ::core::fmt::Debug for PrintersRef {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.debug_tuple("PrintersRef").field(&self.0).finish()
    }
}
#[automatically_derived]
impl ::core::convert::From<::otp::gen_stage::ConsumerSupervisorRef<u64>>
for PrintersRef {
    fn from(inner: ::otp::gen_stage::ConsumerSupervisorRef<u64>) -> Self {
        Self(inner)
    }
}
#[automatically_derived]
impl ::core::ops::Deref for PrintersRef {
    type Target = ::otp::gen_stage::ConsumerSupervisorRef<u64>;
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}
#[automatically_derived]
impl ::core::convert::AsRef<::otp::gen_stage::ConsumerSupervisorRef<u64>>
for PrintersRef {
    fn as_ref(&self) -> &::otp::gen_stage::ConsumerSupervisorRef<u64> {
        &self.0
    }
}
#[automatically_derived]
impl ::core::convert::From<&PrintersRef> for ::otp::process::Target {
    fn from(handle: &PrintersRef) -> Self {
        ::otp::process::Target::from(&handle.0)
    }
}
#[automatically_derived]
impl ::core::convert::From<&PrintersRef> for ::otp::process::Dest {
    fn from(handle: &PrintersRef) -> Self {
        ::otp::process::Dest::from(::otp::process::Target::from(&handle.0))
    }
}
#[automatically_derived]
impl ::otp::__private::HasPid for PrintersRef {
    fn process_id(&self) -> ::core::option::Option<::otp::process::Pid> {
        self.0.pid()
    }
}
#[allow(dead_code)]
impl PrintersRef {
    ///The consumer supervisor that is registered as `name`, whichever process that is when the handle is used.
    pub fn named(name: impl ::core::convert::Into<::otp::name::Name>) -> Self {
        Self(<::otp::gen_stage::ConsumerSupervisorRef<u64>>::named(name))
    }
    ///The consumer supervisor that has this name in a registry, whichever process that is when the handle is used.
    pub fn via(name: impl ::otp::name::Via) -> Self {
        Self(<::otp::gen_stage::ConsumerSupervisorRef<u64>>::via(name))
    }
    ///The consumer supervisor that runs as `pid`, and no other; `None` if it is gone or something else.
    pub fn from_pid(pid: ::otp::process::Pid) -> ::core::option::Option<Self> {
        <::otp::gen_stage::ConsumerSupervisorRef<u64>>::from_pid(pid)
            .map(|inner| Self(inner))
    }
}
#[automatically_derived]
#[allow(unused_variables, clippy::unused_async)]
impl ::otp::gen_stage::ConsumerSupervise for Printers {
    type Args = ();
    type Event = u64;
    type Ref = PrintersRef;
    fn name() -> ::core::option::Option<::otp::name::Name> {
        ::core::option::Option::Some(::core::convert::Into::into("printers"))
    }
    async fn init(
        args: Self::Args,
    ) -> ::otp::supervisor::Init<::otp::gen_stage::ConsumerSupervisor<Self::Event>> {
        ::otp::supervisor::Init::Start(
            ::otp::gen_stage::ConsumerSupervisor::new(
                    ::otp::gen_stage::EventChild::of::<
                        Printer,
                    >(|event: u64| (pool(), event))
                        .restart(::otp::gen_stage::EventRestart::Transient)
                        .shutdown(
                            ::otp::child::Shutdown::Timeout(
                                ::core::time::Duration::from_millis(100),
                            ),
                        ),
                )
                .max_restarts(10)
                .subscribe_to(
                    ::otp::__private::subscription(
                            &::otp::__private::by_type::<Numbers>(),
                        )
                        .max_demand(50),
                )
                .subscribe_to(
                    ::otp::gen_stage::StageRef::<Others>::named("others").partition(1),
                ),
        )
    }
}
#[automatically_derived]
impl ::otp::child::Child for Printers {
    type Args = <Self as ::otp::gen_stage::ConsumerSupervise>::Args;
    type Handle = PrintersRef;
    fn child_options() -> ::otp::child::ChildOptions {
        ::otp::child::ChildOptions::supervisor("Printers")
    }
    fn start_child(
        args: Self::Args,
        slot: ::std::sync::Arc<::otp::child::Slot>,
    ) -> ::otp::__private::BoxFuture<
        'static,
        ::core::result::Result<::otp::child::Started, ::otp::gen_server::StartError>,
    > {
        ::otp::gen_stage::consumer_supervisor::child_start_module::<Self>(args, slot)
    }
    fn handle(slot: ::std::sync::Arc<::otp::child::Slot>) -> Self::Handle {
        <PrintersRef as ::core::convert::From<
            _,
        >>::from(<::otp::gen_stage::ConsumerSupervisorRef<u64>>::from_slot(slot))
    }
}
#[allow(dead_code)]
impl Printers {
    /// Starts the supervisor and links it to this process: either's failure ends the other.
    pub fn start_link() -> ::otp::gen_stage::consumer_supervisor::StartConsumerSupervisor<
        <Self as ::otp::gen_stage::ConsumerSupervise>::Event,
        <Self as ::otp::gen_stage::ConsumerSupervise>::Ref,
    > {
        ::otp::gen_stage::consumer_supervisor::start_link_module::<Self>(())
    }
    /// Starts the supervisor on its own, linked to nothing.
    pub fn start() -> ::otp::gen_stage::consumer_supervisor::StartConsumerSupervisor<
        <Self as ::otp::gen_stage::ConsumerSupervise>::Event,
        <Self as ::otp::gen_stage::ConsumerSupervise>::Ref,
    > {
        ::otp::gen_stage::consumer_supervisor::start_module::<Self>(())
    }
    /// How another supervisor starts this one. `args` is asked for the arguments at every start and restart.
    pub fn child_spec(
        args: impl ::core::ops::Fn(
        ) -> <Self as ::otp::gen_stage::ConsumerSupervise>::Args + ::core::marker::Send + ::core::marker::Sync + 'static,
    ) -> ::otp::child::ChildSpec {
        ::otp::child::ChildSpec::of::<Self>(args)
    }
}
#[automatically_derived]
impl ::otp::gen_stage::PipelineStage for Printers {
    type Stage = ::otp::gen_stage::consumer_supervisor::EventSupervisor<u64>;
    fn stage_options() -> ::otp::gen_server::ServerOptions {
        ::otp::gen_stage::consumer_supervisor::module_options::<Self>()
    }
    fn start_stage(
        args: Self::Args,
        subscriptions: ::otp::__private::DeclaredSubscriptions<Self::Stage>,
        options: ::otp::gen_server::ServerOptions,
        slot: ::std::sync::Arc<::otp::child::Slot>,
    ) -> ::otp::__private::BoxFuture<
        'static,
        ::core::result::Result<::otp::child::Started, ::otp::gen_server::StartError>,
    > {
        ::otp::gen_stage::consumer_supervisor::stage_start_module::<
            Self,
        >(args, subscriptions, options, slot)
    }
}
#[automatically_derived]
impl ::otp::gen_stage::StageHandle for PrintersRef {
    type Stage = ::otp::gen_stage::consumer_supervisor::EventSupervisor<u64>;
    fn stage(
        &self,
    ) -> &::otp::gen_stage::StageRef<
        ::otp::gen_stage::consumer_supervisor::EventSupervisor<u64>,
    > {
        ::otp::gen_stage::StageHandle::stage(&self.0)
    }
}
#[allow(dead_code)]
struct Jobs;
/**A handle to a running [`Jobs`], with all of `ConsumerSupervisorRef` by deref.

Cheap to clone.*/
struct JobsRef(::otp::gen_stage::ConsumerSupervisorRef<Job>);
#[automatically_derived]
impl ::core::clone::Clone for JobsRef {
    fn clone(&self) -> Self {
        Self(::core::clone::Clone::clone(&self.0))
    }
}
#[automatically_derived]
impl ::core::fmt::Debug for JobsRef {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.debug_tuple("JobsRef").field(&self.0).finish()
    }
}
#[automatically_derived]
impl ::core::convert::From<::otp::gen_stage::ConsumerSupervisorRef<Job>> for JobsRef {
    fn from(inner: ::otp::gen_stage::ConsumerSupervisorRef<Job>) -> Self {
        Self(inner)
    }
}
#[automatically_derived]
impl ::core::ops::Deref for JobsRef {
    type Target = ::otp::gen_stage::ConsumerSupervisorRef<Job>;
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}
#[automatically_derived]
impl ::core::convert::AsRef<::otp::gen_stage::ConsumerSupervisorRef<Job>> for JobsRef {
    fn as_ref(&self) -> &::otp::gen_stage::ConsumerSupervisorRef<Job> {
        &self.0
    }
}
#[automatically_derived]
impl ::core::convert::From<&JobsRef> for ::otp::process::Target {
    fn from(handle: &JobsRef) -> Self {
        ::otp::process::Target::from(&handle.0)
    }
}
#[automatically_derived]
impl ::core::convert::From<&JobsRef> for ::otp::process::Dest {
    fn from(handle: &JobsRef) -> Self {
        ::otp::process::Dest::from(::otp::process::Target::from(&handle.0))
    }
}
#[automatically_derived]
impl ::otp::__private::HasPid for JobsRef {
    fn process_id(&self) -> ::core::option::Option<::otp::process::Pid> {
        self.0.pid()
    }
}
#[allow(dead_code)]
impl JobsRef {
    ///The consumer supervisor that is registered as `name`, whichever process that is when the handle is used.
    fn named(name: impl ::core::convert::Into<::otp::name::Name>) -> Self {
        Self(<::otp::gen_stage::ConsumerSupervisorRef<Job>>::named(name))
    }
    ///The consumer supervisor that has this name in a registry, whichever process that is when the handle is used.
    fn via(name: impl ::otp::name::Via) -> Self {
        Self(<::otp::gen_stage::ConsumerSupervisorRef<Job>>::via(name))
    }
    ///The consumer supervisor that runs as `pid`, and no other; `None` if it is gone or something else.
    fn from_pid(pid: ::otp::process::Pid) -> ::core::option::Option<Self> {
        <::otp::gen_stage::ConsumerSupervisorRef<Job>>::from_pid(pid)
            .map(|inner| Self(inner))
    }
}
#[automatically_derived]
impl ::otp::__private::DeclaredConsumerInit for Jobs {}
#[automatically_derived]
#[allow(unused_variables, clippy::unused_async)]
impl ::otp::gen_stage::ConsumerSupervise for Jobs
where
    Jobs: ::otp::__private::ConsumerSupervisorInit<Event = Job>,
{
    type Args = <Self as ::otp::__private::ConsumerSupervisorInit>::Args;
    type Event = Job;
    type Ref = JobsRef;
    async fn init(
        args: Self::Args,
    ) -> ::otp::supervisor::Init<::otp::gen_stage::ConsumerSupervisor<Self::Event>> {
        <Self as ::otp::__private::ConsumerSupervisorInit>::init(args).await
    }
}
#[automatically_derived]
impl ::otp::child::Child for Jobs
where
    Jobs: ::otp::__private::ConsumerSupervisorInit<Event = Job>,
{
    type Args = <Self as ::otp::gen_stage::ConsumerSupervise>::Args;
    type Handle = JobsRef;
    fn child_options() -> ::otp::child::ChildOptions {
        ::otp::child::ChildOptions::supervisor("Jobs")
    }
    fn start_child(
        args: Self::Args,
        slot: ::std::sync::Arc<::otp::child::Slot>,
    ) -> ::otp::__private::BoxFuture<
        'static,
        ::core::result::Result<::otp::child::Started, ::otp::gen_server::StartError>,
    > {
        ::otp::gen_stage::consumer_supervisor::child_start_module::<Self>(args, slot)
    }
    fn handle(slot: ::std::sync::Arc<::otp::child::Slot>) -> Self::Handle {
        <JobsRef as ::core::convert::From<
            _,
        >>::from(<::otp::gen_stage::ConsumerSupervisorRef<Job>>::from_slot(slot))
    }
}
#[allow(dead_code)]
impl Jobs
where
    Jobs: ::otp::__private::ConsumerSupervisorInit<Event = Job>,
{
    /// Starts the supervisor and links it to this process: either's failure ends the other.
    fn start_link(
        args: <Self as ::otp::gen_stage::ConsumerSupervise>::Args,
    ) -> ::otp::gen_stage::consumer_supervisor::StartConsumerSupervisor<
        <Self as ::otp::gen_stage::ConsumerSupervise>::Event,
        <Self as ::otp::gen_stage::ConsumerSupervise>::Ref,
    > {
        ::otp::gen_stage::consumer_supervisor::start_link_module::<Self>(args)
    }
    /// Starts the supervisor on its own, linked to nothing.
    fn start(
        args: <Self as ::otp::gen_stage::ConsumerSupervise>::Args,
    ) -> ::otp::gen_stage::consumer_supervisor::StartConsumerSupervisor<
        <Self as ::otp::gen_stage::ConsumerSupervise>::Event,
        <Self as ::otp::gen_stage::ConsumerSupervise>::Ref,
    > {
        ::otp::gen_stage::consumer_supervisor::start_module::<Self>(args)
    }
    /// How another supervisor starts this one. `args` is asked for the arguments at every start and restart.
    fn child_spec(
        args: impl ::core::ops::Fn(
        ) -> <Self as ::otp::gen_stage::ConsumerSupervise>::Args + ::core::marker::Send + ::core::marker::Sync + 'static,
    ) -> ::otp::child::ChildSpec {
        ::otp::child::ChildSpec::of::<Self>(args)
    }
}
#[automatically_derived]
impl ::otp::gen_stage::PipelineStage for Jobs
where
    Jobs: ::otp::__private::ConsumerSupervisorInit<Event = Job>,
{
    type Stage = ::otp::gen_stage::consumer_supervisor::EventSupervisor<Job>;
    fn stage_options() -> ::otp::gen_server::ServerOptions {
        ::otp::gen_stage::consumer_supervisor::module_options::<Self>()
    }
    fn start_stage(
        args: Self::Args,
        subscriptions: ::otp::__private::DeclaredSubscriptions<Self::Stage>,
        options: ::otp::gen_server::ServerOptions,
        slot: ::std::sync::Arc<::otp::child::Slot>,
    ) -> ::otp::__private::BoxFuture<
        'static,
        ::core::result::Result<::otp::child::Started, ::otp::gen_server::StartError>,
    > {
        ::otp::gen_stage::consumer_supervisor::stage_start_module::<
            Self,
        >(args, subscriptions, options, slot)
    }
}
#[automatically_derived]
impl ::otp::gen_stage::StageHandle for JobsRef {
    type Stage = ::otp::gen_stage::consumer_supervisor::EventSupervisor<Job>;
    fn stage(
        &self,
    ) -> &::otp::gen_stage::StageRef<
        ::otp::gen_stage::consumer_supervisor::EventSupervisor<Job>,
    > {
        ::otp::gen_stage::StageHandle::stage(&self.0)
    }
}
impl Jobs {
    fn init(pool: usize) -> ConsumerSupervisor<Job> {
        todo!()
    }
}
#[automatically_derived]
#[allow(private_interfaces, clippy::unused_async)]
impl ::otp::__private::ConsumerSupervisorInit for Jobs
where
    Jobs: ::otp::__private::DeclaredConsumerInit,
{
    type Args = usize;
    type Event = <ConsumerSupervisor<Job> as ::otp::__private::IntoConsumerInit>::Event;
    async fn init(
        args: Self::Args,
    ) -> ::otp::supervisor::Init<::otp::gen_stage::ConsumerSupervisor<Self::Event>> {
        let arg0 = args;
        let outcome = Self::init(arg0);
        ::otp::__private::lift_consumer_init(outcome)
    }
}
