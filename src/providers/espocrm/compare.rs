//! Comparisons of one field each, as where-items. E§5, E§7.
use rust_decimal::Decimal;
use serde_json::{Value as Json, json};

use super::{
    condition::unsupported,
    encode,
    json::{prefixed, suffixed},
    tree::{Test, Tree},
    value,
};
use crate::{
    domain::{error::Error, query::Compare, schema::Field, value::Value},
    providers::words::{stored_choice, words_of},
};

/// Text, options, addresses of the web.
pub fn text(field: &Field, attribute: &str, compare: &Compare) -> Result<Tree, Error> {
    let stored = |value: &Value| {
        let text = words_of(value).ok_or_else(|| unsupported(field, "compared with text only"))?;
        Ok(encode::enum_value(field, &stored_choice(field, &text)))
    };
    let item = |test, value: &Value| Ok(Tree::item(test, attribute, stored(value)?));
    match compare {
        Compare::Is(value) => item(Test::Equals, value),
        Compare::Contains(text) => Ok(Tree::item(Test::Contains, attribute, json!(text))),
        Compare::StartsWith(text) => Ok(Tree::item(Test::StartsWith, attribute, json!(text))),
        Compare::Above(value) => item(Test::GreaterThan, value),
        Compare::AtLeast(value) => item(Test::GreaterThanOrEquals, value),
        Compare::Below(value) => item(Test::LessThan, value),
        Compare::AtMost(value) => item(Test::LessThanOrEquals, value),
        Compare::HasValue if field.wire_type.starts_with("enum") && field.wire_type != "enum" => {
            Ok(Tree::item(Test::IsNotNull, attribute, Json::Null))
        }
        Compare::HasValue => Ok(filled(attribute)),
        Compare::OneOf(_) | Compare::Within(_) | Compare::Me => {
            Err(unsupported(field, "text is compared with text"))
        }
    }
}

/// null and "" both mean empty. E§7.
fn filled(attribute: &str) -> Tree {
    let is_there = Tree::item(Test::IsNotNull, attribute, Json::Null);
    Tree::All(vec![is_there, Tree::item(Test::NotEquals, attribute, json!(""))])
}

/// E-mail addresses and phone numbers: the server compares all that a record has.
#[expect(clippy::wildcard_enum_match_arm, reason = "all other comparisons are those of text")]
pub fn points(field: &Field, compare: &Compare) -> Result<Tree, Error> {
    match compare {
        Compare::HasValue => Ok(Tree::item(Test::IsNotNull, &field.name, Json::Null)),
        compare => text(field, &field.name, compare),
    }
}

/// A composed name is compared as a pattern: the server composes it in the question.
#[expect(clippy::wildcard_enum_match_arm, reason = "all other comparisons are those of text")]
pub fn person(field: &Field, compare: &Compare) -> Result<Tree, Error> {
    let part = |part| filled(&prefixed(part, &field.name));
    match compare {
        Compare::HasValue => Ok(Tree::Any(vec![part("first"), part("last")])),
        Compare::Is(Value::Person(person)) => {
            Ok(Tree::item(Test::Like, &field.name, json!(person.display())))
        }
        Compare::Is(value) => {
            let words = words_of(value).ok_or_else(|| unsupported(field, "a name is text"))?;
            Ok(Tree::item(Test::Like, &field.name, json!(words)))
        }
        compare => text(field, &field.name, compare),
    }
}

/// Any part of a postal address.
pub fn address(field: &Field, compare: &Compare) -> Result<Tree, Error> {
    let parts = ["street", "city", "state", "country", "postalCode"];
    let each = parts.map(|part| text(field, &suffixed(&field.name, part), compare));
    each.into_iter().collect::<Result<_, _>>().map(Tree::Any)
}

