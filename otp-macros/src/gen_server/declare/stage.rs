//! What the struct of a stage declares beside a server's options.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::parse::ParseStream;
use syn::{Expr, ExprLit, Lit, Path, WherePredicate, parse_quote};

use crate::attr::{Key, SubscribeTo};
use crate::diag::{Errors, did_you_mean, err};
use crate::util::{CratePath, located_at};

/// The kinds of stages, by word and by the runtime's type.
const KINDS: [(&str, &str); 3] =
    [("producer", "Producer"), ("producer_consumer", "ProducerConsumer"), ("consumer", "Consumer")];

/// Which options need a stage that emits, which one that consumes.
const EMITTING: [&str; 3] = ["dispatcher", "buffer_size", "buffer_keep"];

/// What is declared.
#[derive(Default)]
pub(crate) struct StageOptions {
    /// The word, and the type it stands for.
    kind: Option<(Ident, Ident)>,
    subscribe_to: Vec<SubscribeTo>,
    dispatcher: Option<Path>,
    accumulate: bool,
    buffer_size: Option<Expr>,
    keep_first: bool,
    /// All options that were given, to be blamed.
    given: Vec<Ident>,
}

impl StageOptions {
    /// Takes the option if it is one of a stage.
    pub(crate) fn read(&mut self, key: &Key, input: ParseStream, errors: &mut Errors) -> syn::Result<bool> {
        let word = key.ident.to_string();
        if let Some((_, kind)) = KINDS.iter().find(|(name, _)| *name == word) {
            if let Some((first, _)) = &self.kind {
                let first = first.to_string();
                return Err(err!(
                    key.ident,
                    "a stage is of one kind, and `{first}` is it",
                    help = "remove one of the two"
                ));
            }
            self.kind = Some((key.ident.clone(), Ident::new(kind, key.ident.span())));
            return Ok(true);
        }
        match word.as_str() {
            "subscribe_to" => self.subscribe_to.push(SubscribeTo::parse(key, input, errors)?),
            "dispatcher" => {
                key.separator(input)?;
                self.dispatcher = Some(input.parse()?);
            }
            "demand" => self.accumulate = self.word(key, input, &["forward", "accumulate"])? == "accumulate",
            "buffer_keep" => self.keep_first = self.word(key, input, &["last", "first"])? == "first",
            "buffer_size" => {
                key.separator(input)?;
                let size: Expr = input.parse()?;
                if matches!(&size, Expr::Lit(ExprLit { lit: Lit::Int(n), .. }) if n.base10_digits() == "0") {
                    return Err(err!(
                        size,
                        "a buffer cannot hold nothing",
                        help = "`buffer_size` is at least 1, or `infinity`"
                    ));
                }
                self.buffer_size = Some(size);
            }
            _ => return Ok(false),
        }
        self.given.push(key.ident.clone());
        Ok(true)
    }

    fn word(&self, key: &Key, input: ParseStream, words: &[&str]) -> syn::Result<String> {
        key.separator(input)?;
        let word: Ident = input.parse()?;
        let text = word.to_string();
        if words.contains(&text.as_str()) {
            return Ok(text);
        }
        let (option, help) = (&key.ident, did_you_mean(&text, words));
        Err(err!(word, "`{text}` is not a value of the option `{option}`", help = "{help}"))
    }

    pub(crate) fn check(&self, state: &Ident, errors: &mut Errors) {
        let Some((kind, _)) = &self.kind else {
            errors.push(err!(
                state,
                "`{state}` does not say what kind of stage it is",
                help = "write `#[gen_stage(producer)]`, `#[gen_stage(producer_consumer)]` or `#[gen_stage(consumer)]`"
            ));
            return;
        };
        for option in &self.given {
            let wrong = match kind.to_string().as_str() {
                "producer" if option == "subscribe_to" => Some("it takes no events in"),
                "producer_consumer" if option == "demand" => Some("its demand is what its consumers ask for"),
                "consumer" if option == "demand" => Some("nobody asks it for events"),
                "consumer" if EMITTING.iter().any(|name| option == name) => Some("it emits nothing"),
                _ => None,
            };
            if let Some(why) = wrong {
                errors.push(err!(option, "a `{kind}` has no option `{option}`: {why}", help = "remove it"));
            }
        }
    }

    /// The items of `DeclaredStage`.
    pub(crate) fn expand(&self, krate: &CratePath, state: &Ident) -> TokenStream {
        // Reported already.
        let unsaid = || Ident::new("Producer", state.span());
        let kind = self.kind.as_ref().map_or_else(unsaid, |(_, kind)| kind.clone());
        let none = quote!(#krate::gen_stage::NoEvents);
        let (takes, emits) = match kind.to_string().as_str() {
            "Producer" => (none, quote!(E)),
            "Consumer" => (quote!(E), none),
            _ => (quote!(E), quote!(E)),
        };
        let dispatcher = match &self.dispatcher {
            Some(dispatcher) => quote!(#dispatcher<E>),
            None if kind == "Consumer" => quote!(#krate::gen_stage::NoDispatcher),
            None => quote!(#krate::gen_stage::DemandDispatcher<E>),
        };
        let setup = self.setup(krate);
        quote! {
            type Kind = #krate::gen_stage::kind::#kind;
            type In<E: ::core::marker::Send + 'static> = #takes;
            type Out<E: ::core::marker::Send + 'static> = #emits;
            type Dispatcher<E> = #dispatcher;

            #setup
        }
    }

    /// The item of `DeclaredWiring`.
    pub(crate) fn wiring(&self, krate: &CratePath) -> TokenStream {
        let subscriptions = self.subscribe_to.iter().map(|to| to.expand(krate));
        quote! {
            fn subscriptions() -> #krate::__private::DeclaredSubscriptions<Self>
            where
                Self: #krate::gen_stage::Stage,
            {
                #krate::__private::DeclaredSubscriptions::default() #(#subscriptions)*
            }
        }
    }

    /// Under which bounds a generic stage can be wired so: only its impl knows what it takes in. One that is not generic is
    /// checked where it subscribes, without them.
    pub(crate) fn wiring_bounds(&self, krate: &CratePath, state: &TokenStream) -> Vec<WherePredicate> {
        let bounds = self.subscribe_to.iter().flat_map(|to| {
            let (stage, place) = (&to.stage, to.place());
            let out = quote!(<#stage as #krate::gen_stage::Stage>::Out);
            [
                quote!(#stage: #krate::gen_stage::Producer),
                quote!(#krate::gen_stage::OptionsOf<#stage>: ::core::default::Default),
                quote!(#state: #krate::gen_stage::Consumer + #krate::gen_stage::Accepts<#out>),
            ]
            .map(|bound| located_at(bound, place))
        });
        bounds.map(|bound| parse_quote!(#bound)).collect()
    }

    /// Output: what is given to `StageInit`, unless `init` says otherwise.
    fn setup(&self, krate: &CratePath) -> TokenStream {
        let accumulate = self.accumulate.then(|| quote!(.accumulate()));
        let keep = self.keep_first.then(|| quote!(.keep_first()));
        let size = self.buffer_size.as_ref().map(|size| match size {
            Expr::Path(path) if path.path.is_ident("infinity") => quote!(.unlimited()),
            size => quote!(.buffer_size(#size)),
        });
        quote! {
            fn setup() -> #krate::__private::DeclaredSetup {
                #krate::__private::DeclaredSetup::default() #size #keep #accumulate
            }
        }
    }
}
