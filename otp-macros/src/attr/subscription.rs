//! The options of a subscription: the same in `subscribe_to(..)` of `#[gen_stage]` and `#[consumer_supervisor]`, and in `pipeline!`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::parse::ParseStream;
use syn::{Expr, ExprLit, Lit, LitInt, Path, Token, parenthesized, token};

use super::value::{Cancel, Choice, choice, count};
use super::{Key, Options, Separator};
use crate::diag::{Errors, err};
use crate::util::{CratePath, located_at};

/// All of them. `with` may be given more than once.
pub(crate) const SUBSCRIPTION_OPTIONS: &[&str] =
    &["max_demand", "min_demand", "cancel", "with", "partition", "selector"];

/// How much is asked for without `max_demand`.
const DEFAULT_MAX: u64 = 1000;

/// How a consumer subscribes.
#[derive(Default)]
pub(crate) struct SubscriptionOptions {
    max: Option<Expr>,
    min: Option<Expr>,
    cancel: Option<Choice<Cancel>>,
    with: Vec<Expr>,
    /// `partition` or `selector`, what they are called, and their value.
    dispatch: Option<(Ident, Expr)>,
}

impl SubscriptionOptions {
    /// Takes one of [`SUBSCRIPTION_OPTIONS`].
    pub(crate) fn read(&mut self, key: &Key, input: ParseStream) -> syn::Result<()> {
        match key.ident.to_string().as_str() {
            "max_demand" => self.max = Some(count(key, input)?),
            "min_demand" => self.min = Some(count(key, input)?),
            "cancel" => self.cancel = Some(choice(key, input)?),
            "with" => {
                key.separator(input)?;
                self.with.push(input.parse()?);
            }
            _ => {
                key.separator(input)?;
                if let Some((first, _)) = &self.dispatch {
                    let first = first.to_string();
                    return Err(err!(
                        key.ident,
                        "a producer has one dispatcher: it takes `partition` or `selector`",
                        help = "remove this one or `{first}`"
                    ));
                }
                self.dispatch = Some((key.ident.clone(), input.parse()?));
            }
        }
        Ok(())
    }

    /// The demand must be one that can be, as far as it is spelt out.
    pub(crate) fn check(&self, errors: &mut Errors) {
        let literal = |value: &Option<Expr>| value.as_ref().and_then(literal);
        let max = match (&self.max, literal(&self.max)) {
            (None, _) => DEFAULT_MAX,
            (Some(max), Some(0)) => {
                errors.push(err!(max, "`max_demand` cannot be 0: no event would ever come", help = "it is at least 1"));
                return;
            }
            (_, Some(max)) => max,
            (Some(_), None) => return,
        };
        if let (Some(min), Some(value)) = (&self.min, literal(&self.min))
            && value >= max
        {
            let said = if self.max.is_some() { "" } else { ", what it is without `max_demand`" };
            errors.push(err!(
                min,
                "`min_demand` must be below `max_demand`, and that is {max}{said}",
                help = "more is asked for when no more than `min_demand` events are left"
            ));
        }
    }

    /// The subscription to this producer, an expression of `StageRef`; errors about it point at a place.
    pub(crate) fn expand(&self, krate: &CratePath, producer: &TokenStream, place: Span) -> TokenStream {
        let subscription = match &self.dispatch {
            None => located_at(quote!(#krate::__private::subscription(&#producer)), place),
            // What the producer's dispatcher does not know is blamed on the option.
            Some((key, partition)) if key == "partition" => {
                quote_spanned!(key.span()=> #producer.partition(#partition))
            }
            Some((key, selector)) => {
                let selector = quote_spanned!(key.span()=> #krate::gen_stage::Selector::new(#selector));
                quote_spanned!(key.span()=> #producer.subscription_with(#selector))
            }
        };
        let max = self.max.iter().map(|max| quote!(.max_demand(#max)));
        let min = self.min.iter().map(|min| quote!(.min_demand(#min)));
        let cancel = self.cancel.iter().map(|cancel| {
            let cancel = cancel.expand(krate);
            quote!(.cancel(#cancel))
        });
        let with = self.with.iter().map(|option| quote!(.with(#option)));
        quote!(#subscription #(#max)* #(#min)* #(#cancel)* #(#with)*)
    }
}

fn literal(expr: &Expr) -> Option<u64> {
    let Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) = expr else { return None };
    LitInt::base10_parse(number).ok()
}

/// `subscribe_to(Numbers = "numbers-1", max_demand = 10, cancel = temporary)`, in an attribute.
pub(crate) struct SubscribeTo {
    pub(crate) stage: Path,
    name: Option<Expr>,
    options: SubscriptionOptions,
}

impl SubscribeTo {
    /// Behind the word `subscribe_to`.
    pub(crate) fn parse(key: &Key, input: ParseStream, errors: &mut Errors) -> syn::Result<Self> {
        if !input.peek(token::Paren) {
            return Err(err!(
                key.ident,
                "`subscribe_to` needs a producer",
                help = "write `subscribe_to(Numbers)`, or `subscribe_to(Numbers = \"name\", max_demand = 10)`"
            ));
        }
        let inner;
        parenthesized!(inner in input);
        let stage: Path = inner.parse()?;
        let mut name = None;
        if inner.parse::<Option<Token![=]>>()?.is_some() {
            name = Some(inner.parse()?);
        }
        inner.parse::<Option<Token![,]>>()?;
        let mut options = SubscriptionOptions::default();
        Options::new("`subscribe_to(..)`", SUBSCRIPTION_OPTIONS, Separator::Equals).repeatable("with").read(
            inner.parse()?,
            errors,
            |key, input, _| options.read(key, input),
        );
        options.check(errors);
        Ok(Self { stage, name, options })
    }

    /// The last word of the producer's type: errors about the subscription point there.
    pub(crate) fn place(&self) -> Span {
        self.stage.segments.last().map_or_else(Span::call_site, |last| last.ident.span())
    }

    /// Output: `.subscribe_to(producer.subscription())`.
    pub(crate) fn expand(&self, krate: &CratePath) -> TokenStream {
        let stage = &self.stage;
        let producer = match &self.name {
            Some(name) => quote!(#krate::gen_stage::StageRef::<#stage>::named(#name)),
            None => quote!(#krate::__private::by_type::<#stage>()),
        };
        let subscription = self.options.expand(krate, &producer, self.place());
        located_at(quote!(.subscribe_to(#subscription)), self.place())
    }
}
