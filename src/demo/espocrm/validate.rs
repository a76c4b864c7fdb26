//! Validation of what is written (E§9): the first field that fails is named, with the rule it fails.

use super::kinds;
use super::reply::{Refusal, refuse};
use super::schema::{Field, Schema, Type};
use super::select::Record;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use serde_json::{Value, json};

/// The 400 of a rule.
pub fn failed(one: &Type, field: &str, rule: &str) -> Refusal {
    let reason = format!(
        "Field validation failure; entityType: {}, field: {field}, type: {rule}.",
        one.name
    );
    let body = json!({"messageTranslation": {"label": "validationFailure", "scope": null, "data": {"field": field, "type": rule}}});
    Refusal { body: Some(body), ..refuse(400, reason) }
}

/// Checks the input; on creation, what is missing counts as empty.
pub fn check(schema: &Schema, one: &Type, input: &Record, creates: bool) -> Result<(), Refusal> {
    for field in one.fields.values() {
        if is_missing(one, field, input, creates) {
            return Err(failed(one, &field.name, "required"));
        }
        if let Some(rule) = broken_rule(schema, field, input) {
            return Err(failed(one, &field.name, rule));
        }
    }
    Ok(())
}

fn is_empty(value: &Value) -> bool {
    value.is_null()
        || value.as_str().is_some_and(str::is_empty)
        || value.as_array().is_some_and(Vec::is_empty)
}

fn is_missing(one: &Type, field: &Field, input: &Record, creates: bool) -> bool {
    let named = |part: &str| kinds::attribute_name(&field.name, part, false);
    if field.kind == "personName" {
        let required =
            one.fields.get("lastName").is_some_and(|last| last.params.contains_key("required"));
        return field.name == "name"
            && required
            && all_empty(input, &["lastName".into(), "firstName".into()], creates);
    }
    if !field.params.contains_key("required")
        || field.params.contains_key("readOnly")
        || field.name == "lastName"
    {
        return false;
    }
    let together = match field.kind.as_str() {
        "link" | "linkOne" | "file" | "image" | "linkParent" => vec![named("id")],
        "linkMultiple" | "attachmentMultiple" => vec![named("ids")],
        "datetimeOptional" => vec![field.name.clone(), named("date")],
        _ => vec![field.name.clone()],
    };
    all_empty(input, &together, creates)
}

/// Whether all are empty; on an update those that are not sent are left alone.
fn all_empty(input: &Record, names: &[String], creates: bool) -> bool {
    let sent = names.iter().any(|name| input.contains_key(name));
    (creates || sent) && names.iter().all(|name| input.get(name).is_none_or(is_empty))
}

fn broken_rule(schema: &Schema, field: &Field, input: &Record) -> Option<&'static str> {
    let value = input.get(&field.name).filter(|value| !is_empty(value));
    match field.kind.as_str() {
        "currency" => currency(field, input, value),
        "email" => email(field, input, value),
        "phone" => phone(field, input, value),
        "datetimeOptional" => {
            let date = input
                .get(&kinds::attribute_name(&field.name, "date", false))
                .filter(|value| !is_empty(value));
            (value.is_some_and(|it| moment(it).is_none())
                || date.is_some_and(|it| day(it).is_none()))
            .then_some("valid")
        }
        "rangeInt" => {
            let end = |part| {
                input.get(&kinds::attribute_name(&field.name, part, true)).and_then(Value::as_i64)
            };
            (end("from")? > end("to")?).then_some("rangeInternal")
        }
        "linkParent" => {
            let kind = input.get(&kinds::attribute_name(&field.name, "type", false))?.as_str()?;
            let known = field.params.get("entityList")?.as_array()?;
            (!kind.is_empty() && !known.iter().any(|one| one == kind)).then_some("valid")
        }
        _ => simple(schema, field, value?),
    }
}

fn simple(schema: &Schema, field: &Field, value: &Value) -> Option<&'static str> {
    match field.kind.as_str() {
        "varchar" | "text" | "wysiwyg" | "url" | "barcode" | "password" => text(field, value),
        "enum" => {
            let options = schema.options(field);
            let known = value
                .as_str()
                .is_some_and(|value| options.iter().any(|option| option.value == value));
            (!options.is_empty() && !known).then_some("valid")
        }
        "int" | "enumInt" | "float" | "enumFloat" => number(field, value),
        "date" => day(value).is_none().then_some("valid"),
        "datetime" => moment(value).is_none().then_some("valid"),
        "multiEnum" | "array" | "checklist" | "urlMultiple" => array(field, value),
        "arrayInt" | "jsonArray" => (!value.is_array()).then_some("array"),
        _ => None,
    }
}

