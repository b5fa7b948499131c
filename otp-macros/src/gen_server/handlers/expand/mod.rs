//! Model to code: one `const _` beside the impl block.

mod callbacks;
mod client;
mod requests;
mod stage;

use std::collections::HashSet;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Generics, PathArguments, Type, TypePath, parse_quote};

use super::model::{Handlers, Method};
use crate::gen_server::Flavour;
use crate::util::{always_send, located_at, phantom, plain};

/// Output:
/// ```text
/// const _: () = {
///     pub enum __StackRequest { Pop((), ReplyTo<Option<String>>), .. }     // requests
///     pub enum __StackContinue { Load(Load), .. }                          // callbacks
///     impl GenServer for Stack { .. }
///     impl HandleInfo<Tick> for Stack { .. }                               // callbacks
///     impl StackRef { pub fn pop(&self) -> Call<..> { .. } }               // client
/// };
/// ```
pub(super) fn expand(handlers: &Handlers<'_>) -> TokenStream {
    let request = requests::definition(handlers);
    let steps = callbacks::steps(handlers);
    let server = server(handlers);
    let infos = handlers.infos.iter().map(|info| callbacks::info_impl(handlers, info));
    let client = client::methods(handlers, client::Body::Send);
    let stage = (handlers.flavour == Flavour::Stage).then(|| stage::impls(handlers));
    wrap(handlers, &quote!(#request #steps #server #(#infos)* #client #stage))
}

/// What a server with mistakes in it expands to: the same types and methods, so that nothing else in the program
/// fails for want of them, and an editor still completes; without the handlers, so that no mistake is reported twice.
pub(super) fn stub(handlers: &Handlers<'_>) -> TokenStream {
    let Handlers { krate, self_ty, generics, .. } = handlers;
    let (params, _, bounds) = generics.split_for_impl();
    let alias = handle_path(handlers.flavour, self_ty);
    let args = handlers.inits.first().map_or_else(|| quote!(()), callbacks::args_type);
    let infos = handlers.infos.iter().map(|info| callbacks::info_stub(handlers, info));
    let client = client::methods(handlers, client::Body::Stub);
    if handlers.flavour == Flavour::Stage {
        return wrap(handlers, &stage::stub(handlers));
    }
    let server = quote! {
        impl #params #krate::gen_server::GenServer for #self_ty #bounds {
            type Args = #args;
            type Request = ::core::convert::Infallible;
            type Continue = #krate::gen_server::NoContinue;
            type Ref = #alias;

            async fn init(_: Self::Args) -> #krate::gen_server::Init<Self, Self::Continue> {
                ::core::unreachable!()
            }

            async fn handle(&mut self, _: Self::Request) -> #krate::gen_server::Next<Self::Continue> {
                ::core::unreachable!()
            }
        }
    };
    wrap(handlers, &quote!(#server #(#infos)* #client))
}

fn wrap(handlers: &Handlers<'_>, items: &TokenStream) -> TokenStream {
    let cfgs = &handlers.cfgs;
    quote! {
        #(#cfgs)*
        #[doc(hidden)]
        #[allow(
            dead_code, deprecated, private_bounds, private_interfaces, unreachable_code, unreachable_pub, unused_imports,
            clippy::all, clippy::pedantic
        )]
        const _: () = { #items };
    }
}

fn server(handlers: &Handlers<'_>) -> TokenStream {
    let Handlers { krate, self_ty, .. } = handlers;
    let generics = sendable(handlers);
    let (params, arguments, bounds) = generics.split_for_impl();
    let alias = handle_path(handlers.flavour, self_ty);
    let request = request_name(handlers);
    let step = callbacks::step_type(handlers);
    let inits = handlers.inits.iter().map(|init| callbacks::init(handlers, init));
    let handle = requests::handle(handlers);
    let describe = requests::describe(handlers);
    let rest = callbacks::rest(handlers);
    // The place to say that the struct has no attribute.
    let declared = quote_spanned!(type_ident(self_ty).span()=> <#self_ty as #krate::__private::DeclaredOptions>);
    let behaviour = handlers.flavour.behaviour(krate);
    let types = (handlers.flavour == Flavour::Stage).then(|| stage::types(handlers));
    quote! {
        #[automatically_derived]
        impl #params #behaviour for #self_ty #bounds {
            #types
            type Request = #request #arguments;
            type Continue = #step;
            type Ref = #alias;

            fn options() -> #krate::gen_server::ServerOptions {
                #declared::server_options()
            }

            #(#inits)*
            #handle
            #describe
            #rest
        }
    }
}

