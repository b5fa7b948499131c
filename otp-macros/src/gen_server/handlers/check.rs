//! The rules a server's handlers must keep. Each has a test of its name in `ui-tests/fail/gen_server`.

use quote::ToTokens;
use syn::{ImplItem, Signature, Type};

use super::kind::Kind;
use super::parse::{Handler, Parsed};
use super::signature::{SelfKind, arguments, is_reply_to, returns, self_kind};
use super::stage_rules as stage;
use crate::diag::{Errors, err};
use crate::gen_server::Flavour;
use crate::util::{
    cfgs, first_impl_trait, first_short_lifetime, generic_argument, last_segment_is, mentions_segment, plain,
};

/// Checks all handlers and drops those that break a rule, so that what is left can be expanded.
pub(super) fn check(parsed: &mut Parsed, errors: &mut Errors) {
    let inits = parsed.handlers.iter().filter(|handler| handler.kind == Kind::Init).count();
    missing_init(parsed, inits, errors);
    one_of_a_kind(parsed, errors);
    one_handler_a_type(parsed, errors);
    if parsed.flavour == Flavour::Server {
        not_of_servers(parsed, errors);
    } else {
        stage::check(parsed, errors);
    }
    let mut reported_by_rustc = Vec::new();
    parsed.handlers.retain(|handler| {
        let mut found = Vec::new();
        rules(handler, &mut found);
        let valid = found.is_empty();
        found.into_iter().for_each(|error| errors.push(error));
        if untyped_reply(handler) {
            reported_by_rustc.push(handler.method.sig.ident.clone());
        }
        valid
    });
    // rustc would say the same once more (E0107), so it does not get to see them.
    parsed
        .item
        .items
        .retain(|member| !matches!(member, ImplItem::Fn(method) if reported_by_rustc.contains(&method.sig.ident)));
}

/// Handlers that only stages have.
fn not_of_servers(parsed: &mut Parsed, errors: &mut Errors) {
    parsed.handlers.retain(|handler| {
        if handler.kind.is_of_stages() {
            let name = handler.kind.name();
            errors.push(err!(
                handler.attr,
                "a server has no `#[{name}]`: that is for stages",
                help = "write `#[gen_stage]` in the place of `#[gen_server]`, on the struct with its kind"
            ));
        }
        !handler.kind.is_of_stages()
    });
}

/// `Reply` or `ReplyTo` without the type of the reply.
fn untyped_reply(handler: &Handler) -> bool {
    let arguments = arguments(&handler.method.sig).map(|argument| &*argument.ty).filter(|ty| is_reply_to(ty));
    let reply = returns(&handler.method.sig).filter(|ty| last_segment_is(ty, "Reply"));
    arguments.chain(reply).any(|ty| generic_argument(ty, 0).is_none())
}

fn missing_init(parsed: &Parsed, inits: usize, errors: &mut Errors) {
    if inits == 0 {
        let self_ty = &parsed.self_ty;
        let name = self_ty.to_token_stream();
        errors.push(err!(
            self_ty,
            "`{name}` has no `#[init]`, which makes the state of a new server",
            help = "add `#[init] fn init() -> Self {{ .. }}`; its arguments are those of `{name}::start_link`"
        ));
    }
}

/// One init, one timeout, one terminate, one format_status; one `#[info(any)]`.
fn one_of_a_kind(parsed: &Parsed, errors: &mut Errors) {
    let alone = [
        Kind::Init,
        Kind::Timeout,
        Kind::Terminate,
        Kind::FormatStatus,
        Kind::Demand,
        Kind::Events,
        Kind::Discarded,
        Kind::Dispatcher,
    ];
    let what = parsed.flavour.what();
    for (index, handler) in parsed.handlers.iter().enumerate() {
        let same = |earlier: &&Handler| {
            earlier.kind == handler.kind
                && (alone.contains(&handler.kind) || (earlier.any && handler.any))
                && coexist(earlier, handler)
        };
        if let Some(first) = parsed.handlers[..index].iter().find(same) {
            let (place, first) = (handler.kind.place(), &first.method.sig.ident);
            errors.push(err!(
                handler.attr,
                "a {what} has one {place}, and `{first}` is it",
                help = "remove one of the two, or give each a `#[cfg(..)]` of its own"
            ));
        }
    }
}

