//! From the filter's tree to where-items. E§5.
use serde_json::{Value as Json, json};

use super::{
    compare::{address, many, number, person, points, text, yes_or_no},
    days::{Calendar, Stretch},
    encode,
    json::suffixed,
    tree::{Test, Tree},
};
use crate::{
    domain::{
        error::Error,
        query::{Compare, Filter},
        schema::{EntityType, Field, FieldKind, Me},
        value::Value,
    },
    providers::{
        Context,
        lookup::{Found, How},
    },
};

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
        self.found.iter().filter(|found| found.lookup.is(field, text, how)).collect()
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
            FieldKind::Lines | FieldKind::Other => {
                Err(unsupported(field, "this field cannot be filtered"))
            }
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
