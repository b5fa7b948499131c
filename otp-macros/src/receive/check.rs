//! What an arm must say: the type of its message. Each rule has a test of its name in `ui-tests/fail/receive`.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ExprLit, ExprUnary, Lit, Pat, PatIdent, Path, Type, TypePath, UnOp};

use super::model::{Arm, Binding, Parsed, Receive, Written};
use crate::diag::{Errors, err};

pub(super) fn check(parsed: Parsed, errors: &mut Errors) -> Receive {
    if let Some(after) = &parsed.after {
        check_delay(&after.delay, errors);
    }
    let arms = parsed.arms.into_iter().filter_map(|arm| understand(arm, errors)).collect();
    Receive { arms, after: parsed.after }
}

fn check_delay(delay: &Expr, errors: &mut Errors) {
    let help = "milliseconds as a whole number, or an expression of `Duration`";
    match delay {
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), .. }) => {
            errors.push(err!(delay, "`after` cannot be negative", help = "{help}"))
        }
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) if number.suffix().is_empty() => {}
        Expr::Lit(_) => errors.push(err!(delay, "`after` takes a time span", help = "{help}")),
        _ => {}
    }
}

fn understand(arm: Written, errors: &mut Errors) -> Option<Arm> {
    let ty = match arm.ty {
        Some(ty) => ty,
        None => errors.ok(own_type(&arm.pattern))?,
    };
    let mut pattern = arm.pattern;
    let mut collect = Collect { bindings: Vec::new(), errors };
    collect.visit_pat_mut(&mut pattern);
    Some(Arm { ty, pattern, guard: arm.guard, bindings: collect.bindings, body: arm.body })
}

/// The type that the pattern's path names: `Tick`, `Down { .. }`, `Ping(n)`.
fn own_type(pattern: &Pat) -> syn::Result<Type> {
    match pattern {
        Pat::Struct(pattern) => path_type(&pattern.path, pattern),
        Pat::TupleStruct(pattern) => path_type(&pattern.path, pattern),
        Pat::Path(pattern) => path_type(&pattern.path, pattern),
        Pat::Paren(pattern) => own_type(&pattern.pat),
        Pat::Ident(PatIdent { subpat: Some((_, pattern)), .. }) => own_type(pattern),
        Pat::Ident(pattern) if !binds(pattern) => path_type(&pattern.ident.clone().into(), pattern),
        other => Err(untyped(other)),
    }
}

fn path_type(path: &Path, pattern: &impl ToTokens) -> syn::Result<Type> {
    // `Ev::Open(..)`: a capital before the last segment makes that a variant, which is no type.
    let before_last = path.segments.iter().rev().nth(1);
    if let Some(owner) = before_last.filter(|segment| segment.ident.to_string().starts_with(char::is_uppercase)) {
        let (written, owner) = (path.to_token_stream().to_string().replace(' ', ""), &owner.ident);
        return Err(err!(
            pattern,
            "`{written}` is a variant, and a message has a type",
            help = "write the type behind the pattern: `{written}(..): {owner} => ..`"
        ));
    }
    Ok(Type::Path(TypePath { qself: None, path: path.clone() }))
}

fn untyped(pattern: &Pat) -> syn::Error {
    let written = pattern.to_token_stream();
    err!(
        pattern,
        "which messages does this arm take? Only a pattern with a type's name says so by itself",
        help = "write the type behind the pattern: `{written}: Tick => ..`"
    )
}

/// Whether an identifier in a pattern is a new variable, and not a constant or a unit struct.
fn binds(pattern: &PatIdent) -> bool {
    let variable = |ident: &Ident| !ident.to_string().starts_with(char::is_uppercase);
    pattern.subpat.is_some() || pattern.mutability.is_some() || variable(&pattern.ident)
}

/// Collects the variables of a pattern, and makes them immutable: the arm's body has its own.
struct Collect<'a> {
    bindings: Vec<Binding>,
    errors: &'a mut Errors,
}

impl VisitMut for Collect<'_> {
    fn visit_pat_ident_mut(&mut self, pattern: &mut PatIdent) {
        if let Some(by_ref) = &pattern.by_ref {
            let name = &pattern.ident;
            self.errors.push(err!(
                by_ref,
                "a received message is moved out of the mailbox: there is nothing to refer to",
                help = "write `{name}`"
            ));
        }
        if binds(pattern) {
            let mutable = pattern.mutability.take().is_some();
            // Each alternative of `A(x) | B(x)` binds the same `x`.
            if self.bindings.iter().all(|binding| binding.name != pattern.ident) {
                self.bindings.push(Binding { name: pattern.ident.clone(), mutable });
            }
        }
        visit_mut::visit_pat_ident_mut(self, pattern);
    }

    // Constants and ranges hold expressions, which bind nothing.
    fn visit_expr_mut(&mut self, _: &mut Expr) {}
}
