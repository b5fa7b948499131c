//! What is known of a server once its handlers keep the rules.

use proc_macro2::{Ident, Span};
use syn::spanned::Spanned;
use syn::{Attribute, Generics, Type, TypePath, Visibility};

use super::kind::Kind;
use super::parse::{Handler, Parsed};
use super::signature::{SelfKind, argument_name, arguments, is_reply_to, returns, self_kind};
use super::stage_rules::{Side, side};
use crate::attr::Delay;
use crate::gen_server::Flavour;
use crate::util::{CratePath, cfgs, client_attrs, generic_argument, last_segment_is, replace_self};

/// A server: everything its expansion needs.
pub(super) struct Handlers<'a> {
    pub(super) flavour: Flavour,
    pub(super) krate: &'a CratePath,
    pub(super) self_ty: &'a TypePath,
    pub(super) generics: &'a Generics,
    /// Of the impl block.
    pub(super) cfgs: Vec<Attribute>,
    pub(super) inits: Vec<Method>,
    pub(super) requests: Vec<Request>,
    pub(super) infos: Vec<Typed>,
    /// `#[info(any)]`
    pub(super) any_info: Vec<Method>,
    pub(super) steps: Vec<Typed>,
    pub(super) timeouts: Vec<Method>,
    pub(super) terminates: Vec<Method>,
    pub(super) format_statuses: Vec<Method>,
    pub(super) stage: StageHandlers,
}

/// What only a stage has.
#[derive(Default)]
pub(super) struct StageHandlers {
    /// What it emits, as far as its handlers say.
    pub(super) emits: Option<Type>,
    pub(super) demands: Vec<Method>,
    pub(super) events: Vec<Method>,
    /// By the side of the subscription.
    pub(super) subscribed: Vec<(Side, Method)>,
    pub(super) cancelled: Vec<(Side, Method)>,
    pub(super) discarded: Vec<Method>,
    /// With what they return.
    pub(super) dispatchers: Vec<(Method, Type)>,
}

/// The method behind a handler: how it is called, and where errors about it point.
pub(super) struct Method {
    pub(super) ident: Ident,
    pub(super) cfgs: Vec<Attribute>,
    pub(super) is_async: bool,
    pub(super) boxed: bool,
    /// `&self`
    pub(super) shared_self: bool,
    pub(super) arguments: Vec<Argument>,
    /// The return type's place, or the name's when there is none.
    pub(super) returns: Span,
}

/// An argument, `Self` spelt out in its type.
pub(super) struct Argument {
    pub(super) name: Ident,
    pub(super) ty: Type,
}

/// A handler for one type of message.
pub(super) struct Typed {
    pub(super) method: Method,
    pub(super) ty: Type,
}

/// A handler with a client method and a variant of the request enum.
pub(super) struct Request {
    /// Its arguments are those of the message: without the caller's address.
    pub(super) method: Method,
    /// For the client method: docs, cfgs, deprecation.
    pub(super) attrs: Vec<Attribute>,
    pub(super) vis: Visibility,
    pub(super) client: Ident,
    /// `None` for a cast, which is not answered.
    pub(super) call: Option<Call>,
}

/// How a call is answered.
pub(super) struct Call {
    /// The reply's type.
    pub(super) reply: Type,
    pub(super) timeout: Option<Delay>,
    pub(super) how: How,
}

/// What a call's handler does about its reply.
pub(super) enum How {
    /// Returns it.
    Plain,
    /// Returns `Reply<T, N>`.
    Reply,
    /// Takes `from`, at this place among its arguments, and returns `Reply<T, N>`.
    Held(usize),
    /// Takes `from`, at this place among its arguments, and returns what a cast may.
    From(usize),
}

impl<'a> Handlers<'a> {
    pub(super) fn new(parsed: &'a Parsed) -> Self {
        let mut handlers = Self {
            flavour: parsed.flavour,
            krate: &parsed.krate,
            self_ty: &parsed.self_ty,
            generics: &parsed.item.generics,
            cfgs: cfgs(&parsed.item.attrs),
            inits: Vec::new(),
            requests: Vec::new(),
            infos: Vec::new(),
            any_info: Vec::new(),
            steps: Vec::new(),
            timeouts: Vec::new(),
            terminates: Vec::new(),
            format_statuses: Vec::new(),
            stage: StageHandlers::default(),
        };
        handlers.stage.emits = emitted(&parsed.handlers).map(|ty| replace_self(ty, handlers.self_ty));
        for handler in &parsed.handlers {
            handlers.add(handler);
        }
        handlers
    }

