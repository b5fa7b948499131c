impl<T: Source> Import<T> {
    /// Reads it all.
    pub async fn run(source: T, limit: usize) -> Result<(), Error> {
        todo!()
    }
    fn helper() {}
}
#[allow(dead_code, private_interfaces)]
impl<T: Source> Import<T> {
    ///Starts the task and links it to this process: the failure of either ends the other.
    ///
    /// Reads it all.
    pub fn start_link(args: (T, usize)) -> ::otp::process::Pid {
        Self::__start_task(true, args)
    }
    ///Starts the task on its own, linked to nothing.
    ///
    /// Reads it all.
    pub fn start(args: (T, usize)) -> ::otp::process::Pid {
        Self::__start_task(false, args)
    }
    #[doc(hidden)]
    fn __start_task(link: bool, args: (T, usize)) -> ::otp::process::Pid {
        let (arg0, arg1) = args;
        ::otp::__private::start_task(link, Self::run(arg0, arg1))
    }
    /// How a supervisor starts this task. `args` is asked for the arguments at every start and restart.
    pub fn child_spec(
        args: impl ::core::ops::Fn(
        ) -> (T, usize) + ::core::marker::Send + ::core::marker::Sync + 'static,
    ) -> ::otp::child::ChildSpec {
        ::otp::child::ChildSpec::of::<Self>(args)
    }
}
#[automatically_derived]
#[allow(private_interfaces)]
impl<T: Source> ::otp::child::Child for Import<T> {
    type Args = (T, usize);
    type Handle = ::std::sync::Arc<::otp::child::Slot>;
    fn child_options() -> ::otp::child::ChildOptions {
        ::otp::child::ChildOptions::worker("Import")
            .restart(::otp::child::Restart::Temporary)
            .restart(::otp::child::Restart::Transient)
            .shutdown(
                ::otp::child::Shutdown::Timeout(
                    ::core::time::Duration::from_millis(10_000),
                ),
            )
    }
    fn start_child(
        args: Self::Args,
        slot: ::std::sync::Arc<::otp::child::Slot>,
    ) -> ::otp::__private::BoxFuture<
        'static,
        ::core::result::Result<::otp::child::Started, ::otp::process::StartError>,
    > {
        ::otp::__private::child_start_task(move || Self::start_link(args), slot)
    }
    fn handle(slot: ::std::sync::Arc<::otp::child::Slot>) -> Self::Handle {
        slot
    }
}