/// Two info handlers, or two continue handlers, for one type. Types that only turn out to be equal (aliases) are
/// reported by the compiler, at the argument's type.
fn one_handler_a_type(parsed: &mut Parsed, errors: &mut Errors) {
    let typed = |handler: &Handler| match handler.kind {
        Kind::Info | Kind::HandleContinue if !handler.any => {
            arguments(&handler.method.sig).next().map(|argument| (*argument.ty).clone())
        }
        _ => None,
    };
    let mut second = Vec::new();
    for (index, handler) in parsed.handlers.iter().enumerate() {
        let Some(ty) = typed(handler) else { continue };
        let same = |earlier: &&Handler| {
            earlier.kind == handler.kind && typed(earlier).as_ref() == Some(&ty) && coexist(earlier, handler)
        };
        if let Some(first) = parsed.handlers[..index].iter().find(same) {
            let (place, name, first) = (handler.kind.place(), ty.to_token_stream(), &first.method.sig.ident);
            errors.push(err!(
                ty,
                "`{first}` is the {place} handler for `{name}` already",
                help = "a type has one handler: match on its values inside, or send another type"
            ));
            second.push(index);
        }
    }
    // Left in, they would be reported again (E0119).
    let mut index = 0..;
    parsed.handlers.retain(|_| index.next().is_none_or(|index| !second.contains(&index)));
}

/// Whether both can be in one build: with a `#[cfg]` on each, only the compiler knows.
fn coexist(a: &Handler, b: &Handler) -> bool {
    cfgs(&a.method.attrs).is_empty() || cfgs(&b.method.attrs).is_empty()
}

pub(super) type Found = Vec<syn::Error>;

fn rules(handler: &Handler, found: &mut Found) {
    let signature = &handler.method.sig;
    plain_method(signature, found);
    receiver(handler, found);
    if handler.kind.is_of_stages() {
        stage::rules(handler, found);
        return;
    }
    for argument in arguments(signature) {
        argument_rules(handler, argument, found);
    }
    arity(handler, found);
    return_rules(handler, found);
    match handler.kind {
        Kind::Call => call_rules(handler, found),
        Kind::Cast => client_name(handler, found),
        Kind::HandleContinue => {}
        Kind::FormatStatus if signature.asyncness.is_some() => found.push(err!(
            signature.asyncness,
            "`#[format_status]` cannot be async: the server is asked for its state between two messages",
            help = "remove `async`"
        )),
        _ => {}
    }
}

/// A handler is called with what a message carries: nothing is left for a caller to choose.
fn plain_method(signature: &Signature, found: &mut Found) {
    if !signature.generics.params.is_empty() {
        found.push(err!(
            signature.generics,
            "a handler cannot be generic: a message has one type",
            help = "name the type, use `Box<dyn Trait + Send>`, or make the struct and the impl generic"
        ));
    }
    if let Some(clause) = &signature.generics.where_clause {
        found.push(err!(
            clause,
            "a handler has no bounds of its own: the server carries out every message",
            help = "move the bound to the impl block"
        ));
    }
    if let Some(unsafety) = &signature.unsafety {
        found.push(err!(
            unsafety,
            "a handler cannot be unsafe: any process may send the message",
            help = "remove `unsafe`"
        ));
    }
    if let Some(abi) = &signature.abi {
        found.push(err!(abi, "a handler is a Rust method", help = "remove the ABI"));
    }
}

