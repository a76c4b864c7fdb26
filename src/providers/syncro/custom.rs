//! Custom fields: their definitions stand in the settings, their values in `properties`. §7.
use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::{
    reading::{id, text, yes},
    schema::{PROPERTY, Told, choice},
};
use crate::{
    domain::schema::{EntityType, Field, FieldKind},
    providers::json::{at, items},
};

/// Where the definitions of a type's fields stand.
struct Home {
    entity: &'static str,
    /// In `/settings`.
    group: &'static str,
    fields: &'static str,
    answers: &'static str,
    /// Types that fields may be limited to, and the key by which a field names one.
    types: &'static str,
    of: &'static str,
}

const HOMES: [Home; 3] = [
    Home {
        entity: "Customer",
        group: "customers",
        fields: "customer_fields",
        answers: "customer_field_answers",
        types: "",
        of: "",
    },
    Home {
        entity: "Asset",
        group: "assets",
        fields: "asset_type_fields",
        answers: "asset_type_field_answers",
        types: "asset_types",
        of: "asset_type_id",
    },
    Home {
        entity: "Ticket",
        group: "ticket",
        fields: "ticket_type_fields",
        answers: "ticket_type_field_answers",
        types: "ticket_types",
        of: "ticket_type_id",
    },
];

/// One definition.
#[derive(Clone, Debug, Default)]
pub struct Definition {
    /// Its id, where it has one.
    pub id: String,
    /// Of which entity type.
    pub of: &'static str,
    /// The display name, under which the value stands.
    pub name: String,
    /// `text_field`, `check_box`, …
    pub field_type: String,
    /// The name of the ticket or asset type that has it.
    pub type_name: Option<String>,
    /// Whether it must be filled in.
    pub is_required: bool,
    /// Whether it is shown to nobody.
    pub is_hidden: bool,
    /// Its place.
    pub position: i64,
    /// What can be chosen.
    pub answers: Vec<String>,
}

/// All definitions of an account.
pub fn definitions(told: &Told) -> Vec<Definition> {
    HOMES.iter().flat_map(|home| of_home(home, told)).collect()
}

/// `/tickets/settings` repeats those of tickets; it counts where `/settings` may not be read.
fn of_home(home: &Home, told: &Told) -> Vec<Definition> {
    let in_settings = at(&told.settings, &[home.group]).filter(|group| {
        group.get(home.fields).and_then(Json::as_array).is_some_and(|it| !it.is_empty())
    });
    let group = in_settings.or((home.entity == "Ticket").then_some(&told.tickets));
    let Some(group) = group else { return Vec::new() };
    let mut all: Vec<_> =
        items(group, &[home.fields]).filter_map(|field| definition(home, group, field)).collect();
    all.sort_by_key(|definition| definition.position);
    all
}

fn definition(home: &Home, group: &Json, field: &Json) -> Option<Definition> {
    let part = |key: &str| field.get(key).and_then(text);
    let is = |key: &str| field.get(key).and_then(yes).unwrap_or(false);
    let own = field.get("id").and_then(id).unwrap_or_default();
    let of = field.get(home.of).and_then(id);
    let of_type = |it: &&Json| it.get("id").and_then(id) == of && of.is_some();
    let type_name = items(group, &[home.types]).find(of_type);
    Some(Definition {
        of: home.entity,
        name: part("name")?,
        field_type: part("field_type").unwrap_or_else(|| "text_field".to_owned()),
        type_name: type_name.and_then(|it| it.get("name")).and_then(text),
        is_required: is("required"),
        is_hidden: is("hidden"),
        position: field.get("position").and_then(Json::as_i64).unwrap_or(0),
        answers: answers(home, group, field, &own),
        id: own,
    })
}

/// Beside the field, or in a list of their own that names the field by one of its ids.
fn answers(home: &Home, group: &Json, field: &Json, own: &str) -> Vec<String> {
    let content = |answer: &Json| {
        let keys = ["content", "value", "name", "answer"];
        keys.iter().find_map(|key| answer.get(*key).and_then(text)).or_else(|| text(answer))
    };
    let beside: Vec<_> = items(field, &["answers"]).filter_map(content).collect();
    if !beside.is_empty() || own.is_empty() {
        return beside;
    }
    let is_mine = |answer: &&Json| {
        let ids = answer.as_object().into_iter().flatten();
        let mut fields = ids.filter(|(key, _)| key.ends_with("field_id"));
        fields.any(|(_, json)| id(json).as_deref() == Some(own))
    };
    items(group, &[home.answers]).filter(is_mine).filter_map(content).collect()
}

/// Adds the account's own fields to a type, before what is left of `properties`.
pub fn join(entity_type: &mut EntityType, told: &Told) {
    let mut taken = BTreeSet::new();
    for definition in definitions(told) {
        let is_of_it = definition.of == entity_type.name.as_str();
        // Two types may have a field of one name: the value stands under that one name.
        if !is_of_it || definition.is_hidden || !taken.insert(definition.name.clone()) {
            continue;
        }
        let name = free_name(entity_type, &definition.name);
        let field = field(&name, &definition);
        entity_type.fields.insert(name, field);
    }
}

fn field(name: &str, definition: &Definition) -> Field {
    let kind = kind(definition);
    Field {
        label: definition.name.trim_end_matches(':').to_owned(),
        wire_type: format!("{}{PROPERTY}{}", definition.field_type, definition.name),
        // A field of one type of tickets is asked of those alone: the server says so.
        is_required: definition.is_required && definition.type_name.is_none(),
        is_sortable: false,
        choices: definition.answers.iter().map(|it| choice(it, it)).collect(),
        tooltip: definition.type_name.as_ref().map(|name| format!("Only for {name}")),
        ..Field::new(name, kind)
    }
}

fn kind(definition: &Definition) -> FieldKind {
    match definition.field_type.as_str() {
        "check_box" | "checkbox" | "boolean" => FieldKind::Bool,
        "text_area" | "textarea" => FieldKind::LongText,
        "web_link" | "url" => FieldKind::Url,
        "date" | "date_field" => FieldKind::Date,
        "number" | "number_field" => FieldKind::Number,
        _ if !definition.answers.is_empty() => FieldKind::Enum,
        _ => FieldKind::Text,
    }
}

/// `Model No.:` = `model_no`; a name that is taken gets a number.
fn free_name(entity_type: &EntityType, display: &str) -> String {
    let letters = display.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' });
    let words: String = letters.flat_map(char::to_lowercase).collect();
    let plain: Vec<_> = words.split_whitespace().collect();
    let plain = if plain.is_empty() { "custom".to_owned() } else { plain.join("_") };
    let is_free = |name: &String| !entity_type.fields.contains_key(name);
    let numbered = (2..).map(|number| format!("{plain}_{number}"));
    std::iter::once(plain.clone()).chain(numbered).find(is_free).unwrap_or(plain)
}
