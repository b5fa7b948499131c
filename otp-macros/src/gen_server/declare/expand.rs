//! Model to code.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{Attribute, GenericParam, Generics, Visibility, parse_quote};

use super::model::Declared;
use crate::gen_server::handle_alias;
use crate::handle::Handle;
use crate::util::{CratePath, located_at, plain};

/// The pieces every generated item is made of.
struct Names<'a> {
    krate: &'a CratePath,
    vis: &'a Visibility,
    state: &'a Ident,
    handle: Ident,
    cfgs: Vec<Attribute>,
    /// The struct's own generics, with `Stack<T>: GenServer` added where there are any.
    generics: Generics,
    /// Where errors about the state as a server should point, all of them, so that rustc prints one.
    span: Span,
}

pub(super) fn expand(declared: &Declared) -> TokenStream {
    let state = &declared.state;
    let names = Names {
        krate: &declared.krate,
        vis: state.vis(),
        state: state.ident(),
        handle: declared.handle(),
        cfgs: declared.cfgs(),
        generics: generics(declared),
        span: state.ident().span(),
    };
    let handle = handle(&names);
    let options = options(&names, declared);
    let starters = starters(&names);
    let child = child(&names);
    quote!(#state #handle #options #starters #child)
}

/// `Stack<T>` can be served only for some `T`, and only the impl knows for which: the bound is `Stack<T>: GenServer`.
fn generics(declared: &Declared) -> Generics {
    let (krate, state) = (&declared.krate, declared.state.ident());
    let mut generics = declared.state.generics().clone();
    let (_, arguments, _) = declared.state.generics().split_for_impl();
    let bound = located_at(quote!(#state #arguments: #krate::gen_server::GenServer), state.span());
    generics.make_where_clause().predicates.push(parse_quote!(#bound));
    generics
}

/// The handle type and the alias by which the impl's side finds it.
fn handle(names: &Names) -> TokenStream {
    let Names { krate, vis, state, handle, cfgs, generics, span } = names;
    let (_, arguments, _) = generics.split_for_impl();
    let doc = format!(
        "A handle to a running [`{state}`]: its calls and casts as methods, and all of `ServerRef` by deref.\n\n\
         Cheap to clone.",
        state = plain(state),
    );
    let made = Handle {
        krate,
        cfgs,
        vis,
        name: handle,
        doc: &doc,
        inner: quote_spanned!(*span=> #krate::gen_server::ServerRef<#state #arguments>),
        generics,
        phantom: false,
        what: "server",
    };
    let made = made.expand();
    let (alias, alias_generics) = (handle_alias(state), unbounded(generics));
    quote! {
        #made

        #(#cfgs)*
        #[doc(hidden)]
        #[allow(non_camel_case_types, unused)]
        #vis type #alias #alias_generics = #handle #arguments;
    }
}

/// Parameters and defaults without bounds: rustc does not check bounds of an alias, and warns of them.
fn unbounded(generics: &Generics) -> Generics {
    let mut generics = Generics { where_clause: None, ..generics.clone() };
    for param in &mut generics.params {
        if let GenericParam::Type(param) = param {
            param.colon_token = None;
            param.bounds.clear();
        }
    }
    generics
}

fn options(names: &Names, declared: &Declared) -> TokenStream {
    let Names { krate, state, cfgs, .. } = names;
    // The options are the struct's own: they do not depend on the server being one.
    let (params, arguments, bounds) = declared.state.generics().split_for_impl();
    let id = declared.id();
    let (server, child) = (declared.server.setters(krate), declared.child.setters(krate));
    quote! {
        #(#cfgs)*
        #[automatically_derived]
        impl #params #krate::__private::DeclaredOptions for #state #arguments #bounds {
            fn server_options() -> #krate::gen_server::ServerOptions {
                #krate::gen_server::ServerOptions::new() #server
            }

            fn child_options() -> #krate::child::ChildOptions {
                #krate::child::ChildOptions::worker(#id) #child
            }
        }
    }
}

fn starters(names: &Names) -> TokenStream {
    let Names { krate, vis, state, cfgs, generics, span, .. } = names;
    let (params, arguments, bounds) = generics.split_for_impl();
    let starters = [
        ("start_link", "Start", "Starts the server and links it to this process: either's failure ends the other."),
        ("start", "Start", "Starts the server on its own, linked to nothing."),
        ("start_monitor", "StartMonitor", "Starts the server and monitors it."),
    ];
    let starters = starters.into_iter().map(|starter| starter_fn(names, starter));
    let server = quote_spanned!(*span=> <#state #arguments as #krate::gen_server::GenServer>);
    quote! {
        #(#cfgs)*
        #[allow(dead_code)]
        impl #params #state #arguments #bounds {
            #(#starters)*

            /// How a supervisor starts this server. `args` is asked for the arguments at every start and restart.
            #vis fn child_spec(
                args: impl ::core::ops::Fn() -> #server::Args + ::core::marker::Send + ::core::marker::Sync + 'static,
            ) -> #krate::child::ChildSpec {
                #krate::child::ChildSpec::of::<Self>(args)
            }
        }
    }
}

/// Input: `("start_link", "Start", doc)`. Output: `pub fn start_link(args: Args) -> Start<Stack>`.
fn starter_fn(names: &Names, (starter, answer, doc): (&str, &str, &str)) -> TokenStream {
    let Names { krate, vis, state, generics, span, .. } = names;
    let (_, arguments, _) = generics.split_for_impl();
    let (starter, answer) = (format_ident!("{starter}"), format_ident!("{answer}"));
    let server = quote_spanned!(*span=> <#state #arguments as #krate::gen_server::GenServer>);
    let answer = quote_spanned!(*span=> #krate::gen_server::#answer<#state #arguments>);
    quote! {
        #[doc = #doc]
        ///
        /// `args` are those of `#[init]`: nothing is `()`, one is itself, several are a tuple.
        #vis fn #starter(args: #server::Args) -> #answer {
            #server::#starter(args)
        }
    }
}

fn child(names: &Names) -> TokenStream {
    let Names { krate, state, handle, cfgs, generics, span, .. } = names;
    let (params, arguments, bounds) = generics.split_for_impl();
    let server = quote_spanned!(*span=> <#state #arguments as #krate::gen_server::GenServer>);
    let answer = quote!(::core::result::Result<#krate::child::Started, #krate::gen_server::StartError>);
    quote! {
        #(#cfgs)*
        #[automatically_derived]
        impl #params #krate::child::Child for #state #arguments #bounds {
            type Args = #server::Args;
            type Handle = #handle #arguments;

            fn child_options() -> #krate::child::ChildOptions {
                <Self as #krate::__private::DeclaredOptions>::child_options()
            }

            fn start_child(
                args: Self::Args,
                slot: ::std::sync::Arc<#krate::child::Slot>,
            ) -> #krate::__private::BoxFuture<'static, #answer> {
                #krate::__private::child_start::<Self>(args, slot)
            }

            fn handle(slot: ::std::sync::Arc<#krate::child::Slot>) -> Self::Handle {
                #handle(#krate::gen_server::ServerRef::from_slot(slot))
            }
        }
    }
}