fn receiver(handler: &Handler, found: &mut Found) {
    let signature = &handler.method.sig;
    let (place, name) = (handler.kind.place(), &signature.ident);
    match (handler.kind, self_kind(signature)) {
        (Kind::Init, SelfKind::None) => {}
        (Kind::Init, _) => found.push(err!(
            signature.receiver(),
            "{place} has no `self`: it makes the state",
            help = "write `fn {name}(..) -> Self`"
        )),
        (_, SelfKind::None) => found.push(err!(
            signature.ident,
            "a {place} handler is a method, and `{name}` has no `self`",
            help = "write `fn {name}(&mut self, ..)`"
        )),
        (_, SelfKind::Owned) => found.push(err!(
            signature.receiver(),
            "a handler cannot take the state away from the server",
            help = "write `&mut self`; to end the server, return `Next::stop(..)`"
        )),
        (Kind::FormatStatus, SelfKind::Mut) => {
            found.push(err!(signature.receiver(), "`#[format_status]` only looks at the state", help = "write `&self`"))
        }
        _ => {}
    }
}

fn argument_rules(handler: &Handler, argument: &syn::PatType, found: &mut Found) {
    let ty = &argument.ty;
    if let Some(attr) =
        argument.attrs.iter().find(|attr| attr.path().is_ident("cfg") || attr.path().is_ident("cfg_attr"))
    {
        found.push(err!(
            attr,
            "an argument of a handler cannot be conditional: the message would change its shape",
            help = "write two handlers, each with a `#[cfg(..)]` of its own"
        ));
    }
    if let Some(found_impl) = first_impl_trait(ty) {
        found.push(err!(
            found_impl,
            "a handler's argument cannot be `impl Trait`: a message has one type",
            help = "name the type, or use `Box<dyn Trait + Send>`"
        ));
        return;
    }
    let reason = handler.kind == Kind::Terminate;
    if let (Some(borrow), false) = (first_short_lifetime(ty), reason) {
        let owned = owned(ty);
        found.push(err!(
            borrow,
            "a handler's argument cannot borrow: the message outlives the function that sends it",
            help = "{owned}"
        ));
    }
    if reason && !matches!(&**ty, Type::Reference(reference) if reference.mutability.is_none()) {
        found.push(err!(ty, "`#[terminate]` borrows its reason", help = "write `reason: &ExitReason`"));
    }
    if is_reply_to(ty) && handler.kind != Kind::Call {
        let place = handler.kind.place();
        found.push(err!(ty, "nobody waits for a reply from {place}", help = "make it a `#[call]`"));
    }
}

/// What to write instead of a borrowed type.
fn owned(ty: &Type) -> String {
    let Type::Reference(reference) = ty else {
        return String::from("own the data, or use `'static`");
    };
    match &*reference.elem {
        elem if last_segment_is(elem, "str") => String::from("write `String`, `Arc<str>` or `&'static str`"),
        Type::Slice(slice) => {
            let elem = slice.elem.to_token_stream();
            format!("write `Vec<{elem}>` or `Arc<[{elem}]>`")
        }
        elem => {
            let elem = elem.to_token_stream();
            format!("write `{elem}` or `Arc<{elem}>`")
        }
    }
}

/// How many arguments each kind of handler takes.
fn arity(handler: &Handler, found: &mut Found) {
    let signature = &handler.method.sig;
    let count = arguments(signature).count();
    let name = &signature.ident;
    let (fits, takes, example) = match handler.kind {
        Kind::Info => (count == 1, "one argument, the message", format!("fn {name}(&mut self, message: Tick)")),
        Kind::HandleContinue => (count == 1, "one argument, the step", format!("fn {name}(&mut self, step: Load)")),
        Kind::Timeout => (count == 0, "no arguments", format!("fn {name}(&mut self)")),
        Kind::FormatStatus => (count == 0, "no arguments", format!("fn {name}(&self) -> String")),
        Kind::Terminate => {
            (count <= 1, "at most one argument, the reason", format!("fn {name}(&mut self, reason: &ExitReason)"))
        }
        _ => return,
    };
    if !fits {
        let place = handler.kind.place();
        found.push(err!(signature.inputs, "{place} takes {takes}", help = "write `{example}`"));
    }
}

