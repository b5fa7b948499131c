//! The rules that only the handlers of stages must keep. Each has a test of its name in `ui-tests/fail/gen_stage`.

use syn::Type;

use super::check::Found;
use super::kind::Kind;
use super::model::{emitted, vec_element};
use super::parse::{Handler, Parsed};
use super::signature::{arguments, returns};
use crate::diag::{Errors, err};
use crate::util::last_segment_is;

/// What concerns more than one handler.
pub(super) fn check(parsed: &Parsed, errors: &mut Errors) {
    let demand = parsed.handlers.iter().find(|handler| handler.kind == Kind::Demand);
    let events = parsed.handlers.iter().find(|handler| handler.kind == Kind::Events);
    if let (None, None) = (demand, events) {
        let self_ty = &parsed.self_ty;
        errors.push(err!(
            self_ty,
            "this stage has neither `#[demand]` nor `#[events]`",
            help = "a producer has `#[demand] fn demand(&mut self, demand: usize) -> Vec<..>`, a consumer and a producer_consumer `#[events] fn events(&mut self, events: Vec<..>)`"
        ));
    }
    if let (Some(demand), Some(_)) = (demand, events) {
        errors.push(err!(
            demand.attr,
            "a stage has `#[demand]` or `#[events]`, not both",
            help = "a producer_consumer is asked for nothing: what its `#[events]` handler returns goes on when there is demand"
        ));
    }
    if let Some(demand) = demand
        && emitted(&parsed.handlers).is_none()
    {
        let name = &demand.method.sig.ident;
        errors.push(err!(
            demand.method.sig.ident,
            "nothing here says what this producer emits",
            help = "write `fn {name}(&mut self, demand: usize) -> Vec<..>`; it may return fewer events than were asked for"
        ));
    }
    for (kind, place) in [(Kind::Subscribed, "`#[subscribed]`"), (Kind::Cancelled, "`#[cancelled]`")] {
        let mut sides = [None, None];
        for handler in parsed.handlers.iter().filter(|handler| handler.kind == kind) {
            let Some(side) = side(handler) else { continue };
            if sides[side as usize].replace(()).is_some() {
                errors.push(err!(
                    handler.attr,
                    "a stage has one {place} for each side",
                    help = "one takes a `Subscription` (this stage consumes), the other a `Subscriber` (this stage produces)"
                ));
            }
        }
    }
}

/// Which side of a subscription a handler is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Consumer,
    Producer,
}

/// By the type of its first argument.
pub(super) fn side(handler: &Handler) -> Option<Side> {
    let first = arguments(&handler.method.sig).next()?;
    let Type::Reference(reference) = &*first.ty else { return None };
    if last_segment_is(&reference.elem, "Subscriber") {
        Some(Side::Producer)
    } else if last_segment_is(&reference.elem, "Subscription") || last_segment_is(&reference.elem, "NewSubscription") {
        Some(Side::Consumer)
    } else {
        None
    }
}

/// What each handler takes and returns.
pub(super) fn rules(handler: &Handler, found: &mut Found) {
    let signature = &handler.method.sig;
    let (name, count) = (&signature.ident, arguments(signature).count());
    let first = arguments(signature).next().map(|argument| &*argument.ty);
    let borrows = |place: usize| {
        arguments(signature).nth(place).is_none_or(|argument| matches!(&*argument.ty, Type::Reference(_)))
    };
    let (fits, takes, example) = match handler.kind {
        Kind::Demand => (
            count == 1 && first.is_some_and(|ty| last_segment_is(ty, "usize")),
            "one argument, how many events are wanted",
            format!("fn {name}(&mut self, demand: usize) -> Vec<..>"),
        ),
        Kind::Events => (
            (1..=2).contains(&count) && first.is_some_and(|ty| vec_element(ty).is_some()) && borrows(1),
            "the events, and perhaps the subscription they come from",
            format!("fn {name}(&mut self, events: Vec<..>, from: &Subscription)"),
        ),
        Kind::Subscribed => (
            count == 1 && side(handler).is_some(),
            "one argument, that says which side of the subscription this stage is on",
            format!(
                "fn {name}(&mut self, subscription: &mut NewSubscription)` where it consumes, or `fn {name}(&mut self, subscriber: &Subscriber)` where it produces; demand can be taken in hand on the first only: `subscription.manual()"
            ),
        ),
        Kind::Cancelled => (
            (1..=2).contains(&count) && side(handler).is_some() && borrows(1),
            "the subscription, and perhaps how it ended",
            format!(
                "fn {name}(&mut self, subscription: &Subscription, how: &Cancelled)` where it consumes, or with `subscriber: &Subscriber` where it produces, as in `fn {name}(&mut self, subscriber: &Subscriber)"
            ),
        ),
        Kind::Discarded => (
            count == 1 && signature.asyncness.is_none() && returns(signature).is_some(),
            "the number of events that were dropped, and answers at once whether that is logged",
            format!("fn {name}(&self, discarded: usize) -> bool"),
        ),
        Kind::Dispatcher => (
            count == 0 && signature.asyncness.is_none() && returns(signature).is_some(),
            "nothing, and answers at once",
            format!("fn {name}(&self) -> PartitionDispatcher<..>"),
        ),
        _ => return,
    };
    if !fits {
        let place = handler.kind.place();
        found.push(err!(signature.inputs, "{place} takes {takes}", help = "write `{example}`"));
    }
    if let Some(ty) = returns(signature).filter(|ty| last_segment_is(ty, "Reply")) {
        let place = handler.kind.place();
        found.push(err!(
            ty,
            "nobody waits for a reply from {place}",
            help = "return events, `Next`, `Emit`, or a `Result` of one"
        ));
    }
}
