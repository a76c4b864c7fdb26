//! What was typed into a deed's form, as the JSON that it takes; and back.
use indexmap::IndexMap;
use rust_decimal::Decimal;
use serde_json::{Map, Value as Json, json};

use super::members::{Member, Members, Shape, insert, is_nothing, spelled};
use crate::domain::{
    change::Edits,
    value::{Line, Reference, Value},
};

/// The input: what was typed, over what has no field.
///
/// Errors: the field that is no JSON, and why.
pub fn of(members: &Members, edits: &Edits, besides: &Json) -> Result<Json, (String, String)> {
    let mut object = besides.as_object().cloned().unwrap_or_default();
    for member in &members.0 {
        let Some(value) = edits.get(&member.field.name).filter(|it| !is_nothing(it)) else {
            continue;
        };
        let json = json(value, member).map_err(|why| (member.field.name.clone(), why))?;
        insert(&mut object, &member.path, json);
    }
    Ok(Json::Object(object))
}

fn json(value: &Value, member: &Member) -> Result<Json, String> {
    Ok(match (value, member.shape) {
        (Value::Lines(lines), Shape::Lines) => {
            let of = |line: &Line| object(line, member);
            let all: Vec<Json> = lines.iter().map(of).collect::<Result<_, _>>()?;
            all.into_iter().filter(|it| it.as_object().is_some_and(|it| !it.is_empty())).collect()
        }
        (Value::Text(text), Shape::Loose) => loose(text),
        (Value::Text(text), Shape::Text) => {
            fits(text, member.format.as_deref())?;
            json!(text)
        }
        (Value::Text(text), Shape::Json) => {
            serde_json::from_str(text).map_err(|error| format!("is no JSON: {error}"))?
        }
        (Value::Text(text), Shape::Choice) => chosen(text, member),
        (Value::Many(many), Shape::Choices) => many.iter().map(|it| chosen(it, member)).collect(),
        (Value::Many(many), Shape::Numbers) => {
            let number = |text: &String| number(text).ok_or_else(|| format!("{text} is no number"));
            many.iter().map(number).collect::<Result<_, _>>()?
        }
        (Value::Many(many), _) => json!(many),
        (Value::Text(text), _) => json!(text),
        (Value::Bool(yes), _) => json!(yes),
        (Value::Integer(number), _) => json!(number),
        (Value::Number(it), _) => number(&it.normalize().to_string()).unwrap_or_else(|| json!(it)),
        (Value::Date(day), _) => json!(day.to_string()),
        (Value::DateTime(at), _) => json!(at.to_string()),
        (Value::Reference(it), _) => json!(it.id),
        (Value::References(all), _) => all.iter().map(|it| json!(it.id)).collect(),
        (other, _) => return Err(format!("cannot be sent: {other:?}")),
    })
}

fn object(line: &Line, member: &Member) -> Result<Json, String> {
    let mut object = Map::new();
    for column in &member.columns {
        let Some(value) = line.fields.get(&column.field.name).filter(|it| !is_nothing(it)) else {
            continue;
        };
        let json = json(value, column).map_err(|why| format!("{}: {why}", column.field.label))?;
        object.insert(column.path.last().cloned().unwrap_or_default(), json);
    }
    Ok(Json::Object(object))
}

/// A number, or yes or no, where it is written as one.
fn loose(text: &str) -> Json {
    match text.trim() {
        "true" => json!(true),
        "false" => json!(false),
        trimmed => number(trimmed).filter(Json::is_number).unwrap_or_else(|| json!(text)),
    }
}

/// Whether a text is written as its format says; of formats that are not known anything is.
fn fits(text: &str, format: Option<&str>) -> Result<(), String> {
    let text = text.trim();
    let has_blank = text.contains(char::is_whitespace);
    let is_hex = |c: char| c.is_ascii_hexdigit() || c == '-';
    let (is_right, what) = match format {
        Some("email" | "idn-email") => {
            let at = text.rsplit_once('@');
            let is_right = at.is_some_and(|(who, host)| !who.is_empty() && !host.is_empty());
            (is_right && !has_blank, "an e-mail address: ada@example.com")
        }
        Some("uuid") => {
            let is_right = text.len() == 36 && text.chars().all(is_hex);
            (is_right, "a UUID: 8-4-4-4-12 hexadecimal digits")
        }
        Some("uri" | "url") => (text.contains(':') && !has_blank, "an address: https://…"),
        Some("time") => {
            let plain = text.trim_end_matches('Z');
            (plain.parse::<jiff::civil::Time>().is_ok(), "a time: 14:05 or 14:05:00")
        }
        Some("date") => (text.parse::<jiff::civil::Date>().is_ok(), "a day: 2026-12-18"),
        Some(_) | None => (true, ""),
    };
    if is_right { Ok(()) } else { Err(format!("is not {what}")) }
}

