impl Stack {
    fn init(items: Vec<String>) -> Self {
        todo!()
    }
    fn pop(&mut self) -> Option<String> {
        todo!()
    }
    fn push(&mut self, item: &str) {}
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
    impl ::otp::gen_server::GenServer for Stack {
        type Args = Vec<String>;
        type Request = ::core::convert::Infallible;
        type Continue = ::otp::gen_server::NoContinue;
        type Ref = __StackRef_made_by_gen_server_on_the_struct;
        async fn init(_: Self::Args) -> ::otp::gen_server::Init<Self, Self::Continue> {
            ::core::unreachable!()
        }
        async fn handle(
            &mut self,
            _: Self::Request,
        ) -> ::otp::gen_server::Next<Self::Continue> {
            ::core::unreachable!()
        }
    }
    impl __StackRef_made_by_gen_server_on_the_struct {
        ///Calls `pop`: sends it and waits for the reply.
        fn pop(&self) -> ::otp::gen_server::Call<'_, Stack, (), Option<String>> {
            ::core::unreachable!()
        }
    }
};
::core::compile_error! {
    "a handler's argument cannot borrow: the message outlives the function that sends it\nhelp: write `String`, `Arc<str>` or `&'static str`"
}
