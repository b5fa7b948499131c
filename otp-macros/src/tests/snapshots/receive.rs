fn expression() {
    let value = {
        let taken = ::otp::__private::receive_match_within(
                |info: ::otp::process::Info| {
                    let info = match ::otp::__private::open_info::<Tick>(info) {
                        ::core::result::Result::Ok(message) => {
                            match *message {
                                Tick => {
                                    return ::core::result::Result::Ok(
                                        ::core::result::Result::Ok(()),
                                    );
                                }
                                #[allow(unreachable_patterns)]
                                _ => ::otp::__private::close_info(message),
                            }
                        }
                        ::core::result::Result::Err(info) => info,
                    };
                    let info = match ::otp::__private::open_info::<Ping>(info) {
                        ::core::result::Result::Ok(message) => {
                            match *message {
                                Ping { count, .. } if count > 1 => {
                                    return ::core::result::Result::Ok(
                                        ::core::result::Result::Err(
                                            ::core::result::Result::Ok((count,)),
                                        ),
                                    );
                                }
                                #[allow(unreachable_patterns)]
                                _ => ::otp::__private::close_info(message),
                            }
                        }
                        ::core::result::Result::Err(info) => info,
                    };
                    let info = match ::otp::__private::open_info::<String>(info) {
                        ::core::result::Result::Ok(message) => {
                            match *message {
                                text => {
                                    return ::core::result::Result::Ok(
                                        ::core::result::Result::Err(
                                            ::core::result::Result::Err(
                                                ::core::result::Result::Ok((text,)),
                                            ),
                                        ),
                                    );
                                }
                                #[allow(unreachable_patterns)]
                                _ => ::otp::__private::close_info(message),
                            }
                        }
                        ::core::result::Result::Err(info) => info,
                    };
                    ::core::result::Result::Err(info)
                },
                ::core::time::Duration::from_millis(500),
            )
            .await;
        match taken {
            ::core::option::Option::Some(::core::result::Result::Ok(())) => 1,
            ::core::option::Option::Some(
                ::core::result::Result::Err(::core::result::Result::Ok((mut count,))),
            ) => {
                let _ = (&count,);
                {
                    count += 1;
                    count
                }
            }
            ::core::option::Option::Some(
                ::core::result::Result::Err(
                    ::core::result::Result::Err(::core::result::Result::Ok((text,))),
                ),
            ) => text.len(),
            ::core::option::Option::Some(
                ::core::result::Result::Err(
                    ::core::result::Result::Err(::core::result::Result::Err(never)),
                ),
            ) => {
                let never: ::core::convert::Infallible = never;
                match never {}
            }
            ::core::option::Option::None => 0,
        }
    };
}
