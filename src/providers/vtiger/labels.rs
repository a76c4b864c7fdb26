//! What the server encodes as HTML though values are not: labels, and products of lines. A4.
use std::borrow::Cow;

/// Decoded once, never twice: `&amp;lt;` is `&lt;`.
pub fn decoded(text: &str) -> Cow<'_, str> {
    html_escape::decode_html_entities(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_of_every_kind_are_decoded_once() {
        for (text, expected) in [
            ("O&#039;Brien &amp; Sons", "O'Brien & Sons"),
            ("Gro&szlig;er Kessel", "Großer Kessel"),
            ("&Delta;&eta;&ldquo;&rdquo; &mdash;", "Δη“” —"),
            ("&amp;lt;x&amp;gt;", "&lt;x&gt;"),
            ("plain & simple;", "plain & simple;"),
            ("&nope; &#xZZ; &#1114112;", "&nope; &#xZZ; &#1114112;"),
        ] {
            assert_eq!(decoded(text), expected);
        }
    }
}
