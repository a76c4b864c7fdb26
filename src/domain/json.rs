//! Values as JSON, in the shapes of INTERFACE §1: what `-o json` prints and `--input` takes.
//! What is printed can be given back.
use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde_json::{Map, Value as Json, json};

use super::{
    error::Error,
    input::{self, choice},
    record::Record,
    schema::{EntityName, EntityType, Field, FieldKind},
    value::{Address, Line, Money, Person, Point, Reference, Upload, Value},
};

/// A record's `fields`: those that were read, in the schema's order, then others.
pub fn to_json(record: &Record, entity_type: Option<&EntityType>) -> Json {
    let known = entity_type.map(|known| &known.fields);
    let place = |name: &str| known.and_then(|known| known.get_index_of(name)).unwrap_or(usize::MAX);
    let mut fields: Vec<(&String, &Value)> = record.fields.iter().collect();
    fields.sort_by_key(|(name, _)| place(name));
    Json::Object(fields.into_iter().map(|(name, value)| (name.clone(), of(value))).collect())
}

/// One value.
pub fn of(value: &Value) -> Json {
    match value {
        Value::Empty => Json::Null,
        Value::Bool(value) => json!(value),
        Value::Integer(value) => json!(value),
        Value::Number(value) => decimal(value),
        Value::Text(value) => json!(value),
        Value::Many(values) => json!(values),
        Value::Date(value) => json!(value.to_string()),
        Value::DateTime(value) => json!(value.to_string()),
        Value::Money(Money { amount, currency }) => {
            json!({"amount": decimal(amount), "currency": currency})
        }
        Value::Reference(value) => reference(value),
        Value::References(values) => values.iter().map(reference).collect(),
        Value::Points(values) => values.iter().map(point).collect(),
        Value::Address(value) => address(value),
        Value::Person(value) => person(value),
        Value::Lines(lines) => lines.iter().map(line).collect(),
        Value::Upload(upload) => json!(upload.path),
        Value::Json(value) => value.clone(),
    }
}

/// A line by its columns, with the id that the product knows it by.
fn line(line: &Line) -> Json {
    let id = line.id.iter().map(|id| ("id".to_owned(), json!(id)));
    let fields = line.fields.iter().map(|(name, value)| (name.clone(), of(value)));
    Json::Object(id.chain(fields).collect())
}

/// A JSON number where it says exactly the same, else a text: nothing is rounded on the way.
fn decimal(value: &Decimal) -> Json {
    let whole = value.fract().is_zero().then(|| value.to_i64()).flatten();
    if let Some(whole) = whole {
        return json!(whole);
    }
    let float = value.to_f64();
    let same = |float: &f64| float.to_string().parse::<Decimal>().is_ok_and(|back| back == *value);
    float.filter(same).map_or_else(|| json!(value.to_string()), |float| json!(float))
}

fn reference(value: &Reference) -> Json {
    let mut object = Map::from_iter([("id".to_owned(), json!(value.id))]);
    if let Some(name) = &value.name {
        object.insert("name".to_owned(), json!(name));
    }
    if let Some(entity) = &value.entity {
        object.insert("type".to_owned(), json!(entity.as_str()));
    }
    Json::Object(object)
}

fn point(point: &Point) -> Json {
    let Point { value, kind, is_primary, is_opted_out, is_invalid } = point;
    let mut json = json!({"value": value, "primary": is_primary, "opted_out": is_opted_out, "invalid": is_invalid});
    if let (Some(kind), Some(object)) = (kind, json.as_object_mut()) {
        object.insert("kind".to_owned(), json!(kind));
    }
    json
}

fn address(value: &Address) -> Json {
    let Address { street, city, state, postal_code, country } = value;
    json!({"street": street, "city": city, "state": state, "postal_code": postal_code, "country": country})
}

fn person(value: &Person) -> Json {
    let Person { salutation, first, middle, last, full: _ } = value;
    let full = value.display();
    json!({"salutation": salutation, "first": first, "middle": middle, "last": last, "full": full})
}

/// A value for a field, from the shapes that [`of`] makes; an id alone serves for a reference, a
/// number for money, a text for a person's last name. `null` clears.
///
/// Errors: [`Error::Invalid`] with the field's name and what is expected.
pub fn from_json(field: &Field, json: &Json) -> Result<Value, Error> {
    if json.is_null() {
        return Ok(Value::Empty);
    }
    let refused = |reason: String| Error::Invalid { field: Some(field.name.clone()), reason };
    read(field, json).map_err(refused)
}

