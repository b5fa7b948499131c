//! Tokens to model.

use proc_macro2::{Span, TokenStream};
use syn::parse::{ParseStream, Parser};
use syn::{Expr, ExprArray, ExprLit, Lit, LitStr, Token};

use super::model::Asked;
use crate::diag::err;

const HELP: &str =
    "write `compile_env!(\"app\", \"key\")`, `compile_env!(\"app\", [\"path\", \"to\"])`, and a default behind it";

pub(super) fn parse(args: TokenStream) -> syn::Result<Asked> {
    let whole = args.clone();
    let parser = |input: ParseStream| {
        if input.is_empty() {
            let message = format!("which application, and which key?\nhelp: {HELP}");
            return Err(syn::Error::new(Span::call_site(), message));
        }
        let application = string(&input.parse()?)?;
        let comma: Option<Token![,]> = input.parse()?;
        if comma.is_none() || input.is_empty() {
            return Err(err!(whole, "which key of the application?", help = "{HELP}"));
        }
        let path = match input.parse::<Expr>()? {
            Expr::Array(ExprArray { elems, .. }) if !elems.is_empty() => {
                elems.iter().map(string).collect::<syn::Result<_>>()?
            }
            key => vec![string(&key)?],
        };
        let mut default = None;
        if input.parse::<Option<Token![,]>>()?.is_some() && !input.is_empty() {
            default = Some(input.parse()?);
            input.parse::<Option<Token![,]>>()?;
        }
        Ok(Asked { application, path, default })
    };
    parser.parse2(args)
}

fn string(expr: &Expr) -> syn::Result<LitStr> {
    match expr {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Ok(text.clone()),
        other => Err(err!(
            other,
            "it is read while the program is compiled: what is read must be written as a string",
            help = "{HELP}"
        )),
    }
}
