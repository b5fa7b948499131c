impl Stack {
    async fn init(first: u8, second: u8) -> Result<Self, Error> {
        todo!()
    }
    fn now(&mut self) -> Reply<u8> {
        todo!()
    }
    async fn later(&mut self, first: u8, from: ReplyTo<u8>) -> Reply<u8, Next> {
        todo!()
    }
    fn by_hand(&mut self, from: ReplyTo<u8>) {
        todo!()
    }
    async fn shared(&self) -> Answer {
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
    pub enum __StackRequest {
        Now((), ::otp::gen_server::ReplyTo<u8>),
        Later((u8,), ::otp::gen_server::ReplyTo<u8>),
        ByHand((), ::otp::gen_server::ReplyTo<u8>),
        Shared((), ::otp::gen_server::ReplyTo<Answer>),
    }
    const _: () = {
        use ::otp::__private::NotReply as _;
        ::core::assert!(
            ! ::otp::__private::IsReply:: < Answer > ::YES,
            "a `#[call]` must spell `Reply<..>` out: through an alias the macro cannot see it"
        )
    };
    #[automatically_derived]
    impl ::otp::gen_server::GenServer for Stack
    where
        Answer: ::core::marker::Send,
    {
        type Request = __StackRequest;
        type Continue = ::otp::gen_server::NoContinue;
        type Ref = __StackRef_made_by_gen_server_on_the_struct;
        fn options() -> ::otp::gen_server::ServerOptions {
            <Stack as ::otp::__private::DeclaredOptions>::server_options()
        }
        type Args = (u8, u8);
        async fn init(
            args: Self::Args,
        ) -> ::otp::gen_server::Init<Self, Self::Continue> {
            let (first, second) = args;
            let outcome = ::otp::__private::send_future(Self::init(first, second)).await;
            ::otp::__private::lift_init::<Self, _>(outcome)
        }
        #[inline]
        fn handle_now(
            &mut self,
            request: Self::Request,
        ) -> ::core::result::Result<
            ::otp::gen_server::Next<Self::Continue>,
            Self::Request,
        > {
            match request {
                __StackRequest::Now((), from) => {
                    ::core::result::Result::Ok({
                        let outcome = Self::now(self);
                        ::otp::__private::finish_reply(
                            ::otp::__private::HeldReply::owned(from),
                            outcome,
                        )
                    })
                }
                __StackRequest::ByHand((), from) => {
                    ::core::result::Result::Ok({
                        let outcome = Self::by_hand(self, from);
                        ::otp::__private::lift_next(outcome)
                    })
                }
                request => ::core::result::Result::Err(request),
            }
        }
        async fn handle(
            &mut self,
            request: Self::Request,
        ) -> ::otp::gen_server::Next<Self::Continue> {
            match request {
                __StackRequest::Later((first,), from) => {
                    let (from, held) = ::otp::__private::hold(from);
                    let outcome = ::otp::__private::send_future(
                            Self::later(self, first, from),
                        )
                        .await;
                    ::otp::__private::finish_reply(held, outcome)
                }
                __StackRequest::Shared((), from) => {
                    ::otp::__private::answer(
                        from,
                        {
                            ::otp::__private::async_handler_with_shared_self_needs_a_sync_state::<
                                Self,
                            >();
                            ::otp::__private::send_future(Self::shared(self)).await
                        },
                    )
                }
                request => {
                    ::otp::__private::handled_now(
                        <Self as ::otp::gen_server::GenServer>::handle_now(self, request),
                    )
                }
            }
        }
        fn describe(request: &Self::Request) -> ::otp::__private::Described {
            match *request {
                __StackRequest::Now(_, ref from) => {
                    ::otp::__private::Described::call("now", from)
                }
                __StackRequest::Later(_, ref from) => {
                    ::otp::__private::Described::call("later", from)
                }
                __StackRequest::ByHand(_, ref from) => {
                    ::otp::__private::Described::call("by_hand", from)
                }
                __StackRequest::Shared(_, ref from) => {
                    ::otp::__private::Described::call("shared", from)
                }
            }
        }
        fn format_state(&self) -> ::core::option::Option<::std::string::String> {
            use ::otp::__private::FormatNothing as _;
            ::otp::__private::FormatState(self).format()
        }
    }
    impl __StackRef_made_by_gen_server_on_the_struct
    where
        Stack: ::otp::gen_server::GenServer<Request = __StackRequest>,
    {
        ///Calls `now`: sends it and waits for the reply.
        fn now(&self) -> ::otp::gen_server::Call<'_, Stack, (), u8> {
            ::otp::gen_server::ServerRef::<
                Stack,
            >::call_with(self, "now", (), __StackRequest::Now)
        }
        ///Calls `later`: sends it and waits for the reply.
        fn later(&self, first: u8) -> ::otp::gen_server::Call<'_, Stack, (u8,), u8> {
            ::otp::gen_server::ServerRef::<
                Stack,
            >::call_with(self, "later", (first,), __StackRequest::Later)
        }
        ///Calls `by_hand`: sends it and waits for the reply.
        fn by_hand(&self) -> ::otp::gen_server::Call<'_, Stack, (), u8> {
            ::otp::gen_server::ServerRef::<
                Stack,
            >::call_with(self, "by_hand", (), __StackRequest::ByHand)
        }
        ///Calls `shared`: sends it and waits for the reply.
        fn shared(&self) -> ::otp::gen_server::Call<'_, Stack, (), Answer> {
            ::otp::gen_server::ServerRef::<
                Stack,
            >::call_with(self, "shared", (), __StackRequest::Shared)
        }
    }
};
