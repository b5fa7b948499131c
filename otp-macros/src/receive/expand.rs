//! Receive to code, in two phases.
//!
//! The first looks for a message: a closure takes each in turn, and gives back what matches no arm. Its patterns and
//! guards see the message by value, as in a `match`, yet nothing moves unless the arm takes it. The second runs the
//! body of the arm that matched, outside the closure, where `return`, `break`, `?` and `.await` mean what they say.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, Lit};

use super::model::{Arm, Receive};
use crate::util::CratePath;

pub(super) fn expand(receive: &Receive) -> TokenStream {
    let krate = CratePath::default();
    let (taken, never, info) = (local("taken"), local("never"), local("info"));
    let offers = receive.arms.iter().enumerate().map(|(index, arm)| offer(&krate, arm, index));
    let bodies = receive.arms.iter().enumerate().map(|(index, arm)| (nth(index, &bindings(arm, true)), body(arm)));
    // The nest of `Result`s ends in a case that cannot be.
    let last = errs(receive.arms.len(), &quote!(#never));
    let last = (last, quote!({ let #never: ::core::convert::Infallible = #never; match #never {} }));
    let (patterns, bodies): (Vec<_>, Vec<_>) = bodies.chain([last]).unzip();
    let search = quote! {
        |#info: #krate::process::Info| {
            #(#offers)*
            ::core::result::Result::Err(#info)
        }
    };
    let Some(after) = &receive.after else {
        return quote! {
            let #taken = #krate::__private::receive_match(#search).await;
            match #taken { #(#patterns => #bodies,)* }
        };
    };
    let (delay, body) = (duration(&after.delay), &after.body);
    quote! {
        let #taken = #krate::__private::receive_match_within(#search, #delay).await;
        match #taken {
            #(::core::option::Option::Some(#patterns) => #bodies,)*
            ::core::option::Option::None => #body,
        }
    }
}

/// Output: the statement that takes the message if it is one for this arm.
fn offer(krate: &CratePath, arm: &Arm, index: usize) -> TokenStream {
    let Arm { ty, pattern, guard, .. } = arm;
    let (info, message) = (local("info"), local("message"));
    let guard = guard.iter();
    let found = nth(index, &bindings(arm, false));
    let open = quote_spanned!(ty.span()=> #krate::__private::open_info::<#ty>);
    quote! {
        let #info = match #open(#info) {
            ::core::result::Result::Ok(#message) => match *#message {
                #pattern #(if #guard)* => return ::core::result::Result::Ok(#found),
                #[allow(unreachable_patterns)]
                _ => #krate::__private::close_info(#message),
            },
            ::core::result::Result::Err(#info) => #info,
        };
    }
}

/// The arm's body. A variable that only the guard looked at is no unused one.
fn body(arm: &Arm) -> TokenStream {
    let body = &arm.body;
    if arm.guard.is_none() {
        return quote!(#body);
    }
    let names = arm.bindings.iter().map(|binding| &binding.name);
    quote!({
        let _ = (#(&#names,)*);
        #body
    })
}

/// The arm's variables as a tuple: what the first phase hands to the second.
fn bindings(arm: &Arm, with_mut: bool) -> TokenStream {
    let bindings = arm.bindings.iter().map(|binding| {
        let name = &binding.name;
        if with_mut && binding.mutable { quote!(mut #name) } else { quote!(#name) }
    });
    quote!((#(#bindings,)*))
}

/// Which arm it was, without a type for it: `Ok(..)` for the first, `Err(Ok(..))` for the second, and so on.
fn nth(index: usize, inner: &TokenStream) -> TokenStream {
    errs(index, &quote!(::core::result::Result::Ok(#inner)))
}

fn errs(count: usize, inner: &TokenStream) -> TokenStream {
    (0..count).fold(inner.clone(), |inner, _| quote!(::core::result::Result::Err(#inner)))
}

/// A literal is milliseconds; anything else is a `Duration`.
fn duration(delay: &Expr) -> TokenStream {
    match delay {
        Expr::Lit(ExprLit { lit: Lit::Int(_), .. }) => quote!(::core::time::Duration::from_millis(#delay)),
        _ => quote!(#delay),
    }
}

fn local(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}
