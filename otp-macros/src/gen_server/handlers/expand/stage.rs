//! What only a stage has: its event types, and the traits of its kind.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Type;
use syn::spanned::Spanned;

use super::{callbacks, client, handle_path, type_ident};
use crate::gen_server::handlers::model::{Handlers, Method, vec_element};
use crate::gen_server::handlers::stage_rules::Side;
use crate::util::located_at;

/// What the struct's side declares.
fn declared(handlers: &Handlers<'_>) -> TokenStream {
    let Handlers { krate, self_ty, .. } = handlers;
    quote_spanned!(type_ident(self_ty).span()=> <#self_ty as #krate::__private::DeclaredStage>)
}

/// The type of the events it takes in, as its `#[events]` handler says.
fn taken<'a>(handlers: &'a Handlers<'_>) -> Option<&'a Type> {
    vec_element(&handlers.stage.events.first()?.arguments.first()?.ty)
}

fn none(handlers: &Handlers<'_>) -> TokenStream {
    let krate = handlers.krate;
    quote!(#krate::gen_stage::NoEvents)
}

/// Output: `type Kind = ..; type In = ..; type Out = ..; type Dispatcher = ..;`
///
/// The struct knows the kind, the impl the events: `Out<u64>` of what a consumer declares is `NoEvents`.
pub(super) fn types(handlers: &Handlers<'_>) -> TokenStream {
    let declared = declared(handlers);
    let none = none(handlers);
    let taken = taken(handlers).map_or_else(|| none.clone(), |ty| quote!(#declared::In<#ty>));
    let emitted = handlers.stage.emits.as_ref().map_or_else(|| none.clone(), |ty| quote!(#declared::Out<#ty>));
    let default = handlers.stage.emits.as_ref().map_or_else(|| none.clone(), |ty| quote!(#ty));
    let dispatcher = match handlers.stage.dispatchers.first() {
        Some((_, ty)) => quote!(#ty),
        None => quote!(#declared::Dispatcher<#default>),
    };
    quote! {
        type Kind = #declared::Kind;
        type In = #taken;
        type Out = #emitted;
        type Dispatcher = #dispatcher;
    }
}

/// The implementations that make it what it is. A kind that asks for one which is not here says so itself.
pub(super) fn impls(handlers: &Handlers<'_>) -> TokenStream {
    let producer = handlers.stage.emits.as_ref().map(|_| producer(handlers));
    let demand = handlers.stage.demands.iter().map(|method| demand(handlers, method));
    let consumer = taken(handlers).map(|ty| consumer(handlers, ty));
    quote!(#producer #(#demand)* #consumer)
}

fn producer(handlers: &Handlers<'_>) -> TokenStream {
    let Handlers { krate, self_ty, .. } = handlers;
    let (params, _, bounds) = handlers.generics.split_for_impl();
    let dispatcher = match handlers.stage.dispatchers.first() {
        Some((method, _)) => method.invoke(handlers, true, []),
        None => quote!(::core::default::Default::default()),
    };
    let subscribed = of_side(&handlers.stage.subscribed, Side::Producer).map(|method| {
        let (head, next) = (quote!(subscriber: &#krate::gen_stage::Subscriber), subscribed(handlers, method));
        quote!(async fn handle_subscriber(&mut self, #head) -> #krate::gen_server::Next<Self::Continue> {
            let subscription = subscriber;
            #next
        })
    });
    let cancelled = of_side(&handlers.stage.cancelled, Side::Producer).map(|method| {
        let next = cancelled(handlers, method);
        quote! {
            async fn handle_unsubscribed(
                &mut self,
                subscription: &#krate::gen_stage::Subscriber,
                cancelled: &#krate::gen_stage::Cancelled,
            ) -> #krate::gen_stage::Answer<Self> { #next }
        }
    });
    let discarded = handlers.stage.discarded.iter().map(|method| {
        let number = method.argument_names();
        let call = method.invoke(handlers, true, number.clone());
        quote!(fn handle_discarded(&self, #(#number)*: usize) -> bool { #call })
    });
    quote! {
        #[automatically_derived]
        impl #params #krate::gen_stage::Producer for #self_ty #bounds {
            fn dispatcher(&self) -> Self::Dispatcher { #dispatcher }
            #subscribed
            #cancelled
            #(#discarded)*
        }
    }
}

fn demand(handlers: &Handlers<'_>, method: &Method) -> TokenStream {
    let Handlers { krate, self_ty, .. } = handlers;
    let (params, _, bounds) = handlers.generics.split_for_impl();
    let demand = method.argument_names();
    let next = method.next(handlers, &method.invoke(handlers, true, demand.clone()));
    quote! {
        #[automatically_derived]
        impl #params #krate::gen_stage::HandleDemand for #self_ty #bounds {
            async fn handle_demand(&mut self, #(#demand)*: usize) -> #krate::gen_stage::Answer<Self> { #next }
        }
    }
}

fn consumer(handlers: &Handlers<'_>, ty: &Type) -> TokenStream {
    let Handlers { krate, self_ty, .. } = handlers;
    let (params, _, bounds) = handlers.generics.split_for_impl();
    let events = handlers.stage.events.iter().map(|method| {
        let names = method.argument_names();
        let next = method.next(handlers, &method.invoke(handlers, true, names.clone()));
        let (events, from) = (&names[0], names.get(1).map_or_else(|| quote!(_), |from| quote!(#from)));
        quote! {
            async fn handle_events(
                &mut self,
                #events: ::std::vec::Vec<Self::In>,
                #from: &#krate::gen_stage::Subscription,
            ) -> #krate::gen_stage::Answer<Self> { #next }
        }
    });
    let subscribed = of_side(&handlers.stage.subscribed, Side::Consumer).map(|method| {
        let next = subscribed(handlers, method);
        quote! {
            async fn handle_subscribe(
                &mut self,
                subscription: &mut #krate::gen_stage::NewSubscription<'_>,
            ) -> #krate::gen_server::Next<Self::Continue> { #next }
        }
    });
    let cancelled = of_side(&handlers.stage.cancelled, Side::Consumer).map(|method| {
        let next = cancelled(handlers, method);
        quote! {
            async fn handle_cancel(
                &mut self,
                subscription: &#krate::gen_stage::Subscription,
                cancelled: &#krate::gen_stage::Cancelled,
            ) -> #krate::gen_stage::Answer<Self> { #next }
        }
    });
    let accepts = located_at(quote!(impl #params #krate::gen_stage::Accepts<#ty> for #self_ty #bounds {}), ty.span());
    quote! {
        #[automatically_derived]
        #accepts

        #[automatically_derived]
        impl #params #krate::gen_stage::Consumer for #self_ty #bounds {
            #(#events)*
            #subscribed
            #cancelled
        }
    }
}

fn of_side(methods: &[(Side, Method)], side: Side) -> Option<&Method> {
    methods.iter().find(|(of, _)| *of == side).map(|(_, method)| method)
}

/// The body: what the handler returned, as the answer of a subscription callback.
fn subscribed(handlers: &Handlers<'_>, method: &Method) -> TokenStream {
    let krate = handlers.krate;
    let (bind, outcome) = method.outcome(&method.invoke(handlers, true, [super::local_at("subscription")]));
    let lift = located_at(quote!(#krate::__private::lift_subscribed(#outcome)), method.returns);
    quote!(#bind #lift)
}

fn cancelled(handlers: &Handlers<'_>, method: &Method) -> TokenStream {
    let names = ["subscription", "cancelled"].map(super::local_at);
    method.next(handlers, &method.invoke(handlers, true, names.into_iter().take(method.arguments.len())))
}

/// See [`super::stub`].
pub(super) fn stub(handlers: &Handlers<'_>) -> TokenStream {
    let Handlers { krate, self_ty, generics, .. } = handlers;
    let (params, _, bounds) = generics.split_for_impl();
    let alias = handle_path(handlers.flavour, self_ty);
    let args = handlers.inits.first().map_or_else(|| quote!(()), callbacks::args_type);
    let client = client::methods(handlers, client::Body::Stub);
    let none = none(handlers);
    quote! {
        impl #params #krate::gen_stage::Stage for #self_ty #bounds {
            type Kind = #krate::gen_stage::kind::Producer;
            type In = #none;
            type Out = #none;
            type Dispatcher = #krate::gen_stage::NoDispatcher;
            type Args = #args;
            type Request = ::core::convert::Infallible;
            type Continue = #krate::gen_server::NoContinue;
            type Ref = #alias;

            async fn init(_: Self::Args) -> #krate::gen_stage::StageInit<Self, Self::Continue> {
                ::core::unreachable!()
            }
        }

        impl #params #krate::gen_stage::Producer for #self_ty #bounds {
            fn dispatcher(&self) -> #krate::gen_stage::NoDispatcher {
                ::core::unreachable!()
            }
        }

        impl #params #krate::gen_stage::HandleDemand for #self_ty #bounds {
            async fn handle_demand(&mut self, _: usize) -> #krate::gen_stage::Answer<Self> {
                ::core::unreachable!()
            }
        }

        #client
    }
}
