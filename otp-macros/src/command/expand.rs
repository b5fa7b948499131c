//! Model to code.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Attribute, Expr, Item, Lit, Meta, Pat, ReturnType, Type};

use super::model::{Command, Function};
use crate::util::{cfgs, plain};

/// `stub`: there were mistakes, and the item is all there is.
pub(super) fn expand(command: &Command, stub: bool) -> TokenStream {
    let item = &command.item;
    if stub {
        return quote!(#item);
    }
    let entries = command.functions().into_iter().map(|function| entry(command, &function));
    let outer = match &command.item {
        Item::Impl(block) => cfgs(&block.attrs),
        _ => Vec::new(),
    };
    quote! {
        #item
        #(#outer)*
        const _: () = { #(#entries)* };
    }
}

/// What one function is in the list of commands.
fn entry(command: &Command, function: &Function) -> TokenStream {
    let krate = &command.krate;
    let (cfgs, about) = (cfgs(function.attrs), about(function.attrs));
    let name = name(command, function);
    let types: Vec<&Type> = function.arguments().map(|argument| &*argument.ty).collect();
    let shown: Vec<String> = function.arguments().map(|argument| shown(&argument.pat)).collect();
    let arguments: Vec<Ident> = (0..types.len()).map(|index| format_ident!("arg{index}")).collect();
    let parameters = types.iter().zip(&shown).map(|(ty, shown)| {
        let expected = quote_spanned!(ty.span()=> <#ty as #krate::release::FromLiteral>::expected);
        quote!(#krate::__private::Parameter { name: #shown, expected: #expected, optional: false })
    });
    let takes = types
        .iter()
        .zip(&shown)
        .zip(&arguments)
        .map(|((ty, shown), argument)| quote!(let #argument = arguments.take::<#ty>(#shown)?;));
    let called = &function.signature.ident;
    let path = match function.of {
        Some(ty) => quote!(<#ty>::#called),
        None => quote!(#called),
    };
    let waits = function.signature.asyncness.map(|_| quote!(.await));
    // At the type that it returns: what is wrong with it is said there, and once.
    let printable = match &function.signature.output {
        ReturnType::Default => quote!(),
        ReturnType::Type(_, ty) => quote_spanned!(ty.span()=> #krate::__private::command_result::<#ty>();),
    };
    quote! {
        #(#cfgs)*
        #krate::__private::inventory::submit! {
            #krate::__private::Command {
                name: #name,
                parameters: &[#(#parameters),*],
                about: #about,
                call: |arguments| {
                    #[allow(unused_imports)]
                    use #krate::__private::{AnswerDebug as _, AnswerDebugError as _, AnswerResult as _};
                    #printable
                    #(#takes)*
                    let _ = &arguments;
                    ::core::result::Result::Ok(::std::boxed::Box::pin(async move {
                        let returned = #path(#(#arguments),*)#waits;
                        (&&&#krate::__private::Answering(&returned)).answer()
                    }))
                },
            }
        }
    }
}

/// `Type::function`, or what `name` says.
fn name(command: &Command, function: &Function) -> String {
    let own = plain(&function.signature.ident);
    match (&command.name, function.of) {
        (Some((_, name)), _) => name.value(),
        (None, Some(Type::Path(path))) => {
            let of = path.path.segments.last().map(|segment| plain(&segment.ident)).unwrap_or_default();
            format!("{of}::{own}")
        }
        _ => own,
    }
}

fn shown(pattern: &Pat) -> String {
    match pattern {
        Pat::Ident(pattern) => plain(&pattern.ident).trim_start_matches('_').to_owned(),
        _ => String::new(),
    }
}

/// The first paragraph of the documentation, on one line.
fn about(attrs: &[Attribute]) -> String {
    let lines = attrs.iter().filter_map(|attr| match &attr.meta {
        Meta::NameValue(meta) if meta.path.is_ident("doc") => match &meta.value {
            Expr::Lit(text) => match &text.lit {
                Lit::Str(text) => Some(text.value().trim().to_owned()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    });
    let paragraph: Vec<String> = lines.skip_while(String::is_empty).take_while(|line| !line.is_empty()).collect();
    paragraph.join(" ").trim_end_matches('.').to_owned()
}
