//! Fields of an entity type, from its describe. A5.
use indexmap::IndexMap;
use serde_json::Value as Json;

use super::{labels::decoded, lines, stock, value};
use crate::{
    domain::{
        schema::{Choice, ChoiceStyle, EntityName, Field, FieldKind, ReadOnly},
        value::Value,
    },
    providers::json::{at, is_true, items, text},
};

/// The field that the API calls a record's label, where several fields make it up.
pub const LABEL: &str = "label";

/// The fields that the user may see, in the order of the form (alphabetical for who is no
/// administrator).
pub fn fields(module: &str, described: &Json) -> IndexMap<String, Field> {
    let has_lines = stock::has_lines(module);
    let mut fields: IndexMap<String, Field> = IndexMap::new();
    let parts = labels(described);
    if parts.len() > 1 {
        fields.insert(LABEL.to_owned(), label());
    }
    for json in items(described, &["fields"]) {
        let Some(name) = text(json, "name").filter(|name| is_usable(name)) else { continue };
        if !(has_lines && stock::is_of_line(name)) {
            fields.insert(name.to_owned(), field(module, name, json));
        }
    }
    if has_lines {
        fields.insert(lines::FIELD.to_owned(), lines::field(described));
    }
    fields
}

/// A name that can be asked for (A6: `shipping_&_handling` cannot), and that holds no secret.
fn is_usable(name: &str) -> bool {
    name != "id"
        && !stock::is_secret(name)
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// The fields that name a record. Some of the names are those of columns, not of fields: then it
/// is the first text that must be there. A5.
pub fn labels(described: &Json) -> Vec<String> {
    let is_field =
        |name: &str| items(described, &["fields"]).any(|field| text(field, "name") == Some(name));
    let named = text(described, "labelFields").unwrap_or_default().split(',').map(str::trim);
    let named: Vec<String> = named.filter(|name| is_field(name)).map(str::to_owned).collect();
    if !named.is_empty() {
        return named;
    }
    let is_text = |field: &&Json| {
        matches!(at(field, &["type", "name"]).and_then(Json::as_str), Some("string" | "text"))
    };
    let first = |must: bool| {
        let mut texts = items(described, &["fields"]).filter(is_text);
        texts.find(|field| !must || is_true(field, "mandatory"))
    };
    let found = first(true).or_else(|| first(false));
    found.and_then(|field| text(field, "name")).map(str::to_owned).into_iter().collect()
}

fn label() -> Field {
    Field {
        label: "Name".to_owned(),
        wire_type: LABEL.to_owned(),
        read_only: Some(ReadOnly::Computed),
        ..Field::new(LABEL, FieldKind::Text)
    }
}

fn field(module: &str, name: &str, json: &Json) -> Field {
    let nothing = Json::Null;
    let kind_of = json.get("type").unwrap_or(&nothing);
    let wire_type = text(kind_of, "name").unwrap_or("string");
    let targets = targets(wire_type, kind_of);
    let kind = kind(module, name, wire_type, &targets);
    let mut field = Field {
        label: decoded(text(json, "label").unwrap_or(name)).into_owned(),
        wire_type: wire_type.to_owned(),
        is_required: is_true(json, "mandatory"),
        read_only: read_only(module, name, json, kind, wire_type),
        is_sortable: is_sortable(kind),
        max_length: at(kind_of, &["length"])
            .and_then(|length| length.as_u64().or_else(|| length.as_str()?.parse().ok()))
            .and_then(|length| length.try_into().ok())
            .filter(|length| *length > 0),
        choices: choices(kind_of),
        targets,
        tooltip: tooltip(module, name, wire_type),
        ..Field::new(name, kind)
    };
    field.default = default(&field, json);
    field
}

/// What a type of A5 is to us; what is not known is text.
fn kind(module: &str, name: &str, wire_type: &str, targets: &[EntityName]) -> FieldKind {
    match wire_type {
        "text" => FieldKind::LongText,
        "picklist" => FieldKind::Enum,
        "multipicklist" => FieldKind::MultiEnum,
        "owner" => FieldKind::AnyReference,
        "reference" if targets.len() == 1 => FieldKind::Reference,
        "reference" if targets.len() > 1 => FieldKind::AnyReference,
        "date" => FieldKind::Date,
        "datetime" => FieldKind::DateTime,
        "currency" => FieldKind::Money,
        "double" => FieldKind::Number,
        // The switch of comments is declared as a number. A8.
        "integer" if (module, name) == ("ModComments", "is_private") => FieldKind::Bool,
        "integer" => FieldKind::Integer,
        "boolean" => FieldKind::Bool,
        "url" => FieldKind::Url,
        "file" | "image" => FieldKind::File,
        _ => FieldKind::Text,
    }
}

fn targets(wire_type: &str, kind_of: &Json) -> Vec<EntityName> {
    let names: Vec<&str> = if wire_type == "owner" {
        vec!["Users", "Groups"]
    } else {
        items(kind_of, &["refersTo"]).filter_map(Json::as_str).collect()
    };
    names.into_iter().filter_map(|name| EntityName::try_from(name).ok()).collect()
}

fn read_only(
    module: &str,
    name: &str,
    json: &Json,
    kind: FieldKind,
    wire_type: &str,
) -> Option<ReadOnly> {
    let is_editable = json.get("editable").and_then(Json::as_bool).unwrap_or(true);
    // The server computes or sets these though it calls them editable. A8, and live.
    let is_set = matches!(
        name,
        "createdtime"
            | "modifiedtime"
            | "modifiedby"
            | "creator"
            | "source"
            | "tags"
            | "isconvertedfromlead"
            | "hdnSubTotal"
            | "hdnGrandTotal"
            | "pre_tax_total"
            | "filesize"
            | "filetype"
            | "filedownloadcount"
    );
    let is_nowhere = wire_type == "reference" && json_targets(json) == 0;
    if !is_editable || is_set || wire_type == "autogenerated" {
        Some(ReadOnly::Computed)
    } else if is_nowhere || (kind == FieldKind::File && module != "Documents") {
        Some(ReadOnly::NoEditor)
    } else {
        None
    }
}

fn json_targets(json: &Json) -> usize {
    items(json, &["type", "refersTo"]).count()
}

fn is_sortable(kind: FieldKind) -> bool {
    !matches!(kind, FieldKind::LongText | FieldKind::MultiEnum | FieldKind::File | FieldKind::Lines)
}

fn choices(kind_of: &Json) -> Vec<Choice> {
    let choice = |json: &Json| {
        let value = json.get("value")?.as_str()?;
        let label = text(json, "label").unwrap_or(value);
        let style = style(value);
        Some(Choice { value: value.to_owned(), label: decoded(label).into_owned(), style })
    };
    items(kind_of, &["picklistValues"]).filter_map(choice).collect()
}

/// How the stock values are meant; those of an install's own are plain.
fn style(value: &str) -> ChoiceStyle {
    match value {
        "Closed Won" | "Completed" | "Held" | "Paid" | "Accepted" | "Delivered" | "Approved"
        | "completed" | "Closed" | "In Service" => ChoiceStyle::Good,
        "Closed Lost" | "Rejected" | "Cancel" | "Cancelled" | "Canceled" | "Not Held"
        | "Lost Lead" | "Junk Lead" => ChoiceStyle::Bad,
        "Wait For Response"
        | "Deferred"
        | "Pending Input"
        | "Urgent"
        | "High"
        | "on hold"
        | "waiting for feedback" => ChoiceStyle::Warn,
        "In Progress" | "in progress" | "Negotiation or Review" => ChoiceStyle::Accent,
        _ => ChoiceStyle::Plain,
    }
}

fn tooltip(module: &str, name: &str, wire_type: &str) -> Option<String> {
    let tip = match (module, name, wire_type) {
        (_, _, "time") => "24 hours: 14:30",
        (_, "tags", _) => "Tags can be read only: the API would store a part of them.",
        ("Documents", "filelocationtype", _) => {
            "I = a file that is stored there, E = a web address"
        }
        ("Events", "duration_hours", _) => "Counted from start and end where it is left out.",
        _ => return None,
    };
    Some(tip.to_owned())
}

/// A picklist's `defaultValue` is only its first value; the field's own `default` counts. A5.
#[expect(clippy::wildcard_enum_match_arm, reason = "other kinds begin empty")]
fn default(field: &Field, json: &Json) -> Option<Value> {
    let given = text(json, "default")?;
    match field.kind {
        FieldKind::Enum if field.choices.iter().any(|choice| choice.value == given) => {
            Some(Value::Text(given.to_owned()))
        }
        FieldKind::Text if field.wire_type == "string" => Some(Value::Text(given.to_owned())),
        FieldKind::Bool => value::yes_or_no(given).map(Value::Bool),
        _ => None,
    }
}
