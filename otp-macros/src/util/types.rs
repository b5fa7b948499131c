//! Questions about types, asked of their spelling: a macro sees no more.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::visit_mut::{self, VisitMut};
use syn::{GenericArgument, Lifetime, PathArguments, Type, TypePath};

use super::located_at;

/// Whether the type is a path whose last segment is `name`: `Reply<T>`, `otp::gen_server::Reply<T>`.
pub(crate) fn last_segment_is(ty: &Type, name: &str) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|segment| segment.ident == name))
}

/// The type argument at `index` of the last segment: `T` of `ReplyTo<T>`.
pub(crate) fn generic_argument(ty: &Type, index: usize) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else { return None };
    let mut types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    types.nth(index)
}

/// Whether a path segment `name` occurs anywhere inside: finds the `Reply` of `Result<Reply<T>, E>`.
pub(crate) fn mentions_segment(ty: &Type, name: &str) -> bool {
    struct Find<'a>(&'a str, bool);
    impl VisitMut for Find<'_> {
        fn visit_path_segment_mut(&mut self, segment: &mut syn::PathSegment) {
            self.1 |= segment.ident == self.0;
            visit_mut::visit_path_segment_mut(self, segment);
        }
    }
    let mut find = Find(name, false);
    find.visit_type_mut(&mut ty.clone());
    find.1
}

/// Types of the standard library that are `Send` whatever the user imports: they need no proof.
pub(crate) fn always_send(ty: &Type) -> bool {
    const PLAIN: [&str; 18] = [
        "String", "bool", "char", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128",
        "isize", "f32", "f64", "Duration",
    ];
    const AROUND: [&str; 5] = ["Option", "Vec", "Box", "VecDeque", "Result"];
    match ty {
        Type::Tuple(tuple) => tuple.elems.iter().all(always_send),
        Type::Path(path) if path.qself.is_none() => {
            path.path.segments.last().is_some_and(|last| match &last.arguments {
                PathArguments::None => PLAIN.iter().any(|name| last.ident == name),
                PathArguments::AngleBracketed(arguments) => {
                    let inner =
                        |argument: &GenericArgument| matches!(argument, GenericArgument::Type(ty) if always_send(ty));
                    AROUND.iter().any(|name| last.ident == name) && arguments.args.iter().all(inner)
                }
                PathArguments::Parenthesized(_) => false,
            })
        }
        _ => false,
    }
}

/// The first `impl Trait` in the type.
pub(crate) fn first_impl_trait(ty: &Type) -> Option<Type> {
    struct Find(Option<Type>);
    impl VisitMut for Find {
        fn visit_type_mut(&mut self, ty: &mut Type) {
            if matches!(ty, Type::ImplTrait(_)) {
                self.0.get_or_insert_with(|| ty.clone());
            }
            visit_mut::visit_type_mut(self, ty);
        }
    }
    let mut find = Find(None);
    find.visit_type_mut(&mut ty.clone());
    find.0
}

/// The first borrow in the type that is not `'static`, as the tokens to blame.
///
/// `fn(&str)` and `Box<dyn Fn(&str)>` borrow nothing: what stands in their parentheses is the callee's business.
pub(crate) fn first_short_lifetime(ty: &Type) -> Option<TokenStream> {
    struct Find(Option<TokenStream>);
    impl Find {
        fn found(&mut self, tokens: impl ToTokens) {
            self.0.get_or_insert_with(|| tokens.into_token_stream());
        }
    }
    impl VisitMut for Find {
        fn visit_type_reference_mut(&mut self, reference: &mut syn::TypeReference) {
            match &reference.lifetime {
                Some(lifetime) if lifetime.ident == "static" => visit_mut::visit_type_mut(self, &mut reference.elem),
                _ => self.found(reference),
            }
        }
        fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
            if lifetime.ident != "static" {
                self.found(lifetime);
            }
        }
        fn visit_type_bare_fn_mut(&mut self, _: &mut syn::TypeBareFn) {}
        fn visit_parenthesized_generic_arguments_mut(&mut self, _: &mut syn::ParenthesizedGenericArguments) {}
        // `dyn for<'a> Handler<'a>` names its own lifetimes.
        fn visit_trait_bound_mut(&mut self, bound: &mut syn::TraitBound) {
            if bound.lifetimes.is_none() {
                visit_mut::visit_trait_bound_mut(self, bound);
            }
        }
    }
    let mut find = Find(None);
    find.visit_type_mut(&mut ty.clone());
    find.0
}

/// Spells `Self` out, for types that move from the impl into items with another `Self`.
pub(crate) fn replace_self(ty: &Type, self_ty: &TypePath) -> Type {
    struct Replace<'a>(&'a TypePath);
    impl Replace<'_> {
        /// `Self` is the type itself; `Self::Item` is `<Type>::Item`. `None` leaves the path alone.
        fn path(&self, qself: Option<&syn::QSelf>, path: &syn::Path) -> Option<TypePath> {
            if qself.is_some() || path.segments.first()?.ident != "Self" {
                return None;
            }
            let self_ty = self.0;
            let rest = path.segments.iter().skip(1);
            if path.segments.len() == 1 {
                return Some(self_ty.clone());
            }
            Some(syn::parse_quote!(<#self_ty> #(::#rest)*))
        }
    }
    impl VisitMut for Replace<'_> {
        fn visit_type_path_mut(&mut self, ty: &mut TypePath) {
            if let Some(spelt) = self.path(ty.qself.as_ref(), &ty.path) {
                *ty = respanned(&spelt, ty);
            } else {
                visit_mut::visit_type_path_mut(self, ty);
            }
        }
        fn visit_expr_path_mut(&mut self, expr: &mut syn::ExprPath) {
            if let Some(spelt) = self.path(expr.qself.as_ref(), &expr.path) {
                (expr.qself, expr.path) = (spelt.qself, spelt.path);
            }
        }
    }
    let mut ty = ty.clone();
    Replace(self_ty).visit_type_mut(&mut ty);
    ty
}

/// Puts the replacement where `Self` stood, so that an error about it points there.
fn respanned(spelt: &TypePath, place: &TypePath) -> TypePath {
    let span = place.path.segments.first().map_or_else(Span::call_site, |segment| segment.ident.span());
    syn::parse2(located_at(spelt.to_token_stream(), span)).unwrap_or_else(|_| spelt.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    #[test]
    fn self_is_spelt_out() {
        let self_ty: TypePath = parse_quote!(a::Stack<T>);
        let cases: [(Type, Type); 3] = [
            (parse_quote!(Self), parse_quote!(a::Stack<T>)),
            (parse_quote!(Vec<Self>), parse_quote!(Vec<a::Stack<T>>)),
            (parse_quote!([u8; Self::LEN]), parse_quote!([u8; <a::Stack<T>>::LEN])),
        ];
        for (given, expected) in cases {
            assert_eq!(replace_self(&given, &self_ty), expected);
        }
    }

    #[test]
    fn borrows_are_found_and_callbacks_are_not() {
        let borrows = |ty: Type| first_short_lifetime(&ty).is_some();
        assert!(borrows(parse_quote!(&str)));
        assert!(borrows(parse_quote!(Option<Cow<'_, str>>)));
        assert!(!borrows(parse_quote!(&'static str)));
        assert!(!borrows(parse_quote!(Box<dyn Fn(&str) -> u8>)));
        assert!(!borrows(parse_quote!(fn(&str))));
    }
}
