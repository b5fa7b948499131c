fn expression() {
    let value = {
        let stage_reader = ::otp::__private::stage_spec::<
            Reader,
        >("reader", move |_| (path.clone(), 1))
            .restart(::otp::child::Restart::Transient);
        let stage_parser = ::otp::__private::stage_spec::<
            a::Parser<u8>,
        >("parser", move |#[allow(unused_variables)] k: usize| k)
            .workers(4)
            .name("parser")
            .subscribe_to(
                &stage_reader.place(),
                move |#[allow(unused_variables)] k: usize, producer| {
                    ::otp::__private::subscription(&producer)
                        .max_demand(10)
                        .cancel(::otp::gen_stage::Cancel::Transient)
                        .with(Every(5))
                },
            );
        #[cfg(feature = "count")]
        let stage_counter = ::otp::__private::stage_spec::<
            Counter,
        >("counter", move |#[allow(unused_variables)] k: usize| ())
            .workers(n + 1)
            .subscribe_to(
                &stage_parser.place(),
                move |#[allow(unused_variables)] k: usize, producer| {
                    producer.partition(k)
                },
            )
            .subscribe_to_other(move |#[allow(unused_variables)] k: usize| {
                ::otp::__private::stage_of(&outside)
                    .subscription_with(
                        ::otp::gen_stage::Selector::new(|event| event.good()),
                    )
            });
        let tree = ::otp::supervisor::Supervisor::builder()
            .strategy(::otp::supervisor::Strategy::RestForOne)
            .max_restarts(5);
        let tree = tree.children(stage_reader);
        let tree = tree.children(stage_parser);
        #[cfg(feature = "count")]
        let tree = tree.children(stage_counter);
        tree
    };
}
