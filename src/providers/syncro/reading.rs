//! From JSON to values, leniently: numbers as text, text as numbers, two kinds of dates. §6.
use std::collections::HashMap;

use indexmap::IndexMap;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use rust_decimal::Decimal;
use serde_json::{Map, Value as Json};

use super::table::{Row, Wire};
use crate::{
    domain::{
        schema::{EntityName, Field, FieldKind, Schema},
        value::{Address, Line, Money, Reference, Value},
    },
    providers::{Context, json::at},
};

/// What a value's reading needs of its surroundings.
#[derive(Clone, Debug)]
pub struct Reader {
    zone: TimeZone,
    currency: String,
    now: Timestamp,
    /// Users by id.
    people: HashMap<String, String>,
}

impl Reader {
    /// As the account's settings say.
    pub fn new(context: &Context) -> Self {
        let preferences = context.schema.as_ref().map(|schema| &schema.preferences);
        let zone = preferences.and_then(|it| TimeZone::get(&it.time_zone).ok());
        let currency = preferences.map(|it| it.default_currency.clone()).unwrap_or_default();
        let (zone, now, people) = (zone.unwrap_or(TimeZone::UTC), context.now, people(context));
        Self { zone, currency, now, people }
    }

    /// The value of a field of the written schema; `None` when the row does not hold it.
    pub fn field(&self, field: &Field, row: &Row, json: &Map<String, Json>) -> Option<Value> {
        match row.wire {
            Wire::Opening => None,
            Wire::Address(keys) => address(json, keys),
            Wire::At(path) => within(json, path).map(|json| self.value(field, json)),
            Wire::Renamed { read, .. } => {
                let path: Vec<&str> = read.split('.').collect();
                within(json, &path).map(|json| self.value(field, json))
            }
            Wire::Named(places) => {
                let name = places.iter().find_map(|path| text(within(json, path)?));
                json.get(row.name).map(|id| reference(field, id, name))
            }
            Wire::Lines(_) => json.get(row.name).map(|json| self.lines(field, row, json)),
            Wire::Answers(_) => json.get("field_list").map(|steps| answers(steps, json)),
            Wire::Running => json.get("ticket_timers").map(|timers| self.running(timers)),
            Wire::Files => json.get(row.name).map(files),
            Wire::Cents(_) if row.name.ends_with("_cents") => {
                json.get(row.name).map(|json| self.cents(json))
            }
            Wire::Same | Wire::Cents(_) | Wire::Flag => {
                json.get(row.name).map(|json| self.value(field, json))
            }
        }
    }

    /// The value of a custom field, by its display name (§7).
    pub fn property(&self, field: &Field, name: &str, json: &Map<String, Json>) -> Option<Value> {
        let properties = json.get("properties")?;
        Some(properties.get(name).map_or(Value::Empty, |json| self.value(field, json)))
    }

    /// A value that is one JSON value. What surprises is kept as it came.
    pub fn value(&self, field: &Field, json: &Json) -> Value {
        if json.is_null() || json.as_str().is_some_and(|text| text.trim().is_empty()) {
            return Value::Empty;
        }
        let read = match field.kind {
            FieldKind::Text
            | FieldKind::LongText
            | FieldKind::Html
            | FieldKind::Url
            | FieldKind::Enum => text(json).map(Value::Text),
            FieldKind::Bool => yes(json).map(Value::Bool),
            FieldKind::Integer | FieldKind::Duration => whole(json),
            FieldKind::Number => decimal(json).map(Value::Number),
            FieldKind::Money => decimal(json).map(|amount| self.money(amount)),
            FieldKind::Date => day(json).map(Value::Date),
            FieldKind::DateTime | FieldKind::DateOrTime => self.moment(json).map(Value::DateTime),
            FieldKind::MultiEnum => many(json),
            FieldKind::Reference => Some(reference(field, json, None)),
            FieldKind::References => references(field, json),
            FieldKind::Other => other(json),
            FieldKind::AnyReference
            | FieldKind::File
            | FieldKind::Emails
            | FieldKind::Phones
            | FieldKind::Address
            | FieldKind::PersonName
            | FieldKind::Lines => None,
        };
        read.unwrap_or_else(|| Value::Json(json.clone()))
    }

    /// A moment with any offset, or the beginning of a day in the account's time zone.
    pub fn moment(&self, json: &Json) -> Option<Timestamp> {
        let text = json.as_str()?.trim();
        text.parse().ok().or_else(|| {
            let day: Date = text.parse().ok()?;
            day.to_zoned(self.zone.clone()).ok().map(|zoned| zoned.timestamp())
        })
    }

