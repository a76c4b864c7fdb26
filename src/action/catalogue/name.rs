//! Entity types as keys: `SalesOrder` is `sales-order`, several are `sales-orders`.

/// `SalesOrder` -> `sales-order`, `CEquipment` -> `c-equipment`, `PDFTemplate` -> `pdf-template`.
pub fn kebab(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut kebab = String::new();
    for (at, &c) in chars.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| chars.get(at));
        let after_small = before.is_some_and(|before| !before.is_uppercase() && *before != '_');
        let begins = before.is_some_and(|before| before.is_uppercase())
            && chars.get(at + 1).is_some_and(|after| after.is_lowercase());
        if c.is_uppercase() && (after_small || begins) {
            kebab.push('-');
        }
        kebab.push(if c == '_' { '-' } else { c.to_ascii_lowercase() });
    }
    kebab
}

/// The English plural: `opportunity` -> `opportunities`, `campaign` -> `campaigns`, `tax` -> `taxes`.
pub fn plural(word: &str) -> String {
    let before_y = word.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'i', 'o', 'u']));
    match before_y {
        Some(stem) if !stem.is_empty() => format!("{stem}ies"),
        _ if ["s", "x", "z", "ch", "sh"].iter().any(|end| word.ends_with(end)) => {
            format!("{word}es")
        }
        _ => format!("{word}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entity_types_become_keys() {
        for (name, expected) in [
            ("Contact", "contact"),
            ("SalesOrder", "sales-order"),
            ("CEquipment", "c-equipment"),
            ("PDFTemplate", "pdf-template"),
            ("knowledge_base", "knowledge-base"),
            ("TargetList2", "target-list2"),
        ] {
            assert_eq!(kebab(name), expected);
        }
    }

    #[test]
    fn several_are_plural_as_in_english() {
        for (one, many) in [
            ("opportunity", "opportunities"),
            ("case", "cases"),
            ("survey", "surveys"),
            ("business", "businesses"),
            ("tax", "taxes"),
            ("branch", "branches"),
            ("y", "ys"),
        ] {
            assert_eq!(plural(one), many);
        }
    }
}
