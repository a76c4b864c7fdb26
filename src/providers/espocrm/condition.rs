//! From the filter's tree to where-items. E§5.
use rust_decimal::Decimal;
use serde_json::{Value as Json, json};

use super::{
    days::{Calendar, Stretch},
    encode,
    json::{prefixed, suffixed},
    names::{How, Lookup},
    tree::{Test, Tree},
    value,
};
use crate::{
    domain::{
        error::Error,
        query::{Compare, Filter},
        schema::{EntityType, Field, FieldKind, Me},
        value::Value,
    },
    providers::Context,
};

/// A name that was looked up, and the ids that it stands for.
#[derive(Clone, Debug)]
pub struct Found {
    /// What was looked up.
    pub lookup: Lookup,
    /// The ids.
    pub ids: Vec<String>,
}

/// What conditions are made with.
pub struct Conditions<'a> {
    entity_type: &'a EntityType,
    /// The signed-in user.
    pub me: Option<&'a Me>,
    calendar: Calendar,
    found: &'a [Found],
}

/// Not a question that the server can answer.
pub fn unsupported(field: &Field, what: &str) -> Error {
    Error::Unsupported { what: format!("{}: {what}", field.name) }
}

impl<'a> Conditions<'a> {
    /// For records of that type.
    pub fn new(entity_type: &'a EntityType, context: &'a Context, found: &'a [Found]) -> Self {
        let me = context.schema.as_ref().and_then(|schema| schema.user.as_ref());
        Self { entity_type, me, calendar: Calendar::new(context), found }
    }

    /// The condition of a filter.
    pub fn of(&self, filter: &Filter) -> Result<Tree, Error> {
        let several =
            |filters: &[Filter]| filters.iter().map(|f| self.of(f)).collect::<Result<Vec<_>, _>>();
        match filter {
            Filter::All(filters) => several(filters).map(Tree::All),
            Filter::Any(filters) => several(filters).map(Tree::Any),
            Filter::Not(filter) => self.of(filter).map(|tree| tree.opposite()),
            Filter::Test(test) => {
                let field = self.entity_type.field(&test.field).ok_or_else(|| {
                    let what = format!("a filter on {}", test.field);
                    Error::Unsupported { what }
                })?;
                self.test(field, &test.test)
            }
            Filter::Words(words) => Ok(self.words(words)),
        }
    }

    /// Words that cannot go where the product searches: in the same fields, one by one.
    fn words(&self, words: &str) -> Tree {
        let fields = self.entity_type.searched.iter();
        let holds = |field: &String| Tree::item(Test::Contains, field, json!(words));
        Tree::Any(fields.map(holds).collect())
    }

    /// The ids that a name stands for, by the entity type they are of.
    pub fn ids(&self, field: &Field, text: &str, how: How) -> Vec<&Found> {
        let is_meant = |found: &&Found| {
            let lookup = &found.lookup;
            lookup.text == text && lookup.how == how && field.targets.contains(&lookup.entity)
        };
        self.found.iter().filter(is_meant).collect()
    }

    fn test(&self, field: &Field, compare: &Compare) -> Result<Tree, Error> {
        if let Compare::OneOf(values) = compare {
            let each = values.iter().map(|value| self.test(field, &Compare::Is(value.clone())));
            return each.collect::<Result<Vec<_>, _>>().map(as_in);
        }
        if let Compare::Is(value) = compare
            && value.is_empty()
        {
            return self.test(field, &Compare::HasValue).map(|tree| tree.opposite());
        }
        let name = field.name.as_str();
        match field.kind {
            FieldKind::Text
            | FieldKind::LongText
            | FieldKind::Html
            | FieldKind::Url
            | FieldKind::Enum => text(field, name, compare),
            FieldKind::Emails | FieldKind::Phones => points(field, compare),
            FieldKind::PersonName => person(field, compare),
            FieldKind::Address => address(field, compare),
            FieldKind::Integer | FieldKind::Number | FieldKind::Duration | FieldKind::Money => {
                number(field, compare)
            }
            FieldKind::Bool => yes_or_no(field, compare),
            FieldKind::MultiEnum => many(field, compare),
            FieldKind::Date => self.day(field, name, compare),
            FieldKind::DateTime => self.moment(field, name, compare),
            FieldKind::DateOrTime => self.day_or_moment(field, compare),
            FieldKind::Reference
            | FieldKind::AnyReference
            | FieldKind::References
            | FieldKind::File => super::references::reference(self, field, compare),
            FieldKind::Other => Err(unsupported(field, "this field cannot be filtered")),
        }
    }

    fn day(&self, field: &Field, attribute: &str, compare: &Compare) -> Result<Tree, Error> {
        let item = |test, value: &Value| {
            let day = self.calendar.day_of(value).ok_or_else(|| unsupported(field, "no day"))?;
            Ok(Tree::item(test, attribute, json!(day.to_string())))
        };
        match compare {
            Compare::Is(value) => item(Test::Equals, value),
            Compare::Above(value) => item(Test::GreaterThan, value),
            Compare::AtLeast(value) => item(Test::GreaterThanOrEquals, value),
            Compare::Below(value) => item(Test::LessThan, value),
            Compare::AtMost(value) => item(Test::LessThanOrEquals, value),
            Compare::Within(span) => {
                let (first, last) = self.calendar.days(*span);
                Ok(Tree::All(vec![
                    item(Test::GreaterThanOrEquals, &Value::Date(first))?,
                    item(Test::LessThanOrEquals, &Value::Date(last))?,
                ]))
            }
            Compare::HasValue => Ok(Tree::item(Test::IsNotNull, attribute, Json::Null)),
            Compare::OneOf(_) | Compare::Contains(_) | Compare::StartsWith(_) | Compare::Me => {
                Err(unsupported(field, "a date is compared with dates"))
            }
        }
    }