fn read_line(field: &Field, json: &Json) -> Result<Line, String> {
    let object = json.as_object().ok_or("each line an object")?;
    let mut line = Line::default();
    for (name, value) in object {
        if name == "id" {
            line.id = value.as_str().map(str::to_owned);
            continue;
        }
        let column = field.columns.iter().find(|column| column.name == *name);
        let column = column.ok_or_else(|| format!("no line has {name:?}"))?;
        let value = if value.is_null() { Value::Empty } else { read(column, value)? };
        line.fields.insert(name.clone(), value);
    }
    Ok(line)
}

fn read(field: &Field, json: &Json) -> Result<Value, String> {
    match field.kind {
        FieldKind::Text | FieldKind::LongText | FieldKind::Html | FieldKind::Url => {
            text(field, json)
        }
        FieldKind::Integer | FieldKind::Duration => {
            json.as_i64().map(Value::Integer).ok_or_else(|| "a whole number".to_owned())
        }
        FieldKind::Number => number(json).map(Value::Number).ok_or_else(|| "a number".to_owned()),
        FieldKind::Bool => {
            json.as_bool().map(Value::Bool).ok_or_else(|| "true or false".to_owned())
        }
        FieldKind::Enum => chosen(field, json).map(Value::Text),
        FieldKind::MultiEnum => {
            let items = list(json)?.iter().map(|item| chosen(field, item));
            items.collect::<Result<_, _>>().map(Value::Many)
        }
        FieldKind::Date => day(json).ok_or_else(|| "a date: 2026-12-18".to_owned()),
        FieldKind::DateTime => {
            moment(json).ok_or_else(|| "a moment: 2026-12-18T15:00:00Z".to_owned())
        }
        FieldKind::DateOrTime => {
            day(json).or_else(|| moment(json)).ok_or_else(|| "a date or a moment".to_owned())
        }
        FieldKind::Money => money(json).map(Value::Money),
        FieldKind::Reference | FieldKind::AnyReference => {
            referred(field, json).map(Value::Reference)
        }
        FieldKind::File if json.is_object() => referred(field, json).map(Value::Reference),
        FieldKind::File => {
            let path = json.as_str().ok_or("the path of a file")?;
            let path = path.strip_prefix('@').unwrap_or(path).to_owned();
            Ok(Value::Upload(Upload { path, content: None }))
        }
        FieldKind::References => {
            let items = list(json)?.iter().map(|item| referred(field, item));
            items.collect::<Result<_, _>>().map(Value::References)
        }
        FieldKind::Emails | FieldKind::Phones => points(json).map(Value::Points),
        FieldKind::Address => parts(json).map(|part| {
            let (street, city, state) = (part("street"), part("city"), part("state"));
            let (postal_code, country) = (part("postal_code"), part("country"));
            Value::Address(Address { street, city, state, postal_code, country })
        }),
        FieldKind::PersonName => named(json).map(Value::Person),
        FieldKind::Lines => {
            let items = list(json)?.iter().map(|item| read_line(field, item));
            items.collect::<Result<_, _>>().map(Value::Lines)
        }
        FieldKind::Other => Ok(Value::Json(json.clone())),
    }
}

fn text(field: &Field, json: &Json) -> Result<Value, String> {
    let text = json.as_str().ok_or("a text")?;
    input::short_enough(field, text)?;
    Ok(Value::Text(text.to_owned()))
}

fn chosen(field: &Field, json: &Json) -> Result<String, String> {
    choice::one(field, json.as_str().ok_or("a text")?)
}

fn list(json: &Json) -> Result<&Vec<Json>, String> {
    json.as_array().ok_or_else(|| "a list".to_owned())
}

fn number(json: &Json) -> Option<Decimal> {
    let text = match json {
        Json::Number(number) => number.to_string(),
        Json::String(text) => text.clone(),
        Json::Null | Json::Bool(_) | Json::Array(_) | Json::Object(_) => return None,
    };
    text.parse().or_else(|_| Decimal::from_scientific(&text)).ok()
}

fn day(json: &Json) -> Option<Value> {
    let text = json.as_str().filter(|text| text.len() == 10)?;
    text.parse().ok().map(Value::Date)
}

fn moment(json: &Json) -> Option<Value> {
    json.as_str()?.parse().ok().map(Value::DateTime)
}

fn money(json: &Json) -> Result<Money, String> {
    let expected = || r#"{"amount": …, "currency": "EUR"}"#.to_owned();
    let amount = number(json.get("amount").unwrap_or(json)).ok_or_else(expected)?;
    let currency = json.get("currency").and_then(Json::as_str).unwrap_or_default().to_owned();
    Ok(Money { amount, currency })
}

