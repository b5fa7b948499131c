//! The impl block taken apart: handlers with their attributes read and removed.

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::{Attribute, ImplItem, ImplItemFn, ItemImpl, Meta, Token, Type, TypePath};

use super::kind::{self, Kind, handler_attr, misplaced_handlers};
use crate::attr::{Delay, Key, Options, Separator, boolean, delay};
use crate::diag::{Errors, err};
use crate::gen_server::Flavour;
use crate::gen_server::declare::options as of_struct;
use crate::util::CratePath;

/// A method with a handler attribute.
pub(super) struct Handler {
    pub(super) kind: Kind,
    /// The attribute, to blame for what concerns the handler as a whole.
    pub(super) attr: Attribute,
    /// The method without it.
    pub(super) method: ImplItemFn,
    /// `timeout = ..` of a call.
    pub(super) timeout: Option<Delay>,
    /// `name = ..`: the client method's name.
    pub(super) name: Option<Ident>,
    /// `boxed`: the handler's future lives on the heap while it runs.
    pub(super) boxed: bool,
    /// `any`: takes the messages no other info handler takes.
    pub(super) any: bool,
}

/// The impl block and its handlers.
pub(super) struct Parsed {
    pub(super) flavour: Flavour,
    pub(super) krate: CratePath,
    /// The block without our attributes.
    pub(super) item: ItemImpl,
    pub(super) self_ty: TypePath,
    pub(super) handlers: Vec<Handler>,
}

/// The block comes back, without our attributes, when it cannot be a server's.
pub(super) fn parse(
    flavour: Flavour,
    args: TokenStream,
    mut item: ItemImpl,
    errors: &mut Errors,
) -> Result<Parsed, Box<ItemImpl>> {
    let krate = options(flavour, args, errors);
    let mut handlers = Vec::new();
    for member in &mut item.items {
        match member {
            ImplItem::Fn(method) => handlers.extend(method_handler(flavour, method, errors)),
            ImplItem::Const(member) => misplaced_handlers(&mut member.attrs, "a constant", errors),
            ImplItem::Type(member) => misplaced_handlers(&mut member.attrs, "a type", errors),
            ImplItem::Macro(member) => misplaced_handlers(&mut member.attrs, "a macro call", errors),
            _ => {}
        }
    }
    refuse_reserved(&mut item, flavour.attribute(), errors);
    match target(flavour, &item, errors) {
        Some(self_ty) => Ok(Parsed { flavour, krate, item, self_ty, handlers }),
        None => Err(Box::new(item)),
    }
}

/// The struct's attribute makes these. A second of the name is E0592, at a place that explains nothing: rustc does not
/// get to see it.
pub(crate) fn refuse_reserved(item: &mut ItemImpl, attribute: &str, errors: &mut Errors) {
    let made = ["start_link", "start", "start_monitor", "child_spec"];
    let help = match attribute {
        "gen_server" | "gen_stage" => "name it otherwise; a client method can keep the name with `#[call(name = ..)]`",
        _ => "name it otherwise",
    };
    item.items.retain(|member| {
        let ImplItem::Fn(method) = member else { return true };
        let name = &method.sig.ident;
        let reserved = made.iter().any(|made| name == made);
        if reserved {
            errors.push(err!(name, "`{name}` is what `#[{attribute}]` on the struct makes already", help = "{help}"));
        }
        !reserved
    });
}

fn options(flavour: Flavour, args: TokenStream, errors: &mut Errors) -> CratePath {
    let mut krate = CratePath::default();
    let (place, on_struct) = match flavour {
        Flavour::Server => ("`#[gen_server]` on an impl block", "the `#[gen_server]` on the struct"),
        Flavour::Stage => ("`#[gen_stage]` on an impl block", "the `#[gen_stage]` on the struct"),
    };
    Options::new(place, &["crate"], Separator::Equals).elsewhere(of_struct(flavour), on_struct).read(
        args,
        errors,
        |key: &Key, input, _| {
            key.separator(input)?;
            krate = CratePath::new(input.parse()?);
            Ok(())
        },
    );
    krate
}

