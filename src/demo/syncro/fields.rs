//! What a body may set: names and forms. What is not named is left out in silence, and what has the wrong form becomes
//! `null`, as the framework behind the real server does it.

use super::money;
use super::shelf::Doc;
use super::time;
use serde_json::{Map, Value, json};

/// How a member is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A text.
    Text,
    /// A telephone number, kept without its formatting.
    Phone,
    /// A whole number.
    Whole,
    /// A number.
    Number,
    /// An amount, kept as a text.
    Amount,
    /// True or false.
    Flag,
    /// A day.
    Day,
    /// A moment.
    Moment,
    /// A list or an object, as it is.
    Tree,
}

/// A member and its form.
pub type Field = (&'static str, Form);

/// The members that a body sets.
pub fn take(body: &Map<String, Value>, fields: &[Field]) -> Doc {
    let one = |(name, form): &Field| Some(((*name).to_owned(), form.keep(body.get(*name)?)));
    fields.iter().filter_map(one).collect()
}

impl Form {
    /// A value in this form.
    pub fn keep(self, value: &Value) -> Value {
        match self {
            Form::Text => text(value),
            Form::Phone => text(value).as_str().map_or(Value::Null, |text| json!(bare(text))),
            Form::Whole => whole(value).map_or(Value::Null, |number| json!(number)),
            Form::Number => money::read(value).map_or(Value::Null, money::float),
            Form::Amount => money::read(value).map_or(Value::Null, |it| json!(money::text(it))),
            Form::Flag => flag(value).map_or(Value::Null, |yes| json!(yes)),
            Form::Day => {
                value.as_str().and_then(time::whole_day).map_or(Value::Null, |day| json!(day))
            }
            Form::Moment => value
                .as_str()
                .and_then(time::moment)
                .map_or(Value::Null, |at| json!(time::kept(at))),
            Form::Tree => value.clone(),
        }
    }
}

/// A telephone number as the server gives it back: the formatting is gone (§6).
pub fn bare(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// A whole number, from a number or its text.
pub fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Yes or no, in all the ways in which it is written.
pub fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(yes) => Some(*yes),
        Value::Number(number) => Some(number.as_i64() != Some(0)),
        Value::String(text) => match text.as_str() {
            "" => None,
            "0" | "f" | "false" | "off" | "no" => Some(false),
            _ => Some(true),
        },
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn text(value: &Value) -> Value {
    match value {
        Value::String(_) | Value::Null => value.clone(),
        Value::Number(number) => json!(number.to_string()),
        Value::Bool(yes) => json!(yes.to_string()),
        Value::Array(_) | Value::Object(_) => Value::Null,
    }
}

/// Whether there is nothing in a value.
pub fn is_blank(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.trim().is_empty(),
        Some(Value::Array(items)) => items.is_empty(),
        Some(Value::Object(members)) => members.is_empty(),
        Some(Value::Bool(_) | Value::Number(_)) => false,
    }
}

/// `First name can't be blank` for each of these that is.
pub fn blanks(doc: &Doc, wanted: &[(&str, &str)]) -> Vec<String> {
    wanted
        .iter()
        .filter(|(name, _)| is_blank(doc.get(*name)))
        .map(|(_, label)| format!("{label} can't be blank"))
        .collect()
}

/// What the server says of an address that is none.
pub fn bad_email(doc: &Doc) -> Option<&str> {
    let text = doc.get("email").and_then(Value::as_str)?;
    let fine = text.is_empty()
        || text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
            && !text.contains(char::is_whitespace);
    (!fine).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_sets_what_is_named_in_its_form_and_nothing_else() {
        let body = json!({"name": 7, "count": "12", "is": "0", "phone": "+1 (202) 555-01", "nope": 1, "day": "x"});
        let fields = [
            ("name", Form::Text),
            ("count", Form::Whole),
            ("is", Form::Flag),
            ("phone", Form::Phone),
            ("day", Form::Day),
            ("left", Form::Text),
        ];
        let taken = take(body.as_object().unwrap(), &fields);
        let wanted =
            json!({"name": "7", "count": 12, "is": false, "phone": "120255501", "day": null});
        assert_eq!(Value::Object(taken), wanted);
    }

    #[test]
    fn addresses_are_looked_at() {
        for (text, is_bad) in
            [("a@b.example", false), ("", false), ("xxx", true), ("it is not", true)]
        {
            let doc = json!({"email": text});
            assert_eq!(bad_email(doc.as_object().unwrap()).is_some(), is_bad, "{text}");
        }
    }
}