fn limit(field: &Field, key: &str) -> Option<f64> {
    field.params.get(key).and_then(Value::as_f64)
}

fn text(field: &Field, value: &Value) -> Option<&'static str> {
    let text = value.as_str().unwrap_or_default();
    let length = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
    if limit(field, "maxLength").is_some_and(|most| f64::from(length) > most) {
        return Some("maxLength");
    }
    let patterned = field.params.get("pattern").and_then(Value::as_str) == Some("$noBadCharacters");
    (patterned && text.contains(['<', '>', '='])).then_some("pattern")
}

fn number(field: &Field, value: &Value) -> Option<&'static str> {
    let number = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.parse().ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    };
    let Some(number) = number else { return Some("valid") };
    if limit(field, "min").is_some_and(|least| number < least) {
        return Some("min");
    }
    limit(field, "max").is_some_and(|most| number > most).then_some("max")
}

fn currency(field: &Field, input: &Record, value: Option<&Value>) -> Option<&'static str> {
    if let Some(rule) = value.and_then(|value| number(field, value)) {
        return Some(rule);
    }
    let code = input.get(&kinds::attribute_name(&field.name, "currency", false))?.as_str()?;
    (!["USD", "EUR", "JPY"].contains(&code)).then_some("validCurrency")
}

fn array(field: &Field, value: &Value) -> Option<&'static str> {
    let Some(items) = value.as_array() else { return Some("array") };
    if !items.iter().all(Value::is_string) {
        return Some("arrayOfString");
    }
    if items.iter().any(|item| item.as_str().is_some_and(str::is_empty)) {
        return Some("noEmptyString");
    }
    let count = u32::try_from(items.len()).unwrap_or(u32::MAX);
    if limit(field, "maxCount").is_some_and(|most| f64::from(count) > most) {
        return Some("maxCount");
    }
    let free = field.options.is_empty() || field.params.contains_key("allowCustomOptions");
    let known = |item: &Value| field.options.iter().any(|option| item == option.value.as_str());
    (!free && !items.iter().all(known)).then_some("valid")
}

/// The primary text and those in the data.
fn addresses<'a>(
    field: &Field,
    input: &'a Record,
    value: Option<&'a Value>,
    key: &str,
) -> Vec<&'a str> {
    let data =
        input.get(&kinds::attribute_name(&field.name, "data", false)).and_then(Value::as_array);
    let listed = data.into_iter().flatten().filter_map(|entry| entry.get(key));
    value.into_iter().chain(listed).filter_map(Value::as_str).collect()
}

fn email(field: &Field, input: &Record, value: Option<&Value>) -> Option<&'static str> {
    let good = |text: &&str| {
        let (name, host) = text.split_once('@').unwrap_or_default();
        !name.is_empty()
            && host.contains('.')
            && !host.contains('@')
            && !text.contains(char::is_whitespace)
    };
    (!addresses(field, input, value, "emailAddress").iter().all(good)).then_some("emailAddress")
}

fn phone(field: &Field, input: &Record, value: Option<&Value>) -> Option<&'static str> {
    let good = |text: &&str| {
        text.chars().all(|letter| letter.is_ascii_alphanumeric() || "_@:#+()-. ".contains(letter))
    };
    (!addresses(field, input, value, "phoneNumber").iter().all(good)).then_some("valid")
}

fn day(value: &Value) -> Option<Date> {
    value.as_str().filter(|text| text.len() == 10)?.parse().ok()
}

/// A moment in one of the accepted forms (E§8), as stored.
pub fn moment(value: &Value) -> Option<String> {
    let text = value.as_str()?;
    if text.contains('.') {
        return None;
    }
    if text.contains('T') {
        return text.parse::<Timestamp>().ok().map(crate::demo::clock::moment);
    }
    let long = if text.len() == 16 { format!("{text}:00") } else { text.to_owned() };
    let shaped = long.len() == 19 && long.as_bytes().get(10) == Some(&b' ');
    let parsed: DateTime = if shaped { long.parse().ok()? } else { return None };
    Some(parsed.strftime("%Y-%m-%d %H:%M:%S").to_string())
}
