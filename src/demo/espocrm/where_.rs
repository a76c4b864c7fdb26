//! Where items (E§5) as SQL.

use super::attribute::{Attribute, Kind};
use super::dates;
use super::desk::Desk;
use super::filters;
use super::params;
use super::reply::{Refusal, broken, refuse};
use super::schema::{Link, Type};
use super::select::{Sql, expression, quoted};
use jiff::tz::TimeZone;
use rusqlite::types::Value as Cell;
use serde_json::Value;

/// All items together.
pub fn all(desk: &Desk<'_>, one: &Type, items: &Value) -> Result<Sql, Refusal> {
    let items = params::items(items).ok_or_else(|| refuse(400, "Bad where."))?;
    let pieces: Result<Vec<Sql>, Refusal> =
        items.into_iter().map(|item| condition(desk, one, item)).collect();
    Ok(Sql::join(pieces?, " AND ", "1"))
}

/// The keys of a where item.
const KEYS: [&str; 7] = ["type", "attribute", "field", "value", "dateTime", "date", "timeZone"];

fn condition(desk: &Desk<'_>, one: &Type, item: &Value) -> Result<Sql, Refusal> {
    let map = item.as_object().ok_or_else(broken)?;
    if map.keys().any(|key| !KEYS.contains(&key.as_str())) {
        return Err(broken());
    }
    let word = map
        .get("type")
        .and_then(Value::as_str)
        .ok_or_else(|| refuse(400, "No where item type."))?;
    let value = map.get("value").unwrap_or(&Value::Null);
    let attribute =
        map.get("attribute").or(map.get("field")).and_then(Value::as_str).unwrap_or_default();
    match word {
        "and" | "or" => {
            let items = params::items(value).ok_or_else(broken)?;
            let pieces: Result<Vec<Sql>, Refusal> =
                items.into_iter().map(|item| condition(desk, one, item)).collect();
            Ok(Sql::join(pieces?, if word == "or" { " OR " } else { " AND " }, "1"))
        }
        "not" | "subQueryIn" | "subQueryNotIn" | "subQueryFilterAny" => {
            Err(refuse(400, twice("Sub-queries are forbidden in where.")))
        }
        "expression" => Err(refuse(400, twice("Complex expressions are forbidden in where."))),
        "bool" => filters::bools(desk, one, value),
        "primary" => filters::primary(desk, one, &params::text(value).unwrap_or_default()),
        "textFilter" => Ok(filters::text(one, &params::text(value).unwrap_or_default())),
        "any" => Ok(Sql::plain("1")),
        "none" => Ok(Sql::plain("0")),
        "linkedWith" | "notLinkedWith" | "linkedWithAll" | "isLinked" | "isNotLinked" => {
            linked(one, word, attribute, value)
        }
        _ => on_attribute(desk, one, word, attribute, map),
    }
}

/// The server says these reasons twice (rec:where-field-forbidden).
fn twice(text: &str) -> String {
    format!("{text} {text}")
}

fn on_attribute(
    desk: &Desk<'_>,
    one: &Type,
    word: &str,
    name: &str,
    item: &serde_json::Map<String, Value>,
) -> Result<Sql, Refusal> {
    if name.contains(['.', ':', '(']) {
        return Err(refuse(400, twice("Complex expressions are forbidden in where.")));
    }
    let Some(attribute) = one.attributes.get(name).filter(|attribute| attribute.shown) else {
        return Err(refuse(400, format!("Not existing attribute '{name}' in where.")));
    };
    if desk.role().hides(&one.name, &attribute.field) {
        return Err(refuse(400, twice(&format!("Forbidden attribute '{name}' in where."))));
    }
    let target = expression(&desk.espo.schema, attribute)
        .ok_or_else(|| refuse(400, format!("Not existing attribute '{name}' in where.")))?;
    let value = item.get("value").unwrap_or(&Value::Null);
    if word.starts_with("array") {
        return array(word, &target, value);
    }
    if let Some(dated) = dated(desk, one, word, attribute, &target, item)? {
        return Ok(dated);
    }
    plain(word, &target, attribute.kind, value)
}

