//! The grammar of a receive.
//!
//! ```text
//! receive := arm* ["after" EXPRESSION "=>" body]
//! arm     := PATTERN [":" TYPE] ["if" EXPRESSION] "=>" body
//! ```

use proc_macro2::{Ident, TokenStream};
use syn::parse::{ParseStream, Parser};
use syn::{Expr, ExprBlock, Pat, Token, token};

use super::model::{After, Parsed, Written};
use crate::attr::{next_token, skip_to_comma};
use crate::diag::{Errors, err};

pub(super) fn parse(input: TokenStream, errors: &mut Errors) -> Parsed {
    let mut parsed = Parsed::default();
    let parser = |input: ParseStream| {
        while !input.is_empty() {
            let result = one(input, &mut parsed, errors);
            if errors.ok(result).is_none() {
                skip_to_comma(input);
            }
            input.parse::<Option<Token![,]>>()?;
        }
        Ok(())
    };
    let result = parser.parse2(input);
    errors.ok(result);
    parsed
}

fn one(input: ParseStream, parsed: &mut Parsed, errors: &mut Errors) -> syn::Result<()> {
    if at_after(input) {
        let keyword: Ident = input.parse()?;
        let after = after(input)?;
        if parsed.after.is_some() {
            errors.push(err!(keyword, "a receive waits once", help = "remove one `after`"));
        } else if more(input) {
            errors.push(err!(keyword, "`after` comes last", help = "move it behind the other arms"));
        }
        parsed.after = Some(after);
        return Ok(());
    }
    parsed.arms.push(arm(input)?);
    Ok(())
}

/// Whether something that is not another `after` follows the comma.
fn more(input: ParseStream) -> bool {
    let ahead = input.fork();
    let _ = ahead.parse::<Option<Token![,]>>();
    !ahead.is_empty() && !at_after(&ahead)
}

/// `after` is a keyword unless what follows makes it a pattern.
fn at_after(input: ParseStream) -> bool {
    let ahead = input.fork();
    let keyword = ahead.parse::<Ident>().is_ok_and(|ident| ident == "after");
    let pattern = ahead.peek(Token![:])
        || ahead.peek(Token![=>])
        || ahead.peek(token::Brace)
        || ahead.peek(Token![|])
        || ahead.peek(Token![@])
        || ahead.peek(Token![if]);
    keyword && !pattern
}

fn after(input: ParseStream) -> syn::Result<After> {
    let delay = input.parse()?;
    input.parse::<Token![=>]>()?;
    Ok(After { delay, body: body(input)? })
}

fn arm(input: ParseStream) -> syn::Result<Written> {
    let pattern = Pat::parse_multi_with_leading_vert(input)?;
    let ty = match input.parse::<Option<Token![:]>>()? {
        Some(_) => Some(input.parse()?),
        None => None,
    };
    let guard = match input.parse::<Option<Token![if]>>()? {
        Some(_) => Some(input.parse()?),
        None => None,
    };
    input.parse::<Token![=>]>()?;
    Ok(Written { pattern, ty, guard, body: body(input)? })
}

/// As in a `match`: a comma follows, unless the body ends with a brace or is the last.
fn body(input: ParseStream) -> syn::Result<Expr> {
    if input.peek(token::Brace) {
        return Ok(Expr::Block(ExprBlock { attrs: Vec::new(), label: None, block: input.parse()? }));
    }
    let body: Expr = input.parse()?;
    let braced = matches!(
        body,
        Expr::If(_)
            | Expr::Match(_)
            | Expr::Loop(_)
            | Expr::While(_)
            | Expr::ForLoop(_)
            | Expr::Unsafe(_)
            | Expr::Block(_)
    );
    if braced || input.is_empty() || input.peek(Token![,]) {
        return Ok(body);
    }
    Err(err!(next_token(input), "expected `,` behind this arm", help = "arms are separated by commas, as in a `match`"))
}
