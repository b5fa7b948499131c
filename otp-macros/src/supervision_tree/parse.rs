//! The grammar of trees.
//!
//! ```text
//! tree  := [option ("," option)* ";"] [child ("," child)* [","]]
//! child := "supervisor" STRING "{" tree "}"
//!        | ("dynamic_supervisor" | "task_supervisor") STRING ["{" options "}"]
//!        | PATH ["(" expressions ")"] ["{" options "}"]        the last segment starts with a capital: a type
//!        | EXPRESSION ["{" options "}"]                        anything `Into<ChildSpec>`
//! ```

use proc_macro2::{Ident, TokenStream};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{
    AngleBracketedGenericArguments, Attribute, Expr, LitStr, Path, PathArguments, PathSegment, Token, TypePath, braced,
    parenthesized, token,
};

use super::model::{Child, Dynamic, Tree, What};
use crate::attr::{ChildOptions, DynamicOptions, Options, Separator, next_token, skip_to_comma};
use crate::diag::{Errors, err};
use crate::util::is_cfg;

const ROOT_OPTIONS: &[&str] = &["strategy", "max_restarts", "max_seconds", "auto_shutdown"];
const NESTED_OPTIONS: &[&str] =
    &["strategy", "max_restarts", "max_seconds", "auto_shutdown", "restart", "shutdown", "significant"];
const DYNAMIC_OPTIONS: &[&str] =
    &["max_children", "max_restarts", "max_seconds", "name", "restart", "shutdown", "significant"];
const CHILD_OPTIONS: &[&str] = &["id", "restart", "shutdown", "significant"];

pub(super) fn parse(input: TokenStream, errors: &mut Errors) -> Tree {
    let mut tree = Tree::default();
    let parser = |input: ParseStream| {
        tree = parse_tree(input, false, errors)?;
        Ok(())
    };
    let result = parser.parse2(input);
    errors.ok(result);
    tree
}

fn parse_tree(input: ParseStream, nested: bool, errors: &mut Errors) -> syn::Result<Tree> {
    let mut tree = Tree::default();
    header(&mut tree, input, nested, errors)?;
    while !input.is_empty() {
        let child = parse_child(input, errors).and_then(|child| {
            if input.is_empty() || input.peek(Token![,]) {
                return Ok(child);
            }
            Err(err!(next_token(input), "expected `,` between two children", help = "put one there"))
        });
        match errors.ok(child) {
            Some(child) => tree.children.push(child),
            None => skip_to_comma(input),
        }
        input.parse::<Option<Token![,]>>()?;
    }
    Ok(tree)
}

/// An option starts with an identifier and a single colon; a path has two.
fn at_option(input: ParseStream) -> bool {
    input.peek(Ident::peek_any) && input.peek2(Token![:]) && !input.peek2(Token![::])
}

fn header(tree: &mut Tree, input: ParseStream, nested: bool, errors: &mut Errors) -> syn::Result<()> {
    let (place, allowed) = match nested {
        true => ("the header of a nested supervisor", NESTED_OPTIONS),
        false => ("the header of a tree", ROOT_OPTIONS),
    };
    let mut options = Options::new(place, allowed, Separator::Colon);
    if !nested {
        options = options.elsewhere(CHILD_OPTIONS, "children, in braces behind them");
    }
    while at_option(input) {
        let option = options.key(input).and_then(|key| {
            let known = tree.options.read(&key, input)? || tree.child.read(&key, input)?;
            debug_assert!(known, "every allowed option is one of the two kinds");
            Ok(())
        });
        if errors.ok(option).is_none() {
            skip_option(input);
        }
        if input.parse::<Option<Token![;]>>()?.is_some() || input.is_empty() {
            return Ok(());
        }
        let comma = input.parse::<Option<Token![,]>>()?;
        if !at_option(input) || comma.is_none() {
            let expected = if comma.is_none() { "`,` or `;`" } else { "another option" };
            errors.push(err!(
                next_token(input),
                "expected {expected} in {place}",
                help = "the header ends with `;`, before the first child"
            ));
            return Ok(());
        }
    }
    Ok(())
}

/// Goes on behind a mistake in the header.
fn skip_option(input: ParseStream) {
    while !input.is_empty() && !input.peek(Token![,]) && !input.peek(Token![;]) {
        // Only the end of the input is no token tree.
        let _ = input.parse::<proc_macro2::TokenTree>();
    }
}

fn parse_child(input: ParseStream, errors: &mut Errors) -> syn::Result<Child> {
    let mut cfgs = Vec::new();
    for attr in input.call(Attribute::parse_outer)? {
        if is_cfg(&attr) {
            cfgs.push(attr);
        } else {
            errors.push(err!(attr, "a child in a tree takes no attribute but `#[cfg(..)]`", help = "remove it"));
        }
    }
    let what = if input.peek(syn::Ident) && input.peek2(LitStr) {
        nested(input, errors)?
    } else if let Some(ty) = type_name(input) {
        let args = arguments(input)?;
        What::Type { ty: Box::new(ty), args, options: options(input, errors)? }
    } else {
        let expr = Expr::parse_without_eager_brace(input)?;
        What::Spec { expr: Box::new(expr), options: options(input, errors)? }
    };
    Ok(Child { cfgs, what })
}

