impl Square {
    fn init() -> Self {
        Self
    }
    async fn square(&mut self, events: Vec<u64>, from: &Subscription) -> Vec<u64> {
        todo!()
    }
    pub fn emit(&mut self, n: u64) -> Reply<(), Vec<u64>> {
        todo!()
    }
    pub fn push(&mut self, n: u64) -> Vec<u64> {
        todo!()
    }
    fn tick(&mut self, tick: Tick) {}
    fn subscribed(&mut self, subscription: &mut NewSubscription<'_>) {}
    fn cancelled(&mut self, subscriber: &Subscriber, how: &Cancelled) {}
    fn discarded(&self, n: usize) -> bool {
        todo!()
    }
    fn dispatcher(&self) -> PartitionDispatcher<u64> {
        todo!()
    }
}
#[doc(hidden)]
#[allow(
    dead_code,
    deprecated,
    private_bounds,
    private_interfaces,
    unreachable_code,
    unreachable_pub,
    unused_imports,
    clippy::all,
    clippy::pedantic
)]
const _: () = {
    #[doc(hidden)]
    pub enum __SquareRequest {
        Emit((u64,), ::otp::gen_server::ReplyTo<()>),
        Push((u64,)),
    }
    #[automatically_derived]
    impl ::otp::gen_stage::Stage for Square {
        type Kind = <Square as ::otp::__private::DeclaredStage>::Kind;
        type In = <Square as ::otp::__private::DeclaredStage>::In<u64>;
        type Out = <Square as ::otp::__private::DeclaredStage>::Out<u64>;
        type Dispatcher = PartitionDispatcher<u64>;
        type Request = __SquareRequest;
        type Continue = ::otp::gen_server::NoContinue;
        type Ref = __SquareRef_made_by_gen_stage_on_the_struct;
        fn options() -> ::otp::gen_server::ServerOptions {
            <Square as ::otp::__private::DeclaredOptions>::server_options()
        }
        type Args = ();
        async fn init(
            args: Self::Args,
        ) -> ::otp::gen_stage::StageInit<Self, Self::Continue> {
            let () = args;
            let outcome = Self::init();
            ::otp::__private::lift_stage_init::<Self, _>(outcome)
        }
        async fn handle(
            &mut self,
            request: Self::Request,
        ) -> ::otp::gen_stage::Answer<Self> {
            match request {
                __SquareRequest::Emit((n,), from) => {
                    let outcome = Self::emit(self, n);
                    ::otp::__private::finish_stage_reply(
                        ::otp::__private::HeldReply::owned(from),
                        outcome,
                    )
                }
                __SquareRequest::Push((n,)) => {
                    let outcome = Self::push(self, n);
                    ::otp::__private::lift_emit::<
                        <Self as ::otp::gen_stage::Stage>::Out,
                        _,
                        _,
                    >(outcome)
                }
            }
        }
        fn describe(request: &Self::Request) -> ::otp::__private::Described {
            match *request {
                __SquareRequest::Emit(_, ref from) => {
                    ::otp::__private::Described::call("emit", from)
                }
                __SquareRequest::Push(_) => ::otp::__private::Described::cast("push"),
            }
        }
        async fn handle_info(
            &mut self,
            info: ::otp::process::Info,
        ) -> ::otp::gen_stage::Answer<Self> {
            let info = match info.take::<Tick>() {
                ::core::result::Result::Ok(message) => {
                    return ::otp::gen_stage::HandleMessage::<
                        Tick,
                    >::handle_message(self, message)
                        .await;
                }
                ::core::result::Result::Err(info) => info,
            };
            ::otp::__private::unexpected_by_stage::<Self>(info)
        }
        fn format_state(&self) -> ::core::option::Option<::std::string::String> {
            use ::otp::__private::FormatNothing as _;
            ::otp::__private::FormatState(self).format()
        }
    }
    impl ::otp::gen_stage::HandleMessage<Tick> for Square {
        async fn handle_message(
            &mut self,
            tick: Tick,
        ) -> ::otp::gen_stage::Answer<Self> {
            let outcome = Self::tick(self, tick);
            ::otp::__private::lift_emit::<
                <Self as ::otp::gen_stage::Stage>::Out,
                _,
                _,
            >(outcome)
        }
    }
    impl __SquareRef_made_by_gen_stage_on_the_struct
    where
        Square: ::otp::gen_stage::Stage<Request = __SquareRequest>,
    {
        ///Calls `emit`: sends it and waits for the reply.
        pub fn emit(
            &self,
            n: u64,
        ) -> ::otp::gen_stage::StageCall<'_, Square, (u64,), ()> {
            ::otp::gen_stage::StageRef::<
                Square,
            >::call_message(
                self,
                "emit",
                (n,),
                |args, from| ::otp::gen_stage::Message::Request(
                    __SquareRequest::Emit(args, from),
                ),
            )
        }
        ///Casts `push`: sends it and goes on.
        pub fn push(&self, n: u64) {
            ::otp::gen_stage::StageRef::<Square>::cast(self, __SquareRequest::Push((n,)))
        }
    }
    #[automatically_derived]
    impl ::otp::gen_stage::Producer for Square {
        fn dispatcher(&self) -> Self::Dispatcher {
            Self::dispatcher(self)
        }
        async fn handle_unsubscribed(
            &mut self,
            subscription: &::otp::gen_stage::Subscriber,
            cancelled: &::otp::gen_stage::Cancelled,
        ) -> ::otp::gen_stage::Answer<Self> {
            let outcome = Self::cancelled(self, subscription, cancelled);
            ::otp::__private::lift_emit::<
                <Self as ::otp::gen_stage::Stage>::Out,
                _,
                _,
            >(outcome)
        }
        fn handle_discarded(&self, n: usize) -> bool {
            Self::discarded(self, n)
        }
    }
    #[automatically_derived]
    impl ::otp::gen_stage::Accepts<u64> for Square {}
    #[automatically_derived]
    impl ::otp::gen_stage::Consumer for Square {
        async fn handle_events(
            &mut self,
            events: ::std::vec::Vec<Self::In>,
            from: &::otp::gen_stage::Subscription,
        ) -> ::otp::gen_stage::Answer<Self> {
            let outcome = ::otp::__private::send_future(Self::square(self, events, from))
                .await;
            ::otp::__private::lift_emit::<
                <Self as ::otp::gen_stage::Stage>::Out,
                _,
                _,
            >(outcome)
        }
        async fn handle_subscribe(
            &mut self,
            subscription: &mut ::otp::gen_stage::NewSubscription<'_>,
        ) -> ::otp::gen_server::Next<Self::Continue> {
            let outcome = Self::subscribed(self, subscription);
            ::otp::__private::lift_subscribed(outcome)
        }
    }
};