    /// The timer that is not stopped: since when, and whose. A paused one looks the same there.
    fn running(&self, timers: &Json) -> Value {
        let is_on = |timer: &&Json| {
            let stands = |key: &str| timer.get(key).is_some_and(|json| !json.is_null());
            stands("start_time") && !stands("end_time")
        };
        let mut on: Vec<_> = timers.as_array().into_iter().flatten().filter(is_on).collect();
        on.sort_by_key(|timer| timer.get("start_time").and_then(|json| self.moment(json)));
        let Some(timer) = on.last() else { return Value::Empty };
        let since = timer.get("start_time").and_then(|json| self.moment(json));
        let since = since.map(|at| at.to_zoned(self.zone.clone()));
        let today = self.now.to_zoned(self.zone.clone()).date();
        let since = since.map(|at| {
            let is_today = at.date() == today;
            at.strftime(if is_today { "%H:%M" } else { "%Y-%m-%d %H:%M" }).to_string()
        });
        let whose = timer.get("user_id").and_then(id);
        let whose =
            whose.and_then(|id| self.people.get(&id).cloned().or(Some(format!("user {id}"))));
        let mut words = format!("Timer since {}", since.unwrap_or_else(|| "?".to_owned()));
        if let Some(name) = whose {
            words = format!("{words}, {name}");
        }
        if on.len() > 1 {
            words = format!("{words} (+{})", on.len() - 1);
        }
        Value::Text(words)
    }

    fn money(&self, amount: Decimal) -> Value {
        Value::Money(Money { amount, currency: self.currency.clone() })
    }

    fn cents(&self, json: &Json) -> Value {
        let units = decimal(json).and_then(|cents| cents.checked_div(Decimal::ONE_HUNDRED));
        match (json, units) {
            (Json::Null, _) => Value::Empty,
            (_, Some(units)) => self.money(units.normalize()),
            (_, None) => Value::Json(json.clone()),
        }
    }

    fn lines(&self, field: &Field, row: &Row, json: &Json) -> Value {
        let (Wire::Lines(lines), Json::Array(items)) = (row.wire, json) else {
            return Value::Json(json.clone());
        };
        let line = |item: &Json| {
            let map = item.as_object()?;
            let read = |column: &Row| {
                let of = field.columns.iter().find(|field| field.name == column.name)?;
                Some((column.name.to_owned(), self.field(of, column, map)?))
            };
            let fields = lines.columns.iter().filter_map(read).collect();
            Some(Line { id: map.get("id").and_then(id), fields })
        };
        let read: Option<Vec<_>> = items.iter().map(line).collect();
        match read {
            Some(lines) if lines.is_empty() => Value::Empty,
            Some(lines) => Value::Lines(lines),
            None => Value::Json(json.clone()),
        }
    }
}

/// The users, as a ticket's assignee can be chosen among them.
fn people(context: &Context) -> HashMap<String, String> {
    let of = |schema: &Schema| {
        let ticket = schema.entity_types.values().find(|it| it.name.as_str() == "Ticket")?;
        Some(ticket.field("user_id")?.choices.clone())
    };
    let choices = context.schema.as_deref().and_then(of).unwrap_or_default();
    choices.into_iter().map(|choice| (choice.value, choice.label)).collect()
}

/// The steps of a worksheet with what was answered to each.
fn answers(steps: &Json, sheet: &Map<String, Json>) -> Value {
    let line = |step: &Json| {
        let slug = step.get("slug").and_then(text).or_else(|| step.get("id").and_then(text))?;
        let given = sheet.get("answers").and_then(|answers| answers.get(&slug));
        let part = |key: &str| given.and_then(|it| it.get(key)).and_then(text);
        let mut fields = IndexMap::new();
        let name = step.get("name").and_then(text).unwrap_or_else(|| slug.clone());
        fields.insert("name".to_owned(), Value::Text(name));
        for key in ["value", "user"] {
            fields.insert(key.to_owned(), part(key).map_or(Value::Empty, Value::Text));
        }
        Some(Line { id: Some(slug), fields })
    };
    let lines: Vec<_> = steps.as_array().into_iter().flatten().filter_map(line).collect();
    if lines.is_empty() { Value::Empty } else { Value::Lines(lines) }
}

/// What stands behind keys; a number among them is a place in a list.
fn within<'a>(map: &'a Map<String, Json>, path: &[&str]) -> Option<&'a Json> {
    let (first, rest) = path.split_first()?;
    rest.iter().try_fold(map.get(*first)?, |json, key| match key.parse::<usize>() {
        Ok(place) => json.get(place),
        Err(_) => at(json, &[key]),
    })
}