/// The type the block is for: a path, because the handle's name is made from its last segment.
fn target(flavour: Flavour, item: &ItemImpl, errors: &mut Errors) -> Option<TypePath> {
    let (attribute, what) = (flavour.attribute(), flavour.what());
    let by_hand = if flavour == Flavour::Server { "GenServer" } else { "Stage" };
    if let Some((_, path, _)) = &item.trait_ {
        errors.push(err!(
            path,
            "`#[{attribute}]` belongs on an inherent impl",
            help = "write `impl Stack {{ .. }}`; without the macro, `{by_hand}` is implemented by hand"
        ));
        return None;
    }
    match &*item.self_ty {
        Type::Path(path) if path.qself.is_none() => Some(path.clone()),
        other => {
            errors.push(err!(other, "a {what}'s state is a struct or an enum", help = "write `impl Stack {{ .. }}`"));
            None
        }
    }
}

/// Reads and removes the method's handler attributes.
fn method_handler(flavour: Flavour, method: &mut ImplItemFn, errors: &mut Errors) -> Option<Handler> {
    let (ours, others): (Vec<_>, Vec<_>) =
        std::mem::take(&mut method.attrs).into_iter().partition(|attr| handler_attr(attr).is_some());
    method.attrs = others;
    method.attrs.retain(|attr| foreign(flavour, attr, errors));
    let mut ours = ours.into_iter();
    let attr = ours.next()?;
    let kind = handler_attr(&attr)?;
    let mut only = true;
    for second in ours {
        let (name, second_name) = (kind.name(), second.path().to_token_stream());
        errors.push(err!(
            second,
            "this method has `#[{name}]` already, and a method handles one thing",
            help = "write a second method with `#[{second_name}]` and let both call a third"
        ));
        only = false;
    }
    let mut handler =
        Handler { kind, attr, method: method.clone(), timeout: None, name: None, boxed: false, any: false };
    handler_options(&mut handler, errors);
    only.then_some(handler)
}

/// Reports an attribute that was probably meant to be ours. `false`: drop it.
fn foreign(flavour: Flavour, attr: &Attribute, errors: &mut Errors) -> bool {
    if let Some(name) = hidden_handler(flavour, attr) {
        errors.push(err!(
            attr,
            "`#[{name}]` inside `cfg_attr`: a macro cannot know whether the condition holds",
            help = "put the condition on the whole method: `#[cfg(..)] #[{name}] fn ..`"
        ));
        return false;
    }
    let Some(name) = kind::meant(flavour, attr) else { return true };
    let typed = attr.path().to_token_stream();
    errors.push(err!(attr.path(), "there is no handler attribute `#[{typed}]`", help = "did you mean `#[{name}]`?"));
    false
}

/// The handler attribute inside `#[cfg_attr(condition, ..)]`.
fn hidden_handler(flavour: Flavour, attr: &Attribute) -> Option<&'static str> {
    if !attr.path().is_ident("cfg_attr") {
        return None;
    }
    let metas = attr.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated).ok()?;
    let names = metas.iter().skip(1).filter_map(|meta| meta.path().get_ident().map(Ident::to_string));
    names.into_iter().find_map(|name| super::handler_names(flavour).find(|ours| *ours == name))
}

fn handler_options(handler: &mut Handler, errors: &mut Errors) {
    let tokens = match &handler.attr.meta {
        Meta::Path(_) => return,
        Meta::List(list) => list.tokens.clone(),
        Meta::NameValue(_) => {
            let (attr, name) = (&handler.attr, handler.kind.name());
            errors.push(err!(attr, "`#[{name}]` has no value", help = "write `#[{name}]` or `#[{name}(..)]`"));
            return;
        }
    };
    Options::new(handler.kind.place(), handler.kind.options(), Separator::Equals).read(
        tokens,
        errors,
        |key, input, _| {
            match key.ident.to_string().as_str() {
                "timeout" => handler.timeout = Some(delay(key, input, true)?),
                "name" => {
                    key.separator(input)?;
                    handler.name = Some(input.parse()?);
                }
                "boxed" => handler.boxed = boolean(key, input)?.value,
                _ => handler.any = boolean(key, input)?.value,
            }
            Ok(())
        },
    );
}
