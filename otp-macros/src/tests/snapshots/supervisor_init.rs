impl App {
    async fn init(names: Vec<String>) -> SupervisorSpec {
        todo!()
    }
}
#[automatically_derived]
#[allow(private_interfaces, clippy::unused_async)]
impl ::otp::__private::SupervisorInit for App
where
    App: ::otp::__private::DeclaredInit,
{
    type Args = Vec<String>;
    async fn init(args: Self::Args) -> ::otp::supervisor::Init {
        let arg0 = args;
        let outcome = ::otp::__private::send_future(Self::init(arg0)).await;
        ::otp::__private::lift_supervisor_init(outcome)
    }
}