/// Text, or what can stand as one.
pub fn text(json: &Json) -> Option<String> {
    match json {
        Json::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
        Json::Number(number) => Some(number.to_string()),
        Json::Bool(yes) => Some(yes.to_string()),
        Json::Null | Json::Array(_) | Json::Object(_) => None,
    }
}

/// An id: a number, or a text that is not empty. 0 points to nothing.
pub fn id(json: &Json) -> Option<String> {
    match json {
        Json::Number(number) => Some(number.to_string()),
        Json::String(text) => Some(text.trim().to_owned()),
        Json::Null | Json::Bool(_) | Json::Array(_) | Json::Object(_) => None,
    }
    .filter(|id| !id.is_empty() && id != "0")
}

/// `true`, `"true"`, `"1"`, `1`, and their opposites.
pub fn yes(json: &Json) -> Option<bool> {
    match text(json)?.to_lowercase().as_str() {
        "true" | "1" | "1.0" | "yes" | "on" => Some(true),
        "false" | "0" | "0.0" | "no" | "off" => Some(false),
        _ => None,
    }
}

fn whole(json: &Json) -> Option<Value> {
    let exact = json.as_i64().or_else(|| json.as_str()?.trim().parse().ok());
    exact.map(Value::Integer).or_else(|| decimal(json).map(Value::Number))
}

/// The number as it was written.
pub fn decimal(json: &Json) -> Option<Decimal> {
    let written = match json {
        Json::Number(number) => number.to_string(),
        Json::String(text) => text.trim().trim_start_matches('$').replace(',', ""),
        Json::Null | Json::Bool(_) | Json::Array(_) | Json::Object(_) => return None,
    };
    let read = written.parse().ok().or_else(|| Decimal::from_scientific(&written).ok());
    read.map(|decimal| decimal.normalize())
}

/// A day, also where it comes as the midnight of one.
fn day(json: &Json) -> Option<Date> {
    let text = json.as_str()?.trim();
    text.get(..10).unwrap_or(text).parse().ok()
}

fn many(json: &Json) -> Option<Value> {
    let items: Vec<String> = match json {
        Json::Array(items) => items.iter().map(text).collect::<Option<_>>()?,
        Json::String(text) => text.split(',').map(|item| item.trim().to_owned()).collect(),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::Object(_) => return None,
    };
    Some(if items.is_empty() { Value::Empty } else { Value::Many(items) })
}

/// The name of a user comes from the choices of the field: they are asked for once.
fn reference(field: &Field, json: &Json, name: Option<String>) -> Value {
    let Some(id) = id(json) else {
        let is_nothing = json.is_null() || json.as_i64() == Some(0) || json.as_str() == Some("");
        return if is_nothing { Value::Empty } else { Value::Json(json.clone()) };
    };
    let known = || field.choices.iter().find(|choice| choice.value == id);
    let name = name.or_else(|| known().map(|choice| choice.label.clone()));
    Value::Reference(Reference { entity: field.targets.first().cloned(), id, name })
}

fn references(field: &Field, json: &Json) -> Option<Value> {
    let entity: Option<EntityName> = field.targets.first().cloned();
    let ids = json.as_array()?.iter().filter_map(id);
    let all: Vec<_> = ids.map(|id| Reference { entity: entity.clone(), id, name: None }).collect();
    Some(if all.is_empty() { Value::Empty } else { Value::References(all) })
}

fn other(json: &Json) -> Option<Value> {
    let is_empty =
        json.as_object().is_some_and(Map::is_empty) || json.as_array().is_some_and(Vec::is_empty);
    is_empty.then_some(Value::Empty)
}

fn address(json: &Map<String, Json>, keys: [&str; 5]) -> Option<Value> {
    let [line, second, city, state, zip] = keys;
    if !json.contains_key(line) && !json.contains_key(city) {
        return None;
    }
    let part = |key: &str| json.get(key).and_then(text).unwrap_or_default();
    let street = [part(line), part(second)];
    let street: Vec<_> = street.into_iter().filter(|line| !line.trim().is_empty()).collect();
    let address = Address {
        street: street.join("\n"),
        city: part(city),
        state: part(state),
        postal_code: part(zip),
        country: String::new(),
    };
    let is_empty = address == Address::default();
    Some(if is_empty { Value::Empty } else { Value::Address(address) })
}

/// The names of attached files.
fn files(json: &Json) -> Value {
    let name = |item: &Json| {
        let keys = ["file_name", "filename", "name"];
        let named = keys.iter().find_map(|key| item.get(key).and_then(text));
        named.or_else(|| item.get("id").and_then(text))
    };
    let names: Vec<_> = json.as_array().into_iter().flatten().filter_map(name).collect();
    if names.is_empty() { Value::Empty } else { Value::Text(names.join(", ")) }
}
