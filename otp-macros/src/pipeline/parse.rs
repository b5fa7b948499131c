//! The grammar of pipelines.
//!
//! ```text
//! pipeline := [option ("," option)* ";"] stage ("," stage)* [","]
//! stage    := NAME ":" ["|" WORKER "|"] PATH ["(" expressions ")"] ["*" COUNT] ["{" options "}"] source*
//! source   := "<-" (NAME | "(" EXPRESSION ")") ["{" options "}"]
//! COUNT    := LITERAL | PATH | "(" EXPRESSION ")"
//! ```

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Expr, ExprLit, ExprPath, Lit, LitStr, Path, Token, TypePath, braced, parenthesized, token};

use super::model::{Pipeline, Producer, Source, Stage};
use crate::attr::{
    ChildOptions, Key, Options, SUBSCRIPTION_OPTIONS, Separator, SubscriptionOptions, next_token, skip_to_comma,
};
use crate::diag::{Errors, err};
use crate::supervision_tree::{arguments, path};
use crate::util::is_cfg;

const HEADER_OPTIONS: &[&str] = &["max_restarts", "max_seconds", "auto_shutdown"];
const STAGE_OPTIONS: &[&str] = &["name", "restart", "shutdown", "significant"];

pub(super) fn parse(input: TokenStream, errors: &mut Errors) -> Pipeline {
    let mut pipeline = Pipeline::default();
    let (header, stages) = split(input);
    if let Some(header) = header {
        Options::new("the header of a pipeline", HEADER_OPTIONS, Separator::Colon)
            .elsewhere(
                &["strategy"],
                "`supervision_tree!`: a pipeline restarts `rest_for_one`, a stage and all behind it",
            )
            .elsewhere(STAGE_OPTIONS, "a stage, in braces behind it")
            .read(header, errors, |key, input, _| pipeline.options.read(key, input).map(drop));
    }
    let parser = |input: ParseStream| {
        while !input.is_empty() {
            let stage = parse_stage(input, errors).and_then(|stage| {
                if input.is_empty() || input.peek(Token![,]) {
                    return Ok(stage);
                }
                Err(err!(next_token(input), "expected `,` between two stages", help = "put one there"))
            });
            match errors.ok(stage) {
                Some(stage) => pipeline.stages.push(stage),
                None => skip_to_comma(input),
            }
            input.parse::<Option<Token![,]>>()?;
        }
        Ok(())
    };
    let result = parser.parse2(stages);
    errors.ok(result);
    pipeline
}

/// Header and stages: a header ends with `;`, and nothing else does.
fn split(input: TokenStream) -> (Option<TokenStream>, TokenStream) {
    let tokens: Vec<TokenTree> = input.into_iter().collect();
    let end = tokens.iter().position(|token| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ';'));
    match end {
        Some(end) => (Some(tokens[..end].iter().cloned().collect()), tokens[end + 1..].iter().cloned().collect()),
        None => (None, tokens.into_iter().collect()),
    }
}

fn parse_stage(input: ParseStream, errors: &mut Errors) -> syn::Result<Stage> {
    let mut cfgs = Vec::new();
    for attr in input.call(Attribute::parse_outer)? {
        if is_cfg(&attr) {
            cfgs.push(attr);
        } else {
            errors.push(err!(attr, "a stage in a pipeline takes no attribute but `#[cfg(..)]`", help = "remove it"));
        }
    }
    let id = name(input)?;
    let worker = worker(input)?;
    let ty = TypePath { qself: None, path: path(input)? };
    let args = arguments(input)?;
    let workers = match input.parse::<Option<Token![*]>>()? {
        Some(_) => Some(count(input)?),
        None => None,
    };
    let (mut stage_name, mut child) = (None, ChildOptions::default());
    braces(
        input,
        |content, errors| {
            Options::new("a stage", STAGE_OPTIONS, Separator::Colon)
                .elsewhere(SUBSCRIPTION_OPTIONS, "a subscription, in braces behind `<- producer`")
                .elsewhere(HEADER_OPTIONS, "the header of the pipeline, before its first stage: `max_restarts: 3;`")
                .read(content, errors, |key, input, _| stage_option(&mut stage_name, &mut child, key, input));
        },
        errors,
    )?;
    let mut sources = Vec::new();
    while input.peek(Token![<]) && input.peek2(Token![-]) {
        input.parse::<Token![<]>()?;
        input.parse::<Token![-]>()?;
        sources.push(source(input, errors)?);
    }
    Ok(Stage { cfgs, id, worker, ty: Box::new(ty), args, workers, name: stage_name, child, sources })
}

