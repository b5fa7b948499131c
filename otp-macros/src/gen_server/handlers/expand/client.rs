//! The handle's methods, one a request.

use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned;
use syn::{Generics, parse_quote};

use super::{handle_path, local, request_name};
use crate::attr::Delay;
use crate::gen_server::Flavour;
use crate::gen_server::handlers::model::{Call, Handlers, Request};
use crate::util::{camel, located_at, plain};

/// What the methods do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Body {
    /// Send the request.
    Send,
    /// Nothing: the server has mistakes in it.
    Stub,
}

/// Output: `impl StackRef { pub fn pop(&self) -> Call<'_, Stack, (), Option<String>> { .. } }`.
pub(super) fn methods(handlers: &Handlers<'_>, body: Body) -> TokenStream {
    let generics = serving(handlers, body);
    let (params, _, bounds) = generics.split_for_impl();
    let handle = handle_path(handlers.flavour, handlers.self_ty);
    let methods = handlers.requests.iter().map(|request| method(handlers, request, body));
    quote! {
        impl #params #handle #bounds {
            #(#methods)*
        }
    }
}

/// The handle exists only if the state is a server. As a bound that is checked once, not in each method; what the
/// requests are has to be said too, because a bound hides the implementation.
fn serving(handlers: &Handlers<'_>, body: Body) -> Generics {
    let Handlers { krate, self_ty, .. } = handlers;
    let mut generics = handlers.generics.clone();
    if body == Body::Send {
        let (_, arguments, _) = handlers.generics.split_for_impl();
        let request = request_name(handlers);
        let behaviour = handlers.flavour.behaviour(krate);
        let bound = quote!(#self_ty: #behaviour<Request = #request #arguments>);
        let bound = located_at(bound, self_ty.span());
        generics.make_where_clause().predicates.push(parse_quote!(#bound));
    }
    generics
}

fn method(handlers: &Handlers<'_>, request: &Request, body: Body) -> TokenStream {
    let Handlers { krate, self_ty, .. } = handlers;
    let Request { attrs, vis, client, method, call } = request;
    let (names, types) = (method.argument_names(), method.argument_types());
    let (variant, text) = (camel(&method.ident), plain(&method.ident));
    let enumeration = request_name(handlers);
    let doc = undocumented(request);
    // The runtime's functions are named in full: the handle has whatever methods its handlers are called.
    let handle = handlers.flavour.handle(krate);
    let (answer, send) = match call {
        None => (None, quote!(#handle::<#self_ty>::cast(self, #enumeration::#variant((#(#names,)*))))),
        Some(Call { reply, timeout, .. }) => {
            let (call_with, make) = match handlers.flavour {
                Flavour::Server => (quote!(call_with), quote!(#enumeration::#variant)),
                Flavour::Stage => {
                    let (args, from) = (local("args"), local("from"));
                    let make = quote!(|#args, #from| #krate::gen_stage::Message::Request(#enumeration::#variant(#args, #from)));
                    (quote!(call_message), make)
                }
            };
            let call = quote!(#handle::<#self_ty>::#call_with(self, #text, (#(#names,)*), #make));
            let call = match timeout {
                None => call,
                Some(Delay::Infinity) => quote!(#call.infinity()),
                Some(delay) => {
                    let duration = delay.duration();
                    quote!(#call.timeout(#duration))
                }
            };
            let answer = match handlers.flavour {
                Flavour::Server => quote!(#krate::gen_server::Call),
                Flavour::Stage => quote!(#krate::gen_stage::StageCall),
            };
            (Some(quote!(-> #answer<'_, #self_ty, (#(#types,)*), #reply>)), call)
        }
    };
    let send = match body {
        Body::Send => send,
        Body::Stub => quote!(::core::unreachable!()),
    };
    quote! {
        #(#attrs)*
        #doc
        #vis fn #client(&self, #(#names: #types),*) #answer { #send }
    }
}

/// A line for the method of a handler that has no docs, so that `missing_docs` complains of the handler only.
fn undocumented(request: &Request) -> Option<TokenStream> {
    if request.attrs.iter().any(|attr| attr.path().is_ident("doc")) {
        return None;
    }
    let handler = plain(&request.method.ident);
    let doc = match request.call {
        None => format!("Casts `{handler}`: sends it and goes on."),
        Some(_) => format!("Calls `{handler}`: sends it and waits for the reply."),
    };
    Some(quote!(#[doc = #doc]))
}
