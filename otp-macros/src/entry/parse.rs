//! Options to model.

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::parse::ParseStream;
use syn::{ItemFn, Lit, LitStr};

use super::model::{Entry, Flavor, Kind};
use crate::attr::{Key, Options, Separator, boolean, count};
use crate::diag::{Errors, did_you_mean, err};
use crate::util::CratePath;

const OPTIONS: &[&str] = &["flavor", "worker_threads", "start_paused", "crate"];
const FLAVORS: [(&str, Flavor); 2] = [("multi_thread", Flavor::MultiThread), ("current_thread", Flavor::CurrentThread)];

pub(super) fn parse(kind: Kind, args: TokenStream, function: ItemFn, errors: &mut Errors) -> Entry {
    let mut entry =
        Entry { kind, krate: CratePath::default(), function, flavor: None, worker_threads: None, start_paused: None };
    Options::new(kind.place(), OPTIONS, Separator::Equals).read(args, errors, |key, input, _| {
        match key.ident.to_string().as_str() {
            "flavor" => entry.flavor = Some(flavor(key, input)?),
            "worker_threads" => entry.worker_threads = Some((key.ident.clone(), count(key, input)?)),
            "start_paused" => entry.start_paused = Some((key.ident.clone(), boolean(key, input)?)),
            _ => {
                key.separator(input)?;
                entry.krate = CratePath::new(input.parse()?);
            }
        }
        Ok(())
    });
    entry
}

/// `flavor = "multi_thread"`, as tokio writes it, or the bare word.
fn flavor(key: &Key, input: ParseStream) -> syn::Result<Flavor> {
    key.separator(input)?;
    let given: Lit = if input.peek(Lit) { input.parse()? } else { word(input)? };
    let text = match &given {
        Lit::Str(text) => text.value(),
        other => other.to_token_stream().to_string(),
    };
    let found = FLAVORS.iter().find(|(name, _)| *name == text).map(|(_, flavor)| *flavor);
    let help = did_you_mean(&text, &FLAVORS.map(|(name, _)| name));
    found.ok_or_else(|| err!(given, "there is no such flavor of runtime", help = "{help}"))
}

/// A bare word, as the string it stands for.
fn word(input: ParseStream) -> syn::Result<Lit> {
    let word: Ident = input.parse()?;
    Ok(Lit::Str(LitStr::new(&word.to_string(), word.span())))
}
