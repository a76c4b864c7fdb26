//! Reads the lines of `assets/demo/espocrm.schema`.

use super::schema::{Choice, Field, Link, Relation, Type};
use indexmap::IndexMap;
use serde_json::{Value, json};

/// Parameters that only the demo needs.
const INNER: [&str; 8] =
    ["relation", "side", "middle", "columns", "primary", "foreign", "start", "end"];

/// All entity types of the text. Errors name the line.
pub fn types(text: &str) -> Result<IndexMap<String, Type>, String> {
    let mut types: IndexMap<String, Type> = IndexMap::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        read_line(&mut types, line)
            .ok_or_else(|| format!("line {} of the schema: {line}", number + 1))?;
    }
    Ok(types)
}

fn read_line(types: &mut IndexMap<String, Type>, line: &str) -> Option<()> {
    let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
    if word == "type" {
        let one = entity_type(rest)?;
        types.insert(one.name.clone(), one);
        return Some(());
    }
    let (_, current) = types.last_mut()?;
    match word {
        "f" => {
            let words = parts(rest, 5);
            let made = field(&words[0], &words[1], &words[2], &words[3], &words[4]);
            current.fields.insert(made.name.clone(), made);
        }
        "l" => {
            let made = link(&parts(rest, 6));
            current.links.insert(made.name.clone(), made);
        }
        "filters" => current.filters = choices(rest),
        "layout" => {
            let (name, body) = rest.split_once('=')?;
            super::layouts::add(current, name.trim(), body.trim());
        }
        _ => return None,
    }
    Some(())
}

fn entity_type(rest: &str) -> Option<Type> {
    let parts = parts(rest, 5);
    let params = parts[4].split_whitespace().filter_map(|word| word.split_once('='));
    Some(Type {
        name: parts[0].clone(),
        label: parts[1].clone(),
        plural: parts[2].clone(),
        flags: parts[3].split_whitespace().map(str::to_owned).collect(),
        params: params.map(|(key, value)| (key.to_owned(), value.to_owned())).collect(),
        ..Type::default()
    })
    .filter(|one| !one.name.is_empty())
}

/// The parts between bars, trimmed, filled up with empty ones.
fn parts(text: &str, count: usize) -> Vec<String> {
    let mut parts: Vec<String> = text.split('|').map(|part| part.trim().to_owned()).collect();
    parts.resize(count.max(parts.len()), String::new());
    parts
}

/// A field from its five parts.
pub fn field(name: &str, label: &str, kind: &str, params: &str, options: &str) -> Field {
    let mut field = Field {
        name: name.into(),
        label: label.into(),
        kind: kind.into(),
        options: options_of(options),
        ..Field::default()
    };
    for word in params.split_whitespace() {
        let (key, value) = word.split_once('=').unwrap_or((word, ""));
        if let Some(inner) = key.strip_prefix('~') {
            field.inner.insert(inner.into(), value.into());
        } else if INNER.contains(&key) {
            field.inner.insert(key.into(), value.into());
        } else {
            field.params.insert(key.into(), param(key, word.contains('='), value));
        }
    }
    for key in ["start", "end"] {
        if let Some(value) = field.inner.get(key) {
            field.params.insert(key.into(), json!(value));
        }
    }
    field
}

fn param(key: &str, has_value: bool, value: &str) -> Value {
    match (key, value.parse::<i64>()) {
        _ if !has_value => json!(true),
        ("entityList", _) => json!(value.split(',').collect::<Vec<_>>()),
        ("default", _) if value == "true" => json!(true),
        ("default", _) => json!(value.replace('-', " ")),
        (_, Ok(number)) => json!(number),
        _ => json!(value),
    }
}

fn options_of(text: &str) -> Vec<Choice> {
    if text.is_empty() { Vec::new() } else { choices(text) }
}

/// `value[=label][#style];…`
fn choices(text: &str) -> Vec<Choice> {
    let one = |part: &str| {
        let (rest, style) = part
            .split_once('#')
            .map_or((part, None), |(rest, style)| (rest, Some(style.to_owned())));
        let (value, label) = rest.split_once('=').unwrap_or((rest, rest));
        Choice { value: value.trim().into(), label: label.trim().into(), style }
    };
    text.split(';')
        .map(one)
        .filter(|choice| !choice.value.is_empty() || text.starts_with(';'))
        .collect()
}

fn link(parts: &[String]) -> Link {
    let inner: IndexMap<String, String> = parts[5]
        .split_whitespace()
        .filter_map(|word| word.split_once('='))
        .map(|(key, value)| (key.into(), value.into()))
        .collect();
    Link {
        name: parts[0].clone(),
        label: parts[1].clone(),
        kind: parts[2].clone(),
        entity: parts[3].clone(),
        foreign: parts[4].clone(),
        relation: relation(&inner),
    }
}

fn relation(inner: &IndexMap<String, String>) -> Option<Relation> {
    let text = |key: &str| inner.get(key).cloned().unwrap_or_default();
    let pairs = |key: &str| {
        let text = text(key);
        let pair = |part: &str| part.split_once(':').map(|(a, b)| (a.to_owned(), b.to_owned()));
        text.split(',').filter_map(pair).collect::<Vec<_>>()
    };
    Some(Relation {
        name: inner.get("relation")?.clone(),
        left: text("side") == "left",
        columns: pairs("columns"),
        middle: pairs("middle"),
        primary: inner.get("primary").cloned(),
    })
}

/// The link of a link field.
pub fn link_of(field: &Field) -> Option<Link> {
    let text =
        |key: &str| field.params.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let link = Link {
        name: field.name.clone(),
        label: field.label.clone(),
        entity: text("entity"),
        foreign: field.inner.get("foreign").cloned().unwrap_or_default(),
        ..Link::default()
    };
    match field.kind.as_str() {
        "link" | "linkOne" => Some(Link { kind: "belongsTo".into(), ..link }),
        "file" | "image" => {
            Some(Link { kind: "belongsTo".into(), entity: "Attachment".into(), ..link })
        }
        "linkParent" => Some(Link { kind: "belongsToParent".into(), ..link }),
        "linkMultiple" => {
            Some(Link { kind: "hasMany".into(), relation: relation(&field.inner), ..link })
        }
        "attachmentMultiple" => Some(Link {
            kind: "hasMany".into(),
            entity: "Attachment".into(),
            relation: Some(Relation {
                name: format!("Attached.{}", field.name),
                left: true,
                ..Relation::default()
            }),
            ..link
        }),
        _ => None,
    }
}
