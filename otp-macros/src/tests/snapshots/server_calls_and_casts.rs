impl Stack {
    fn init(items: Vec<String>) -> Self {
        Self { items }
    }
    /// Takes the last item.
    pub fn pop(&mut self) -> Option<String> {
        self.items.pop()
    }
    async fn take_async(&mut self, count: usize) -> Vec<String> {
        todo!()
    }
    pub fn push(&mut self, item: String) -> Next {
        todo!()
    }
    #[cfg(feature = "clear")]
    async fn clear(&mut self) {}
    fn helper(&self) {}
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
        Pop((), ::otp::gen_server::ReplyTo<Option<String>>),
        TakeAsync((usize,), ::otp::gen_server::ReplyTo<Vec<String>>),
        Push((String,)),
        #[cfg(feature = "clear")]
        Clear(()),
    }
    #[automatically_derived]
    impl ::otp::gen_server::GenServer for Stack {
        type Request = __StackRequest;
        type Continue = ::otp::gen_server::NoContinue;
        type Ref = __StackRef_made_by_gen_server_on_the_struct;
        fn options() -> ::otp::gen_server::ServerOptions {
            <Stack as ::otp::__private::DeclaredOptions>::server_options()
        }
        type Args = Vec<String>;
        async fn init(
            args: Self::Args,
        ) -> ::otp::gen_server::Init<Self, Self::Continue> {
            let items = args;
            let outcome = Self::init(items);
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
                __StackRequest::Pop((), from) => {
                    ::core::result::Result::Ok({
                        ::otp::__private::answer(from, Self::pop(self))
                    })
                }
                __StackRequest::Push((item,)) => {
                    ::core::result::Result::Ok({
                        let outcome = Self::push(self, item);
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
                __StackRequest::TakeAsync((count,), from) => {
                    ::otp::__private::answer(
                        from,
                        ::otp::__private::boxed(Self::take_async(self, count)).await,
                    )
                }
                #[cfg(feature = "clear")]
                __StackRequest::Clear(()) => {
                    let outcome = ::otp::__private::send_future(Self::clear(self)).await;
                    ::otp::__private::lift_next(outcome)
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
                __StackRequest::Pop(_, ref from) => {
                    ::otp::__private::Described::call("pop", from)
                }
                __StackRequest::TakeAsync(_, ref from) => {
                    ::otp::__private::Described::call("take_async", from)
                }
                __StackRequest::Push(_) => ::otp::__private::Described::cast("push"),
                #[cfg(feature = "clear")]
                __StackRequest::Clear(_) => ::otp::__private::Described::cast("clear"),
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
        /// Takes the last item.
        pub fn pop(&self) -> ::otp::gen_server::Call<'_, Stack, (), Option<String>> {
            ::otp::gen_server::ServerRef::<
                Stack,
            >::call_with(self, "pop", (), __StackRequest::Pop)
        }
        ///Calls `take_async`: sends it and waits for the reply.
        fn take(
            &self,
            count: usize,
        ) -> ::otp::gen_server::Call<'_, Stack, (usize,), Vec<String>> {
            ::otp::gen_server::ServerRef::<
                Stack,
            >::call_with(self, "take_async", (count,), __StackRequest::TakeAsync)
                .timeout(::core::time::Duration::from_millis(500))
        }
        ///Casts `push`: sends it and goes on.
        pub fn push(&self, item: String) {
            ::otp::gen_server::ServerRef::<
                Stack,
            >::cast(self, __StackRequest::Push((item,)))
        }
        #[cfg(feature = "clear")]
        ///Casts `clear`: sends it and goes on.
        fn clear(&self) {
            ::otp::gen_server::ServerRef::<Stack>::cast(self, __StackRequest::Clear(()))
        }
    }
};
