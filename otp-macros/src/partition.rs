//! `#[derive(PartitionKey)]` and `#[derive(Partitions)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Data, DeriveInput, Field, Fields, Ident, Member, Type};

use crate::diag::{Errors, err};
use crate::util::CratePath;

/// The field that decides.
struct Key {
    member: Member,
    ty: Type,
}

/// Input: `#[derive(PartitionKey)] struct Visit { #[partition_key] user: String }`. Output: `impl PartitionKey for Visit`.
pub(crate) fn key(input: TokenStream) -> TokenStream {
    let input = match syn::parse2::<DeriveInput>(input) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    let mut errors = Errors::new();
    let found = match &input.data {
        Data::Struct(data) => key_of(&input.ident, &data.fields, "struct", &mut errors).map(|key| {
            let member = &key.member;
            (key.ty, quote!(&self.#member))
        }),
        Data::Enum(data) => {
            let variants = data.variants.iter().map(|variant| (&variant.ident, &variant.fields));
            keys_of_variants(&input.ident, variants, &mut errors)
        }
        Data::Union(data) => {
            errors.push(err!(
                data.union_token,
                "a union does not know which of its fields it has",
                help = "implement `PartitionKey` by hand"
            ));
            None
        }
    };
    let errors = errors.into_tokens();
    let Some((ty, body)) = found.filter(|_| errors.is_empty()) else { return errors };
    let (krate, ident) = (CratePath::default(), &input.ident);
    let (params, arguments, bounds) = input.generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #params #krate::gen_stage::PartitionKey for #ident #arguments #bounds {
            type Key = #ty;

            fn partition_key(&self) -> &Self::Key {
                #body
            }
        }
    }
}

fn is_mark(attr: &Attribute) -> bool {
    attr.path().is_ident("partition_key")
}

/// The one field with the mark, or the only one there is.
fn key_of(owner: &Ident, fields: &Fields, what: &str, errors: &mut Errors) -> Option<Key> {
    let marked: Vec<(usize, &Field)> =
        fields.iter().enumerate().filter(|(_, field)| field.attrs.iter().any(is_mark)).collect();
    for attr in fields.iter().flat_map(|field| &field.attrs).filter(|attr| is_mark(attr)) {
        if attr.meta.require_path_only().is_err() {
            errors.push(err!(attr, "`#[partition_key]` takes no options", help = "write `#[partition_key]`"));
        }
    }
    if let [_, (_, second), ..] = marked.as_slice() {
        errors.push(err!(
            second.attrs.iter().find(|attr| is_mark(attr)),
            "one field decides about the partition",
            help = "put the parts of the key into a struct of their own, or give a function: `PartitionDispatcher::with_hash`"
        ));
    }
    let (place, field) = match (marked.first(), fields.len()) {
        (Some(first), _) => *first,
        (None, 1) => (0, fields.iter().next()?),
        (None, 0) => {
            errors.push(err!(
                owner,
                "this {what} has no field that could decide about the partition",
                help = "add one"
            ));
            return None;
        }
        (None, _) => {
            errors.push(err!(
                owner,
                "this {what} does not say which field decides about the partition",
                help = "put `#[partition_key]` on it"
            ));
            return None;
        }
    };
    let member = field.ident.clone().map_or_else(|| Member::from(place), Member::Named);
    Some(Key { member, ty: field.ty.clone() })
}

fn keys_of_variants<'a>(
    ident: &Ident,
    variants: impl Iterator<Item = (&'a Ident, &'a Fields)>,
    errors: &mut Errors,
) -> Option<(Type, TokenStream)> {
    let keys: Vec<_> =
        variants.map(|(variant, fields)| (variant, key_of(variant, fields, "variant", errors))).collect();
    let Some((_, first)) = keys.first() else {
        errors.push(err!(ident, "an enum without variants has no keys", help = "no event of it can exist"));
        return None;
    };
    let ty = first.as_ref()?.ty.clone();
    let mut arms = TokenStream::new();
    for (variant, key) in &keys {
        let key = key.as_ref()?;
        if key.ty != ty {
            errors.push(err!(
                key.ty,
                "the keys of all variants are of one type",
                help = "let this one be of the first variant's type too"
            ));
        }
        let member = &key.member;
        arms.extend(quote!(Self::#variant { #member: key, .. } => key,));
    }
    Some((ty, quote!(match self { #arms })))
}

/// Input: `#[derive(Partitions)] enum Parity { Even, Odd }`. Output: `impl Partitions for Parity`.
pub(crate) fn set(input: TokenStream) -> TokenStream {
    let input = match syn::parse2::<DeriveInput>(input) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    let (ident, mut errors) = (&input.ident, Errors::new());
    let mut all = Vec::new();
    match &input.data {
        Data::Enum(data) => {
            for variant in &data.variants {
                if !matches!(variant.fields, Fields::Unit) {
                    errors.push(err!(
                        variant,
                        "a partition has no fields: there would be more of them than can be listed",
                        help = "remove them, or implement `Partitions` by hand"
                    ));
                }
                all.push(&variant.ident);
            }
            if all.is_empty() {
                errors.push(err!(ident, "a set of partitions without any", help = "add a variant for each partition"));
            }
        }
        _ => errors.push(err!(
            ident,
            "a set of partitions is an enum",
            help = "write `enum {ident} {{ .. }}`; for numbered partitions there is `PartitionDispatcher::new`"
        )),
    }
    if let Some(param) = input.generics.params.first() {
        errors.push(err!(param, "a set of partitions cannot be generic", help = "name the type"));
    }
    let errors = errors.into_tokens();
    if !errors.is_empty() {
        return errors;
    }
    let krate = CratePath::default();
    quote! {
        #[automatically_derived]
        impl #krate::gen_stage::Partitions for #ident {
            fn all() -> ::std::vec::Vec<Self> {
                ::std::vec![#(Self::#all),*]
            }
        }
    }
}
