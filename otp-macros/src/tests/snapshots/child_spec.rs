#[automatically_derived]
impl ::otp::child::Child for Server
where
    Server: ::otp::gen_server::GenServer,
{
    type Args = <Server as ::otp::gen_server::GenServer>::Args;
    type Handle = <Server as ::otp::gen_server::GenServer>::Ref;
    fn child_options() -> ::otp::child::ChildOptions {
        ::otp::child::ChildOptions::worker("Server")
            .restart(::otp::child::Restart::Temporary)
    }
    fn start_child(
        args: Self::Args,
        slot: ::std::sync::Arc<::otp::child::Slot>,
    ) -> ::otp::__private::BoxFuture<
        'static,
        ::core::result::Result<::otp::child::Started, ::otp::gen_server::StartError>,
    > {
        ::otp::__private::child_start::<Self>(args, slot)
    }
    fn handle(slot: ::std::sync::Arc<::otp::child::Slot>) -> Self::Handle {
        ::core::convert::From::from(
            ::otp::gen_server::ServerRef::<Self>::from_slot(slot),
        )
    }
}
#[automatically_derived]
impl ::otp::child::Child for Listener {
    type Args = u16;
    type Handle = ::std::sync::Arc<::otp::child::Slot>;
    fn child_options() -> ::otp::child::ChildOptions {
        ::otp::child::ChildOptions::worker("Listener")
    }
    fn start_child(
        args: Self::Args,
        slot: ::std::sync::Arc<::otp::child::Slot>,
    ) -> ::otp::__private::BoxFuture<
        'static,
        ::core::result::Result<::otp::child::Started, ::otp::gen_server::StartError>,
    > {
        ::otp::__private::child_start_with(Self::start_link(args), slot)
    }
    fn handle(slot: ::std::sync::Arc<::otp::child::Slot>) -> Self::Handle {
        slot
    }
}
