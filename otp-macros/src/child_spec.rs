//! `#[derive(ChildSpec)]`: the child specification of a server implemented by hand, or of any type with a `start_link`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{DeriveInput, Meta, Type, parse_quote};

use crate::attr::{ChildOptions, Options, Restart, Separator};
use crate::diag::{Errors, err};
use crate::util::{CratePath, located_at, plain};

const OPTIONS: &[&str] = &["restart", "shutdown", "id", "significant", "args", "crate"];

/// The `#[child_spec(..)]` of a type.
#[derive(Default)]
struct Spec {
    krate: CratePath,
    options: ChildOptions,
    /// `args = Type`: the type is started by its own `start_link(args)`.
    args: Option<Type>,
}

/// Input: `#[derive(ChildSpec)] #[child_spec(restart = transient)] struct Stack;`. Output: `impl Child for Stack`.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let input = match syn::parse2::<DeriveInput>(input) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    let mut errors = Errors::new();
    let spec = parse(&input, &mut errors);
    spec.options.check(Some(Restart::Permanent), &mut errors);
    let mut tokens = child_impl(&input, &spec);
    tokens.extend(errors.into_tokens());
    tokens
}

fn parse(input: &DeriveInput, errors: &mut Errors) -> Spec {
    let mut spec = Spec::default();
    let mut attrs = input.attrs.iter().filter(|attr| attr.path().is_ident("child_spec"));
    let Some(attr) = attrs.next() else { return spec };
    for second in attrs {
        errors.push(err!(second, "a type has one `#[child_spec(..)]`", help = "put all options into the first"));
    }
    let Meta::List(list) = &attr.meta else {
        errors.push(err!(attr, "`#[child_spec]` needs options", help = "write `#[child_spec(restart = transient)]`"));
        return spec;
    };
    Options::new("`#[child_spec]`", OPTIONS, Separator::Equals).read(list.tokens.clone(), errors, |key, input, _| {
        if key.is("args") {
            key.separator(input)?;
            spec.args = Some(input.parse()?);
        } else if key.is("crate") {
            key.separator(input)?;
            spec.krate = CratePath::new(input.parse()?);
        } else {
            spec.options.read(key, input)?;
        }
        Ok(())
    });
    spec
}

fn child_impl(input: &DeriveInput, spec: &Spec) -> TokenStream {
    let Spec { krate, options, args } = spec;
    let ident = &input.ident;
    let (id, setters) = (plain(ident), options.setters(krate));
    let mut generics = input.generics.clone();
    let (_, arguments, _) = input.generics.split_for_impl();
    if args.is_none() {
        // As a bound, so that a missing server is reported once, at the type.
        let bound = located_at(quote!(#ident #arguments: #krate::gen_server::GenServer), ident.span());
        generics.make_where_clause().predicates.push(parse_quote!(#bound));
    }
    let (params, arguments, bounds) = generics.split_for_impl();
    let slot = quote!(::std::sync::Arc<#krate::child::Slot>);
    let (args, handle, start, made) = match args {
        Some(args) => (
            quote!(#args),
            slot.clone(),
            quote_spanned!(ident.span()=> #krate::__private::child_start_with(Self::start_link(args), slot)),
            quote!(slot),
        ),
        None => {
            let server = quote!(<#ident #arguments as #krate::gen_server::GenServer>);
            (
                quote!(#server::Args),
                quote!(#server::Ref),
                quote!(#krate::__private::child_start::<Self>(args, slot)),
                quote!(::core::convert::From::from(#krate::gen_server::ServerRef::<Self>::from_slot(slot))),
            )
        }
    };
    quote! {
        #[automatically_derived]
        impl #params #krate::child::Child for #ident #arguments #bounds {
            type Args = #args;
            type Handle = #handle;

            fn child_options() -> #krate::child::ChildOptions {
                #krate::child::ChildOptions::worker(#id) #setters
            }

            fn start_child(
                args: Self::Args,
                slot: #slot,
            ) -> #krate::__private::BoxFuture<
                'static,
                ::core::result::Result<#krate::child::Started, #krate::gen_server::StartError>,
            > {
                #start
            }

            fn handle(slot: #slot) -> Self::Handle {
                #made
            }
        }
    }
}
