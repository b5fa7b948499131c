//! The options of a server's process.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::Expr;
use syn::parse::ParseStream;

use super::Key;
use super::value::{Choice, Delay, Overflow, Priority, boolean, choice, count, delay};
use crate::diag::{Errors, err};
use crate::util::CratePath;

/// Defaults of the server's process; what a start gives wins over them.
#[derive(Clone, Debug, Default)]
pub(crate) struct ServerOptions {
    name: Option<Expr>,
    trap_exit: Option<syn::LitBool>,
    hibernate_after: Option<Delay>,
    mailbox: Option<Expr>,
    overflow: Option<(Ident, Choice<Overflow>)>,
    priority: Option<Choice<Priority>>,
    inline: Option<syn::LitBool>,
}

impl ServerOptions {
    /// Takes the option if it is one of a server.
    pub(crate) fn read(&mut self, key: &Key, input: ParseStream) -> syn::Result<bool> {
        match key.ident.to_string().as_str() {
            "name" => {
                key.separator(input)?;
                self.name = Some(input.parse()?);
            }
            "trap_exit" => self.trap_exit = Some(boolean(key, input)?),
            "hibernate_after" => self.hibernate_after = Some(delay(key, input, false)?),
            "mailbox" => self.mailbox = Some(count(key, input)?),
            "overflow" => self.overflow = Some((key.ident.clone(), choice(key, input)?)),
            "priority" => self.priority = Some(choice(key, input)?),
            "inline" => self.inline = Some(boolean(key, input)?),
            _ => return Ok(false),
        }
        Ok(true)
    }

    pub(crate) fn check(&self, errors: &mut Errors) {
        if let (Some((key, _)), None) = (&self.overflow, &self.mailbox) {
            errors.push(err!(
                key,
                "`overflow` says what a full mailbox does, and this one is never full",
                help = "give its bound too: `mailbox = 1000`"
            ));
        }
    }

    /// `.name(..).trap_exit(..)` for what was given, on the runtime's `ServerOptions`.
    pub(crate) fn setters(&self, krate: &CratePath) -> TokenStream {
        let name = self.name.iter().map(|name| quote!(.name(#name)));
        let trap_exit = self.trap_exit.iter().map(|trap_exit| quote!(.trap_exit(#trap_exit)));
        let hibernate =
            self.hibernate_after.iter().filter_map(Delay::duration).map(|after| quote!(.hibernate_after(#after)));
        let mailbox = self.mailbox.iter().map(|bound| {
            let overflow =
                self.overflow.as_ref().map_or(Choice::Word(Overflow::Kill), |(_, overflow)| overflow.clone());
            let overflow = overflow.expand(krate);
            quote!(.mailbox(#krate::process::Mailbox::bounded(#bound, #overflow)))
        });
        let priority = self.priority.iter().map(|priority| {
            let priority = priority.expand(krate);
            quote!(.priority(#priority))
        });
        let inline = self.inline.iter().map(|inline| quote!(.inline(#inline)));
        quote!(#(#name)* #(#trap_exit)* #(#hibernate)* #(#mailbox)* #(#priority)* #(#inline)*)
    }
}