fn stage_option(name: &mut Option<Expr>, child: &mut ChildOptions, key: &Key, input: ParseStream) -> syn::Result<()> {
    if key.is("name") {
        key.separator(input)?;
        *name = Some(input.parse()?);
        return Ok(());
    }
    child.read(key, input).map(drop)
}

/// `numbers:`
fn name(input: ParseStream) -> syn::Result<Ident> {
    if input.peek(syn::Ident) && input.peek2(Token![:]) && !input.peek2(Token![::]) {
        let id = input.parse()?;
        input.parse::<Token![:]>()?;
        return Ok(id);
    }
    if let Ok(id) = input.fork().parse::<LitStr>() {
        let plain = id.value();
        return Err(err!(id, "the name of a stage is no string", help = "write `{plain}: Type(..)`"));
    }
    Err(err!(
        next_token(input),
        "a stage begins with its name, and a colon",
        help = "write `numbers: Numbers(0)`: its consumers say `<- numbers`"
    ))
}

/// `|k|`
fn worker(input: ParseStream) -> syn::Result<Option<Ident>> {
    if input.parse::<Option<Token![|]>>()?.is_none() {
        return Ok(None);
    }
    let worker = input.parse()?;
    input.parse::<Token![|]>()?;
    Ok(Some(worker))
}

/// No whole expression: `4 <- numbers` would be a comparison.
fn count(input: ParseStream) -> syn::Result<Expr> {
    if input.peek(token::Paren) {
        let content;
        parenthesized!(content in input);
        return content.parse();
    }
    if let Ok(lit) = input.fork().parse::<Lit>() {
        input.parse::<Lit>()?;
        return Ok(Expr::Lit(ExprLit { attrs: Vec::new(), lit }));
    }
    match input.call(Path::parse_mod_style) {
        Ok(path) => Ok(Expr::Path(ExprPath { attrs: Vec::new(), qself: None, path })),
        Err(_) => Err(err!(
            next_token(input),
            "expected the number of workers behind `*`",
            help = "a number, a name, or an expression in parentheses: `* (cores - 1)`"
        )),
    }
}

fn source(input: ParseStream, errors: &mut Errors) -> syn::Result<Source> {
    let producer = if input.peek(token::Paren) {
        let content;
        parenthesized!(content in input);
        Producer::Other(Box::new(content.parse()?))
    } else {
        match input.parse::<Ident>() {
            Ok(id) => Producer::Stage(id),
            Err(_) => {
                return Err(err!(
                    next_token(input),
                    "expected a producer behind `<-`",
                    help = "the name of a stage, or a handle in parentheses: `<- (NumbersRef::named(\"numbers\"))`"
                ));
            }
        }
    };
    let mut options = SubscriptionOptions::default();
    braces(
        input,
        |content, errors| {
            Options::new("a subscription", SUBSCRIPTION_OPTIONS, Separator::Colon)
                .repeatable("with")
                .elsewhere(STAGE_OPTIONS, "the stage: in braces before its `<-`")
                .read(content, errors, |key, input, _| options.read(key, input));
        },
        errors,
    )?;
    Ok(Source { producer, options })
}

/// Options in braces, if there are any.
fn braces(input: ParseStream, read: impl FnOnce(TokenStream, &mut Errors), errors: &mut Errors) -> syn::Result<()> {
    if input.peek(token::Brace) {
        let content;
        braced!(content in input);
        read(content.parse()?, errors);
    }
    Ok(())
}