    fn add(&mut self, handler: &Handler) {
        let method = Method::new(handler, self.self_ty);
        match handler.kind {
            Kind::Init => self.inits.push(method),
            Kind::Call | Kind::Cast => self.requests.push(Request::new(handler, method, self.self_ty)),
            Kind::Info if handler.any => self.any_info.push(method),
            Kind::Info => self.infos.extend(Typed::new(method)),
            Kind::HandleContinue => self.steps.extend(Typed::new(method)),
            Kind::Timeout => self.timeouts.push(method),
            Kind::Terminate => self.terminates.push(method),
            Kind::FormatStatus => self.format_statuses.push(method),
            Kind::Demand => self.stage.demands.push(method),
            Kind::Events => self.stage.events.push(method),
            Kind::Subscribed => self.stage.subscribed.extend(side(handler).map(|side| (side, method))),
            Kind::Cancelled => self.stage.cancelled.extend(side(handler).map(|side| (side, method))),
            Kind::Discarded => self.stage.discarded.push(method),
            Kind::Dispatcher => {
                let ty = returns(&handler.method.sig).map(|ty| replace_self(ty, self.self_ty));
                self.stage.dispatchers.extend(ty.map(|ty| (method, ty)));
            }
        }
    }
}

impl Method {
    fn new(handler: &Handler, self_ty: &TypePath) -> Self {
        let signature = &handler.method.sig;
        let argument = |(index, argument)| Argument {
            name: argument_name(argument, index),
            ty: replace_self(&argument.ty, self_ty),
        };
        Self {
            ident: signature.ident.clone(),
            cfgs: cfgs(&handler.method.attrs),
            is_async: signature.asyncness.is_some(),
            boxed: handler.boxed,
            shared_self: self_kind(signature) == SelfKind::Shared,
            arguments: arguments(signature).enumerate().map(argument).collect(),
            returns: returns(signature).map_or(signature.ident.span(), Spanned::span),
        }
    }
}

impl Typed {
    /// `None` for a handler without an argument, which the rules have sorted out.
    fn new(method: Method) -> Option<Self> {
        let ty = method.arguments.first()?.ty.clone();
        Some(Self { method, ty })
    }
}

impl Request {
    fn new(handler: &Handler, mut method: Method, self_ty: &TypePath) -> Self {
        let function = &handler.method;
        let call = (handler.kind == Kind::Call).then(|| call(handler, &mut method, self_ty));
        Self {
            method,
            attrs: client_attrs(&function.attrs),
            vis: function.vis.clone(),
            client: handler.name.clone().unwrap_or_else(|| function.sig.ident.clone()),
            call,
        }
    }
}

/// What a stage emits, read off what its handlers return: `Vec<E>` or `Emit<E>`, bare, in a `Result`, or behind the reply of
/// a call.
pub(super) fn emitted(handlers: &[Handler]) -> Option<&Type> {
    let of = |kind: Kind| handlers.iter().filter(move |handler| handler.kind == kind);
    let first = of(Kind::Demand).chain(of(Kind::Events)).find_map(|handler| events_in(returns(&handler.method.sig)?));
    first.or_else(|| {
        handlers.iter().find_map(|handler| {
            let returned = returns(&handler.method.sig)?;
            match handler.kind {
                Kind::Call if last_segment_is(returned, "Reply") => events_in(generic_argument(returned, 1)?),
                Kind::Cast | Kind::Info | Kind::HandleContinue | Kind::Timeout | Kind::Cancelled => events_in(returned),
                _ => None,
            }
        })
    })
}

fn events_in(ty: &Type) -> Option<&Type> {
    if last_segment_is(ty, "Result") {
        return events_in(generic_argument(ty, 0)?);
    }
    if last_segment_is(ty, "Emit") { generic_argument(ty, 0) } else { vec_element(ty) }
}

/// `E` of `Vec<E>`.
pub(super) fn vec_element(ty: &Type) -> Option<&Type> {
    if last_segment_is(ty, "Vec") { generic_argument(ty, 0) } else { None }
}

/// Finds out how a call is answered, and takes the caller's address from the arguments.
fn call(handler: &Handler, method: &mut Method, self_ty: &TypePath) -> Call {
    let signature = &handler.method.sig;
    let returned = returns(signature);
    let wrapped = returned.filter(|ty| last_segment_is(ty, "Reply"));
    let place = method.arguments.iter().position(|argument| is_reply_to(&argument.ty));
    let from = place.map(|place| (place, method.arguments.remove(place)));
    let (reply, how) = match (&from, wrapped) {
        (Some((place, from)), Some(_)) => (generic_argument(&from.ty, 0), How::Held(*place)),
        (Some((place, from)), None) => (generic_argument(&from.ty, 0), How::From(*place)),
        (None, Some(reply)) => (generic_argument(reply, 0), How::Reply),
        (None, None) => (returned, How::Plain),
    };
    let unit = || syn::parse_quote!(());
    Call { reply: reply.map_or_else(unit, |ty| replace_self(ty, self_ty)), timeout: handler.timeout.clone(), how }
}
