//! Model to code.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Attribute, Expr, Generics, parse_quote};

use super::model::{Argument, Child, Declared};
use crate::handle::Handle;
use crate::supervisor::Starters;
use crate::util::{cfgs, located_at, parens_at, phantom, plain};

/// `stub`: there were mistakes; the types and methods stand, the children are left out.
pub(super) fn expand(declared: &Declared, stub: bool) -> TokenStream {
    let cfgs = cfgs(&declared.attrs);
    let item = item(declared);
    let handle = handle(declared, &cfgs);
    let accessors = accessors(declared, &cfgs);
    let supervise = supervise(declared, &cfgs, stub);
    let starters = starters(declared, &cfgs);
    quote!(#item #handle #accessors #supervise #starters)
}

/// The struct is a name: nobody ever makes a value of it, and its fields became methods of the handle.
///
/// The fields stay, without their contents: a derive above the attribute has seen them already, and names them.
fn item(declared: &Declared) -> TokenStream {
    let Declared { attrs, vis, ident, generics, children, .. } = declared;
    let (_, _, bounds) = generics.split_for_impl();
    let fields = children
        .iter()
        .map(|Child { field, ty, cfgs, .. }| quote!(#(#cfgs)* #field: ::core::marker::PhantomData<fn() -> #ty>));
    let unmentioned = phantom(generics).map(|phantom| quote!(__generics: #phantom));
    let fields = fields.chain(unmentioned);
    quote! {
        #(#attrs)*
        #[allow(dead_code)]
        #vis struct #ident #generics #bounds { #(#fields),* }
    }
}

fn handle_model<'a>(declared: &'a Declared, cfgs: &'a [Attribute], name: &'a Ident, doc: &'a str) -> Handle<'a> {
    let krate = &declared.krate;
    Handle {
        krate,
        cfgs,
        vis: &declared.vis,
        name,
        doc,
        inner: quote!(#krate::supervisor::SupervisorRef),
        generics: &declared.generics,
        phantom: true,
        what: "supervisor",
    }
}

fn handle(declared: &Declared, cfgs: &[Attribute]) -> TokenStream {
    let doc = format!(
        "A handle to a running [`{}`]: its children as methods, and all of `SupervisorRef` by deref.\n\nCheap to clone.",
        plain(&declared.ident),
    );
    handle_model(declared, cfgs, &declared.handle(), &doc).expand()
}

/// Output: `pub fn stack(&self) -> <Stack as Child>::Handle`, one a field.
fn accessors(declared: &Declared, cfgs: &[Attribute]) -> TokenStream {
    let Declared { krate, generics, .. } = declared;
    let handle = declared.handle();
    let (params, arguments, bounds) = generics.split_for_impl();
    let accessors = declared.children.iter().map(|child| {
        let Child { field, ty, docs, cfgs, .. } = child;
        let (vis, id) = (child.accessor_vis(declared), child.id());
        let handle_type = located_at(quote!(<#ty as #krate::child::Child>::Handle), ty.span());
        let found = quote!(<#ty as #krate::child::Child>::handle(self.0.slot().child(#id)));
        let found = located_at(found, ty.span());
        let doc = format!("The child `{id}`, whichever process that is when the handle is used.");
        let doc = docs.is_empty().then(|| quote!(#[doc = #doc]));
        quote! {
            #(#docs)*
            #doc
            #(#cfgs)*
            #vis fn #field(&self) -> #handle_type {
                #found
            }
        }
    });
    quote! {
        #(#cfgs)*
        #[allow(dead_code, private_interfaces)]
        impl #params #handle #arguments #bounds {
            #(#accessors)*
        }
    }
}

/// `()` for no arguments, the type for one, a tuple for several.
pub(crate) fn args_type(args: &[Argument]) -> TokenStream {
    let types = args.iter().map(|argument| &argument.ty);
    if args.len() == 1 { quote!(#(#types)*) } else { quote!((#(#types),*)) }
}

/// The bounds under which the type supervises. With `init` that it has one is a bound too, on every item in the same
/// words and place, so that a missing one is reported once.
fn supervising(declared: &Declared) -> Generics {
    let Declared { krate, ident, .. } = declared;
    let mut generics = declared.generics.clone();
    if declared.init.is_some() {
        let (_, arguments, _) = declared.generics.split_for_impl();
        let bound = located_at(quote!(#ident #arguments: #krate::__private::SupervisorInit), ident.span());
        generics.make_where_clause().predicates.push(parse_quote!(#bound));
    }
    generics
}

fn supervise(declared: &Declared, cfgs: &[Attribute], stub: bool) -> TokenStream {
    let Declared { krate, ident, .. } = declared;
    let generics = supervising(declared);
    let (params, arguments, bounds) = generics.split_for_impl();
    let (_, _, own_bounds) = declared.generics.split_for_impl();
    let handle = declared.handle();
    let name = declared.name.iter().map(|name| {
        quote! {
            fn name() -> ::core::option::Option<#krate::name::Name> {
                ::core::option::Option::Some(::core::convert::Into::into(#name))
            }
        }
    });
    let by_init = quote!(<Self as #krate::__private::SupervisorInit>);
    let (args, body) = match declared.init {
        _ if stub => (args_type(&declared.args), quote!(::core::unreachable!())),
        Some(_) => (quote!(#by_init::Args), quote!(#by_init::init(args).await)),
        None => (args_type(&declared.args), children(declared)),
    };
    let marker = declared.init.iter().map(|_| {
        quote! {
            #(#cfgs)*
            #[automatically_derived]
            impl #params #krate::__private::DeclaredInit for #ident #arguments #own_bounds {}
        }
    });
    quote! {
        #(#marker)*

        #(#cfgs)*
        #[automatically_derived]
        #[allow(unused_variables, clippy::unused_async, clippy::redundant_closure)]
        impl #params #krate::supervisor::Supervise for #ident #arguments #bounds {
            type Args = #args;
            type Ref = #handle #arguments;

            #(#name)*

            async fn init(args: Self::Args) -> #krate::supervisor::Init {
                #body
            }
        }
    }
}

/// Output: `let spec = spec.child(ChildSpec::of::<Stack>(move || vec![..]).id("stack"));`, one a field.
fn children(declared: &Declared) -> TokenStream {
    let krate = &declared.krate;
    let setters = declared.tree.setters(krate);
    // Names the user's expressions cannot see.
    let (spec, context) = (Ident::new("spec", Span::mixed_site()), Ident::new("context", Span::mixed_site()));
    let shared = (!declared.args.is_empty()).then(|| quote!(let #context = ::std::sync::Arc::new(args);));
    let children = declared.children.iter().map(|child| {
        let Child { ty, cfgs, field, options, .. } = child;
        let id = options.literal_id().is_none().then(|| plain(field));
        let id = id.iter();
        let setters = options.setters(krate);
        let closure = parens_at(args_closure(declared, child, &context), ty.span());
        let of = located_at(quote!(#krate::child::ChildSpec::of::<#ty>), ty.span());
        quote!(#(#cfgs)* let #spec = #spec.child(#of #closure #(.id(#id))* #setters);)
    });
    quote! {
        #shared
        let #spec = #krate::supervisor::Supervisor::builder() #setters;
        #(#children)*
        #krate::supervisor::Init::Start(#spec)
    }
}

/// The arguments of a child, made anew at every start; the supervisor's own arguments are seen by reference.
fn args_closure(declared: &Declared, child: &Child, context: &Ident) -> TokenStream {
    let closure = quote_spanned!(child.ty.span()=> move ||);
    let Some(args) = &child.args else {
        let unit = quote_spanned!(child.ty.span()=> ());
        return quote!(#closure #unit);
    };
    let mentioned: Vec<bool> = declared.args.iter().map(|argument| mentions(args, &argument.name)).collect();
    if !mentioned.contains(&true) {
        return quote!(#closure #args);
    }
    let patterns = declared.args.iter().zip(&mentioned).map(|(Argument { name, .. }, used)| match used {
        true => name.to_token_stream(),
        false => quote!(_),
    });
    let pattern = if declared.args.len() == 1 { quote!(#(#patterns)*) } else { quote!((#(#patterns),*)) };
    quote!({
        let #context = ::std::sync::Arc::clone(&#context);
        #closure {
            let #pattern = &*#context;
            #args
        }
    })
}

/// Whether an identifier occurs in the expression, macro calls included.
fn mentions(expr: &Expr, name: &Ident) -> bool {
    fn inside(tokens: TokenStream, name: &Ident) -> bool {
        tokens.into_iter().any(|token| match token {
            TokenTree::Ident(ident) => ident == *name,
            TokenTree::Group(group) => inside(group.stream(), name),
            // `format!("{names:?}")` mentions `names` too.
            TokenTree::Literal(literal) => literal.to_string().contains(&plain(name)),
            TokenTree::Punct(_) => false,
        })
    }
    inside(expr.to_token_stream(), name)
}

/// Its child specification, and the functions that start it.
fn starters(declared: &Declared, cfgs: &[Attribute]) -> TokenStream {
    let krate = &declared.krate;
    let name = declared.handle();
    Starters {
        handle: handle_model(declared, cfgs, &name, ""),
        ident: &declared.ident,
        generics: &supervising(declared),
        options: &declared.child,
        args: declared.init.is_none().then_some(&declared.args[..]),
        supervise: quote!(#krate::supervisor::Supervise),
        module: quote!(#krate::supervisor),
        start: quote!(#krate::supervisor::StartModule<Self>),
        linked: "Starts the supervisor and its children, and links it to this process: either's failure ends the other.",
        alone: "Starts the supervisor and its children on their own, linked to nothing.",
    }
    .expand()
}