fn return_rules(handler: &Handler, found: &mut Found) {
    let signature = &handler.method.sig;
    let (place, name) = (handler.kind.place(), &signature.ident);
    let Some(ty) = returns(signature) else {
        match handler.kind {
            Kind::Init => found.push(err!(
                signature.ident,
                "`#[init]` returns the state, and `{name}` returns nothing",
                help = "write `-> Self`, `-> Init<Self>` or `-> Result<Self, E>`"
            )),
            Kind::FormatStatus => found.push(err!(
                signature.ident,
                "`#[format_status]` returns the state as text, and `{name}` returns nothing",
                help = "write `-> String`"
            )),
            _ => {}
        }
        return;
    };
    if let Some(found_impl) = first_impl_trait(ty) {
        found.push(err!(
            found_impl,
            "{place} cannot return `impl Trait`",
            help = "name the type, or use `Box<dyn Trait + Send>`"
        ));
    }
    match handler.kind {
        Kind::Cast | Kind::Info | Kind::HandleContinue | Kind::Timeout if last_segment_is(ty, "Reply") => {
            found.push(err!(
                ty,
                "nobody waits for a reply from {place}",
                help = "return `()`, `Next` or a `Result` of one; with a reply it is a `#[call]`"
            ))
        }
        Kind::Terminate if !is_unit(ty) => {
            found.push(err!(
                ty,
                "nobody looks at what `#[terminate]` returns",
                help = "return nothing; log what went wrong"
            ));
        }
        _ => {}
    }
}

fn call_rules(handler: &Handler, found: &mut Found) {
    client_name(handler, found);
    let signature = &handler.method.sig;
    let mut froms = arguments(signature).filter(|argument| is_reply_to(&argument.ty));
    let from = froms.next();
    if let Some(second) = froms.next() {
        found.push(err!(second, "a call has one caller to reply to", help = "remove this argument"));
    }
    let replied = from.and_then(|from| generic_argument(&from.ty, 0));
    if let (Some(from), None) = (from, replied) {
        found.push(err!(from.ty, "`ReplyTo` needs the type of the reply", help = "write `ReplyTo<T>`"));
    }
    let Some(ty) = returns(signature) else { return };
    reply_rules(ty, found);
    if from.is_none() && last_segment_is(ty, "Next") {
        found.push(err!(
            ty,
            "a call returns its reply, and `Next` would be sent to the caller",
            help = "return `Reply<T, Next>`, as in `Reply::now(value).then(Next::hibernate())`"
        ));
    }
    if let Some(replied) = replied.filter(|replied| *replied == ty && !is_unit(ty)) {
        let (name, replied) = (&signature.ident, replied.to_token_stream());
        found.push(err!(
            ty,
            "`{name}` takes the caller's address and returns the reply as well",
            help = "return `Reply<{replied}>`, or remove the `ReplyTo` argument"
        ));
    }
}

/// With `from`, `()` means "replied, or later", as from a cast.
fn is_unit(ty: &Type) -> bool {
    matches!(ty, Type::Tuple(tuple) if tuple.elems.is_empty())
}

/// What may stand behind the `->` of a call.
fn reply_rules(ty: &Type, found: &mut Found) {
    if last_segment_is(ty, "Reply") {
        if generic_argument(ty, 0).is_none() {
            found.push(err!(
                ty,
                "`Reply` needs the type of the reply",
                help = "write `Reply<T>`, or `Reply<()>` for a mere answer"
            ));
        }
    } else if mentions_segment(ty, "Reply") {
        found.push(err!(
            ty,
            "a `Reply` cannot be wrapped: the caller would be sent the wrapping",
            help = "return `Reply<T, Result<Next, E>>`, whose `Err` stops the server; `Result<T, E>` is a plain reply"
        ));
    }
    if let Some(borrow) = first_short_lifetime(ty) {
        let owned = owned(ty);
        found.push(err!(borrow, "a reply cannot borrow: it leaves the server", help = "{owned}"));
    }
}

/// The handle has two functions of its own; the rest, which it has from `ServerRef`, a client method may shadow.
fn client_name(handler: &Handler, found: &mut Found) {
    let ident = handler.name.as_ref().unwrap_or(&handler.method.sig.ident);
    let name = plain(ident);
    if ["named", "via", "from_pid"].contains(&name.as_str()) {
        let place = handler.kind.name();
        found.push(err!(
            ident,
            "the handle has a function `{name}` already",
            help = "name the client method otherwise: `#[{place}(name = get_{name})]`"
        ));
    }
}
