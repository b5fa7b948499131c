//! The handle type that `#[gen_server]` and `#[supervisor]` make: a newtype around the runtime's reference.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{Attribute, Generics, Visibility};

use crate::util::{CratePath, phantom, plain};

/// A handle to be made.
pub(crate) struct Handle<'a> {
    pub(crate) krate: &'a CratePath,
    pub(crate) cfgs: &'a [Attribute],
    pub(crate) vis: &'a Visibility,
    pub(crate) name: &'a Ident,
    pub(crate) doc: &'a str,
    /// The runtime's type inside. It carries the span for errors about the state.
    pub(crate) inner: TokenStream,
    /// With all bounds.
    pub(crate) generics: &'a Generics,
    /// Whether the generics do not occur in `inner`.
    pub(crate) phantom: bool,
    /// What runs behind it: "server".
    pub(crate) what: &'a str,
}

impl Handle<'_> {
    fn phantom(&self) -> Option<TokenStream> {
        if self.phantom { phantom(self.generics) } else { None }
    }

    /// Wraps an expression of the inner type.
    pub(crate) fn construct(&self, inner: &TokenStream) -> TokenStream {
        let phantom = self.phantom().map(|_| quote!(, ::core::marker::PhantomData));
        quote!(Self(#inner #phantom))
    }

    /// The type, its conversions, and its functions.
    pub(crate) fn expand(&self) -> TokenStream {
        let Self { cfgs, vis, name, doc, inner, generics, .. } = self;
        let (_, _, bounds) = generics.split_for_impl();
        let phantom = self.phantom().map(|phantom| quote!(, #phantom));
        let (standard, conversions, functions) = (self.standard_traits(), self.conversions(), self.functions());
        quote! {
            #(#cfgs)*
            #[doc = #doc]
            #vis struct #name #generics (#inner #phantom) #bounds;

            #standard
            #conversions
            #functions
        }
    }

    fn standard_traits(&self) -> TokenStream {
        let Self { cfgs, name, generics, .. } = self;
        let (params, arguments, bounds) = generics.split_for_impl();
        let text = plain(name);
        let clone = self.construct(&quote!(::core::clone::Clone::clone(&self.0)));
        quote! {
            #(#cfgs)*
            #[automatically_derived]
            impl #params ::core::clone::Clone for #name #arguments #bounds {
                fn clone(&self) -> Self {
                    #clone
                }
            }

            #(#cfgs)*
            #[automatically_derived]
            impl #params ::core::fmt::Debug for #name #arguments #bounds {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    f.debug_tuple(#text).field(&self.0).finish()
                }
            }
        }
    }

    fn conversions(&self) -> TokenStream {
        let Self { krate, cfgs, name, inner, generics, .. } = self;
        let (params, arguments, bounds) = generics.split_for_impl();
        let construct = self.construct(&quote!(inner));
        quote! {
            #(#cfgs)*
            #[automatically_derived]
            impl #params ::core::convert::From<#inner> for #name #arguments #bounds {
                fn from(inner: #inner) -> Self {
                    #construct
                }
            }

            #(#cfgs)*
            #[automatically_derived]
            impl #params ::core::ops::Deref for #name #arguments #bounds {
                type Target = #inner;

                fn deref(&self) -> &Self::Target {
                    &self.0
                }
            }

            #(#cfgs)*
            #[automatically_derived]
            impl #params ::core::convert::AsRef<#inner> for #name #arguments #bounds {
                fn as_ref(&self) -> &#inner {
                    &self.0
                }
            }

            #(#cfgs)*
            #[automatically_derived]
            impl #params ::core::convert::From<&#name #arguments> for #krate::process::Target #bounds {
                fn from(handle: &#name #arguments) -> Self {
                    #krate::process::Target::from(&handle.0)
                }
            }

            #(#cfgs)*
            #[automatically_derived]
            impl #params ::core::convert::From<&#name #arguments> for #krate::process::Dest #bounds {
                fn from(handle: &#name #arguments) -> Self {
                    #krate::process::Dest::from(#krate::process::Target::from(&handle.0))
                }
            }

            #(#cfgs)*
            #[automatically_derived]
            impl #params #krate::__private::HasPid for #name #arguments #bounds {
                fn process_id(&self) -> ::core::option::Option<#krate::process::Pid> {
                    self.0.pid()
                }
            }
        }
    }

    fn functions(&self) -> TokenStream {
        let Self { krate, cfgs, vis, name, inner, generics, what, .. } = self;
        let (params, arguments, bounds) = generics.split_for_impl();
        let named =
            format!("The {what} that is registered as `name`, whichever process that is when the handle is used.");
        let from_pid = format!("The {what} that runs as `pid`, and no other; `None` if it is gone or something else.");
        let via =
            format!("The {what} that has this name in a registry, whichever process that is when the handle is used.");
        let (name_it, pid_it) = (self.construct(&quote!(<#inner>::named(name))), self.construct(&quote!(inner)));
        let via_it = self.construct(&quote!(<#inner>::via(name)));
        quote! {
            #(#cfgs)*
            #[allow(dead_code)]
            impl #params #name #arguments #bounds {
                #[doc = #named]
                #vis fn named(name: impl ::core::convert::Into<#krate::name::Name>) -> Self {
                    #name_it
                }

                #[doc = #via]
                #vis fn via(name: impl #krate::name::Via) -> Self {
                    #via_it
                }

                #[doc = #from_pid]
                #vis fn from_pid(pid: #krate::process::Pid) -> ::core::option::Option<Self> {
                    <#inner>::from_pid(pid).map(|inner| #pid_it)
                }
            }
        }
    }
}
