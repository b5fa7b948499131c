//! Pipeline to code.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;

use super::model::{Pipeline, Producer, Source, Stage};
use crate::util::{CratePath, located_at, parens_at, plain};

/// Output: a `let` for each stage, and the supervisor of all of them.
pub(super) fn expand(pipeline: &Pipeline) -> TokenStream {
    let krate = CratePath::default();
    let setters = pipeline.options.setters(&krate);
    let stages = pipeline.stages.iter().map(|stage| {
        let (cfgs, variable, made) = (&stage.cfgs, variable(&stage.id), stage_spec(&krate, stage));
        quote!(#(#cfgs)* let #variable = #made;)
    });
    let spec = Ident::new("tree", Span::mixed_site());
    let children = pipeline.stages.iter().map(|stage| {
        let (cfgs, variable) = (&stage.cfgs, variable(&stage.id));
        quote!(#(#cfgs)* let #spec = #spec.children(#variable);)
    });
    quote! {
        #(#stages)*
        let #spec = #krate::supervisor::Supervisor::builder()
            .strategy(#krate::supervisor::Strategy::RestForOne) #setters;
        #(#children)*
        #spec
    }
}

/// The specification of a stage, under a name that the user's expressions cannot see.
fn variable(id: &Ident) -> Ident {
    Ident::new(&format!("stage_{}", plain(id)), Span::mixed_site())
}

/// Spans as the errors want them: a type that is no stage is blamed itself, a wrong argument where it stands.
fn stage_spec(krate: &CratePath, stage: &Stage) -> TokenStream {
    let (ty, id, worker) = (&stage.ty, plain(&stage.id), worker(stage));
    let new = located_at(quote!(#krate::__private::stage_spec::<#ty>), ty.span());
    let args = match stage.args.as_slice() {
        [] => quote_spanned!(ty.span()=> ()),
        [only] => quote!(#only),
        [first, ..] => {
            let args = &stage.args;
            parens_at(quote!(#(#args),*), first.span()).into_token_stream()
        }
    };
    let closure = quote_spanned!(ty.span()=> move |#worker|);
    let given = parens_at(quote!(#id, #closure #args), ty.span());
    let workers = stage.workers.iter().map(|workers| quote!(.workers(#workers)));
    let name = stage.name.iter().map(|name| quote!(.name(#name)));
    let setters = stage.child.setters(krate);
    let sources = stage.sources.iter().map(|source| subscribe_to(krate, stage, source));
    quote!(#new #given #(#workers)* #(#name)* #setters #(#sources)*)
}

/// What the closures call the worker's number.
fn worker(stage: &Stage) -> TokenStream {
    match &stage.worker {
        Some(worker) => quote!(#[allow(unused_variables)] #worker: usize),
        None => quote!(_),
    }
}

fn subscribe_to(krate: &CratePath, stage: &Stage, source: &Source) -> TokenStream {
    let (worker, place) = (worker(stage), source.producer.span());
    match &source.producer {
        Producer::Stage(id) => {
            let producer = Ident::new("producer", Span::mixed_site().located_at(place));
            let subscription = source.options.expand(krate, &producer.to_token_stream(), place);
            let variable = variable(id);
            located(quote!(.subscribe_to), quote!(&#variable.place(), move |#worker, #producer| #subscription), place)
        }
        Producer::Other(handle) => {
            let handle = quote_spanned!(place=> #krate::__private::stage_of(#handle));
            let subscription = source.options.expand(krate, &handle, place);
            located(quote!(.subscribe_to_other), quote!(move |#worker| #subscription), place)
        }
    }
}

/// A method's call whose name and parentheses stand at a place.
fn located(method: TokenStream, arguments: TokenStream, place: Span) -> TokenStream {
    let (method, arguments) = (located_at(method, place), parens_at(arguments, place));
    quote!(#method #arguments)
}