fn plain(word: &str, target: &str, kind: Kind, value: &Value) -> Result<Sql, Refusal> {
    let one = || cell(value, kind);
    let like = |pattern: String, not: &str| {
        Sql::new(format!("{target} {not}LIKE ? ESCAPE '\\'"), vec![Cell::Text(pattern)])
    };
    let text = params::text(value).unwrap_or_default();
    Ok(match word {
        "equals" if value.is_null() => Sql::plain(format!("{target} IS NULL")),
        "equals" if value.is_array() || value.is_object() => set(target, kind, value, false)?,
        "equals" => Sql::new(format!("{target} = ?"), vec![one()]),
        "notEquals" if value.is_null() => Sql::plain(format!("{target} IS NOT NULL")),
        "notEquals" => Sql::new(format!("({target} <> ? OR {target} IS NULL)"), vec![one()]),
        "in" => set(target, kind, value, false)?,
        "notIn" => set(target, kind, value, true)?,
        "isNull" => Sql::plain(format!("{target} IS NULL")),
        "isNotNull" | "ever" => Sql::plain(format!("{target} IS NOT NULL")),
        "isTrue" => Sql::plain(format!("{target} = 1")),
        "isFalse" => Sql::plain(format!("({target} = 0 OR {target} IS NULL)")),
        "like" => like(text, ""),
        "notLike" => Sql {
            text: format!("({} OR {target} IS NULL)", like(String::new(), "NOT ").text),
            values: vec![Cell::Text(text)],
        },
        "contains" => like(format!("%{}%", escaped(&text)), ""),
        "notContains" => Sql {
            text: format!("({} OR {target} IS NULL)", like(String::new(), "NOT ").text),
            values: vec![Cell::Text(format!("%{}%", escaped(&text)))],
        },
        "startsWith" => like(format!("{}%", escaped(&text)), ""),
        "endsWith" => like(format!("%{}", escaped(&text)), ""),
        "greaterThan" => Sql::new(format!("{target} > ?"), vec![one()]),
        "lessThan" => Sql::new(format!("{target} < ?"), vec![one()]),
        "greaterThanOrEquals" => Sql::new(format!("{target} >= ?"), vec![one()]),
        "lessThanOrEquals" => Sql::new(format!("{target} <= ?"), vec![one()]),
        "between" => {
            let ends = params::items(value)
                .filter(|ends| ends.len() == 2)
                .ok_or_else(|| refuse(400, "Bad between value in where."))?;
            Sql::new(
                format!("{target} >= ? AND {target} <= ?"),
                ends.into_iter().map(|end| cell(end, kind)).collect(),
            )
        }
        _ => return Err(refuse(400, format!("Unknown where item type '{word}'."))),
    })
}

/// `LIKE` with its own signs made plain.
pub fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

fn set(target: &str, kind: Kind, value: &Value, not: bool) -> Result<Sql, Refusal> {
    let items = params::items(value)
        .ok_or_else(|| refuse(400, "Bad where value: an array is expected."))?;
    if items.is_empty() {
        return Ok(Sql::plain(if not { "1" } else { "0" }));
    }
    let marks = vec!["?"; items.len()].join(", ");
    let values = items.iter().map(|item| cell(item, kind)).collect();
    let text = if not {
        format!("({target} NOT IN ({marks}) OR {target} IS NULL)")
    } else {
        format!("{target} IN ({marks})")
    };
    Ok(Sql::new(text, values))
}

/// A JSON value as a cell that compares well with a column of this kind.
pub fn cell(value: &Value, kind: Kind) -> Cell {
    let Some(text) = params::text(value) else { return Cell::Null };
    match kind {
        Kind::Bool => Cell::Integer(i64::from(matches!(text.as_str(), "true" | "1"))),
        Kind::Int | Kind::Real => match (text.parse::<i64>(), text.parse::<f64>()) {
            (Ok(number), _) => Cell::Integer(number),
            (_, Ok(number)) => Cell::Real(number),
            _ => Cell::Text(text),
        },
        Kind::Text | Kind::Long | Kind::Json | Kind::Date | Kind::Moment | Kind::Id => {
            Cell::Text(text)
        }
    }
}

fn array(word: &str, target: &str, value: &Value) -> Result<Sql, Refusal> {
    let any = |values: Vec<Cell>| {
        let marks = vec!["?"; values.len()].join(", ");
        Sql::new(
            format!("EXISTS (SELECT 1 FROM json_each({target}) j WHERE j.value IN ({marks}))"),
            values,
        )
    };
    let values = || -> Vec<Cell> {
        let single = params::text(value).map(Cell::Text).into_iter().collect();
        params::items(value)
            .map_or(single, |items| items.into_iter().map(|item| cell(item, Kind::Text)).collect())
    };
    Ok(match word {
        "arrayAnyOf" => any(values()),
        "arrayNoneOf" => {
            let any = any(values());
            Sql { text: format!("NOT {}", any.text), ..any }
        }
        "arrayAllOf" => {
            Sql::join(values().into_iter().map(|value| any(vec![value])).collect(), " AND ", "1")
        }
        "arrayIsEmpty" => {
            Sql::plain(format!("({target} IS NULL OR json_array_length({target}) = 0)"))
        }
        "arrayIsNotEmpty" => Sql::plain(format!("json_array_length({target}) > 0")),
        _ => return Err(refuse(400, format!("Unknown where item type '{word}'."))),
    })
}