/// `supervisor "pipeline" { .. }`
fn nested(input: ParseStream, errors: &mut Errors) -> syn::Result<What> {
    let keyword: Ident = input.parse()?;
    if keyword == "dynamic_supervisor" || keyword == "task_supervisor" {
        return dynamic(keyword == "task_supervisor", input, errors);
    }
    if keyword != "supervisor" {
        return Err(err!(
            keyword,
            "expected a child, found `{keyword}`",
            help = "a nested supervisor is `supervisor \"id\" {{ .. }}`"
        ));
    }
    let id: LitStr = input.parse()?;
    if !input.peek(token::Brace) {
        return Err(err!(
            id,
            "a nested supervisor has its children in braces",
            help = "write `supervisor \"id\" {{ .. }}`"
        ));
    }
    let content;
    braced!(content in input);
    Ok(What::Supervisor { id, tree: Box::new(parse_tree(&content, true, errors)?) })
}

/// `dynamic_supervisor "rooms" { max_children: 100 }`, behind the keyword.
fn dynamic(of_tasks: bool, input: ParseStream, errors: &mut Errors) -> syn::Result<What> {
    let (id, options, child) = (input.parse()?, DynamicOptions::default(), ChildOptions::default());
    let mut dynamic = Dynamic { id, of_tasks, options, name: None, child };
    if input.peek(token::Brace) {
        let content;
        braced!(content in input);
        let place = if of_tasks { "a task supervisor" } else { "a dynamic supervisor" };
        Options::new(place, DYNAMIC_OPTIONS, Separator::Colon)
            .elsewhere(
                ROOT_OPTIONS,
                "supervisors with a list of children: a dynamic one restarts one for one and never ends by itself",
            )
            .read(content.parse()?, errors, |key, input, _| {
                if key.is("name") {
                    key.separator(input)?;
                    dynamic.name = Some(input.parse()?);
                } else if !dynamic.options.read(key, input)? {
                    dynamic.child.read(key, input)?;
                }
                Ok(())
            });
    }
    Ok(What::Dynamic(Box::new(dynamic)))
}

/// A path that names a type: its last segment starts with a capital, and arguments, options or nothing follow.
/// `(EXPRESSION)`, in parentheses, is always an expression.
fn type_name(input: ParseStream) -> Option<TypePath> {
    let ahead = input.fork();
    let path = path(&ahead).ok()?;
    let capital = path.segments.last()?.ident.unraw().to_string().starts_with(char::is_uppercase);
    let ends = ahead.is_empty() || ahead.peek(token::Paren) || ahead.peek(token::Brace) || ahead.peek(Token![,]);
    if !(capital && ends) {
        return None;
    }
    syn::parse::discouraged::Speculative::advance_to(input, &ahead);
    Some(TypePath { qself: None, path })
}

/// A path with generics, written either way, and without the `Fn(A)` sugar that would swallow the arguments.
pub(crate) fn path(input: ParseStream) -> syn::Result<Path> {
    let leading_colon = input.parse()?;
    let mut segments = Punctuated::new();
    loop {
        let ident = input.call(Ident::parse_any)?;
        // `Numbers <- ..`, in a pipeline, is no list of generics.
        let angle = input.peek(Token![<]) && !input.peek2(Token![-]);
        let generics = angle || (input.peek(Token![::]) && input.peek3(Token![<]));
        let arguments = match generics {
            true => PathArguments::AngleBracketed(input.parse::<AngleBracketedGenericArguments>()?),
            false => PathArguments::None,
        };
        segments.push_value(PathSegment { ident, arguments });
        if !input.peek(Token![::]) {
            return Ok(Path { leading_colon, segments });
        }
        segments.push_punct(input.parse()?);
    }
}

pub(crate) fn arguments(input: ParseStream) -> syn::Result<Vec<Expr>> {
    if !input.peek(token::Paren) {
        return Ok(Vec::new());
    }
    let content;
    parenthesized!(content in input);
    Ok(Punctuated::<Expr, Token![,]>::parse_terminated(&content)?.into_iter().collect())
}

fn options(input: ParseStream, errors: &mut Errors) -> syn::Result<ChildOptions> {
    let mut options = ChildOptions::default();
    if !input.peek(token::Brace) {
        return Ok(options);
    }
    let content;
    braced!(content in input);
    Options::new("a child", CHILD_OPTIONS, Separator::Colon).read(content.parse()?, errors, |key, input, _| {
        options.read(key, input)?;
        Ok(())
    });
    Ok(options)
}
