//! `ficha type list` and `ficha type describe TYPE`.
use clap::Subcommand;
use serde_json::{Map, Value as Json, json};

use super::{
    output::{Format, Out},
    sentence::Stop,
    shell::{Shell, surprise},
};
use crate::domain::{
    action::{Action, Outcome},
    schema::{EntityName, EntityType, Field, Link, Rights},
};

/// `ficha type`.
#[derive(Debug, Subcommand)]
pub enum Types {
    /// All entity types
    List,
    /// The fields and links of one
    Describe {
        /// The entity type: Contact
        #[arg(value_name = "TYPE")]
        entity: String,
    },
}

/// Runs it.
pub async fn run(command: Types, shell: &Shell, out: &mut Out) -> Result<(), Stop> {
    match command {
        Types::List => list(shell, out).await,
        Types::Describe { entity } => describe(&entity, shell, out).await,
    }
}

async fn list(shell: &Shell, out: &mut Out) -> Result<(), Stop> {
    let place = shell.place().await?;
    let rows = place.schema.entity_types.values().map(|one| {
        object(json!({
            "name": one.name.as_str(),
            "label": one.label_plural,
            "fields": one.fields.len(),
            "links": one.links.len(),
            "tab": one.is_tab,
            "rights": rights(one.rights),
        }))
    });
    out.rows("types", &["name", "label", "fields", "links", "tab", "rights"], rows.collect())?;
    Ok(())
}

async fn describe(entity: &str, shell: &Shell, out: &mut Out) -> Result<(), Stop> {
    let place = shell.place().await?;
    let name = place.entity_type(entity)?.name.clone();
    let Outcome::Type(described) =
        shell.run(place.id, &place.name, Action::Describe(name)).await?.outcome
    else {
        return Err(surprise());
    };
    if out.is_json() {
        out.json(&document(&described))?;
        return Ok(());
    }
    let fields = described.fields.values().map(|field| object(field_document(field)));
    let links = described.links.values().map(|link| object(link_document(link)));
    let rows =
        if out.format == Format::Table { fields.collect() } else { fields.chain(links).collect() };
    out.rows(
        "fields",
        &["name", "kind", "label", "required", "writable", "choices", "targets"],
        rows,
    )?;
    if out.format == Format::Table {
        out.text("\n")?;
        let links = described.links.values().map(|link| object(link_document(link)));
        out.rows("links", &["name", "label", "targets", "many", "editable"], links.collect())?;
    }
    Ok(())
}

fn document(one: &EntityType) -> Json {
    let fields: Vec<Json> = one.fields.values().map(field_document).collect();
    let links: Vec<Json> = one.links.values().map(link_document).collect();
    let presets = one
        .presets
        .iter()
        .chain(&one.flags)
        .map(|preset| json!({"name": preset.name, "label": preset.label}));
    json!({
        "name": one.name.as_str(),
        "label": one.label,
        "label_plural": one.label_plural,
        "title": one.title,
        "status": one.status,
        "rights": rights(one.rights),
        "versioned": one.is_versioned,
        "views": presets.collect::<Vec<_>>(),
        "columns": one.layout.as_ref().map(|layout| layout.columns.clone()),
        "fields": fields,
        "links": links,
    })
}

fn field_document(field: &Field) -> Json {
    let choices: Vec<&str> = field.choices.iter().map(|choice| choice.value.as_str()).collect();
    json!({
        "name": field.name,
        "label": field.label,
        "kind": field.kind,
        "type": field.wire_type,
        "required": field.is_required,
        "writable": field.read_only.is_none(),
        "sortable": field.is_sortable,
        "max_length": field.max_length,
        "choices": choices,
        "targets": names(&field.targets),
    })
}

fn link_document(link: &Link) -> Json {
    json!({
        "name": link.name,
        "label": link.label,
        "kind": "Link",
        "targets": names(link.entity.as_slice()),
        "many": link.is_many,
        "editable": link.is_editable,
    })
}

fn names(names: &[EntityName]) -> Vec<&str> {
    names.iter().map(EntityName::as_str).collect()
}

fn rights(rights: Rights) -> String {
    let all = [
        (rights.read, "read"),
        (rights.create, "create"),
        (rights.edit, "edit"),
        (rights.delete, "delete"),
    ];
    all.into_iter().filter(|(has, _)| *has).map(|(_, name)| name).collect::<Vec<_>>().join(",")
}

/// The object of a document of ours.
pub fn object(document: Json) -> Map<String, Json> {
    match document {
        Json::Object(object) => object,
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_) => {
            Map::new()
        }
    }
}
