//! How MySQL's `utf8_general_ci` compares: letters without their accents and case, blanks at the end left out (A6).

use std::cmp::Ordering;
use std::sync::OnceLock;

/// A base letter, then the letters that count as it.
const BASES: [&str; 33] = [
    "AÀÁÂÃÄÅĀĂĄǍẠẢẤẦẨẪẬẮẰẲẴẶàáâãäåāăąǎạảấầẩẫậắằẳẵặ",
    "CÇĆĈĊČçćĉċč",
    "DĎďḌḍ",
    "EÈÉÊËĒĔĖĘĚẸẺẼẾỀỂỄỆèéêëēĕėęěẹẻẽếềểễệ",
    "GĜĞĠĢǦĝğġģǧ",
    "HĤĥ",
    "IÌÍÎÏĨĪĬĮİỈỊìíîïĩīĭįıỉị",
    "JĴĵ",
    "KĶķ",
    "LĹĻĽĺļľ",
    "NÑŃŅŇñńņň",
    "OÒÓÔÕÖŌŎŐƠǑỌỎỐỒỔỖỘỚỜỞỠỢòóôõöōŏőơǒọỏốồổỗộớờởỡợ",
    "RŔŖŘŕŗř",
    "SŚŜŞŠȘśŝşšșß",
    "TŢŤȚţťț",
    "UÙÚÛÜŨŪŬŮŰŲƯǓỤỦỨỪỬỮỰùúûüũūŭůűųưǔụủứừửữự",
    "WŴŵ",
    "YÝŶŸỲỴỶỸýÿŷỳỵỷỹ",
    "ZŹŻŽźżž",
    "ΑΆάα",
    "ΕΈέε",
    "ΗΉήη",
    "ΙΊΪίϊΐι",
    "ΟΌόο",
    "ΥΎΫύϋΰυ",
    "ΩΏώω",
    "Σσς",
    "ИЙий",
    "ЕЁеё",
    "اآأإ",
    "هة",
    "يى",
    "وؤ",
];

/// The weight of each letter of the first two thousand and some, and of Vietnamese.
fn weights() -> &'static [u32] {
    static TABLE: OnceLock<Vec<u32>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let plain = |code: u32| {
            char::from_u32(code).map_or(code, |letter| {
                let mut upper = letter.to_uppercase();
                upper.next().filter(|_| upper.len() == 0).map_or(code, u32::from)
            })
        };
        let mut table: Vec<u32> = (0..0x1F00).map(plain).collect();
        for group in BASES {
            let base = group.chars().next().map_or(0, u32::from);
            for letter in group.chars() {
                let place = usize::try_from(u32::from(letter)).unwrap_or(usize::MAX);
                if let Some(entry) = table.get_mut(place) {
                    *entry = base;
                }
            }
        }
        table
    })
}

fn weight(letter: char) -> u32 {
    let place = usize::try_from(u32::from(letter)).unwrap_or(usize::MAX);
    weights().get(place).copied().unwrap_or_else(|| u32::from(letter))
}

/// The order of two texts.
pub fn compare(left: &str, right: &str) -> Ordering {
    let (left, right) = (left.trim_end_matches(' '), right.trim_end_matches(' '));
    if left.is_ascii() && right.is_ascii() {
        let upper = |byte: u8| byte.to_ascii_uppercase();
        return left.bytes().map(upper).cmp(right.bytes().map(upper));
    }
    left.chars().map(weight).cmp(right.chars().map(weight))
}

/// Whether a text is like a pattern: `%` and `_`, `\` before a letter that means itself.
pub fn is_like(text: &str, pattern: &str) -> bool {
    let text: Vec<u32> = text.chars().map(weight).collect();
    matches_from(&text, &parts(pattern))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Any,
    One,
    Letter(u32),
}

fn parts(pattern: &str) -> Vec<Part> {
    let mut letters = pattern.chars();
    let mut parts = Vec::new();
    while let Some(letter) = letters.next() {
        parts.push(match letter {
            '%' => Part::Any,
            '_' => Part::One,
            '\\' => Part::Letter(weight(letters.next().unwrap_or('\\'))),
            other => Part::Letter(weight(other)),
        });
    }
    parts
}

/// Goes back to the last `%` where a letter does not fit: never worse than the product of both lengths.
fn matches_from(text: &[u32], parts: &[Part]) -> bool {
    let (mut at, mut part) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    while at < text.len() {
        let fits = match parts.get(part) {
            Some(Part::Any) => {
                back = Some((at, part));
                part += 1;
                continue;
            }
            Some(Part::One) => true,
            Some(Part::Letter(letter)) => text.get(at) == Some(letter),
            None => false,
        };
        if fits {
            (at, part) = (at + 1, part + 1);
        } else if let Some((from, any)) = back {
            back = Some((from + 1, any));
            (at, part) = (from + 1, any + 1);
        } else {
            return false;
        }
    }
    parts.iter().skip(part).all(|rest| *rest == Part::Any)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_case_and_blanks_at_the_end_do_not_count() {
        for (left, right) in [
            ("SMITH", "Smith"),
            ("Åkesson", "akesson  "),
            ("Nguyễn", "NGUYEN"),
            ("", " "),
            ("Żuraw", "zuraw"),
        ] {
            assert_eq!(compare(left, right), Ordering::Equal, "{left} {right}");
        }
        assert_eq!(compare("Haas", "Hab"), Ordering::Less);
        assert_eq!(compare("王", "张"), "王".cmp("张"));
    }

    #[test]
    fn patterns_match_as_they_say() {
        for (text, pattern, wanted) in [
            ("Smith & Sons 69", "%smith & sons%", true),
            ("O'Brien 27", "O'Brien%", true),
            ("abc", "a_c", true),
            ("abc", "a_", false),
            ("50%", r"%\%", true),
            ("50x", r"%\%", false),
            ("", "%%", true),
            ("aaaaab", "%a%a%b", true),
        ] {
            assert_eq!(is_like(text, pattern), wanted, "{text} {pattern}");
        }
    }
}