/// The impl's generics, with every type that goes to another process bound to be `Send`. The compiler would find out
/// without, but blame the attribute, three times, and print the insides of the mailbox.
fn sendable(handlers: &Handlers<'_>) -> Generics {
    let mut generics = handlers.generics.clone();
    let requests = handlers.requests.iter().filter(|request| request.method.cfgs.is_empty());
    let types = requests.flat_map(|request| {
        let reply = request.call.as_ref().map(|call| &call.reply);
        request.method.argument_types().into_iter().chain(reply)
    });
    let mut bound: HashSet<&Type> = HashSet::new();
    let inits = handlers.inits.iter().filter(|init| init.cfgs.is_empty()).flat_map(Method::argument_types);
    for ty in types.chain(inits).filter(|ty| !always_send(ty)) {
        if bound.insert(ty) {
            let predicate = located_at(quote!(#ty: ::core::marker::Send), ty.span());
            generics.make_where_clause().predicates.push(parse_quote!(#predicate));
        }
    }
    generics
}

impl Method {
    /// A call of the method, awaited where it is async.
    ///
    /// The wrapper moves the error for a future that is not `Send` from the attribute to the method's name.
    fn invoke(
        &self,
        handlers: &Handlers<'_>,
        receiver: bool,
        arguments: impl IntoIterator<Item = Ident>,
    ) -> TokenStream {
        let (krate, ident, span) = (handlers.krate, &self.ident, self.ident.span());
        let receiver = receiver.then(|| quote!(self)).into_iter();
        let arguments = receiver.chain(arguments.into_iter().map(Ident::into_token_stream));
        let call = quote_spanned!(span=> Self::#ident(#(#arguments),*));
        if !self.is_async {
            return call;
        }
        let wrapper = if self.boxed { quote!(boxed) } else { quote!(send_future) };
        let awaited = quote_spanned!(span=> #krate::__private::#wrapper(#call).await);
        if !self.shared_self {
            return awaited;
        }
        // A borrow of the state lives across the await: say so before the compiler finds out the long way.
        quote_spanned!(span=> {
            #krate::__private::async_handler_with_shared_self_needs_a_sync_state::<Self>();
            #awaited
        })
    }

    /// The statement that binds what the handler returned, and its name; errors about it point at the return type.
    fn outcome(&self, call: &TokenStream) -> (TokenStream, Ident) {
        let outcome = Ident::new("outcome", Span::mixed_site().located_at(self.returns));
        (quote!(let #outcome = #call;), outcome)
    }

    /// The handler's outcome as the `Next` of its server.
    fn next(&self, handlers: &Handlers<'_>, call: &TokenStream) -> TokenStream {
        let krate = handlers.krate;
        let (bind, outcome) = self.outcome(call);
        let lift = handlers.flavour.function(krate, "lift_next", "lift_emit");
        // The types of a stage are said: the error then stands on the value.
        let types =
            (handlers.flavour == Flavour::Stage).then(|| quote!(::<<Self as #krate::gen_stage::Stage>::Out, _, _>));
        let next = located_at(quote!(#lift #types (#outcome)), self.returns);
        quote!(#bind #next)
    }

    fn argument_names(&self) -> Vec<Ident> {
        self.arguments.iter().map(|argument| argument.name.clone()).collect()
    }

    fn argument_types(&self) -> Vec<&syn::Type> {
        self.arguments.iter().map(|argument| &argument.ty).collect()
    }
}

/// The struct's name: the path's last segment.
fn type_ident(self_ty: &TypePath) -> &Ident {
    let last = self_ty.path.segments.last().expect("a path has a segment");
    &last.ident
}

/// The handle, `a::Stack<T>` as `a::__StackRef..<T>`.
fn handle_path(flavour: Flavour, self_ty: &TypePath) -> TypePath {
    let mut path = self_ty.clone();
    let last = path.path.segments.last_mut().expect("a path has a segment");
    last.ident = flavour.handle_alias(&last.ident);
    if let PathArguments::AngleBracketed(arguments) = &mut last.arguments {
        arguments.colon2_token = None;
    }
    path
}

fn request_name(handlers: &Handlers<'_>) -> Ident {
    format_ident!("__{}Request", plain(type_ident(handlers.self_ty)))
}

fn step_name(handlers: &Handlers<'_>) -> Ident {
    format_ident!("__{}Continue", plain(type_ident(handlers.self_ty)))
}

/// A local name that no code of the user's can see or shadow.
fn local(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

/// A parameter of a callback that the expansion writes itself.
fn local_at(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}

/// A variant nobody can make, for type parameters that no message mentions (E0392).
fn unused_variant(handlers: &Handlers<'_>) -> Option<TokenStream> {
    phantom(handlers.generics).map(|phantom| quote!(__Unused(::core::convert::Infallible, #phantom)))
}

fn unused_arm(handlers: &Handlers<'_>, enumeration: &Ident) -> Option<TokenStream> {
    phantom(handlers.generics).map(|_| quote!(#enumeration::__Unused(never, _) => match never {}))
}
