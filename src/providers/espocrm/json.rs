//! Reading JSON, and how the attributes of one field are named. E§7.
pub use crate::providers::json::{at, entries, is_true, items, kind, object, text, unreadable};

/// `billingAddress` + `city` = `billingAddressCity`: how parts of a field are named. E§7.
pub fn suffixed(field: &str, part: &str) -> String {
    format!("{field}{}", capitalized(part))
}

/// `first` + `name` = `firstName`: how parts of a person's name are named. E§7.
pub fn prefixed(part: &str, field: &str) -> String {
    format!("{part}{}", capitalized(field))
}

fn capitalized(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
