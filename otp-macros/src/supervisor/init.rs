//! `#[supervisor]` and `#[dynamic_supervisor]` on the impl: the `#[init]` of a struct that is marked `init`.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{
    Attribute, FnArg, ImplItem, ImplItemFn, ItemImpl, PatType, ReturnType, Signature, Type, TypePath, parse_quote,
};

use crate::attr::{Options, Separator};
use crate::diag::{Errors, err};
use crate::gen_server::handlers::{handler_attr, misplaced_handlers, refuse_reserved};
use crate::util::{CratePath, cfgs, first_impl_trait, first_short_lifetime, located_at};

/// The words and paths in which the two kinds of supervisors differ.
pub(crate) struct Family {
    /// The attribute's name.
    pub(crate) attribute: &'static str,
    pub(crate) place: &'static str,
    /// The options of the attribute on the struct, and where that is.
    pub(crate) of_struct: (&'static [&'static str], &'static str),
    /// What `#[init]` returns.
    pub(crate) spec: &'static str,
    /// The trait that is implemented by hand.
    pub(crate) by_hand: &'static str,
    /// What else to do about a missing `#[init]`.
    pub(crate) instead: &'static str,
    /// In `__private`: the trait of a struct marked `init`, that of its `#[init]`, and what takes its answer.
    pub(crate) paths: [&'static str; 3],
    /// What `#[init]` answers, for a crate at this path.
    pub(crate) answer: fn(&CratePath) -> TokenStream,
    /// The associated types that come from what the function returns, if it returns something.
    pub(crate) associated: fn(&CratePath, Option<&Type>) -> TokenStream,
}

impl Family {
    fn paths(&self, krate: &CratePath) -> [TokenStream; 3] {
        self.paths.map(|name| {
            let name = Ident::new(name, proc_macro2::Span::call_site());
            quote!(#krate::__private::#name)
        })
    }
}

/// Input: `#[supervisor] impl App { #[init] fn init(names: Vec<String>) -> SupervisorSpec { .. } }`.
/// Output: the impl as it was without our attributes, and `SupervisorInit` for the type.
pub(crate) fn expand(family: &Family, args: TokenStream, mut item: ItemImpl) -> TokenStream {
    let mut errors = Errors::new();
    let krate = options(family, args, &mut errors);
    let inits = inits(family, &mut item, &mut errors);
    let init = check(family, &item, inits, &mut errors);
    let generated = match (&init, &*item.self_ty) {
        (Some(init), Type::Path(self_ty)) => init_impl(family, &krate, &item, self_ty, init),
        _ => stub(family, &krate, &item),
    };
    let errors = errors.into_tokens();
    quote!(#item #generated #errors)
}

fn options(family: &Family, args: TokenStream, errors: &mut Errors) -> CratePath {
    let mut krate = CratePath::default();
    let (options, of_struct) = family.of_struct;
    Options::new(family.place, &["crate"], Separator::Equals).elsewhere(options, of_struct).read(
        args,
        errors,
        |key, input, _| {
            key.separator(input)?;
            krate = CratePath::new(input.parse()?);
            Ok(())
        },
    );
    krate
}

/// The functions marked `#[init]`, the attributes removed.
fn inits(family: &Family, item: &mut ItemImpl, errors: &mut Errors) -> Vec<(Attribute, ImplItemFn)> {
    refuse_reserved(item, family.attribute, errors);
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
fn check(
    family: &Family,
    item: &ItemImpl,
    inits: Vec<(Attribute, ImplItemFn)>,
    errors: &mut Errors,
) -> Option<ImplItemFn> {
    let Family { attribute, by_hand, spec, instead, .. } = family;
    if let Some((_, path, _)) = &item.trait_ {
        errors.push(err!(
            path,
            "`#[{attribute}]` belongs on an inherent impl",
            help = "write `impl App {{ .. }}`; without the macro, `{by_hand}` is implemented by hand"
        ));
        return None;
    }
    let mut inits = inits.into_iter();
    let Some((_, init)) = inits.next() else {
        errors.push(err!(
            item.self_ty,
            "this supervisor has no `#[init]`",
            help = "add `#[init] fn init() -> {spec} {{ .. }}`, or {instead} and remove this attribute"
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
    signature(family, &init.sig, &mut found);
    let valid = found.is_empty();
    found.into_iter().for_each(|error| errors.push(error));
    valid.then_some(init)
}

fn signature(family: &Family, signature: &Signature, found: &mut Vec<syn::Error>) {
    let (name, spec) = (&signature.ident, family.spec);
    if let Some(receiver) = signature.receiver() {
        found.push(err!(
            receiver,
            "`#[init]` has no `self`: a supervisor has no state",
            help = "write `fn {name}(..) -> {spec}`"
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
            help = "write `-> {spec}`, `-> supervisor::Init` or a `Result` of one"
        ));
    }
}

fn arguments(signature: &Signature) -> impl Iterator<Item = &PatType> {
    signature.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(argument) => Some(argument),
        FnArg::Receiver(_) => None,
    })
}

fn init_impl(
    family: &Family,
    krate: &CratePath,
    item: &ItemImpl,
    self_ty: &TypePath,
    init: &ImplItemFn,
) -> TokenStream {
    let [declared, init_trait, lift] = family.paths(krate);
    let answer = (family.answer)(krate);
    let mut generics = item.generics.clone();
    // The place to say that the struct lacks `init`; as a bound, so that it is said once.
    let bound = located_at(quote!(#self_ty: #declared), self_ty.span());
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
    let lift = located_at(quote!(#lift(#outcome)), returns);
    let associated = match &init.sig.output {
        ReturnType::Type(_, ty) => (family.associated)(krate, Some(ty)),
        ReturnType::Default => (family.associated)(krate, None),
    };
    quote! {
        #(#cfgs)*
        #[automatically_derived]
        #[allow(private_interfaces, clippy::unused_async)]
        impl #params #init_trait for #self_ty #bounds {
            type Args = #args;
            #associated

            async fn init(args: Self::Args) -> #answer {
                let #pattern = args;
                let #outcome = #call;
                #lift
            }
        }
    }
}

/// After a mistake: enough for the struct's side to compile.
fn stub(family: &Family, krate: &CratePath, item: &ItemImpl) -> TokenStream {
    if item.trait_.is_some() {
        return TokenStream::new();
    }
    let (params, _, bounds) = item.generics.split_for_impl();
    let self_ty = &item.self_ty;
    let [_, init_trait, _] = family.paths(krate);
    let (answer, associated) = ((family.answer)(krate), (family.associated)(krate, None));
    quote! {
        impl #params #init_trait for #self_ty #bounds {
            type Args = ();
            #associated

            async fn init(_: Self::Args) -> #answer {
                ::core::unreachable!()
            }
        }
    }
}