/// Numbers and amounts of money.
pub fn number(field: &Field, compare: &Compare) -> Result<Tree, Error> {
    let item = |test, value: &Value| {
        let number = number_of(value).ok_or_else(|| unsupported(field, "compared with numbers"))?;
        Ok(Tree::item(test, &field.name, encode::number(number)))
    };
    match compare {
        Compare::Is(Value::Money(money)) if !money.currency.is_empty() => {
            let currency = suffixed(&field.name, "currency");
            let amount = Tree::item(Test::Equals, &field.name, encode::number(money.amount));
            let currency = Tree::item(Test::Equals, &currency, json!(money.currency));
            Ok(Tree::All(vec![amount, currency]))
        }
        Compare::Is(value) => item(Test::Equals, value),
        Compare::Above(value) => item(Test::GreaterThan, value),
        Compare::AtLeast(value) => item(Test::GreaterThanOrEquals, value),
        Compare::Below(value) => item(Test::LessThan, value),
        Compare::AtMost(value) => item(Test::LessThanOrEquals, value),
        Compare::HasValue => Ok(Tree::item(Test::IsNotNull, &field.name, Json::Null)),
        Compare::OneOf(_)
        | Compare::Contains(_)
        | Compare::StartsWith(_)
        | Compare::Within(_)
        | Compare::Me => Err(unsupported(field, "a number is compared with numbers")),
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "other values are no numbers")]
fn number_of(value: &Value) -> Option<Decimal> {
    match value {
        Value::Integer(whole) => Some(Decimal::from(*whole)),
        Value::Number(number) => Some(*number),
        Value::Money(money) => Some(money.amount),
        Value::Text(text) => value::decimal(&json!(text)),
        _ => None,
    }
}

/// Switches.
#[expect(clippy::wildcard_enum_match_arm, reason = "all other comparisons are refused")]
pub fn yes_or_no(field: &Field, compare: &Compare) -> Result<Tree, Error> {
    let is = |yes| if yes { Test::IsTrue } else { Test::IsFalse };
    let yes = match compare {
        Compare::Is(Value::Bool(yes)) => Some(*yes),
        Compare::Is(Value::Text(text)) => match text.to_lowercase().as_str() {
            "yes" | "true" | "1" => Some(true),
            "no" | "false" | "0" => Some(false),
            _ => None,
        },
        // A switch that is off is as good as empty.
        Compare::HasValue => Some(true),
        _ => None,
    };
    let yes = yes.ok_or_else(|| unsupported(field, "yes or no"))?;
    Ok(Tree::item(is(yes), &field.name, Json::Null))
}

/// Lists of words.
pub fn many(field: &Field, compare: &Compare) -> Result<Tree, Error> {
    let any = |texts: Vec<String>| {
        let stored: Vec<_> = texts.iter().map(|text| stored_choice(field, text)).collect();
        Tree::item(Test::ArrayAnyOf, &field.name, json!(stored))
    };
    match compare {
        Compare::Is(Value::Many(many)) => Ok(any(many.clone())),
        Compare::Is(value) => {
            words_of(value).map(|word| any(vec![word])).ok_or_else(|| unsupported(field, "words"))
        }
        Compare::Contains(text) => Ok(any(holding(field, text))),
        Compare::HasValue => Ok(Tree::item(Test::ArrayIsNotEmpty, &field.name, Json::Null)),
        Compare::OneOf(_)
        | Compare::StartsWith(_)
        | Compare::Above(_)
        | Compare::AtLeast(_)
        | Compare::Below(_)
        | Compare::AtMost(_)
        | Compare::Within(_)
        | Compare::Me => Err(unsupported(field, "compared with words only")),
    }
}

/// The options that hold a text; free words are taken as they are.
fn holding(field: &Field, text: &str) -> Vec<String> {
    let part = text.to_lowercase();
    let holds = |text: &str| text.to_lowercase().contains(&part);
    let choices = field.choices.iter().filter(|c| holds(&c.value) || holds(&c.label));
    let found: Vec<_> = choices.map(|choice| choice.value.clone()).collect();
    if found.is_empty() { vec![text.to_owned()] } else { found }
}
