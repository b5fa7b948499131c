//! Model to code.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::{Attribute, GenericParam, Generics, Visibility, parse_quote};

use super::model::Declared;
use crate::gen_server::Flavour;
use crate::handle::Handle;
use crate::util::{CratePath, located_at, plain};

/// The pieces every generated item is made of.
struct Names<'a> {
    flavour: Flavour,
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

impl Names<'_> {
    /// The state as what its behaviour makes of it.
    fn server(&self) -> TokenStream {
        let Self { flavour, krate, state, generics, span, .. } = self;
        let (_, arguments, _) = generics.split_for_impl();
        let behaviour = flavour.behaviour(krate);
        located_at(quote!(<#state #arguments as #behaviour>), *span)
    }
}

pub(super) fn expand(declared: &Declared) -> TokenStream {
    let state = &declared.state;
    let names = Names {
        flavour: declared.flavour,
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
    let stage = (declared.flavour == Flavour::Stage).then(|| stage(&names, declared));
    quote!(#state #handle #options #starters #child #stage)
}

/// `Stack<T>` can be served only for some `T`, and only the impl knows for which: the bound is `Stack<T>: GenServer`.
fn generics(declared: &Declared) -> Generics {
    let (krate, state) = (&declared.krate, declared.state.ident());
    let mut generics = declared.state.generics().clone();
    let (_, arguments, _) = declared.state.generics().split_for_impl();
    let behaviour = declared.flavour.behaviour(krate);
    let bound = located_at(quote!(#state #arguments: #behaviour), state.span());
    generics.make_where_clause().predicates.push(parse_quote!(#bound));
    generics
}

/// The handle type and the alias by which the impl's side finds it.
fn handle(names: &Names) -> TokenStream {
    let Names { flavour, krate, vis, state, handle, cfgs, generics, span } = names;
    let (_, arguments, _) = generics.split_for_impl();
    let runtimes = if *flavour == Flavour::Server { "ServerRef" } else { "StageRef" };
    let doc = format!(
        "A handle to a running [`{state}`]: its calls and casts as methods, and all of `{runtimes}` by deref.\n\n\
         Cheap to clone.",
        state = plain(state),
    );
    let inner = flavour.handle(krate);
    let made = Handle {
        krate,
        cfgs,
        vis,
        name: handle,
        doc: &doc,
        inner: located_at(quote!(#inner<#state #arguments>), *span),
        generics,
        phantom: false,
        what: flavour.what(),
    };
    let made = made.expand();
    let (alias, alias_generics) = (flavour.handle_alias(state), unbounded(generics));
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
    let Names { krate, vis, state, cfgs, generics, .. } = names;
    let (params, arguments, bounds) = generics.split_for_impl();
    let starters = [
        ("start_link", "Start", "and links it to this process: either's failure ends the other."),
        ("start", "Start", "on its own, linked to nothing."),
        ("start_monitor", "StartMonitor", "and monitors it."),
    ];
    let starters = starters.into_iter().map(|starter| starter_fn(names, starter));
    let server = names.server();
    let doc = format!(
        "How a supervisor starts this {}. `args` is asked for the arguments at every start and restart.",
        names.flavour.what()
    );
    quote! {
        #(#cfgs)*
        #[allow(dead_code)]
        impl #params #state #arguments #bounds {
            #(#starters)*

            #[doc = #doc]
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
    let Names { flavour, krate, vis, state, generics, span, .. } = names;
    let (_, arguments, _) = generics.split_for_impl();
    let (starter, answer) = (format_ident!("{starter}"), format_ident!("{answer}"));
    let server = names.server();
    let process = flavour.process(krate, &quote!(#state #arguments));
    let answer = located_at(quote!(#krate::gen_server::#answer<#process>), *span);
    let doc = format!("Starts the {} {doc}", flavour.what());
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
    let Names { krate, state, handle, cfgs, generics, .. } = names;
    let (params, arguments, bounds) = generics.split_for_impl();
    let server = names.server();
    let start = match names.flavour {
        Flavour::Server => quote!(child_start::<Self>),
        Flavour::Stage => quote!(child_start_stage::<Self>),
    };
    let inner = names.flavour.handle(krate);
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
                #krate::__private::#start(args, slot)
            }

            fn handle(slot: ::std::sync::Arc<#krate::child::Slot>) -> Self::Handle {
                #handle(#inner::from_slot(slot))
            }
        }
    }
}

/// What only a stage declares, and the conversions of its handle.
fn stage(names: &Names, declared: &Declared) -> TokenStream {
    let Names { krate, state, handle, cfgs, generics, .. } = names;
    let (params, arguments, bounds) = declared.state.generics().split_for_impl();
    let (declares, wiring) = (declared.stage.expand(krate, state), declared.stage.wiring(krate));
    let mut wired = declared.state.generics().clone();
    if !wired.params.is_empty() {
        let bounds = declared.stage.wiring_bounds(krate, &quote!(#state #arguments));
        wired.make_where_clause().predicates.extend(bounds);
    }
    let (_, _, wired_bounds) = wired.split_for_impl();
    let (full, _, full_bounds) = generics.split_for_impl();
    quote! {
        #(#cfgs)*
        #[automatically_derived]
        impl #params #krate::__private::DeclaredStage for #state #arguments #bounds {
            #declares
        }

        #(#cfgs)*
        #[automatically_derived]
        impl #params #krate::__private::DeclaredWiring for #state #arguments #wired_bounds {
            #wiring
        }

        #(#cfgs)*
        #[automatically_derived]
        impl #full ::core::convert::From<#krate::gen_server::ServerRef<#krate::gen_stage::Staged<#state #arguments>>>
            for #handle #arguments #full_bounds
        {
            fn from(server: #krate::gen_server::ServerRef<#krate::gen_stage::Staged<#state #arguments>>) -> Self {
                Self(#krate::gen_stage::StageRef::from(server))
            }
        }

        #(#cfgs)*
        #[automatically_derived]
        impl #full #krate::gen_stage::StageHandle for #handle #arguments #full_bounds {
            type Stage = #state #arguments;

            fn stage(&self) -> &#krate::gen_stage::StageRef<#state #arguments> {
                &self.0
            }
        }
    }
}
