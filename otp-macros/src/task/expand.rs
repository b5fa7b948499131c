//! Model to code.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{ImplItemFn, ReturnType, Type};

use super::model::{Task, arguments};
use crate::util::{cfgs, docs, located_at, plain};

/// Without a `#[run]` there were mistakes, and the block is all there is.
pub(super) fn expand(task: &Task, run: Option<&ImplItemFn>) -> TokenStream {
    let block = &task.block;
    let Some(run) = run else { return quote!(#block) };
    let (starters, child) = (starters(task, run), child(task, run));
    quote!(#block #starters #child)
}

/// Names and types of what `#[run]` takes, and the call of it with them.
struct Call {
    args: TokenStream,
    pattern: TokenStream,
    call: TokenStream,
}

impl Call {
    fn of(run: &ImplItemFn) -> Self {
        let types: Vec<_> = arguments(&run.sig).map(|argument| &argument.ty).collect();
        let names: Vec<Ident> = (0..types.len()).map(|index| format_ident!("arg{index}")).collect();
        let (args, pattern) = match types.as_slice() {
            [only] => (quote!(#only), quote!(#(#names)*)),
            several => (quote!((#(#several),*)), quote!((#(#names),*))),
        };
        let name = &run.sig.ident;
        let call = quote_spanned!(name.span()=> Self::#name(#(#names),*));
        Self { args, pattern, call }
    }
}

fn starters(task: &Task, run: &ImplItemFn) -> TokenStream {
    let (krate, block) = (&task.krate, &task.block);
    let (params, _, bounds) = block.generics.split_for_impl();
    let (cfgs, self_ty, vis) = (cfgs(&block.attrs), &block.self_ty, &run.vis);
    let Call { args, pattern, call } = Call::of(run);
    let about = docs(&run.attrs);
    // At the type that it returns: what is wrong with it is said there, and once.
    let place = match &run.sig.output {
        ReturnType::Type(_, ty) => ty.span(),
        ReturnType::Default => run.sig.ident.span(),
    };
    let start = located_at(quote!(#krate::__private::start_task), place);
    let starters = [
        ("start_link", true, "Starts the task and links it to this process: the failure of either ends the other."),
        ("start", false, "Starts the task on its own, linked to nothing."),
    ];
    let starters = starters.into_iter().map(|(starter, link, doc)| {
        let starter = format_ident!("{starter}");
        quote! {
            #[doc = #doc]
            ///
            #(#about)*
            #vis fn #starter(args: #args) -> #krate::process::Pid {
                Self::__start_task(#link, args)
            }
        }
    });
    quote! {
        #(#cfgs)*
        #[allow(dead_code, private_interfaces)]
        impl #params #self_ty #bounds {
            #(#starters)*

            #[doc(hidden)]
            fn __start_task(link: bool, args: #args) -> #krate::process::Pid {
                let #pattern = args;
                #start(link, #call)
            }

            /// How a supervisor starts this task. `args` is asked for the arguments at every start and restart.
            #vis fn child_spec(
                args: impl ::core::ops::Fn() -> #args + ::core::marker::Send + ::core::marker::Sync + 'static,
            ) -> #krate::child::ChildSpec {
                #krate::child::ChildSpec::of::<Self>(args)
            }
        }
    }
}

fn child(task: &Task, run: &ImplItemFn) -> TokenStream {
    let (krate, block) = (&task.krate, &task.block);
    let (params, _, bounds) = block.generics.split_for_impl();
    let (cfgs, self_ty) = (cfgs(&block.attrs), &block.self_ty);
    let (id, setters) = (name_of(self_ty), task.options.setters(krate));
    let Call { args, .. } = Call::of(run);
    let slot = quote!(::std::sync::Arc<#krate::child::Slot>);
    let answer = quote!(::core::result::Result<#krate::child::Started, #krate::process::StartError>);
    quote! {
        #(#cfgs)*
        #[automatically_derived]
        #[allow(private_interfaces)]
        impl #params #krate::child::Child for #self_ty #bounds {
            type Args = #args;
            type Handle = #slot;

            fn child_options() -> #krate::child::ChildOptions {
                #krate::child::ChildOptions::worker(#id)
                    .restart(#krate::child::Restart::Temporary)
                    #setters
            }

            fn start_child(args: Self::Args, slot: #slot) -> #krate::__private::BoxFuture<'static, #answer> {
                #krate::__private::child_start_task(move || Self::start_link(args), slot)
            }

            fn handle(slot: #slot) -> Self::Handle {
                slot
            }
        }
    }
}

/// The id of its child specification unless another is given: the type's name, as in Elixir.
fn name_of(ty: &Type) -> String {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|segment| plain(&segment.ident)).unwrap_or_default(),
        _ => String::new(),
    }
}
