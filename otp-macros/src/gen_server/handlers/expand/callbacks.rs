//! The callbacks that no client calls: init, info, continue, timeout, terminate, format_status.

use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned;

use super::{local, step_name, unused_arm, unused_variant};
use crate::gen_server::handlers::model::{Handlers, Method, Typed};
use crate::util::{braces_at, camel, located_at};

/// `()` for no arguments, the type for one, a tuple for several.
pub(super) fn args_type(init: &Method) -> TokenStream {
    let types = init.argument_types();
    if types.len() == 1 { quote!(#(#types)*) } else { quote!((#(#types),*)) }
}

/// Output: `type Args = ..; async fn init(args: Self::Args) -> Init<Self, Self::Continue> { .. }`.
pub(super) fn init(handlers: &Handlers<'_>, init: &Method) -> TokenStream {
    let (krate, cfgs) = (handlers.krate, &init.cfgs);
    let args = args_type(init);
    let names = init.argument_names();
    let pattern = match names.as_slice() {
        [] => quote!(()),
        [only] => quote!(#only),
        several => quote!((#(#several),*)),
    };
    let (bind, outcome) = init.outcome(&init.invoke(handlers, false, names.clone()));
    let lift = handlers.flavour.function(krate, "lift_init", "lift_stage_init");
    let lift = located_at(quote!(#lift::<Self, _>(#outcome)), init.returns);
    let answer = handlers.flavour.init(krate);
    let given = local("args");
    quote! {
        #(#cfgs)*
        type Args = #args;

        #(#cfgs)*
        async fn init(#given: Self::Args) -> #answer {
            let #pattern = #given;
            #bind
            #lift
        }
    }
}

/// The callbacks the trait has a default for.
pub(super) fn rest(handlers: &Handlers<'_>) -> TokenStream {
    let info = handle_info(handlers);
    let step = handle_continue(handlers);
    let timeouts = handlers.timeouts.iter().map(|timeout| {
        let (answer, cfgs) = (handlers.flavour.answer(handlers.krate), &timeout.cfgs);
        let next = timeout.next(handlers, &timeout.invoke(handlers, true, []));
        quote! {
            #(#cfgs)*
            async fn handle_timeout(&mut self) -> #answer { #next }
        }
    });
    let terminates = handlers.terminates.iter().map(|method| terminate(handlers, method));
    let format_state = format_state(handlers);
    quote!(#info #step #(#timeouts)* #(#terminates)* #format_state)
}

/// Output: one `take::<Tick>()` a handler, in the order they are written.
fn handle_info(handlers: &Handlers<'_>) -> TokenStream {
    if handlers.infos.is_empty() && handlers.any_info.is_empty() {
        return TokenStream::new();
    }
    let krate = handlers.krate;
    let (answer, handle_info) = (handlers.flavour.answer(krate), handlers.flavour.handle_info(krate));
    let takes = handlers.infos.iter().map(|Typed { method, ty }| {
        let cfgs = &method.cfgs;
        quote! {
            #(#cfgs)*
            let info = match info.take::<#ty>() {
                ::core::result::Result::Ok(message) => {
                    return #handle_info::<#ty>::handle_message(self, message).await;
                }
                ::core::result::Result::Err(info) => info,
            };
        }
    });
    let any = handlers.any_info.iter().map(|method| {
        let cfgs = &method.cfgs;
        let info = method.arguments.first().map(|argument| argument.name.clone());
        let next = method.next(handlers, &method.invoke(handlers, true, info.clone()));
        quote!(#(#cfgs)* return { let #info = info; #next };)
    });
    // With a `#[cfg]` on it the catch-all may be gone: then, too, something must be returned.
    let always = handlers.any_info.iter().any(|method| method.cfgs.is_empty());
    let unexpected = handlers.flavour.function(krate, "unexpected", "unexpected_by_stage");
    let unexpected = (!always).then(|| quote!(#unexpected::<Self>(info)));
    quote! {
        async fn handle_info(&mut self, info: #krate::process::Info) -> #answer {
            #(#takes)*
            #(#any)*
            #unexpected
        }
    }
}

/// Output: `impl HandleInfo<Tick> for Stack`, at the place of `Tick`: a second one is reported there.
pub(super) fn info_impl(handlers: &Handlers<'_>, Typed { method, ty }: &Typed) -> TokenStream {
    let (krate, self_ty, cfgs) = (handlers.krate, handlers.self_ty, &method.cfgs);
    let (params, _, bounds) = handlers.generics.split_for_impl();
    let message = method.argument_names();
    let next = method.next(handlers, &method.invoke(handlers, true, message.clone()));
    let (answer, handle_info) = (handlers.flavour.answer(krate), handlers.flavour.handle_info(krate));
    let head = located_at(quote!(impl #params #handle_info<#ty> for #self_ty #bounds), ty.span());
    let body = quote! {
        async fn handle_message(&mut self, #(#message)*: #ty) -> #answer { #next }
    };
    let body = braces_at(body, ty.span());
    quote!(#(#cfgs)* #head #body)
}

pub(super) fn info_stub(handlers: &Handlers<'_>, Typed { method, ty }: &Typed) -> TokenStream {
    let (krate, self_ty, cfgs) = (handlers.krate, handlers.self_ty, &method.cfgs);
    let (params, _, bounds) = handlers.generics.split_for_impl();
    quote! {
        #(#cfgs)*
        impl #params #krate::gen_server::HandleInfo<#ty> for #self_ty #bounds {
            async fn handle_message(&mut self, _: #ty) -> #krate::gen_server::Next<Self::Continue> {
                ::core::unreachable!()
            }
        }
    }
}

/// The server's `Continue`.
pub(super) fn step_type(handlers: &Handlers<'_>) -> TokenStream {
    let krate = handlers.krate;
    if handlers.steps.is_empty() {
        return quote!(#krate::gen_server::NoContinue);
    }
    let name = step_name(handlers);
    let (_, arguments, _) = handlers.generics.split_for_impl();
    quote!(#name #arguments)
}

/// Output: `pub enum __StackContinue { Load(Load) }` and how it is made from each step.
pub(super) fn steps(handlers: &Handlers<'_>) -> TokenStream {
    if handlers.steps.is_empty() {
        return TokenStream::new();
    }
    let (krate, name) = (handlers.krate, step_name(handlers));
    let (params, arguments, bounds) = handlers.generics.split_for_impl();
    let variants = handlers.steps.iter().map(|Typed { method, ty }| {
        let (cfgs, variant) = (&method.cfgs, camel(&method.ident));
        quote!(#(#cfgs)* #variant(#ty))
    });
    let variants = variants.chain(unused_variant(handlers));
    let from_steps = handlers.steps.iter().map(|Typed { method, ty }| {
        let (cfgs, variant) = (&method.cfgs, camel(&method.ident));
        let head = quote!(impl #params #krate::__private::ContinueFrom<#ty> for #name #arguments #bounds);
        let head = located_at(head, ty.span());
        let body = braces_at(quote!(fn continue_from(step: #ty) -> Self { Self::#variant(step) }), ty.span());
        quote!(#(#cfgs)* #head #body)
    });
    quote! {
        #[doc(hidden)]
        pub enum #name #params #bounds { #(#variants),* }

        impl #params #krate::__private::ContinueFrom<#krate::gen_server::NoContinue> for #name #arguments #bounds {
            fn continue_from(step: #krate::gen_server::NoContinue) -> Self { match step {} }
        }

        #(#from_steps)*
    }
}

fn handle_continue(handlers: &Handlers<'_>) -> TokenStream {
    if handlers.steps.is_empty() {
        return TokenStream::new();
    }
    let (answer, name) = (handlers.flavour.answer(handlers.krate), step_name(handlers));
    let arms = handlers.steps.iter().map(|Typed { method, .. }| {
        let (cfgs, variant, step) = (&method.cfgs, camel(&method.ident), method.argument_names());
        let next = method.next(handlers, &method.invoke(handlers, true, step.clone()));
        quote!(#(#cfgs)* #name::#variant(#(#step)*) => { #next })
    });
    let arms = arms.chain(unused_arm(handlers, &name));
    quote! {
        async fn handle_continue(&mut self, step: Self::Continue) -> #answer {
            match step { #(#arms,)* }
        }
    }
}

fn terminate(handlers: &Handlers<'_>, method: &Method) -> TokenStream {
    let (krate, cfgs) = (handlers.krate, &method.cfgs);
    let reason = local("reason");
    let given = (!method.arguments.is_empty()).then(|| reason.clone());
    let call = method.invoke(handlers, true, given);
    quote! {
        #(#cfgs)*
        #[allow(unused_variables)]
        async fn terminate(&mut self, #reason: &#krate::process::ExitReason) { #call }
    }
}

/// The state as text for `sys`: by the handler, else by `Debug` where the state has it.
fn format_state(handlers: &Handlers<'_>) -> TokenStream {
    let krate = handlers.krate;
    let answer = quote!(::core::option::Option<::std::string::String>);
    if handlers.format_statuses.is_empty() {
        return quote! {
            fn format_state(&self) -> #answer {
                use #krate::__private::FormatNothing as _;
                #krate::__private::FormatState(self).format()
            }
        };
    }
    let formats = handlers.format_statuses.iter().map(|method| {
        let (cfgs, call) = (&method.cfgs, method.invoke(handlers, true, []));
        quote! {
            #(#cfgs)*
            fn format_state(&self) -> #answer { ::core::option::Option::Some(#call) }
        }
    });
    quote!(#(#formats)*)
}
