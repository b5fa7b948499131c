//! Names made from names.

use proc_macro2::Ident;
use quote::format_ident;

/// The identifier's text without `r#`.
pub(crate) fn plain(ident: &Ident) -> String {
    let text = ident.to_string();
    text.strip_prefix("r#").map(str::to_owned).unwrap_or(text)
}

/// `pop_when_ready` as the variant `PopWhenReady`, with the method's span.
///
/// An underscore before a digit stays, so that `at_1` and `at1` remain two names.
pub(crate) fn camel(method: &Ident) -> Ident {
    let mut name = String::new();
    for word in plain(method).split('_').filter(|word| !word.is_empty()) {
        let mut letters = word.chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        if !name.is_empty() && word.starts_with(|c: char| c.is_ascii_digit()) {
            name.push('_');
        }
        name.extend(first);
        name.push_str(letters.as_str());
    }
    if name.is_empty() || name == "Self" {
        name.push('_');
    }
    format_ident!("{name}", span = method.span())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_become_variants() {
        for (method, variant) in
            [("pop", "Pop"), ("pop_when_ready", "PopWhenReady"), ("r#type", "Type"), ("at_1", "At_1")]
        {
            let method: Ident = syn::parse_str(method).expect("an identifier");
            assert_eq!(camel(&method), variant);
        }
    }
}
