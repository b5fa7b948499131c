fn expression() {
    let value = {
        let tree = ::otp::supervisor::Supervisor::builder()
            .strategy(::otp::supervisor::Strategy::OneForOne)
            .max_seconds(10);
        let tree = tree
            .child(
                ::otp::child::ChildSpec::of::<Stack>(move || vec![])
                    .id("stack")
                    .shutdown(::otp::child::Shutdown::Infinity),
            );
        let tree = tree
            .child(::otp::child::ChildSpec::of::<a::Numbers<u8>>(move || (1, 2)));
        let tree = tree
            .child(
                ::otp::__private::child_spec(spec())
                    .restart(::otp::child::Restart::Temporary),
            );
        let tree = tree
            .child(
                {
                    let tree = ::otp::supervisor::Supervisor::builder();
                    let tree = tree
                        .child(::otp::child::ChildSpec::of::<Print>(move || ()));
                    tree
                }
                    .child_spec("inner")
                    .restart(::otp::child::Restart::Transient),
            );
        let tree = tree
            .child(
                ::otp::supervisor::DynamicSupervisor::builder()
                    .max_children(100)
                    .name("rooms")
                    .child_spec("rooms")
                    .shutdown(
                        ::otp::child::Shutdown::Timeout(
                            ::core::time::Duration::from_millis(1_000),
                        ),
                    ),
            );
        let tree = tree
            .child(
                ::otp::task::TaskSupervisor::builder()
                    .max_restarts(10)
                    .child_spec("mails"),
            );
        tree
    };
}
