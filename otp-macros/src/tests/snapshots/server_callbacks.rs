impl Stack {
    fn init() -> Init<Self, Load> {
        todo!()
    }
    fn down(&mut self, down: Down) -> Next {
        todo!()
    }
    async fn tick(&mut self, _: Tick) {}
    fn load(&mut self, step: Load) -> Next<u8> {
        todo!()
    }
    fn count(&mut self, step: u8) {}
    fn idle(&mut self) -> Next {
        todo!()
    }
    async fn cleanup(&mut self, reason: &ExitReason) {}
    fn status(&self) -> String {
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
    pub enum __StackRequest {}
    #[doc(hidden)]
    pub enum __StackContinue {
        Load(Load),
        Count(u8),
    }
    impl ::otp::__private::ContinueFrom<::otp::gen_server::NoContinue>
    for __StackContinue {
        fn continue_from(step: ::otp::gen_server::NoContinue) -> Self {
            match step {}
        }
    }
    impl ::otp::__private::ContinueFrom<Load> for __StackContinue {
        fn continue_from(step: Load) -> Self {
            Self::Load(step)
        }
    }
    impl ::otp::__private::ContinueFrom<u8> for __StackContinue {
        fn continue_from(step: u8) -> Self {
            Self::Count(step)
        }
    }
    #[automatically_derived]
    impl ::otp::gen_server::GenServer for Stack {
        type Request = __StackRequest;
        type Continue = __StackContinue;
        type Ref = __StackRef_made_by_gen_server_on_the_struct;
        fn options() -> ::otp::gen_server::ServerOptions {
            <Stack as ::otp::__private::DeclaredOptions>::server_options()
        }
        type Args = ();
        async fn init(
            args: Self::Args,
        ) -> ::otp::gen_server::Init<Self, Self::Continue> {
            let () = args;
            let outcome = Self::init();
            ::otp::__private::lift_init::<Self, _>(outcome)
        }
        async fn handle(
            &mut self,
            request: Self::Request,
        ) -> ::otp::gen_server::Next<Self::Continue> {
            match request {}
        }
        fn describe(request: &Self::Request) -> ::otp::__private::Described {
            match *request {}
        }
        async fn handle_info(
            &mut self,
            info: ::otp::process::Info,
        ) -> ::otp::gen_server::Next<Self::Continue> {
            let info = match info.take::<Down>() {
                ::core::result::Result::Ok(message) => {
                    return ::otp::gen_server::HandleInfo::<
                        Down,
                    >::handle_message(self, message)
                        .await;
                }
                ::core::result::Result::Err(info) => info,
            };
            let info = match info.take::<Tick>() {
                ::core::result::Result::Ok(message) => {
                    return ::otp::gen_server::HandleInfo::<
                        Tick,
                    >::handle_message(self, message)
                        .await;
                }
                ::core::result::Result::Err(info) => info,
            };
            ::otp::__private::unexpected::<Self>(info)
        }
        async fn handle_continue(
            &mut self,
            step: Self::Continue,
        ) -> ::otp::gen_server::Next<Self::Continue> {
            match step {
                __StackContinue::Load(step) => {
                    let outcome = Self::load(self, step);
                    ::otp::__private::lift_next(outcome)
                }
                __StackContinue::Count(step) => {
                    let outcome = Self::count(self, step);
                    ::otp::__private::lift_next(outcome)
                }
            }
        }
        async fn handle_timeout(&mut self) -> ::otp::gen_server::Next<Self::Continue> {
            let outcome = Self::idle(self);
            ::otp::__private::lift_next(outcome)
        }
        #[allow(unused_variables)]
        async fn terminate(&mut self, reason: &::otp::process::ExitReason) {
            ::otp::__private::send_future(Self::cleanup(self, reason)).await
        }
        fn format_state(&self) -> ::core::option::Option<::std::string::String> {
            ::core::option::Option::Some(Self::status(self))
        }
    }
    impl ::otp::gen_server::HandleInfo<Down> for Stack {
        async fn handle_message(
            &mut self,
            down: Down,
        ) -> ::otp::gen_server::Next<Self::Continue> {
            let outcome = Self::down(self, down);
            ::otp::__private::lift_next(outcome)
        }
    }
    impl ::otp::gen_server::HandleInfo<Tick> for Stack {
        async fn handle_message(
            &mut self,
            arg0: Tick,
        ) -> ::otp::gen_server::Next<Self::Continue> {
            let outcome = ::otp::__private::send_future(Self::tick(self, arg0)).await;
            ::otp::__private::lift_next(outcome)
        }
    }
    impl __StackRef_made_by_gen_server_on_the_struct
    where
        Stack: ::otp::gen_server::GenServer<Request = __StackRequest>,
    {}
};
