//! Yes, no, and one of some.
use crate::domain::schema::{Choice, Field};

/// `yes no y n true false on off 1 0`, in any case.
pub fn yes_or_no(text: &str) -> Result<bool, String> {
    match text.to_lowercase().as_str() {
        "yes" | "y" | "true" | "on" | "1" | "x" => Ok(true),
        "no" | "n" | "false" | "off" | "0" => Ok(false),
        _ => Err("yes or no".to_owned()),
    }
}

/// The stored value of a choice that is named by its value or label, ignoring case, or by the
/// beginning of only one. Anything goes where the schema names no choices.
pub fn one(field: &Field, text: &str) -> Result<String, String> {
    if field.choices.is_empty() {
        return Ok(text.to_owned());
    }
    if let Some(choice) = exact(field, text) {
        return Ok(choice.value.clone());
    }
    let wanted = text.to_lowercase();
    let begins = |choice: &&Choice| {
        choice.value.to_lowercase().starts_with(&wanted)
            || choice.label.to_lowercase().starts_with(&wanted)
    };
    let found: Vec<&Choice> = field.choices.iter().filter(begins).collect();
    match found.as_slice() {
        [only] => Ok(only.value.clone()),
        [] => Err(format!("{text} is none of {}", names(field.choices.iter()))),
        several => Err(format!("{text} may be {}", names(several.iter().copied()))),
    }
}

fn exact<'a>(field: &'a Field, text: &str) -> Option<&'a Choice> {
    let wanted = text.to_lowercase();
    let choices = || field.choices.iter();
    choices()
        .find(|choice| choice.value == text)
        .or_else(|| choices().find(|choice| choice.value.to_lowercase() == wanted))
        .or_else(|| choices().find(|choice| choice.label.to_lowercase() == wanted))
}

fn names<'a>(choices: impl Iterator<Item = &'a Choice>) -> String {
    let named = choices.filter(|choice| !choice.value.is_empty());
    let values: Vec<_> = named.map(|choice| choice.value.as_str()).take(20).collect();
    values.join(", ")
}

/// Several by comma; no one twice.
pub fn many(field: &Field, text: &str) -> Result<Vec<String>, String> {
    let mut values = Vec::new();
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let value = one(field, part)?;
        if !values.contains(&value) {
            values.push(value);
        }
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::schema::{ChoiceStyle, FieldKind};

    fn stage() -> Field {
        let choice = |value: &str, label: &str| {
            let (value, label) = (value.to_owned(), label.to_owned());
            Choice { value, label, style: ChoiceStyle::Plain }
        };
        let choices = vec![
            choice("Prospecting", "Prospecting"),
            choice("Proposal", "Angebot"),
            choice("Closed Won", "Gewonnen"),
            choice("Closed Lost", "Verloren"),
        ];
        Field { choices, ..Field::new("stage", FieldKind::Enum) }
    }

    #[test]
    fn a_choice_is_named_by_value_label_or_a_unique_beginning() {
        for (typed, value) in [
            ("closed won", "Closed Won"),
            ("ANGEBOT", "Proposal"),
            ("prop", "Proposal"),
            ("gew", "Closed Won"),
        ] {
            assert_eq!(one(&stage(), typed).as_deref(), Ok(value), "{typed}");
        }
    }

    #[test]
    fn a_beginning_of_two_is_refused_by_naming_both() {
        assert_eq!(one(&stage(), "closed"), Err("closed may be Closed Won, Closed Lost".into()));
        assert!(one(&stage(), "nope").unwrap_err().starts_with("nope is none of Prospecting"));
    }

    #[test]
    fn several_are_parted_by_comma_and_stand_once() {
        let both = vec!["Proposal".to_owned(), "Closed Lost".to_owned()];
        assert_eq!(many(&stage(), "prop, verloren,Proposal,"), Ok(both));
    }
}