fn referred(field: &Field, json: &Json) -> Result<Reference, String> {
    let member = |name: &str| json.get(name).and_then(Json::as_str);
    let id = json.as_str().or_else(|| member("id")).filter(|id| !id.is_empty());
    let id = id.ok_or(r#"{"id": …}"#)?.to_owned();
    let only = match field.targets.as_slice() {
        [only] => Some(only.clone()),
        _ => None,
    };
    let entity = match member("type") {
        Some(name) => Some(EntityName::try_from(name).map_err(|error| error.to_string())?),
        None => only,
    };
    if entity.is_none() && field.kind == FieldKind::AnyReference {
        return Err(r#"{"id": …, "type": …}"#.to_owned());
    }
    Ok(Reference { entity, id, name: member("name").map(str::to_owned) })
}

/// One text, several, or objects; the first is the primary one where none says so.
fn points(json: &Json) -> Result<Vec<Point>, String> {
    let one = [json.clone()];
    let items = json.as_array().map_or(&one[..], Vec::as_slice);
    let mut points = items.iter().map(one_point).collect::<Option<Vec<_>>>();
    if let Some(points) = &mut points
        && points.iter().all(|point| !point.is_primary)
        && let Some(first) = points.first_mut()
    {
        first.is_primary = true;
    }
    points.ok_or_else(|| r#"[{"value": …}]"#.to_owned())
}

fn one_point(json: &Json) -> Option<Point> {
    let flag = |name: &str| json.get(name).and_then(Json::as_bool).unwrap_or_default();
    let value = json.as_str().or_else(|| json.get("value")?.as_str())?;
    Some(Point {
        value: value.to_owned(),
        kind: json.get("kind").and_then(Json::as_str).map(str::to_owned),
        is_primary: flag("primary"),
        is_opted_out: flag("opted_out"),
        is_invalid: flag("invalid"),
    })
}

fn parts(json: &Json) -> Result<impl Fn(&str) -> String, String> {
    let object = json.as_object().ok_or("an object with its parts")?;
    Ok(|name: &str| object.get(name).and_then(Json::as_str).unwrap_or_default().to_owned())
}

fn named(json: &Json) -> Result<Person, String> {
    if let Some(last) = json.as_str() {
        return Ok(Person { last: last.to_owned(), ..Person::default() });
    }
    let part = parts(json)?;
    let (salutation, first, middle) = (part("salutation"), part("first"), part("middle"));
    Ok(Person { salutation, first, middle, last: part("last"), full: String::new() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_can_be_given_back() {
        let person = Person { first: "Ada".into(), last: "L".into(), ..Person::default() };
        let point = Point { value: "a@b.c".into(), is_primary: true, ..Point::default() };
        let money = Money { amount: Decimal::new(4_820_050, 2), currency: "EUR".into() };
        let moment: jiff::Timestamp = "2026-12-18T15:00:00Z".parse().unwrap();
        let account = EntityName::try_from("Account").unwrap();
        let name = Some("Acme".to_owned());
        let reference = Reference { entity: Some(account), id: "1".into(), name };
        for (kind, value) in [
            (FieldKind::Text, Value::Text("a".into())),
            (FieldKind::Integer, Value::Integer(-5)),
            (FieldKind::Number, Value::Number(Decimal::new(15, 1))),
            (FieldKind::Money, Value::Money(money)),
            (FieldKind::Bool, Value::Bool(true)),
            (FieldKind::MultiEnum, Value::Many(vec!["a".into()])),
            (FieldKind::Date, Value::Date(jiff::civil::date(2026, 12, 18))),
            (FieldKind::DateTime, Value::DateTime(moment)),
            (FieldKind::Reference, Value::Reference(reference.clone())),
            (FieldKind::References, Value::References(vec![reference])),
            (FieldKind::Emails, Value::Points(vec![point])),
            (FieldKind::PersonName, Value::Person(person)),
            (FieldKind::Text, Value::Empty),
        ] {
            let back = from_json(&Field::new("f", kind), &of(&value)).unwrap();
            assert!(back.means_the_same(&value), "{kind:?}: {back:?}");
        }
    }

    #[test]
    fn an_exact_number_stays_exact() {
        let exact: Decimal = "12345678901234567.89".parse().unwrap();
        assert_eq!(decimal(&exact), json!("12345678901234567.89"));
        assert_eq!(decimal(&Decimal::new(2000, 1)), json!(200));
        assert_eq!(decimal(&Decimal::new(1, 1)), json!(0.1));
    }

    #[test]
    fn a_wrong_type_is_refused_with_the_fields_name() {
        for (kind, bad) in [
            (FieldKind::Text, json!(5)),
            (FieldKind::Integer, json!(1.5)),
            (FieldKind::Date, json!("soon")),
            (FieldKind::Reference, json!({})),
            (FieldKind::AnyReference, json!("1")),
            (FieldKind::Emails, json!([{}])),
        ] {
            let refused = from_json(&Field::new("f", kind), &bad);
            assert!(matches!(refused, Err(Error::Invalid { field: Some(_), .. })), "{kind:?}");
        }
    }
}
