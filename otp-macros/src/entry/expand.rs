//! Model to code.

use proc_macro2::TokenStream;
use quote::quote;

use super::model::{Entry, Flavor, Kind};

/// `stub`: there were mistakes; the function stands and is not run.
pub(super) fn expand(entry: &Entry, stub: bool) -> TokenStream {
    let krate = &entry.krate;
    let mut inner = entry.function.clone();
    let (attrs, vis) = (std::mem::take(&mut inner.attrs), &entry.function.vis);
    inner.vis = syn::Visibility::Inherited;
    // What is missing has been reported; without it the body would be reported again.
    inner.sig.asyncness.get_or_insert_with(Default::default);
    let (name, returns) = (&entry.function.sig.ident, &entry.function.sig.output);
    let test = (entry.kind == Kind::Test).then(|| quote!(#[::core::prelude::v1::test]));
    let runtime = runtime(entry);
    let run = match stub {
        true => quote!(::core::unreachable!()),
        false => quote!(#krate::__private::run_main(#runtime, #name())),
    };
    quote! {
        #test
        #(#attrs)*
        #vis fn #name() #returns {
            #inner

            #run
        }
    }
}

fn runtime(entry: &Entry) -> TokenStream {
    let krate = &entry.krate;
    let flavor = match entry.flavor() {
        Flavor::MultiThread => quote!(multi_thread),
        Flavor::CurrentThread => quote!(current_thread),
    };
    let workers = entry.worker_threads.iter().map(|(_, count)| quote!(.worker_threads(#count)));
    let paused = entry.start_paused.iter().map(|(_, paused)| quote!(.start_paused(#paused)));
    quote!(#krate::__private::Runtime::#flavor() #(#workers)* #(#paused)*)
}
