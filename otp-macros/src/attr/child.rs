//! The options of a child specification: the same in `#[gen_server]`, `#[supervisor]`, `#[derive(ChildSpec)]`,
//! `#[child]` and `supervision_tree!`.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::parse::ParseStream;
use syn::{Expr, ExprLit, Lit, LitBool, LitStr};

use super::Key;
use super::value::{Choice, Restart, Shutdown, boolean, choice};
use crate::diag::{Errors, err};
use crate::util::CratePath;

/// What a child specification says beside how to start the child.
#[derive(Clone, Debug, Default)]
pub(crate) struct ChildOptions {
    id: Option<Expr>,
    restart: Option<Choice<Restart>>,
    shutdown: Option<Shutdown>,
    significant: Option<(Ident, LitBool)>,
}

impl ChildOptions {
    /// Takes the option if it is one of a child specification.
    pub(crate) fn read(&mut self, key: &Key, input: ParseStream) -> syn::Result<bool> {
        match key.ident.to_string().as_str() {
            "id" => {
                key.separator(input)?;
                self.id = Some(input.parse()?);
            }
            "restart" => self.restart = Some(choice(key, input)?),
            "shutdown" => self.shutdown = Some(Shutdown::parse(key, input)?),
            "significant" => self.significant = Some((key.ident.clone(), boolean(key, input)?)),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// The id, where it is spelt as a string: what can be compared while compiling.
    pub(crate) fn literal_id(&self) -> Option<&LitStr> {
        match &self.id {
            Some(Expr::Lit(ExprLit { lit: Lit::Str(id), .. })) => Some(id),
            _ => None,
        }
    }

    /// A permanent child that is significant could never end its supervisor: it is always restarted.
    ///
    /// `unsaid` is what a missing `restart` means here, where that is known.
    pub(crate) fn check(&self, unsaid: Option<Restart>, errors: &mut Errors) {
        let Some((key, significant)) = &self.significant else { return };
        let permanent = match &self.restart {
            Some(restart) => restart.is(Restart::Permanent),
            None => unsaid == Some(Restart::Permanent),
        };
        if significant.value && permanent {
            let why = match self.restart {
                Some(_) => "",
                None => ", and permanent is what it is without `restart`",
            };
            errors.push(err!(
                key,
                "a permanent child cannot be significant{why}",
                help = "it is always started again, so its end never ends the supervisor: make it `transient` or `temporary`"
            ));
        }
    }

    /// `.restart(..).shutdown(..)` for what was given, on a `ChildOptions` or a `ChildSpec`.
    pub(crate) fn setters(&self, krate: &CratePath) -> TokenStream {
        let id = self.id.iter().map(|id| quote!(.id(#id)));
        let restart = self.restart.iter().map(|restart| {
            let restart = restart.expand(krate);
            quote!(.restart(#restart))
        });
        let shutdown = self.shutdown.iter().map(|shutdown| {
            let shutdown = shutdown.expand(krate);
            quote!(.shutdown(#shutdown))
        });
        let significant = self.significant.iter().map(|(_, significant)| quote!(.significant(#significant)));
        quote!(#(#id)* #(#restart)* #(#shutdown)* #(#significant)*)
    }
}
