//! The grammar of options, one for all macros: `key = value` in attributes, `key: value` in trees.

mod child;
mod dynamic;
mod server;
mod tree;
mod value;

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::Token;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};

use crate::diag::{Errors, did_you_mean, err, one_of};

pub(crate) use child::ChildOptions;
pub(crate) use dynamic::DynamicOptions;
pub(crate) use server::ServerOptions;
pub(crate) use tree::TreeOptions;
#[cfg(feature = "application")]
pub(crate) use value::{Choice, Mode, choice};
pub(crate) use value::{Delay, Restart, boolean, count, delay};

/// What stands between a key and its value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Separator {
    /// `restart = transient`, in attributes.
    Equals,
    /// `restart: transient`, in trees.
    Colon,
}

impl Separator {
    fn text(self) -> &'static str {
        match self {
            Self::Equals => " =",
            Self::Colon => ":",
        }
    }
}

/// An option's name, with the span to blame when the option itself is the mistake.
pub(crate) struct Key {
    pub(crate) ident: Ident,
    separator: Separator,
}

impl Key {
    pub(crate) fn new(ident: Ident, separator: Separator) -> Self {
        Self { ident, separator }
    }

    pub(crate) fn is(&self, name: &str) -> bool {
        self.ident == name
    }

    /// `restart = transient`, spelt with the separator that belongs here.
    pub(crate) fn example(&self, value: &str) -> String {
        format!("{}{} {value}", self.ident, self.separator.text())
    }

    /// Steps over the `=` or `:`, up to a value.
    pub(crate) fn separator(&self, input: ParseStream) -> syn::Result<()> {
        let key = &self.ident;
        if self.separator == Separator::Equals && input.peek(Token![:]) {
            return Err(err!(input.parse::<Token![:]>()?, "expected `=`, found `:`", help = "write `{key} = ..`"));
        }
        if self.separator == Separator::Colon && input.peek(Token![=]) {
            return Err(err!(input.parse::<Token![=]>()?, "expected `:`, found `=`", help = "write `{key}: ..`"));
        }
        let found = match self.separator {
            Separator::Equals => input.parse::<Option<Token![=]>>()?.is_some(),
            Separator::Colon => input.parse::<Option<Token![:]>>()?.is_some(),
        };
        if !found || input.is_empty() || input.peek(Token![,]) {
            let example = self.example("..");
            return Err(err!(key, "the option `{key}` needs a value", help = "write `{example}`"));
        }
        Ok(())
    }
}

/// Where options stand: which are known there, how they are written, and which were given already.
pub(crate) struct Options {
    /// For messages: "`#[gen_server]` on a struct".
    place: &'static str,
    allowed: &'static [&'static str],
    separator: Separator,
    seen: Vec<Ident>,
    /// Options of a neighbouring place, and its name: to say where a stray one belongs.
    elsewhere: (&'static [&'static str], &'static str),
    /// The option that may be given more than once.
    repeatable: &'static str,
}

impl Options {
    pub(crate) fn new(place: &'static str, allowed: &'static [&'static str], separator: Separator) -> Self {
        Self { place, allowed, separator, seen: Vec::new(), elsewhere: (&[], ""), repeatable: "" }
    }

    /// Names options that belong to another place.
    pub(crate) fn elsewhere(self, options: &'static [&'static str], place: &'static str) -> Self {
        Self { elsewhere: (options, place), ..self }
    }

    /// An option that may be given more than once.
    pub(crate) fn repeatable(self, option: &'static str) -> Self {
        Self { repeatable: option, ..self }
    }

    /// Reads a comma separated list and hands each known key to `each`, with the input right behind the key.
    ///
    /// Mistakes are noted, and reading goes on behind the next comma.
    pub(crate) fn read(
        mut self,
        tokens: TokenStream,
        errors: &mut Errors,
        mut each: impl FnMut(&Key, ParseStream, &mut Errors) -> syn::Result<()>,
    ) {
        let parser = |input: ParseStream| {
            while !input.is_empty() {
                let result = self.one(input, errors, &mut each);
                if errors.ok(result).is_none() {
                    skip_to_comma(input);
                }
                input.parse::<Option<Token![,]>>()?;
            }
            Ok(())
        };
        let result = parser.parse2(tokens);
        errors.ok(result);
    }

    fn one(
        &mut self,
        input: ParseStream,
        errors: &mut Errors,
        each: &mut impl FnMut(&Key, ParseStream, &mut Errors) -> syn::Result<()>,
    ) -> syn::Result<()> {
        let key = self.key(input)?;
        each(&key, input, errors)?;
        if input.is_empty() || input.peek(Token![,]) {
            return Ok(());
        }
        let key = &key.ident;
        Err(err!(next_token(input), "expected `,` after the option `{key}`", help = "options are separated by commas"))
    }

    /// Takes the next key, if it is known here and new.
    pub(crate) fn key(&mut self, input: ParseStream) -> syn::Result<Key> {
        let Ok(ident) = input.call(Ident::parse_any) else {
            let (place, allowed) = (self.place, one_of(self.allowed.iter().copied()));
            return Err(err!(next_token(input), "expected an option of {place}", help = "one of {allowed}"));
        };
        self.check(&ident)?;
        Ok(Key::new(ident, self.separator))
    }

    /// Refuses a key that is unknown here or was given before.
    pub(crate) fn check(&mut self, ident: &Ident) -> syn::Result<()> {
        let name = ident.to_string();
        let (others, other_place) = self.elsewhere;
        if !self.allowed.contains(&name.as_str()) && others.contains(&name.as_str()) {
            let place = self.place;
            return Err(err!(ident, "{place} has no option `{name}`", help = "`{name}` belongs to {other_place}"));
        }
        if !self.allowed.contains(&name.as_str()) {
            let (place, help) = (self.place, did_you_mean(&name, self.allowed));
            return Err(err!(ident, "{place} has no option `{name}`", help = "{help}"));
        }
        if self.seen.contains(ident) && name != self.repeatable {
            return Err(err!(ident, "the option `{name}` is given twice", help = "remove one of the two"));
        }
        self.seen.push(ident.clone());
        Ok(())
    }
}

/// The token to blame for a list that goes on in an unexpected way.
pub(crate) fn next_token(input: ParseStream) -> TokenStream {
    match input.fork().parse::<TokenTree>() {
        Ok(token) => token.into(),
        Err(_) => TokenStream::new(),
    }
}

/// Goes on behind a mistake.
pub(crate) fn skip_to_comma(input: ParseStream) {
    while !input.is_empty() && !input.peek(Token![,]) {
        // Only the end of the input is no token tree.
        let _ = input.parse::<TokenTree>();
    }
}