/// Date words on dates and moments; `None` where the word is no date word or the attribute no date.
fn dated(
    desk: &Desk<'_>,
    one: &Type,
    word: &str,
    attribute: &Attribute,
    target: &str,
    item: &serde_json::Map<String, Value>,
) -> Result<Option<Sql>, Refusal> {
    if !matches!(attribute.kind, Kind::Date | Kind::Moment) {
        return Ok(None);
    }
    let zone = zone(item)?;
    let today = desk.espo.clock().now().to_zoned(zone.clone()).date();
    let text = item.get("value").and_then(params::text);
    let negated = word == "notOn";
    let days = match (word, params::items(item.get("value").unwrap_or(&Value::Null))) {
        ("between", Some(ends)) if is_set(item, "dateTime") => between(&ends, today),
        _ => dates::days(if negated { "on" } else { word }, text.as_deref(), today),
    };
    let Some(days) = days else { return Ok(None) };
    let ends = |moment: bool| {
        let end = |date: Option<jiff::civil::Date>| {
            date.and_then(|date| {
                if moment { dates::start_of_day(date, &zone) } else { Some(date.to_string()) }
            })
        };
        (end(days.from), end(days.until))
    };
    let date_column = one
        .attributes
        .get(&format!("{}Date", attribute.name))
        .filter(|it| it.field == attribute.field);
    let piece = match (attribute.kind, date_column) {
        (Kind::Moment, Some(column)) => {
            let date = format!("t.{}", quoted(&column.name));
            let by_moment = range(target, ends(true));
            let by_date = range(&date, ends(false));
            let text = format!(
                "({date} IS NULL AND {}) OR ({date} IS NOT NULL AND {})",
                by_moment.text, by_date.text
            );
            Sql { text, values: by_moment.values.into_iter().chain(by_date.values).collect() }
        }
        (Kind::Moment, None) => range(target, ends(true)),
        _ => range(target, ends(false)),
    };
    Ok(Some(if negated { Sql { text: format!("NOT ({})", piece.text), ..piece } } else { piece }))
}

fn between(ends: &[&Value], today: jiff::civil::Date) -> Option<dates::Days> {
    let end = |place: usize| {
        let text = ends.get(place).and_then(|value| params::text(value));
        dates::days("on", text.as_deref(), today)
    };
    Some(dates::Days { from: end(0)?.from, until: end(1)?.until })
}

fn is_set(item: &serde_json::Map<String, Value>, key: &str) -> bool {
    item.get(key).and_then(params::text).is_some_and(|text| matches!(text.as_str(), "true" | "1"))
}

fn zone(item: &serde_json::Map<String, Value>) -> Result<TimeZone, Refusal> {
    match item.get("timeZone").and_then(Value::as_str).filter(|name| !name.is_empty()) {
        None => Ok(TimeZone::UTC),
        Some(name) => TimeZone::get(name).map_err(|_| refuse(400, "Bad time zone in where.")),
    }
}

fn range(target: &str, (from, until): (Option<String>, Option<String>)) -> Sql {
    let piece = |sign: &str, end: Option<String>| {
        end.map(|end| Sql::new(format!("{target} {sign} ?"), vec![Cell::Text(end)]))
    };
    Sql::join(piece(">=", from).into_iter().chain(piece("<", until)).collect(), " AND ", "1")
}

fn linked(one: &Type, word: &str, name: &str, value: &Value) -> Result<Sql, Refusal> {
    let link = one
        .links
        .get(name)
        .ok_or_else(|| refuse(400, format!("Not existing link '{name}' in where.")))?;
    let ids: Vec<Cell> = match params::items(value) {
        Some(items) => items.into_iter().map(|item| cell(item, Kind::Id)).collect(),
        None => params::text(value).map(Cell::Text).into_iter().collect(),
    };
    Ok(match word {
        "isLinked" => linked_to(link, None),
        "isNotLinked" => {
            let any = linked_to(link, None);
            Sql { text: format!("NOT ({})", any.text), ..any }
        }
        "linkedWithAll" => Sql::join(
            ids.into_iter().map(|id| linked_to(link, Some(&[id]))).collect(),
            " AND ",
            "1",
        ),
        "notLinkedWith" => {
            let any = linked_to(link, Some(&ids));
            Sql { text: format!("NOT COALESCE(({}), 0)", any.text), ..any }
        }
        _ => linked_to(link, Some(&ids)),
    })
}

/// Whether a link holds one of these ids, or anything.
fn linked_to(link: &Link, ids: Option<&[Cell]>) -> Sql {
    let among = |column: &str| match ids {
        Some(ids) => format!("{column} IN ({})", vec!["?"; ids.len()].join(", ")),
        None => format!("{column} IS NOT NULL"),
    };
    let values = ids.unwrap_or_default().to_vec();
    if let Some(relation) = &link.relation {
        let (here, there) =
            if relation.left { ("left_id", "right_id") } else { ("right_id", "left_id") };
        let text = format!(
            "EXISTS (SELECT 1 FROM relation r WHERE r.name = '{}' AND r.{here} = t.id AND {})",
            relation.name,
            among(&format!("r.{there}"))
        );
        return Sql::new(text, values);
    }
    match link.kind.as_str() {
        "belongsTo" | "belongsToParent" => {
            Sql::new(among(&format!("t.{}", quoted(&format!("{}Id", link.name)))), values)
        }
        _ => {
            let foreign = quoted(&format!("{}Id", link.foreign));
            let text = format!(
                "EXISTS (SELECT 1 FROM {} f WHERE f.{foreign} = t.id AND f.deleted = 0 AND {})",
                quoted(&link.entity),
                among("f.id")
            );
            Sql::new(text, values)
        }
    }
}
