//! `#[supervisor]` on the impl: the `#[init]` that makes the children of a `#[supervisor(init)]` struct.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{
    Attribute, FnArg, ImplItem, ImplItemFn, ItemImpl, PatType, ReturnType, Signature, Type, TypePath, parse_quote,
};

use super::declare::OPTIONS as OF_STRUCT;
use crate::attr::{Options, Separator};
use crate::diag::{Errors, err};
use crate::gen_server::handlers::{handler_attr, misplaced_handlers, refuse_reserved};
use crate::util::{CratePath, cfgs, first_impl_trait, first_short_lifetime, located_at};

/// Input: `#[supervisor] impl App { #[init] fn init(names: Vec<String>) -> SupervisorSpec { .. } }`.
/// Output: the impl as it was without our attributes, and `SupervisorInit` for the type.
pub(super) fn expand(args: TokenStream, mut item: ItemImpl) -> TokenStream {
    let mut errors = Errors::new();
    let krate = options(args, &mut errors);
    let inits = inits(&mut item, &mut errors);
    let init = check(&item, inits, &mut errors);
    let generated = match (&init, &*item.self_ty) {
        (Some(init), Type::Path(self_ty)) => init_impl(&krate, &item, self_ty, init),
        _ => stub(&krate, &item),
    };
    let errors = errors.into_tokens();
    quote!(#item #generated #errors)
}

fn options(args: TokenStream, errors: &mut Errors) -> CratePath {
    let mut krate = CratePath::default();
    Options::new("`#[supervisor]` on an impl block", &["crate"], Separator::Equals)
        .elsewhere(OF_STRUCT, "the `#[supervisor]` on the struct")
        .read(args, errors, |key, input, _| {
            key.separator(input)?;
            krate = CratePath::new(input.parse()?);
            Ok(())
        });
    krate
}

/// The functions marked `#[init]`, the attributes removed.
fn inits(item: &mut ItemImpl, errors: &mut Errors) -> Vec<(Attribute, ImplItemFn)> {
    refuse_reserved(item, "supervisor", errors);
    let mut inits = Vec::new();
    for member in &mut item.items {
        match member {
            ImplItem::Fn(method) => {
                let marked = method.attrs.iter().position(|attr| attr.path().is_ident("init"));
                let attr = marked.map(|place| method.attrs.remove(place));
                only_init(&mut method.attrs, errors);
                inits.extend(attr.map(|attr| (attr, method.clone())));
            }
            ImplItem::Const(member) => misplaced_handlers(&mut member.attrs, "a constant", errors),
            ImplItem::Type(member) => misplaced_handlers(&mut member.attrs, "a type", errors),
            _ => {}
        }
    }
    inits
}

/// A supervisor handles nothing: it has no state to do it with.
fn only_init(attrs: &mut Vec<Attribute>, errors: &mut Errors) {
    attrs.retain(|attr| {
        let Some(kind) = handler_attr(attr) else { return true };
        let name = kind.name();
        errors.push(err!(
            attr,
            "a supervisor has no `#[{name}]`",
            help = "let a `#[gen_server]` among its children handle it"
        ));
        false
    });
}

/// The one `#[init]`, if it keeps the rules.
fn check(item: &ItemImpl, inits: Vec<(Attribute, ImplItemFn)>, errors: &mut Errors) -> Option<ImplItemFn> {
    if let Some((_, path, _)) = &item.trait_ {
        errors.push(err!(
            path,
            "`#[supervisor]` belongs on an inherent impl",
            help = "write `impl App {{ .. }}`; without the macro, `Supervise` is implemented by hand"
        ));
        return None;
    }
    let mut inits = inits.into_iter();
    let Some((_, init)) = inits.next() else {
        errors.push(err!(
            item.self_ty,
            "this supervisor has no `#[init]`",
            help = "add `#[init] fn init() -> SupervisorSpec {{ .. }}`, or declare the children on the struct and remove this attribute"
        ));
        return None;
    };
    let conditional = !cfgs(&init.attrs).is_empty();
    for (attr, second) in inits.filter(|(_, second)| !conditional || cfgs(&second.attrs).is_empty()) {
        let (first, second) = (&init.sig.ident, &second.sig.ident);
        errors.push(err!(
            attr,
            "a supervisor has one `#[init]`, and `{first}` is it",
            help = "let `{first}` call `{second}`"
        ));
    }
    let mut found = Vec::new();
    signature(&init.sig, &mut found);
    let valid = found.is_empty();
    found.into_iter().for_each(|error| errors.push(error));
    valid.then_some(init)
}

fn signature(signature: &Signature, found: &mut Vec<syn::Error>) {
    let name = &signature.ident;
    if let Some(receiver) = signature.receiver() {
        found.push(err!(
            receiver,
            "`#[init]` has no `self`: a supervisor has no state",
            help = "write `fn {name}(..) -> SupervisorSpec`"
        ));
    }
    if !signature.generics.params.is_empty() {
        found.push(err!(
            signature.generics,
            "`#[init]` cannot be generic",
            help = "name the types, or make the struct generic"
        ));
    }
    for argument in arguments(signature) {
        if let Some(borrow) = first_short_lifetime(&argument.ty) {
            found.push(err!(
                borrow,
                "an argument of `#[init]` cannot borrow",
                help = "own the data, or share it in an `Arc`"
            ));
        }
        if let Some(argument) = first_impl_trait(&argument.ty) {
            found.push(err!(argument, "an argument of `#[init]` cannot be `impl Trait`", help = "name the type"));
        }
    }
    if matches!(signature.output, ReturnType::Default) {
        found.push(err!(
            name,
            "`#[init]` returns what to supervise, and `{name}` returns nothing",
            help = "write `-> SupervisorSpec`, `-> supervisor::Init` or a `Result` of one"
        ));
    }
}

fn arguments(signature: &Signature) -> impl Iterator<Item = &PatType> {
    signature.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(argument) => Some(argument),
        FnArg::Receiver(_) => None,
    })
}

