//! Tree to code.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, TypePath};

use super::model::{Child, Dynamic, Tree, What};
use crate::util::{CratePath, located_at, parens_at};

/// Output: the statements that make a `SupervisorSpec`, and its name at their end.
pub(super) fn expand(tree: &Tree) -> TokenStream {
    let krate = CratePath::default();
    // A name the user's expressions cannot see.
    let spec = Ident::new("tree", Span::mixed_site());
    let setters = tree.options.setters(&krate);
    let children = tree.children.iter().map(|child| {
        let (cfgs, made) = (&child.cfgs, child_spec(&krate, child));
        quote!(#(#cfgs)* let #spec = #spec.child(#made);)
    });
    quote! {
        let #spec = #krate::supervisor::Supervisor::builder() #setters;
        #(#children)*
        #spec
    }
}

fn child_spec(krate: &CratePath, child: &Child) -> TokenStream {
    match &child.what {
        What::Type { ty, args, options } => {
            let (made, setters) = (of_type(krate, ty, args), options.setters(krate));
            quote!(#made #setters)
        }
        What::Spec { expr, options } => {
            let setters = options.setters(krate);
            let into = quote_spanned!(expr.span()=> #krate::__private::child_spec);
            let expr = unparenthesized(expr);
            quote!(#into(#expr) #setters)
        }
        What::Supervisor { id, tree } => {
            let (nested, setters) = (expand(tree), tree.child.setters(krate));
            quote!({ #nested }.child_spec(#id) #setters)
        }
        What::Dynamic(dynamic) => {
            let Dynamic { id, of_tasks, options, name, child } = &**dynamic;
            let (options, setters) = (options.setters(), child.setters(krate));
            let name = name.iter();
            let of = match of_tasks {
                true => quote!(#krate::task::TaskSupervisor),
                false => quote!(#krate::supervisor::DynamicSupervisor),
            };
            quote!(#of::builder() #options #(.name(#name))*.child_spec(#id) #setters)
        }
    }
}

/// Spans as the errors want them: a type that is no child is blamed itself, a wrong argument where it stands.
fn of_type(krate: &CratePath, ty: &TypePath, args: &[Expr]) -> TokenStream {
    let of = located_at(quote!(#krate::child::ChildSpec::of::<#ty>), ty.span());
    let args = match args {
        [] => quote_spanned!(ty.span()=> ()),
        [only] => quote!(#only),
        [first, ..] => parens_at(quote!(#(#args),*), first.span()).into_token_stream(),
    };
    let closure = quote_spanned!(ty.span()=> move ||);
    let given = parens_at(quote!(#closure #args), ty.span());
    quote!(#of #given)
}

/// `(SPEC)` is how a tree says that a capital is no type; to the compiler they are needless parentheses.
fn unparenthesized(expr: &Expr) -> &Expr {
    match expr {
        Expr::Paren(paren) => &paren.expr,
        expr => expr,
    }
}
