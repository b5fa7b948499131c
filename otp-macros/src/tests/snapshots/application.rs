pub struct Shop;
#[automatically_derived]
impl ::otp::application::Declared for Shop {
    fn spec() -> ::otp::application::ApplicationSpec {
        let spec = ::otp::application::ApplicationSpec::new(
                "shop",
                ::core::env!("CARGO_PKG_VERSION"),
            )
            .description(::core::env!("CARGO_PKG_DESCRIPTION"))
            .mode(::otp::application::Mode::Transient)
            .optional_dependency("metrics")
            .env("port", 80)
            .env("greeting", "hello");
        let spec = spec.dependency(::otp::application::App::of::<Store>());
        #[cfg(feature = "mail")]
        let spec = spec.dependency(::otp::application::App::of::<mail::Mailer>());
        let spec = spec.include(::otp::application::App::of::<Cart>());
        #[cfg(debug_assertions)]
        let spec = spec.package_dir(::core::env!("CARGO_MANIFEST_DIR"));
        spec
    }
    fn name() -> ::std::string::String {
        ::core::convert::Into::into("shop")
    }
    fn new() -> Self {
        Self
    }
}
#[automatically_derived]
impl ::otp::application::Application for Shop {
    async fn start(
        &mut self,
        _: ::otp::application::Start,
    ) -> ::otp::Result<::otp::application::Top> {
        ::core::result::Result::Ok(
            ::core::convert::Into::into(<Tree>::start_link(8).await?),
        )
    }
}
const _: () = {
    ::otp::__private::inventory::submit! {
        ::otp::application::App::of:: < Shop > ()
    }
};
struct Store {
    size: usize,
}
#[automatically_derived]
impl ::otp::application::Declared for Store {
    fn spec() -> ::otp::application::ApplicationSpec {
        let spec = ::otp::application::ApplicationSpec::new(
                ::otp::__private::application_name(::core::env!("CARGO_PKG_NAME")),
                ::core::env!("CARGO_PKG_VERSION"),
            )
            .description(::core::env!("CARGO_PKG_DESCRIPTION"));
        #[cfg(debug_assertions)]
        let spec = spec.package_dir(::core::env!("CARGO_MANIFEST_DIR"));
        spec
    }
    fn name() -> ::std::string::String {
        ::core::convert::Into::into(
            ::otp::__private::application_name(::core::env!("CARGO_PKG_NAME")),
        )
    }
    fn new() -> Self {
        ::core::default::Default::default()
    }
}
#[automatically_derived]
impl ::otp::application::Application for Store {
    async fn start(
        &mut self,
        _: ::otp::application::Start,
    ) -> ::otp::Result<::otp::application::Top> {
        ::core::result::Result::Ok(::otp::application::Top::none())
    }
}
const _: () = {
    ::otp::__private::inventory::submit! {
        ::otp::application::App::of:: < Store > ()
    }
};