    /// Moments are compared in UTC with what the user's days begin and end at, so that `7d`
    /// means the same here as everywhere.
    fn moment(&self, field: &Field, attribute: &str, compare: &Compare) -> Result<Tree, Error> {
        let item = |test, at| Tree::item(test, attribute, json!(encode::moment(at)));
        let within = |stretch: Stretch| {
            let begun = item(Test::GreaterThanOrEquals, stretch.start);
            Tree::All(vec![begun, item(Test::LessThan, stretch.end)])
        };
        let stretch = |value: &Value| {
            self.calendar.stretch_of(value).ok_or_else(|| unsupported(field, "no day or time"))
        };
        match compare {
            Compare::Is(value) => stretch(value).map(within),
            Compare::Above(value) => Ok(item(Test::GreaterThanOrEquals, stretch(value)?.end)),
            Compare::AtLeast(value) => Ok(item(Test::GreaterThanOrEquals, stretch(value)?.start)),
            Compare::Below(value) => Ok(item(Test::LessThan, stretch(value)?.start)),
            Compare::AtMost(value) => Ok(item(Test::LessThan, stretch(value)?.end)),
            Compare::Within(span) => {
                let (first, last) = self.calendar.days(*span);
                let stretch = self.calendar.stretch(first, last);
                stretch.map(within).ok_or_else(|| unsupported(field, "days beyond the calendar"))
            }
            Compare::HasValue => Ok(Tree::item(Test::IsNotNull, attribute, Json::Null)),
            Compare::OneOf(_) | Compare::Contains(_) | Compare::StartsWith(_) | Compare::Me => {
                Err(unsupported(field, "a time is compared with dates or times"))
            }
        }
    }

    /// Where there is a day it counts; the moment beside it is derived, and for ends it is the
    /// next day's midnight. E§7.
    fn day_or_moment(&self, field: &Field, compare: &Compare) -> Result<Tree, Error> {
        let date = suffixed(&field.name, "date");
        let by_day = self.day(field, &date, compare)?;
        let by_moment = self.moment(field, &field.name, compare)?;
        let has_no_day = Tree::item(Test::IsNull, &date, Json::Null);
        Ok(Tree::Any(vec![by_day, Tree::All(vec![has_no_day, by_moment])]))
    }
}

/// Several equalities of one attribute are one `in`.
fn as_in(trees: Vec<Tree>) -> Tree {
    let equality = |tree: &Tree| match tree {
        Tree::Item { test: Test::Equals, attribute, value } => {
            Some((attribute.clone(), value.clone()))
        }
        Tree::Item { .. } | Tree::All(_) | Tree::Any(_) => None,
    };
    let pairs: Option<Vec<_>> = trees.iter().map(equality).collect();
    match pairs.as_deref() {
        Some([(attribute, _), rest @ ..])
            if !rest.is_empty() && rest.iter().all(|(other, _)| other == attribute) =>
        {
            let values = pairs.iter().flatten().map(|(_, value)| value.clone());
            Tree::item(Test::In, attribute, values.collect())
        }
        _ => Tree::Any(trees),
    }
}

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

fn text(field: &Field, attribute: &str, compare: &Compare) -> Result<Tree, Error> {
    let stored = |value: &Value| {
        let text = words_of(value).ok_or_else(|| unsupported(field, "compared with text only"))?;
        Ok(encode::enum_value(field, &stored_choice(field, text)))
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

/// An option may be called by its label, in any case.
fn stored_choice(field: &Field, text: String) -> String {
    let is_called = |called: &str| called.to_lowercase() == text.to_lowercase();
    let by_value = field.choices.iter().find(|choice| is_called(&choice.value));
    let choice = by_value.or_else(|| field.choices.iter().find(|choice| is_called(&choice.label)));
    choice.map_or(text, |choice| choice.value.clone())
}

#[expect(clippy::wildcard_enum_match_arm, reason = "all other comparisons are those of text")]
fn points(field: &Field, compare: &Compare) -> Result<Tree, Error> {
    match compare {
        Compare::HasValue => Ok(Tree::item(Test::IsNotNull, &field.name, Json::Null)),
        compare => text(field, &field.name, compare),
    }
}

/// A composed name is compared as a pattern: the server composes it in the question.
#[expect(clippy::wildcard_enum_match_arm, reason = "all other comparisons are those of text")]
fn person(field: &Field, compare: &Compare) -> Result<Tree, Error> {
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

fn address(field: &Field, compare: &Compare) -> Result<Tree, Error> {
    let parts = ["street", "city", "state", "country", "postalCode"];
    let each = parts.map(|part| text(field, &suffixed(&field.name, part), compare));
    each.into_iter().collect::<Result<_, _>>().map(Tree::Any)
}

fn number(field: &Field, compare: &Compare) -> Result<Tree, Error> {
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

#[expect(clippy::wildcard_enum_match_arm, reason = "all other comparisons are refused")]
fn yes_or_no(field: &Field, compare: &Compare) -> Result<Tree, Error> {
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

fn many(field: &Field, compare: &Compare) -> Result<Tree, Error> {
    let any = |texts: Vec<String>| {
        let stored: Vec<_> = texts.into_iter().map(|text| stored_choice(field, text)).collect();
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
