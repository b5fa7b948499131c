//! What `#[supervisor]` and `#[dynamic_supervisor]` make alike: `Child` for the type, and the functions that start it.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::Generics;

use super::declare::Argument;
use crate::attr::ChildOptions;
use crate::handle::Handle;
use crate::util::plain;

/// A supervisor that can be started.
pub(crate) struct Starters<'a> {
    pub(crate) handle: Handle<'a>,
    pub(crate) ident: &'a Ident,
    /// With the bounds under which it supervises.
    pub(crate) generics: &'a Generics,
    pub(crate) options: &'a ChildOptions,
    /// What its start takes; `None`: what `#[init]` takes, in one piece.
    pub(crate) args: Option<&'a [Argument]>,
    /// The trait that says how it supervises.
    pub(crate) supervise: TokenStream,
    /// Where the functions are that start such a supervisor.
    pub(crate) module: TokenStream,
    /// What they answer.
    pub(crate) start: TokenStream,
    /// The docs of `start_link` and of `start`.
    pub(crate) linked: &'a str,
    pub(crate) alone: &'a str,
}

impl Starters<'_> {
    pub(crate) fn expand(&self) -> TokenStream {
        let (child, starters) = (self.child_impl(), self.starters());
        quote!(#child #starters)
    }

    fn child_impl(&self) -> TokenStream {
        let Self { handle, ident, generics, options, supervise, module, .. } = self;
        let Handle { krate, cfgs, name, inner, .. } = handle;
        let (params, arguments, bounds) = generics.split_for_impl();
        let made = quote!(<#name #arguments as ::core::convert::From<_>>::from);
        let (id, setters) = (plain(ident), options.setters(krate));
        quote! {
            #(#cfgs)*
            #[automatically_derived]
            impl #params #krate::child::Child for #ident #arguments #bounds {
                type Args = <Self as #supervise>::Args;
                type Handle = #name #arguments;

                fn child_options() -> #krate::child::ChildOptions {
                    #krate::child::ChildOptions::supervisor(#id) #setters
                }

                fn start_child(
                    args: Self::Args,
                    slot: ::std::sync::Arc<#krate::child::Slot>,
                ) -> #krate::__private::BoxFuture<
                    'static,
                    ::core::result::Result<#krate::child::Started, #krate::gen_server::StartError>,
                > {
                    #module::child_start_module::<Self>(args, slot)
                }

                fn handle(slot: ::std::sync::Arc<#krate::child::Slot>) -> Self::Handle {
                    #made(<#inner>::from_slot(slot))
                }
            }
        }
    }

    fn starters(&self) -> TokenStream {
        let Self { handle, ident, generics, args, supervise, module, start, .. } = self;
        let [linked, alone] = [self.linked, self.alone].map(|doc| format!(" {doc}"));
        let Handle { krate, cfgs, vis, .. } = handle;
        let (params, arguments, bounds) = generics.split_for_impl();
        let (inputs, given) = match args {
            None => (quote!(args: <Self as #supervise>::Args), quote!(args)),
            Some(args) => {
                let (names, types): (Vec<_>, Vec<_>) =
                    args.iter().map(|argument| (&argument.name, &argument.ty)).unzip();
                let given = if names.len() == 1 { quote!(#(#names)*) } else { quote!((#(#names),*)) };
                (quote!(#(#names: #types),*), given)
            }
        };
        quote! {
            #(#cfgs)*
            #[allow(dead_code)]
            impl #params #ident #arguments #bounds {
                #[doc = #linked]
                #vis fn start_link(#inputs) -> #start {
                    #module::start_link_module::<Self>(#given)
                }

                #[doc = #alone]
                #vis fn start(#inputs) -> #start {
                    #module::start_module::<Self>(#given)
                }

                /// How another supervisor starts this one. `args` is asked for the arguments at every start and restart.
                #vis fn child_spec(
                    args: impl ::core::ops::Fn() -> <Self as #supervise>::Args
                    + ::core::marker::Send
                    + ::core::marker::Sync
                    + 'static,
                ) -> #krate::child::ChildSpec {
                    #krate::child::ChildSpec::of::<Self>(args)
                }
            }
        }
    }
}
