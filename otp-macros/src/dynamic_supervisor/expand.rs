//! Model to code.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Generics, Ident, parse_quote};

use super::model::Declared;
use crate::handle::Handle;
use crate::supervisor::{Starters, args_type};
use crate::util::{cfgs, located_at, phantom, plain};

/// `stub`: there were mistakes; the types and methods stand, `init` has no body.
pub(super) fn expand(declared: &Declared, stub: bool) -> TokenStream {
    let cfgs = cfgs(&declared.attrs);
    let item = item(declared);
    let name = declared.handle();
    let doc = format!(
        "A handle to a running [`{}`], with all of `DynamicSupervisorRef` by deref.\n\nCheap to clone.",
        plain(&declared.ident),
    );
    let handle = handle(declared, &cfgs, &name, &doc).expand();
    let supervise = supervise(declared, &cfgs, stub);
    let starters = starters(declared, &cfgs, &name);
    quote!(#item #handle #supervise #starters)
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
    let (krate, extra) = (&declared.krate, args_type(&declared.extra));
    Handle {
        krate,
        cfgs,
        vis: &declared.vis,
        name,
        doc,
        inner: quote!(#krate::supervisor::DynamicSupervisorRef<#extra>),
        generics: &declared.generics,
        phantom: true,
        what: "supervisor",
    }
}

/// The bounds under which the type supervises: with `init`, that it has one with these extra arguments, on every item in the
/// same words and place, so that a missing one is reported once.
fn supervising(declared: &Declared) -> Generics {
    let Declared { krate, ident, .. } = declared;
    let mut generics = declared.generics.clone();
    if declared.init.is_some() {
        let (_, arguments, _) = declared.generics.split_for_impl();
        let extra = args_type(&declared.extra);
        let bound = quote!(#ident #arguments: #krate::__private::DynamicSupervisorInit<Extra = #extra>);
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
    let (handle, extra) = (declared.handle(), args_type(&declared.extra));
    let name = declared.name.iter().map(|name| {
        quote! {
            fn name() -> ::core::option::Option<#krate::name::Name> {
                ::core::option::Option::Some(::core::convert::Into::into(#name))
            }
        }
    });
    let by_init = quote!(<Self as #krate::__private::DynamicSupervisorInit>);
    let (args, body) = match declared.init {
        _ if stub => (extra.clone(), quote!(::core::unreachable!())),
        Some(_) => (quote!(#by_init::Args), quote!(#by_init::init(args).await)),
        None => (extra.clone(), spec(declared)),
    };
    let marker = declared.init.iter().map(|_| {
        quote! {
            #(#cfgs)*
            #[automatically_derived]
            impl #params #krate::__private::DeclaredDynamicInit for #ident #arguments #own_bounds {}
        }
    });
    quote! {
        #(#marker)*

        #(#cfgs)*
        #[automatically_derived]
        #[allow(unused_variables, clippy::unused_async)]
        impl #params #krate::supervisor::DynamicSupervise for #ident #arguments #bounds {
            type Args = #args;
            type Extra = #extra;
            type Ref = #handle #arguments;

            #(#name)*

            async fn init(
                args: Self::Args,
            ) -> #krate::supervisor::Init<#krate::supervisor::DynamicSupervisorSpec<Self::Extra>> {
                #body
            }
        }
    }
}

fn spec(declared: &Declared) -> TokenStream {
    let (krate, setters) = (&declared.krate, declared.options.setters());
    let extra = (!declared.extra.is_empty()).then(|| quote!(.extra_arguments(args)));
    quote! {
        #krate::supervisor::Init::Start(#krate::supervisor::DynamicSupervisor::builder() #setters #extra)
    }
}

/// Its child specification, and the functions that start it.
fn starters(declared: &Declared, cfgs: &[Attribute], name: &Ident) -> TokenStream {
    let krate = &declared.krate;
    let supervise = quote!(#krate::supervisor::DynamicSupervise);
    let ends = quote!(<Self as #supervise>::Extra, <Self as #supervise>::Ref);
    Starters {
        handle: handle(declared, cfgs, name, ""),
        ident: &declared.ident,
        generics: &supervising(declared),
        options: &declared.child,
        args: declared.init.is_none().then_some(&declared.extra[..]),
        start: quote!(#krate::supervisor::dynamic::StartDynamicSupervisor<#ends>),
        supervise,
        module: quote!(#krate::supervisor::dynamic),
        linked: "Starts the supervisor, without children, and links it to this process: either's failure ends the other.",
        alone: "Starts the supervisor on its own, without children, linked to nothing.",
    }
    .expand()
}
