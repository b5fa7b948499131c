impl<T: Clone + Send + 'static> state::Stack<T> {
    fn init() -> Self {
        todo!()
    }
    pub fn copy(&self) -> Self {
        todo!()
    }
    pub fn last(&self) -> T {
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
    pub enum __StackRequest<T: Clone + Send + 'static> {
        Copy((), my::otp::gen_server::ReplyTo<state::Stack<T>>),
        Last((), my::otp::gen_server::ReplyTo<T>),
        __Unused(
            ::core::convert::Infallible,
            ::core::marker::PhantomData<fn(::core::marker::PhantomData<T>)>,
        ),
    }
    #[automatically_derived]
    impl<T: Clone + Send + 'static> my::otp::gen_server::GenServer for state::Stack<T>
    where
        state::Stack<T>: ::core::marker::Send,
        T: ::core::marker::Send,
    {
        type Request = __StackRequest<T>;
        type Continue = my::otp::gen_server::NoContinue;
        type Ref = state::__StackRef_made_by_gen_server_on_the_struct<T>;
        fn options() -> my::otp::gen_server::ServerOptions {
            <state::Stack<T> as my::otp::__private::DeclaredOptions>::server_options()
        }
        type Args = ();
        async fn init(
            args: Self::Args,
        ) -> my::otp::gen_server::Init<Self, Self::Continue> {
            let () = args;
            let outcome = Self::init();
            my::otp::__private::lift_init::<Self, _>(outcome)
        }
        #[inline]
        fn handle_now(
            &mut self,
            request: Self::Request,
        ) -> ::core::result::Result<
            my::otp::gen_server::Next<Self::Continue>,
            Self::Request,
        > {
            match request {
                __StackRequest::Copy((), from) => {
                    ::core::result::Result::Ok({
                        const {
                            {
                                use my::otp::__private::NotReply as _;
                                ::core::assert!(
                                    ! my::otp::__private::IsReply:: < state::Stack < T > >
                                    ::YES,
                                    "a `#[call]` must spell `Reply<..>` out: through an alias the macro cannot see it"
                                )
                            }
                        };
                        my::otp::__private::answer(from, Self::copy(self))
                    })
                }
                __StackRequest::Last((), from) => {
                    ::core::result::Result::Ok({
                        const {
                            {
                                use my::otp::__private::NotReply as _;
                                ::core::assert!(
                                    ! my::otp::__private::IsReply:: < T > ::YES,
                                    "a `#[call]` must spell `Reply<..>` out: through an alias the macro cannot see it"
                                )
                            }
                        };
                        my::otp::__private::answer(from, Self::last(self))
                    })
                }
                request => ::core::result::Result::Err(request),
            }
        }
        async fn handle(
            &mut self,
            request: Self::Request,
        ) -> my::otp::gen_server::Next<Self::Continue> {
            match request {
                request => {
                    my::otp::__private::handled_now(
                        <Self as my::otp::gen_server::GenServer>::handle_now(
                            self,
                            request,
                        ),
                    )
                }
            }
        }
        fn describe(request: &Self::Request) -> my::otp::__private::Described {
            match *request {
                __StackRequest::Copy(_, ref from) => {
                    my::otp::__private::Described::call("copy", from)
                }
                __StackRequest::Last(_, ref from) => {
                    my::otp::__private::Described::call("last", from)
                }
                __StackRequest::__Unused(never, _) => match never {}
            }
        }
        fn format_state(&self) -> ::core::option::Option<::std::string::String> {
            use my::otp::__private::FormatNothing as _;
            my::otp::__private::FormatState(self).format()
        }
    }
    impl<T: Clone + Send + 'static> state::__StackRef_made_by_gen_server_on_the_struct<T>
    where
        state::Stack<T>: my::otp::gen_server::GenServer<Request = __StackRequest<T>>,
    {
        ///Calls `copy`: sends it and waits for the reply.
        pub fn copy(
            &self,
        ) -> my::otp::gen_server::Call<'_, state::Stack<T>, (), state::Stack<T>> {
            my::otp::gen_server::ServerRef::<
                state::Stack<T>,
            >::call_with(self, "copy", (), __StackRequest::Copy)
        }
        ///Calls `last`: sends it and waits for the reply.
        pub fn last(&self) -> my::otp::gen_server::Call<'_, state::Stack<T>, (), T> {
            my::otp::gen_server::ServerRef::<
                state::Stack<T>,
            >::call_with(self, "last", (), __StackRequest::Last)
        }
    }
};
