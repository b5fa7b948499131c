//! The value to code.

use otp_config::{ENV_VARIABLE, Kind, TARGET_VARIABLE, Value};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::model::{Asked, Read};
use crate::diag::err;

pub(super) fn expand(asked: &Asked, read: &Read) -> syn::Result<TokenStream> {
    let value = match (&read.value, &asked.default) {
        (Some(value), _) => literal(asked, value)?,
        (None, Some(default)) => quote!(#default),
        (None, None) => return Err(not_set(asked, read)),
    };
    let record = record(asked, read);
    let files = read.files.iter().map(|file| file.display().to_string());
    let of_the_value = read.value.as_ref().and_then(Value::origin).and_then(|origin| origin.variable.clone());
    let variables = [ENV_VARIABLE.to_string(), TARGET_VARIABLE.to_string()].into_iter().chain(of_the_value);
    Ok(quote! {{
        #(const _: &[u8] = ::core::include_bytes!(#files);)*
        #(const _: ::core::option::Option<&str> = ::core::option_env!(#variables);)*
        #record
        #value
    }})
}

/// For the comparison when the program starts.
fn record(asked: &Asked, read: &Read) -> TokenStream {
    let (application, path) = (&asked.application, &asked.path);
    let value = match &read.value {
        Some(value) => {
            let text = value.to_string();
            quote!(::core::option::Option::Some(#text))
        }
        None => quote!(::core::option::Option::None),
    };
    quote! {
        ::otp::__private::inventory::submit! {
            ::otp::config::CompileRead::new(
                #application,
                &[#(#path),*],
                #value,
                ::core::concat!(::core::file!(), ":", ::core::line!()),
            )
        }
    }
}

fn not_set(asked: &Asked, read: &Read) -> syn::Error {
    let (application, key) = (asked.application.value(), asked.steps().join("."));
    match read.is_known {
        true => err!(
            asked.path[0],
            "the configuration at `{key}` of application {application} was not set",
            help = "set it in config/config.toml, or give a default as the last argument"
        ),
        false => err!(
            asked.application,
            "cannot read `{key}`: the application {application} is not configured",
            help = "write a table `[{application}]` into config/config.toml, or give a default as the last argument"
        ),
    }
}

fn literal(asked: &Asked, value: &Value) -> syn::Result<TokenStream> {
    let key = asked.steps().join(".");
    if value.is_secret() {
        return Err(err!(
            asked.path[0],
            "`{key}` is a secret, and would be built into the program",
            help = "read it when the program runs: `application::fetch_env::<Secret<String>>(..)`"
        ));
    }
    let refuse = |what: &str| {
        Err(err!(
            asked.path[0],
            "`{key}` is a {what}, and cannot be a value in the program",
            help =
                "go on to one of its values, `[\"path\", \"to\"]`, or read it when the program runs with `fetch_env`"
        ))
    };
    match value.kind() {
        Kind::String(text) => Ok(quote!(#text)),
        Kind::Integer(number) => Ok(sign(*number < 0, Literal::u64_unsuffixed(number.unsigned_abs()))),
        Kind::Float(number) if number.is_finite() => {
            Ok(sign(number.is_sign_negative(), Literal::f64_unsuffixed(number.abs())))
        }
        Kind::Boolean(yes) => Ok(quote!(#yes)),
        Kind::Array(values) => {
            let values = values.iter().map(|value| literal(asked, value)).collect::<syn::Result<Vec<_>>>()?;
            Ok(quote!([#(#values),*]))
        }
        other => refuse(other.name()),
    }
}

fn sign(is_negative: bool, number: Literal) -> TokenStream {
    if is_negative { quote!(-#number) } else { quote!(#number) }
}
