//! What people call values by, where they are compared.
use crate::domain::{schema::Field, value::Value};

/// The text of a value that is compared with text.
#[expect(clippy::wildcard_enum_match_arm, reason = "other values have no words")]
pub fn words_of(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.clone()),
        Value::Integer(whole) => Some(whole.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(yes) => Some(yes.to_string()),
        Value::Date(day) => Some(day.to_string()),
        _ => None,
    }
}

/// An option may be called by its label, in any case.
pub fn stored_choice(field: &Field, text: &str) -> String {
    let is_called = |called: &str| called.to_lowercase() == text.to_lowercase();
    let by_value = field.choices.iter().find(|choice| is_called(&choice.value));
    let choice = by_value.or_else(|| field.choices.iter().find(|choice| is_called(&choice.label)));
    choice.map_or_else(|| text.to_owned(), |choice| choice.value.clone())
}
