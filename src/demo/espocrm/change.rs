//! What a write really changes: the input cut to what may be written, and what follows from it.

use super::attribute::{Kind, Source};
use super::desk::Desk;
use super::kinds;
use super::reply::Refusal;
use super::schema::{Field, Type};
use super::select::Record;
use super::validate;
use jiff::civil::{Date, DateTime};
use serde_json::{Value, json};

/// The input without what is silently dropped: the unknown, the read-only, the forbidden (E§9).
pub fn allowed(desk: &Desk<'_>, one: &Type, body: &Value) -> Record {
    let Some(map) = body.as_object() else { return Record::new() };
    let may = |name: &String| {
        let writable = one.attributes.get(name).filter(|attribute| attribute.writable);
        writable.is_some_and(|attribute| desk.role().writes(&one.name, &attribute.field))
    };
    map.iter()
        .filter(|(name, _)| may(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// What fields hold where nothing is said.
pub fn add_defaults(one: &Type, input: &mut Record) {
    for field in one.fields.values() {
        if let Some(value) = field.params.get("default") {
            input.entry(field.name.clone()).or_insert_with(|| value.clone());
        }
        if field.kind == "bool" {
            input.entry(field.name.clone()).or_insert(json!(false));
        }
    }
}

/// Adds what follows from the input. `before` is the record as it was; empty for a new one.
pub fn follow(
    desk: &Desk<'_>,
    one: &Type,
    input: &mut Record,
    before: &Record,
) -> Result<(), Refusal> {
    for field in one.fields.values() {
        match field.kind.as_str() {
            "datetime" => normalise(input, &field.name),
            "datetimeOptional" => optional(field, input),
            "currency" => currency(field, input, before),
            "email" => contact_data(field, input, before, "emailAddress"),
            "phone" => contact_data(field, input, before, "phoneNumber"),
            "personName" => person(field, input, before),
            "duration" => duration(field, input, before),
            _ => {}
        }
    }
    parent(desk, one, input)?;
    match one.name.as_str() {
        "Opportunity" => opportunity(input, before),
        "Task" => task(desk, input, before),
        "Contact" => contact(input, before),
        _ => {}
    }
    Ok(())
}

/// A value as it will be: from the input, else as it was.
fn now<'a>(input: &'a Record, before: &'a Record, name: &str) -> &'a Value {
    input.get(name).or_else(|| before.get(name)).unwrap_or(&Value::Null)
}

fn normalise(input: &mut Record, name: &str) {
    if let Some(moment) = input.get(name).and_then(validate::moment) {
        input.insert(name.into(), json!(moment));
    }
}

/// Date only: the moment follows from the date; for an end it is the next midnight (E§7).
fn optional(field: &Field, input: &mut Record) {
    normalise(input, &field.name);
    let named = kinds::attribute_name(&field.name, "date", false);
    let Some(date) =
        input.get(&named).and_then(Value::as_str).and_then(|text| text.parse::<Date>().ok())
    else {
        return;
    };
    let ends = field.name.ends_with("End");
    let day = if ends { date.tomorrow().unwrap_or(date) } else { date };
    input.insert(field.name.clone(), json!(format!("{day} 00:00:00")));
}

fn rate(code: &str) -> f64 {
    match code {
        "EUR" => 1.1,
        "JPY" => 0.0067,
        _ => 1.0,
    }
}

fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str().and_then(|text| text.parse().ok()))
}

fn currency(field: &Field, input: &mut Record, before: &Record) {
    let named = kinds::attribute_name(&field.name, "currency", false);
    if !input.contains_key(&field.name) && !input.contains_key(&named) {
        return;
    }
    let amount = number(now(input, before, &field.name));
    let code = now(input, before, &named)
        .as_str()
        .filter(|code| !code.is_empty())
        .unwrap_or("USD")
        .to_owned();
    input.insert(
        kinds::attribute_name(&field.name, "converted", false),
        json!(amount.map(|amount| amount * rate(&code))),
    );
    input.insert(named, amount.map_or(Value::Null, |_| json!(code)));
}

/// The address or number, its flags and its data follow each other.
fn contact_data(field: &Field, input: &mut Record, before: &Record, key: &str) {
    let named = |part: &str| kinds::attribute_name(&field.name, part, false);
    let data_name = named("data");
    let data = if let Some(data) = input.get(&data_name).and_then(Value::as_array) {
        data.iter().map(|entry| entry_of(entry, key, field)).collect::<Vec<_>>()
    } else if let Some(scalar) = input.get(&field.name) {
        with_primary(before.get(&data_name), scalar, key, field)
    } else {
        return;
    };
    let primary = data.iter().find(|entry| entry["primary"] == true).or(data.first());
    let part = |name: &str| primary.map_or(Value::Null, |entry| entry[name].clone());
    let (value, opted, invalid) = (part(key), part("optOut"), part("invalid"));
    input.insert(field.name.clone(), value);
    input.insert(named("isOptedOut"), opted);
    input.insert(named("isInvalid"), invalid);
    input.insert(data_name, json!(data));
}

fn entry_of(entry: &Value, key: &str, field: &Field) -> Value {
    let flag = |name: &str| json!(entry[name].as_bool().unwrap_or(false));
    let value = entry[key].as_str().unwrap_or_default();
    let mut made = json!({key: value});
    if key == "emailAddress" {
        made["lower"] = json!(value.to_lowercase());
    } else {
        let first = field.options.first().map(|option| option.value.clone());
        made["type"] = entry["type"].as_str().map_or_else(|| json!(first), |kind| json!(kind));
    }
    for name in ["primary", "optOut", "invalid"] {
        made[name] = flag(name);
    }
    made
}

fn with_primary(before: Option<&Value>, scalar: &Value, key: &str, field: &Field) -> Vec<Value> {
    let old = before.and_then(Value::as_array).cloned().unwrap_or_default();
    let Some(text) = scalar.as_str().filter(|text| !text.is_empty()) else { return Vec::new() };
    let others = old.into_iter().filter(|entry| entry["primary"] != true && entry[key] != text);
    std::iter::once(entry_of(&json!({key: text, "primary": true}), key, field))
        .chain(others)
        .collect()
}

fn person(field: &Field, input: &mut Record, before: &Record) {
    let part = |name: &str| kinds::attribute_name(&field.name, name, true);
    if !["first", "middle", "last"].iter().any(|name| input.contains_key(&part(name))) {
        return;
    }
    let text =
        |name: &str| now(input, before, &part(name)).as_str().unwrap_or_default().trim().to_owned();
    let words: Vec<String> = ["first", "middle", "last"]
        .iter()
        .map(|name| text(name))
        .filter(|word| !word.is_empty())
        .collect();
    input.insert(field.name.clone(), json!(words.join(" ")));
}

fn duration(field: &Field, input: &mut Record, before: &Record) {
    let end = |key: &str| {
        let name = field.inner.get(key)?;
        now(input, before, name).as_str()?.parse::<DateTime>().ok()
    };
    if let (Some(from), Some(until)) = (end("start"), end("end")) {
        let seconds = until.duration_since(from).as_secs();
        input.insert(field.name.clone(), json!(if seconds < 0 { 300 } else { seconds }));
    }
}

/// The account and the contact of an activity follow from its parent.
fn parent(desk: &Desk<'_>, one: &Type, input: &mut Record) -> Result<(), Refusal> {
    let Some(id) = input.get("parentId").cloned() else { return Ok(()) };
    let kind = input.get("parentType").and_then(Value::as_str).unwrap_or_default().to_owned();
    let linked =
        |name: &str| one.attributes.get(name).is_some_and(super::attribute::Attribute::is_column);
    let account = match kind.as_str() {
        "Account" => id.clone(),
        _ => desk.value_of(&kind, id.as_str().unwrap_or_default(), "accountId")?,
    };
    if linked("accountId") {
        input.insert("accountId".into(), account);
    }
    if linked("contactId") {
        input.insert("contactId".into(), if kind == "Contact" { id } else { Value::Null });
    }
    Ok(())
}

fn opportunity(input: &mut Record, before: &Record) {
    if let Some(stage) = input.get("stage").and_then(Value::as_str).map(str::to_owned) {
        let known = [
            ("Prospecting", 10),
            ("Qualification", 20),
            ("Proposal", 50),
            ("Negotiation", 80),
            ("Closed Won", 100),
            ("Closed Lost", 0),
        ];
        let probability = known.iter().find(|(name, _)| *name == stage).map(|(_, it)| *it);
        if !input.contains_key("probability")
            && before.get("stage").and_then(Value::as_str) != Some(&stage)
        {
            input.insert("probability".into(), json!(probability));
        }
        if stage != "Closed Lost" {
            input.insert("lastStage".into(), json!(stage));
        }
    }
    let amount = now(input, before, "amountConverted").as_f64().unwrap_or(0.0);
    let probability = now(input, before, "probability").as_f64().unwrap_or(0.0);
    input.insert("amountWeightedConverted".into(), json!(amount * probability / 100.0));
}

fn task(desk: &Desk<'_>, input: &mut Record, before: &Record) {
    let Some(status) = input.get("status") else { return };
    let done = status == "Completed";
    if done != (before.get("status").is_some_and(|status| status == "Completed")) {
        input.insert(
            "dateCompleted".into(),
            if done { json!(desk.espo.clock().stamp()) } else { Value::Null },
        );
    }
    input
        .entry("reminders")
        .or_insert_with(|| before.get("reminders").cloned().unwrap_or_else(|| json!([])));
}

/// A contact's first account stands for all, and its role is the title.
fn contact(input: &mut Record, before: &Record) {
    if !input.contains_key("accountId")
        && let Some(ids) = input.get("accountsIds").and_then(Value::as_array).cloned()
    {
        let still = before.get("accountId").filter(|id| ids.contains(id)).cloned();
        input
            .insert("accountId".into(), still.or_else(|| ids.first().cloned()).unwrap_or_default());
    }
    let Some(account) = input.get("accountId").cloned() else { return };
    let text = account.as_str().unwrap_or_default();
    let role = input
        .get("accountsColumns")
        .and_then(|columns| columns.get(text))
        .and_then(|columns| columns.get("role"))
        .cloned();
    if let Some(role) = role {
        input.insert("title".into(), role);
    }
    let gone = if account.is_null() { Value::Null } else { json!(false) };
    input.insert("accountIsInactive".into(), gone);
}

/// Whether two values are the same to the server: numbers as numbers, empty texts as nothing.
pub fn same(one: &Value, other: &Value) -> bool {
    let empty = |value: &Value| value.is_null() || value.as_str() == Some("");
    one == other
        || empty(one) && empty(other)
        || one.is_number() && other.is_number() && one.as_f64() == other.as_f64()
}

/// The columns of the table among the input.
pub fn columns<'a>(one: &'a Type, input: &'a Record) -> Vec<(&'a str, Kind, &'a Value)> {
    let column = |(name, value): (&'a String, &'a Value)| {
        let attribute =
            one.attributes.get(name).filter(|attribute| attribute.source == Source::Column)?;
        Some((attribute.name.as_str(), attribute.kind, value))
    };
    input.iter().filter_map(column).collect()
}
