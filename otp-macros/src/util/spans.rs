//! Where errors about generated code point.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};

/// The same tokens, meaning what they meant, at another place: rustc blames a piece of code as a whole only if all of
/// it stands there.
pub(crate) fn located_at(tokens: TokenStream, place: Span) -> TokenStream {
    tokens.into_iter().map(|token| relocate(token, place)).collect()
}

fn relocate(token: TokenTree, place: Span) -> TokenTree {
    let span = token.span().located_at(place);
    let mut token = match token {
        TokenTree::Group(group) => TokenTree::Group(Group::new(group.delimiter(), located_at(group.stream(), place))),
        token => token,
    };
    token.set_span(span);
    token
}

/// Braces at a place, around tokens that keep theirs.
pub(crate) fn braces_at(tokens: TokenStream, place: Span) -> Group {
    group_at(Delimiter::Brace, tokens, place)
}

/// Parentheses at a place, around tokens that keep theirs.
pub(crate) fn parens_at(tokens: TokenStream, place: Span) -> Group {
    group_at(Delimiter::Parenthesis, tokens, place)
}

fn group_at(delimiter: Delimiter, tokens: TokenStream, place: Span) -> Group {
    let mut group = Group::new(delimiter, tokens);
    group.set_span(Span::call_site().located_at(place));
    group
}
