//! Model to code.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Expr, Fields};

use super::model::{Declared, Other};
use crate::util::{cfgs, plain};

/// With `stub` there were mistakes: the struct counts as an application, so that they are all that is told.
pub(super) fn expand(declared: &Declared, stub: bool) -> TokenStream {
    let item = &declared.item;
    if !item.generics.params.is_empty() {
        return quote!(#item);
    }
    let declaration = declaration(declared);
    if stub {
        let application = library(declared);
        return quote!(#item #declaration #application);
    }
    let application = match (&declared.supervisor, &declared.library) {
        (Some(supervisor), _) => supervised(declared, supervisor),
        (None, Some(_)) => library(declared),
        (None, None) => TokenStream::new(),
    };
    let (krate, ident, cfgs) = (&declared.krate, &item.ident, cfgs(&item.attrs));
    quote! {
        #item
        #declaration
        #application

        #(#cfgs)*
        const _: () = {
            #krate::__private::inventory::submit! { #krate::application::App::of::<#ident>() }
        };
    }
}

fn declaration(declared: &Declared) -> TokenStream {
    let (krate, ident, cfgs) = (&declared.krate, &declared.item.ident, cfgs(&declared.item.attrs));
    let name = match &declared.name {
        Some(name) => quote!(#name),
        None => quote!(#krate::__private::application_name(::core::env!("CARGO_PKG_NAME"))),
    };
    let or_of_the_package = |given: &Option<Expr>, of_the_package: TokenStream| match given {
        Some(given) => quote!(#given),
        None => quote!(::core::env!(#of_the_package)),
    };
    let version = or_of_the_package(&declared.version, quote!("CARGO_PKG_VERSION"));
    let description = or_of_the_package(&declared.description, quote!("CARGO_PKG_DESCRIPTION"));
    let mode = declared.mode.iter().map(|mode| mode.expand(krate)).map(|mode| quote!(.mode(#mode)));
    let optional = declared.optional.iter().map(|name| quote!(.optional_dependency(#name)));
    let env = declared.env.iter().map(|(key, value)| {
        let key = plain(key);
        quote!(.env(#key, #value))
    });
    let others = |others: &[Other], add: TokenStream| -> Vec<TokenStream> {
        let one = |other: &Other| {
            let Other { cfgs, ty } = other;
            quote!(#(#cfgs)* let spec = spec.#add(#krate::application::App::of::<#ty>());)
        };
        others.iter().map(one).collect()
    };
    let dependencies = others(&declared.dependencies, quote!(dependency));
    let includes = others(&declared.includes, quote!(include));
    let new = match &declared.item.fields {
        Fields::Unit => quote!(Self),
        _ => quote!(::core::default::Default::default()),
    };
    quote! {
        #(#cfgs)*
        #[automatically_derived]
        impl #krate::application::Declared for #ident {
            fn spec() -> #krate::application::ApplicationSpec {
                let spec = #krate::application::ApplicationSpec::new(#name, #version)
                    .description(#description)
                    #(#mode)* #(#optional)* #(#env)*;
                #(#dependencies)*
                #(#includes)*
                // A release must not know where it was built.
                #[cfg(debug_assertions)]
                let spec = spec.package_dir(::core::env!("CARGO_MANIFEST_DIR"));
                spec
            }

            fn name() -> ::std::string::String {
                ::core::convert::Into::into(#name)
            }

            fn new() -> Self {
                #new
            }
        }
    }
}

fn supervised(declared: &Declared, supervisor: &Expr) -> TokenStream {
    let start = match supervisor {
        Expr::Call(call) => {
            let (tree, args) = (&call.func, &call.args);
            let args = if args.len() == 1 { quote!(#args) } else { quote!((#args)) };
            quote!(<#tree>::start_link(#args))
        }
        tree => quote!(<#tree>::start_link()),
    };
    application(declared, &quote!(::core::convert::Into::into(#start.await?)))
}

fn library(declared: &Declared) -> TokenStream {
    let krate = &declared.krate;
    application(declared, &quote!(#krate::application::Top::none()))
}

fn application(declared: &Declared, top: &TokenStream) -> TokenStream {
    let (krate, ident, cfgs) = (&declared.krate, &declared.item.ident, cfgs(&declared.item.attrs));
    quote! {
        #(#cfgs)*
        #[automatically_derived]
        impl #krate::application::Application for #ident {
            async fn start(
                &mut self,
                _: #krate::application::Start,
            ) -> #krate::Result<#krate::application::Top> {
                ::core::result::Result::Ok(#top)
            }
        }
    }
}
