//! Model to code.

use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned;
use syn::{Attribute, Generics, Ident, parse_quote};

use super::model::{Declared, Template};
use crate::handle::Handle;
use crate::supervisor::Starters;
use crate::util::{CratePath, cfgs, located_at, phantom, plain};

/// `stub`: there were mistakes; the types and methods stand, `init` has no body.
pub(super) fn expand(declared: &Declared, stub: bool) -> TokenStream {
    let cfgs = cfgs(&declared.attrs);
    let item = item(declared);
    let name = declared.handle();
    let doc = format!(
        "A handle to a running [`{}`], with all of `ConsumerSupervisorRef` by deref.\n\nCheap to clone.",
        plain(&declared.ident),
    );
    let handle = handle(declared, &cfgs, &name, &doc).expand();
    let supervise = supervise(declared, &cfgs, stub);
    let starters = starters(declared, &cfgs, &name);
    let stage = stage(declared, &cfgs);
    quote!(#item #handle #supervise #starters #stage)
}

/// The struct is a name: nobody ever makes a value of it.
fn item(declared: &Declared) -> TokenStream {
    let Declared { attrs, vis, ident, generics, .. } = declared;
    let (_, _, bounds) = generics.split_for_impl();
    let fields = match phantom(generics) {
        Some(phantom) => quote!((#phantom) #bounds),
        None => quote!(#bounds),
    };
    quote! {
        #(#attrs)*
        #[allow(dead_code)]
        #vis struct #ident #generics #fields;
    }
}

fn handle<'a>(declared: &'a Declared, cfgs: &'a [Attribute], name: &'a Ident, doc: &'a str) -> Handle<'a> {
    let (krate, event) = (&declared.krate, declared.event());
    Handle {
        krate,
        cfgs,
        vis: &declared.vis,
        name,
        doc,
        inner: quote!(#krate::gen_stage::ConsumerSupervisorRef<#event>),
        generics: &declared.generics,
        phantom: true,
        what: "consumer supervisor",
    }
}

/// The bounds under which the type supervises: with `init`, that it has one for these events, on every item in the same
/// words and place, so that a missing one is reported once.
fn supervising(declared: &Declared) -> Generics {
    let Declared { krate, ident, .. } = declared;
    let mut generics = declared.generics.clone();
    if declared.init.is_some() {
        let (_, arguments, _) = declared.generics.split_for_impl();
        let event = declared.event();
        let bound = quote!(#ident #arguments: #krate::__private::ConsumerSupervisorInit<Event = #event>);
        let bound = located_at(bound, ident.span());
        generics.make_where_clause().predicates.push(parse_quote!(#bound));
    }
    generics
}

fn supervise(declared: &Declared, cfgs: &[Attribute], stub: bool) -> TokenStream {
    let Declared { krate, ident, .. } = declared;
    let generics = supervising(declared);
    let (params, arguments, bounds) = generics.split_for_impl();
    let (_, _, own_bounds) = declared.generics.split_for_impl();
    let (handle, event) = (declared.handle(), declared.event());
    let name = declared.name.iter().map(|name| {
        quote! {
            fn name() -> ::core::option::Option<#krate::name::Name> {
                ::core::option::Option::Some(::core::convert::Into::into(#name))
            }
        }
    });
    let by_init = quote!(<Self as #krate::__private::ConsumerSupervisorInit>);
    let (args, body) = match (&declared.init, &declared.template) {
        (Some(_), _) if !stub => (quote!(#by_init::Args), quote!(#by_init::init(args).await)),
        (None, Some((_, template))) if !stub => (quote!(()), spec(declared, template)),
        _ => (quote!(()), quote!(::core::unreachable!())),
    };
    let marker = declared.init.iter().map(|_| {
        quote! {
            #(#cfgs)*
            #[automatically_derived]
            impl #params #krate::__private::DeclaredConsumerInit for #ident #arguments #own_bounds {}
        }
    });
    quote! {
        #(#marker)*

        #(#cfgs)*
        #[automatically_derived]
        #[allow(unused_variables, clippy::unused_async)]
        impl #params #krate::gen_stage::ConsumerSupervise for #ident #arguments #bounds {
            type Args = #args;
            type Event = #event;
            type Ref = #handle #arguments;

            #(#name)*

            async fn init(
                args: Self::Args,
            ) -> #krate::supervisor::Init<#krate::gen_stage::ConsumerSupervisor<Self::Event>> {
                #body
            }
        }
    }
}

/// Errors about the child's arguments point at the child.
fn spec(declared: &Declared, template: &Template) -> TokenStream {
    let krate = &declared.krate;
    let child = child(krate, template);
    let max_restarts = declared.max_restarts.iter().map(|(_, restarts)| quote!(.max_restarts(#restarts)));
    let max_seconds = declared.max_seconds.iter().map(|(_, seconds)| quote!(.max_seconds(#seconds)));
    let subscriptions = declared.subscribe_to.iter().map(|(_, to)| to.expand(krate));
    quote! {
        #krate::supervisor::Init::Start(
            #krate::gen_stage::ConsumerSupervisor::new(#child) #(#max_restarts)* #(#max_seconds)* #(#subscriptions)*
        )
    }
}

fn child(krate: &CratePath, template: &Template) -> TokenStream {
    let Template { ty, args, restart, shutdown, id } = template;
    let args = match args {
        Some(args) => quote!(#args),
        None => quote!(|event| event),
    };
    let of = located_at(quote!(#krate::gen_stage::EventChild::of::<#ty>), ty.span());
    let restart = restart.iter().map(|restart| {
        let restart = restart.expand(krate);
        located_at(quote!(.restart(#restart)), ty.span())
    });
    let shutdown = shutdown.iter().map(|shutdown| {
        let shutdown = shutdown.expand(krate);
        quote!(.shutdown(#shutdown))
    });
    let id = id.iter().map(|id| quote!(.id(#id)));
    quote!(#of(#args) #(#restart)* #(#shutdown)* #(#id)*)
}

/// Its child specification, and the functions that start it.
fn starters(declared: &Declared, cfgs: &[Attribute], name: &Ident) -> TokenStream {
    let krate = &declared.krate;
    let supervise = quote!(#krate::gen_stage::ConsumerSupervise);
    let ends = quote!(<Self as #supervise>::Event, <Self as #supervise>::Ref);
    Starters {
        handle: handle(declared, cfgs, name, ""),
        ident: &declared.ident,
        generics: &supervising(declared),
        options: &declared.child,
        args: declared.init.is_none().then_some(&[]),
        start: quote!(#krate::gen_stage::consumer_supervisor::StartConsumerSupervisor<#ends>),
        supervise,
        module: quote!(#krate::gen_stage::consumer_supervisor),
        linked: "Starts the supervisor and links it to this process: either's failure ends the other.",
        alone: "Starts the supervisor on its own, linked to nothing.",
    }
    .expand()
}

/// As a stage of a pipeline, and as one that subscribes.
fn stage(declared: &Declared, cfgs: &[Attribute]) -> TokenStream {
    let (krate, ident, name) = (&declared.krate, &declared.ident, declared.handle());
    let generics = supervising(declared);
    let (params, arguments, bounds) = generics.split_for_impl();
    let (_, _, own_bounds) = declared.generics.split_for_impl();
    let (event, module) = (declared.event(), quote!(#krate::gen_stage::consumer_supervisor));
    let supervisor = quote!(#module::EventSupervisor<#event>);
    let answer = quote!(::core::result::Result<#krate::child::Started, #krate::gen_server::StartError>);
    quote! {
        #(#cfgs)*
        #[automatically_derived]
        impl #params #krate::gen_stage::PipelineStage for #ident #arguments #bounds {
            type Stage = #supervisor;

            fn stage_options() -> #krate::gen_server::ServerOptions {
                #module::module_options::<Self>()
            }

            fn start_stage(
                args: Self::Args,
                subscriptions: #krate::__private::DeclaredSubscriptions<Self::Stage>,
                options: #krate::gen_server::ServerOptions,
                slot: ::std::sync::Arc<#krate::child::Slot>,
            ) -> #krate::__private::BoxFuture<'static, #answer> {
                #module::stage_start_module::<Self>(args, subscriptions, options, slot)
            }
        }

        #(#cfgs)*
        #[automatically_derived]
        impl #params #krate::gen_stage::StageHandle for #name #arguments #own_bounds {
            type Stage = #supervisor;

            fn stage(&self) -> &#krate::gen_stage::StageRef<#supervisor> {
                #krate::gen_stage::StageHandle::stage(&self.0)
            }
        }
    }
}
