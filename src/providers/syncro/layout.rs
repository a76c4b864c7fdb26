//! How a record is laid out: the API has no layouts, so these are ours.
use super::table::Resource;
use crate::domain::schema::{Cell, EntityType, Field, FieldKind, Layout, ReadOnly, Section};

/// The table's columns; what people fill in, the account's own fields, and what is computed.
pub fn layout(resource: &Resource, entity_type: &EntityType) -> Layout {
    Layout {
        columns: resource.columns.iter().map(|&column| column.to_owned()).collect(),
        sections: sections(entity_type),
        panels: entity_type.links.keys().cloned().collect(),
    }
}

fn sections(entity_type: &EntityType) -> Vec<Section> {
    let is_custom = |field: &Field| super::schema::property_name(field).is_some();
    let is_wide = |field: &Field| {
        matches!(
            field.kind,
            FieldKind::LongText | FieldKind::Html | FieldKind::Lines | FieldKind::Other
        )
    };
    let is_computed = |field: &Field| {
        field.read_only == Some(ReadOnly::Computed) && field.name != entity_type.title
    };
    let mut own = Vec::new();
    let mut custom = Vec::new();
    let mut wide = Vec::new();
    let mut computed = Vec::new();
    for field in entity_type.fields.values() {
        let section = match () {
            () if is_custom(field) => &mut custom,
            () if is_wide(field) => &mut wide,
            () if is_computed(field) => &mut computed,
            () => &mut own,
        };
        section.push(field);
    }
    let section = |label: &str, fields: &[&Field], alone: bool| Section {
        label: label.to_owned(),
        rows: fields.chunks(if alone { 1 } else { 2 }).map(|row| cells(row, alone)).collect(),
    };
    let all = [
        section("", &own, false),
        section("", &wide, true),
        section("Custom fields", &custom, false),
        section("Kept by Syncro", &computed, false),
    ];
    all.into_iter().filter(|section| !section.rows.is_empty()).collect()
}

fn cells(row: &[&Field], is_wide: bool) -> Vec<Cell> {
    row.iter().map(|field| Cell { field: field.name.clone(), is_wide }).collect()
}
