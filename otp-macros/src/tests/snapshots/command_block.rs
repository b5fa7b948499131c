impl ReleaseTasks {
    /// Removes what is older
    /// than so many days.
    ///
    /// More of it.
    async fn purge(kind: String, mut days: u32) -> Result<usize, String> {
        todo!()
    }
    #[cfg(unix)]
    fn nothing() {}
}
const _: () = {
    ::otp::__private::inventory::submit! {
        ::otp::__private::Command { name : "ReleaseTasks::purge", parameters : &
        [::otp::__private::Parameter { name : "kind", expected : < String as
        ::otp::release::FromLiteral > ::expected, optional : false },
        ::otp::__private::Parameter { name : "days", expected : < u32 as
        ::otp::release::FromLiteral > ::expected, optional : false }], about :
        "Removes what is older than so many days", call : | arguments | {
        #[allow(unused_imports)] use ::otp::__private:: { AnswerDebug as _,
        AnswerDebugError as _, AnswerResult as _ }; ::otp::__private::command_result:: <
        Result < usize, String > > (); let arg0 = arguments.take:: < String > ("kind") ?;
        let arg1 = arguments.take:: < u32 > ("days") ?; let _ = & arguments;
        ::core::result::Result::Ok(::std::boxed::Box::pin(async move { let returned = <
        ReleaseTasks > ::purge(arg0, arg1). await; (&& & ::otp::__private::Answering(&
        returned)).answer() })) }, }
    }
    #[cfg(unix)]
    ::otp::__private::inventory::submit! {
        ::otp::__private::Command { name : "ReleaseTasks::nothing", parameters : & [],
        about : "", call : | arguments | { #[allow(unused_imports)] use
        ::otp::__private:: { AnswerDebug as _, AnswerDebugError as _, AnswerResult as _
        }; let _ = & arguments; ::core::result::Result::Ok(::std::boxed::Box::pin(async
        move { let returned = < ReleaseTasks > ::nothing(); (&& &
        ::otp::__private::Answering(& returned)).answer() })) }, }
    }
};