fn init_impl(krate: &CratePath, item: &ItemImpl, self_ty: &TypePath, init: &ImplItemFn) -> TokenStream {
    let mut generics = item.generics.clone();
    // The place to say that the struct lacks `init`; as a bound, so that it is said once.
    let bound = located_at(quote!(#self_ty: #krate::__private::DeclaredInit), self_ty.span());
    generics.make_where_clause().predicates.push(parse_quote!(#bound));
    let (params, _, bounds) = generics.split_for_impl();
    let cfgs = cfgs(&item.attrs);
    let (name, span) = (&init.sig.ident, init.sig.ident.span());
    let types: Vec<_> = arguments(&init.sig).map(|argument| &argument.ty).collect();
    let names: Vec<Ident> = (0..types.len()).map(|index| quote::format_ident!("arg{index}")).collect();
    let (args, pattern) = match types.as_slice() {
        [only] => (quote!(#only), quote!(#(#names)*)),
        several => (quote!((#(#several),*)), quote!((#(#names),*))),
    };
    let call = quote_spanned!(span=> Self::#name(#(#names),*));
    let call = match init.sig.asyncness {
        Some(_) => quote_spanned!(span=> #krate::__private::send_future(#call).await),
        None => call,
    };
    let returns = match &init.sig.output {
        ReturnType::Type(_, ty) => ty.span(),
        ReturnType::Default => span,
    };
    let outcome = Ident::new("outcome", proc_macro2::Span::mixed_site().located_at(returns));
    let lift = located_at(quote!(#krate::__private::lift_supervisor_init(#outcome)), returns);
    quote! {
        #(#cfgs)*
        #[automatically_derived]
        #[allow(private_interfaces, clippy::unused_async)]
        impl #params #krate::__private::SupervisorInit for #self_ty #bounds {
            type Args = #args;

            async fn init(args: Self::Args) -> #krate::supervisor::Init {
                let #pattern = args;
                let #outcome = #call;
                #lift
            }
        }
    }
}

/// After a mistake: enough for the struct's side to compile.
fn stub(krate: &CratePath, item: &ItemImpl) -> TokenStream {
    if item.trait_.is_some() {
        return TokenStream::new();
    }
    let (params, _, bounds) = item.generics.split_for_impl();
    let self_ty = &item.self_ty;
    quote! {
        impl #params #krate::__private::SupervisorInit for #self_ty #bounds {
            type Args = ();

            async fn init(_: Self::Args) -> #krate::supervisor::Init {
                ::core::unreachable!()
            }
        }
    }
}
