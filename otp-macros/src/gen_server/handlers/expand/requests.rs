//! The request enum and the `match` over it.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::Type;
use syn::spanned::Spanned;

use super::{local, request_name, unused_arm, unused_variant};
use crate::gen_server::Flavour;
use crate::gen_server::handlers::model::{Call, Handlers, How, Request};
use crate::util::{camel, last_segment_is, located_at, plain};

/// Reply types that are no alias of `Reply`, whatever the user imports: they need no proof.
const NO_REPLY: [&str; 22] = [
    "Option", "Result", "Vec", "String", "Arc", "Box", "bool", "char", "u8", "u16", "u32", "u64", "u128", "usize",
    "i8", "i16", "i32", "i64", "i128", "isize", "f32", "f64",
];

/// Output: `pub enum __StackRequest { Pop((), ReplyTo<Option<String>>), Push((String,)) }`.
///
/// It is `pub` because the trait's associated type is (E0446 otherwise); in a `const _` that adds no name. Its variants'
/// constructors are what the client methods hand to the runtime.
pub(super) fn definition(handlers: &Handlers<'_>) -> TokenStream {
    let name = request_name(handlers);
    let krate = handlers.krate;
    let (params, _, bounds) = handlers.generics.split_for_impl();
    let variants = handlers.requests.iter().map(|request| {
        let (cfgs, variant, types) =
            (&request.method.cfgs, camel(&request.method.ident), request.method.argument_types());
        let reply = request.call.iter().map(|call| &call.reply);
        quote!(#(#cfgs)* #variant((#(#types,)*) #(, #krate::gen_server::ReplyTo<#reply>)*))
    });
    let variants = variants.chain(unused_variant(handlers));
    let aliases = handlers.requests.iter().filter_map(|request| alias_check(handlers, request));
    let aliases =
        if handlers.generics.params.is_empty() { quote!(#(const _: () = #aliases;)*) } else { TokenStream::new() };
    quote! {
        #[doc(hidden)]
        pub enum #name #params #bounds { #(#variants),* }
        #aliases
    }
}

/// Output: the `match` that calls the handlers. Those of a server that are no `async fn` are called in `handle_now`.
pub(super) fn handle(handlers: &Handlers<'_>) -> TokenStream {
    let name = request_name(handlers);
    let is_now = |request: &&Request| handlers.flavour == Flavour::Server && !request.method.is_async;
    let arms = |requests: Vec<&Request>, now: bool| {
        let arms: Vec<_> = requests.into_iter().map(|request| request_arm(handlers, request, now)).collect();
        quote!(#(#arms,)*)
    };
    let (now, waiting): (Vec<_>, Vec<_>) = handlers.requests.iter().partition(is_now);
    let (krate, answer) = (handlers.krate, handlers.flavour.answer(handlers.krate));
    let (handle_now, rest) = if now.is_empty() {
        let unused = unused_arm(handlers, &name).into_iter();
        (None, quote!(#(#unused,)*))
    } else {
        let (now, request) = (arms(now, true), local("request"));
        let handle_now = quote! {
            #[inline]
            fn handle_now(&mut self, request: Self::Request) -> ::core::result::Result<#answer, Self::Request> {
                match request {
                    #now
                    #request => ::core::result::Result::Err(#request),
                }
            }
        };
        // In full: a handler may be called `handle_now`.
        let again = quote!(<Self as #krate::gen_server::GenServer>::handle_now(self, #request));
        (Some(handle_now), quote!(#request => #krate::__private::handled_now(#again),))
    };
    let waiting = arms(waiting, false);
    quote! {
        #handle_now
        async fn handle(&mut self, request: Self::Request) -> #answer {
            match request { #waiting #rest }
        }
    }
}

fn request_arm(handlers: &Handlers<'_>, request: &Request, now: bool) -> TokenStream {
    let name = request_name(handlers);
    let (cfgs, variant, names) = (&request.method.cfgs, camel(&request.method.ident), request.method.argument_names());
    let from = request.call.iter().map(|_| local("from"));
    let body = arm(handlers, request);
    let body = if now { quote!(::core::result::Result::Ok({ #body })) } else { quote!({ #body }) };
    quote!(#(#cfgs)* #name::#variant((#(#names,)*) #(, #from)*) => #body)
}

/// What one request does: call the handler, then do with its outcome what its kind asks for.
fn arm(handlers: &Handlers<'_>, request: &Request) -> TokenStream {
    let (krate, method) = (handlers.krate, &request.method);
    let names = method.argument_names();
    let from = local("from");
    let finish = handlers.flavour.function(krate, "finish_reply", "finish_stage_reply");
    let Some(Call { how, .. }) = &request.call else {
        return method.next(handlers, &method.invoke(handlers, true, names));
    };
    match how {
        How::Plain => {
            let call = method.invoke(handlers, true, names);
            let check = (!handlers.generics.params.is_empty()).then(|| alias_check(handlers, request)).flatten();
            let check = check.map(|check| quote!(const { #check };));
            let answer = handlers.flavour.function(krate, "answer", "answer_stage");
            quote!(#check #answer(#from, #call))
        }
        How::Reply => {
            let (bind, outcome) = method.outcome(&method.invoke(handlers, true, names));
            let held = quote!(#krate::__private::HeldReply::owned(#from));
            let finish = located_at(quote!(#finish(#held, #outcome)), method.returns);
            quote!(#bind #finish)
        }
        How::Held(place) => {
            let held = local("held");
            let (bind, outcome) = method.outcome(&method.invoke(handlers, true, with_from(names, *place)));
            let finish = located_at(quote!(#finish(#held, #outcome)), method.returns);
            quote! {
                let (#from, #held) = #krate::__private::hold(#from);
                #bind
                #finish
            }
        }
        How::From(place) => method.next(handlers, &method.invoke(handlers, true, with_from(names, *place))),
    }
}

/// The caller's address, back in its place among the arguments.
fn with_from(mut names: Vec<Ident>, place: usize) -> Vec<Ident> {
    names.insert(place, local("from"));
    names
}

/// An assertion that the reply's type is no alias of `Reply`, which the macro would have had to see.
fn alias_check(handlers: &Handlers<'_>, request: &Request) -> Option<TokenStream> {
    let Some(Call { reply: reply @ Type::Path(_), how: How::Plain, .. }) = &request.call else { return None };
    if NO_REPLY.iter().any(|name| last_segment_is(reply, name)) || !request.method.cfgs.is_empty() {
        return None;
    }
    let krate = handlers.krate;
    let message = "a `#[call]` must spell `Reply<..>` out: through an alias the macro cannot see it";
    Some(quote_spanned!(reply.span()=> {
        use #krate::__private::NotReply as _;
        ::core::assert!(!#krate::__private::IsReply::<#reply>::YES, #message)
    }))
}

/// Output: what a request is called in reports, and who waits for it.
pub(super) fn describe(handlers: &Handlers<'_>) -> TokenStream {
    let (krate, name) = (handlers.krate, request_name(handlers));
    let from = local("from");
    let arms = handlers.requests.iter().map(|request| {
        let (cfgs, variant, text) = (&request.method.cfgs, camel(&request.method.ident), plain(&request.method.ident));
        match request.call {
            None => quote!(#(#cfgs)* #name::#variant(_) => #krate::__private::Described::cast(#text)),
            Some(_) => {
                quote!(#(#cfgs)* #name::#variant(_, ref #from) => #krate::__private::Described::call(#text, #from))
            }
        }
    });
    let arms = arms.chain(unused_arm(handlers, &name));
    // By place, not by reference: an enum without variants is matched without arms.
    quote! {
        fn describe(request: &Self::Request) -> #krate::__private::Described {
            match *request { #(#arms,)* }
        }
    }
}
