//! Entity types, from listtypes and describe. A5.
use serde_json::Value as Json;

use super::{
    World,
    fields::{self, LABEL},
    labels::decoded,
    layout, stock, verbs,
};
use crate::{
    domain::{
        comment::{Audience, Comments},
        schema::{EntityName, EntityType, FieldKind, Link, Rights, Schema},
    },
    providers::json::{at, items, text},
};

/// The types that listtypes names, in the order of the rail. Nothing is known of their fields
/// yet, and so all rights are supposed: the server knows better.
pub fn bare(listed: &Json) -> Vec<EntityType> {
    let names = items(listed, &["types"]).filter_map(Json::as_str);
    let mut types: Vec<_> = names.filter_map(|name| one(listed, name)).collect();
    let place = |entity_type: &EntityType| {
        let known = stock::find(entity_type.name.as_str());
        let custom = stock::MODULES.iter().position(|it| it.group == "Communication");
        known.map_or((custom.unwrap_or(usize::MAX), 0), |(place, _)| (place, 1))
    };
    types.sort_by_key(place);
    types
}

fn one(listed: &Json, name: &str) -> Option<EntityType> {
    let entity = EntityName::try_from(name).ok()?;
    let told = at(listed, &["information", name]);
    let told = |key: &str| told.and_then(|told| text(told, key)).map(|it| decoded(it).into_owned());
    let all = Rights { read: true, create: true, edit: true, delete: true };
    let known = stock::find(name).map(|(_, stock)| stock);
    // Both calendars are called so; this one holds the tasks. A6.
    let plural = told("label").map(|it| if it == "Calendar" { "Tasks".to_owned() } else { it });
    Some(EntityType {
        label: told("singular").unwrap_or_else(|| name.to_owned()),
        label_plural: plural.unwrap_or_else(|| name.to_owned()),
        group: Some(known.map_or(stock::OTHER, |stock| stock.group).to_owned()),
        rights: all,
        ..EntityType::new(entity)
    })
}

/// A type with what its describe says; links that the server was asked for stay.
pub fn described(entity_type: &EntityType, json: &Json, world: &World) -> EntityType {
    let module = entity_type.name.as_str();
    let may = |key: &str| json.get(key).and_then(Json::as_bool).unwrap_or(true);
    let labels = fields::labels(json);
    let fields = fields::fields(module, json);
    let stock = stock::find(module).map(|(_, stock)| stock);
    let is_enum = |name: &str| fields.get(name).is_some_and(|it| it.kind == FieldKind::Enum);
    let status = stock.map(|stock| stock.status).filter(|name| is_enum(name)).map(str::to_owned);
    let guessed = || fields.keys().find(|it| it.ends_with("status") && is_enum(it)).cloned();
    let mut entity_type = EntityType {
        rights: Rights {
            read: may("retrieveable"),
            create: may("createable"),
            edit: may("updateable"),
            delete: may("deleteable"),
        },
        title: if labels.len() > 1 {
            LABEL.to_owned()
        } else {
            labels.first().cloned().unwrap_or_else(|| LABEL.to_owned())
        },
        status: status.or_else(guessed),
        searched: searched(&labels, &fields),
        verbs: verbs::of_type(module, &world.memory.broken),
        id_prefix: text(json, "idPrefix").map(str::to_owned),
        described: Some(world.context.now),
        fields,
        ..entity_type.clone()
    };
    entity_type.layout = Some(layout::layout(&entity_type, json));
    entity_type
}

/// The names, addresses and numbers of a record: at most so many, since each word is looked for
/// in each of them.
fn searched(
    labels: &[String],
    fields: &indexmap::IndexMap<String, crate::domain::schema::Field>,
) -> Vec<String> {
    let is_point = |name: &&String| {
        matches!(name.as_str(), "email" | "email1" | "phone" | "mobile" | "company" | "website")
            || name.ends_with("_no")
    };
    let points = fields.keys().filter(is_point).filter(|name| !labels.contains(name));
    labels.iter().chain(points).take(6).cloned().collect()
}

/// The fields that make up the title.
pub fn title_parts(entity_type: &EntityType) -> Vec<String> {
    if entity_type.title != LABEL {
        return vec![entity_type.title.clone()];
    }
    let pairs = [["firstname", "lastname"], ["first_name", "last_name"]];
    let has = |name: &str| entity_type.fields.contains_key(name);
    let found = pairs.iter().find(|pair| pair.iter().all(|name| has(name)));
    match found {
        Some(pair) => pair.iter().map(|&name| name.to_owned()).collect(),
        None => entity_type.searched.iter().take(2).cloned().collect(),
    }
}

/// Links that follow from references: whatever points to a type can be listed at it, ordered and
/// filtered like any list. A9 prefers this to the server's own relations.
pub fn link_all(schema: &mut Schema) {
    let mut found: Vec<(EntityName, Link)> = Vec::new();
    for source in schema.entity_types.values().filter(|it| can_be_listed(it.name.as_str())) {
        for target in schema.entity_types.keys() {
            if reference_to(source, target).is_some() {
                found.push((target.clone(), link(source)));
            }
        }
    }
    for (target, link) in found {
        if let Some(entity_type) = schema.entity_types.get_mut(&target) {
            entity_type.links.entry(link.name.clone()).or_insert(link);
        }
    }
    let commented: Vec<EntityName> = schema
        .entity_types
        .values()
        .find(|it| it.name.as_str() == "ModComments")
        .and_then(|it| it.field("related_to"))
        .map(|field| field.targets.clone())
        .unwrap_or_default();
    for entity_type in schema.entity_types.values_mut() {
        if commented.contains(&entity_type.name) {
            entity_type.comments = Some(comments());
        }
        panels(entity_type);
    }
}

fn comments() -> Comments {
    let audiences = vec![Audience::Readers, Audience::Private];
    Comments { audiences, can_answer: true, can_edit: true }
}

/// The panels of a detail are its links to many.
pub fn panels(entity_type: &mut EntityType) {
    let links = entity_type.links.values().filter(|link| link.is_many);
    let names = links.map(|link| link.name.clone()).collect();
    if let Some(layout) = &mut entity_type.layout {
        layout.panels = names;
    }
}

fn can_be_listed(module: &str) -> bool {
    !matches!(
        module,
        "ModComments"
            | "LineItem"
            | "ProductTaxes"
            | "Users"
            | "Groups"
            | "Currency"
            | "Tax"
            | "DocumentFolders"
            | "CompanyDetails"
            | super::agenda::NAME
    )
}

fn link(source: &EntityType) -> Link {
    Link {
        name: source.name.as_str().to_owned(),
        label: source.label_plural.clone(),
        entity: Some(source.name.clone()),
        is_many: true,
        is_editable: source.rights.edit,
        is_slow: false,
    }
}

/// The field by which records of one type belong to one of another: the usual one where there are
/// several. Whoever changed a record does not own it.
pub fn reference_to<'a>(source: &'a EntityType, target: &EntityName) -> Option<&'a str> {
    if matches!(target.as_str(), "Users" | "Groups" | "Currency" | "Tax") {
        return None;
    }
    let leads = |name: &str| {
        let field = source.field(name)?;
        let is_reference = matches!(field.kind, FieldKind::Reference | FieldKind::AnyReference);
        (is_reference && field.wire_type == "reference" && field.targets.contains(target))
            .then_some(field.name.as_str())
    };
    let usual = stock::LEADS_TO.iter().find_map(|name| leads(name));
    usual.or_else(|| source.fields.keys().find_map(|name| leads(name)))
}