fn chosen(text: &str, member: &Member) -> Json {
    let known = member.choices.iter().find(|it| spelled(it) == text);
    known.cloned().unwrap_or_else(|| json!(text))
}

/// As it is written: nothing is rounded on the way.
fn number(text: &str) -> Option<Json> {
    let text = text.trim();
    let number: serde_json::Number = text.parse().ok()?;
    let is_same = number.to_string().parse::<Decimal>().ok() == text.parse::<Decimal>().ok();
    Some(if is_same { Json::Number(number) } else { json!(text) })
}

/// A JSON value as what a field holds; `None` = the field cannot say it.
pub fn value(json: &Json, member: &Member) -> Option<Value> {
    if json.is_null() {
        return Some(Value::Empty);
    }
    let texts =
        |all: &Json| -> Option<Vec<String>> { Some(all.as_array()?.iter().map(spelled).collect()) };
    let reference = |id: String| {
        let entity = member.field.targets.first().cloned();
        Reference { entity, id, name: None }
    };
    Some(match member.shape {
        Shape::Json => Value::Text(serde_json::to_string_pretty(json).ok()?),
        Shape::Bool => Value::Bool(json.as_bool()?),
        Shape::Number => json
            .as_i64()
            .map(Value::Integer)
            .or_else(|| json.to_string().parse().ok().map(Value::Number))?,
        Shape::Choice => Value::Text(spelled(json)),
        Shape::Choices | Shape::Texts | Shape::Numbers => Value::Many(texts(json)?),
        Shape::Id => Value::Reference(reference(spelled(json))),
        Shape::Ids => Value::References(texts(json)?.into_iter().map(reference).collect()),
        Shape::Text => text(json.as_str()?, member),
        Shape::Loose => match json {
            Json::String(_) | Json::Number(_) | Json::Bool(_) => Value::Text(spelled(json)),
            Json::Null | Json::Array(_) | Json::Object(_) => return None,
        },
        Shape::Lines => {
            Value::Lines(json.as_array()?.iter().map(|it| line(it, member)).collect::<Option<_>>()?)
        }
    })
}

/// `None` = the columns cannot say all of it.
fn line(json: &Json, member: &Member) -> Option<Line> {
    let mut fields = IndexMap::new();
    for (name, json) in json.as_object()? {
        let column = member.columns.iter().find(|it| it.path.last() == Some(name))?;
        fields.insert(column.field.name.clone(), value(json, column)?);
    }
    Some(Line { id: None, fields })
}

#[expect(clippy::wildcard_enum_match_arm, reason = "two kinds of text are days")]
fn text(text: &str, member: &Member) -> Value {
    use crate::domain::schema::FieldKind;
    let typed = match member.field.kind {
        FieldKind::Date => text.parse().ok().map(Value::Date),
        FieldKind::DateTime => text.parse().ok().map(Value::DateTime),
        _ => None,
    };
    typed.unwrap_or_else(|| Value::Text(text.to_owned()))
}

/// What an input says, by field, and what of it no field can say.
pub fn parted(members: &Members, input: &Json) -> (Edits, Json) {
    let mut rest = input.as_object().cloned().unwrap_or_default();
    let mut edits = Edits::new();
    for member in &members.0 {
        let given = at(&rest, &member.path).and_then(|json| value(json, member));
        if let Some(value) = given {
            take(&mut rest, &member.path);
            edits.insert(member.field.name.clone(), value);
        }
    }
    (edits, Json::Object(rest))
}

fn at<'a>(object: &'a Map<String, Json>, path: &[String]) -> Option<&'a Json> {
    let (first, rest) = path.split_first()?;
    let inner = object.get(first)?;
    if rest.is_empty() { Some(inner) } else { at(inner.as_object()?, rest) }
}

/// Takes a member out, and the objects that are empty then.
fn take(object: &mut Map<String, Json>, path: &[String]) {
    let Some((first, rest)) = path.split_first() else { return };
    if !rest.is_empty()
        && let Some(inner) = object.get_mut(first).and_then(Json::as_object_mut)
    {
        take(inner, rest);
        if !inner.is_empty() {
            return;
        }
    }
    object.shift_remove(first);
}
