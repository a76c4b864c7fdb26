//! Text as PHP's `htmlentities` writes it: labels and the parts of lines come so (A4).

/// Names of the letters from U+00A0 on.
const LATIN: &str = "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro \
    para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute \
    Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute \
    THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde \
    ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml";

/// Names of the Greek letters: from U+0391 and from U+03B1 on; `-` has none.
const GREEK: &str = "Alpha Beta Gamma Delta Epsilon Zeta Eta Theta Iota Kappa Lambda Mu Nu Xi Omicron Pi Rho - Sigma Tau Upsilon Phi \
    Chi Psi Omega";
const SMALL_GREEK: &str = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigmaf sigma tau \
    upsilon phi chi psi omega";

const OTHERS: [(char, &str); 27] = [
    ('&', "&amp;"),
    ('<', "&lt;"),
    ('>', "&gt;"),
    ('"', "&quot;"),
    ('\'', "&#039;"),
    ('Œ', "&OElig;"),
    ('œ', "&oelig;"),
    ('Š', "&Scaron;"),
    ('š', "&scaron;"),
    ('Ÿ', "&Yuml;"),
    ('ƒ', "&fnof;"),
    ('–', "&ndash;"),
    ('—', "&mdash;"),
    ('‘', "&lsquo;"),
    ('’', "&rsquo;"),
    ('‚', "&sbquo;"),
    ('“', "&ldquo;"),
    ('”', "&rdquo;"),
    ('„', "&bdquo;"),
    ('†', "&dagger;"),
    ('‡', "&Dagger;"),
    ('•', "&bull;"),
    ('…', "&hellip;"),
    ('‰', "&permil;"),
    ('€', "&euro;"),
    ('™', "&trade;"),
    ('\u{200d}', "&zwj;"),
];

/// The text with everything named that has a name.
pub fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for letter in text.chars() {
        match entity(letter) {
            Some(name) => encoded.push_str(&name),
            None => encoded.push(letter),
        }
    }
    encoded
}

fn entity(letter: char) -> Option<String> {
    if letter.is_ascii_alphanumeric() {
        return None;
    }
    if let Some((_, name)) = OTHERS.iter().find(|(other, _)| *other == letter) {
        return Some((*name).to_owned());
    }
    let from = |start: u32, names: &str| {
        let place = usize::try_from(u32::from(letter).checked_sub(start)?).ok()?;
        names
            .split_whitespace()
            .nth(place)
            .filter(|name| *name != "-")
            .map(|name| format!("&{name};"))
    };
    from(0xA0, LATIN).or_else(|| from(0x391, GREEK)).or_else(|| from(0x3B1, SMALL_GREEK))
}

/// What is kept of a value with `<script` in it: its marks escaped for good, entities left as they are (A4).
pub fn defused(text: &str) -> String {
    if !text.to_lowercase().contains("<script") {
        return text.to_owned();
    }
    let mut kept = String::with_capacity(text.len() + 16);
    let mut rest = text.chars();
    while let Some(letter) = rest.next() {
        match letter {
            '<' => kept.push_str("&lt;"),
            '>' => kept.push_str("&gt;"),
            '"' => kept.push_str("&quot;"),
            '&' if !begins_entity(rest.as_str()) => kept.push_str("&amp;"),
            other => kept.push(other),
        }
    }
    kept
}

fn begins_entity(rest: &str) -> bool {
    rest.split_once(';').is_some_and(|(name, _)| {
        !name.is_empty()
            && name.len() < 10
            && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '#')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_read_as_the_recordings_do() {
        for (text, wanted) in [
            ("Tést Kontract", "T&eacute;st Kontract"),
            ("Q <1> & \"2\"", "Q &lt;1&gt; &amp; &quot;2&quot;"),
            ("'s'", "&#039;s&#039;"),
            ("Δημήτρης 王 95", "&Delta;&eta;&mu;ή&tau;&rho;&eta;&sigmaf; 王 95"),
            ("Quotes — Vandelay", "Quotes &mdash; Vandelay"),
            ("Großer “x”", "Gro&szlig;er &ldquo;x&rdquo;"),
        ] {
            assert_eq!(encode(text), wanted);
        }
    }

    #[test]
    fn scripts_are_escaped_for_good() {
        let kept = defused("<script>alert(1)</script>&amp; &lt;x&gt; \"q\" 's' \\ ");
        assert_eq!(
            kept,
            "&lt;script&gt;alert(1)&lt;/script&gt;&amp; &lt;x&gt; &quot;q&quot; 's' \\ "
        );
        assert_eq!(
            defused("a <img src=x onerror=alert(1)> & \"q\""),
            "a <img src=x onerror=alert(1)> & \"q\""
        );
    }
}
