//! Layouts of an entity type. E§4. What they name and the schema does not hold is left out.
use serde_json::Value as Json;

use super::json::{is_true, items, text};
use crate::domain::schema::{Cell, EntityType, FieldKind, Layout, ReadOnly, Schema, Section};

/// The list's columns; the schema's first fields where there is no layout.
pub fn columns(entity_type: &EntityType, list: Option<&Json>) -> Vec<String> {
    let cells = list.into_iter().flat_map(|list| items(list, &[]));
    let named = cells.filter(|cell| !is_true(cell, "hidden")).filter_map(name);
    let mut columns: Vec<String> = Vec::new();
    for field in named.filter(|name| entity_type.fields.contains_key(*name)) {
        if !columns.iter().any(|column| column == field) {
            columns.push(field.to_owned());
        }
    }
    if columns.is_empty() { fallback_columns(entity_type) } else { columns }
}

fn fallback_columns(entity_type: &EntityType) -> Vec<String> {
    let chosen = [Some(entity_type.title.as_str()), entity_type.status.as_deref()];
    let usual = ["emailAddress", "phoneNumber", "assignedUser", "createdAt"];
    let names = chosen.into_iter().flatten().chain(usual);
    names.filter(|name| entity_type.fields.contains_key(*name)).map(str::to_owned).collect()
}

/// The detail's sections; all of the schema's fields in one where there is no layout.
pub fn sections(schema: &Schema, entity_type: &EntityType, detail: Option<&Json>) -> Vec<Section> {
    let panels = detail.into_iter().flat_map(|detail| items(detail, &[]));
    let sections = panels.map(|panel| section(schema, entity_type, panel));
    let sections: Vec<_> = sections.filter(|section| !section.rows.is_empty()).collect();
    if sections.is_empty() { vec![fallback_section(entity_type)] } else { sections }
}

fn section(schema: &Schema, entity_type: &EntityType, panel: &Json) -> Section {
    // Customised systems write columns of cells instead of rows of cells.
    let lines = items(panel, &["rows"]).chain(items(panel, &["columns"]));
    let rows = lines.map(|line| row(entity_type, line)).filter(|row| !row.is_empty());
    let given = || title(schema, entity_type, text(panel, "label").unwrap_or_default());
    let label = text(panel, "customLabel").map_or_else(given, str::to_owned);
    Section { label, rows: rows.collect() }
}

/// In the user's language: the entity type's own word, else the global one. `$label:Overview`
/// asks for the translation of `Overview`.
fn title(schema: &Schema, entity_type: &EntityType, label: &str) -> String {
    let label = label.strip_prefix("$label:").unwrap_or(label);
    let own = schema.titles.get(&format!("{}.{label}", entity_type.name));
    own.or_else(|| schema.titles.get(label)).map_or_else(|| label.to_owned(), Clone::clone)
}

fn row(entity_type: &EntityType, cells: &Json) -> Vec<Cell> {
    items(cells, &[])
        .filter_map(|cell| Some((name(cell)?, is_true(cell, "fullWidth"))))
        .filter(|(field, _)| entity_type.fields.contains_key(*field))
        .map(|(field, is_wide)| Cell { field: field.to_owned(), is_wide })
        .collect()
}

fn fallback_section(entity_type: &EntityType) -> Section {
    let shown = entity_type.fields.values().filter(|field| field.kind != FieldKind::Other);
    let (own, computed): (Vec<_>, Vec<_>) =
        shown.partition(|field| field.read_only != Some(ReadOnly::Computed));
    let cells = own.into_iter().chain(computed).map(|field| {
        let is_wide = matches!(field.kind, FieldKind::LongText | FieldKind::Html);
        vec![Cell { field: field.name.clone(), is_wide }]
    });
    Section { label: String::new(), rows: cells.collect() }
}

/// The links shown below a record: the bottom panels by their index, else the relationships'
/// list; where the server has neither layout, every link to many.
pub fn panels(
    entity_type: &EntityType,
    bottom: Option<&Json>,
    relationships: Option<&Json>,
) -> Vec<String> {
    let mut panels = bottom.map(|bottom| by_index(entity_type, bottom)).unwrap_or_default();
    if panels.is_empty() {
        let names = relationships.into_iter().flat_map(|list| items(list, &[])).filter_map(name);
        panels = names.filter(|name| is_panel(entity_type, name)).map(str::to_owned).collect();
    }
    if bottom.is_none() && relationships.is_none() {
        let many = entity_type.links.values().filter(|link| link.is_many);
        panels = many.map(|link| link.name.clone()).collect();
    }
    panels
}

fn by_index(entity_type: &EntityType, bottom: &Json) -> Vec<String> {
    let panels = bottom.as_object().into_iter().flatten();
    let mut places: Vec<_> = panels
        .filter(|(name, panel)| is_panel(entity_type, name) && !is_true(panel, "disabled"))
        .map(|(name, panel)| (panel.get("index").and_then(Json::as_i64).unwrap_or(0), name.clone()))
        .collect();
    places.sort_by_key(|(index, _)| *index);
    places.into_iter().map(|(_, name)| name).collect()
}

fn is_panel(entity_type: &EntityType, name: &str) -> bool {
    entity_type.links.get(name).is_some_and(|link| link.is_many)
}

/// A cell's field: a name, or an object with one. `:name` is a special block of that field.
fn name(cell: &Json) -> Option<&str> {
    let name = cell.as_str().or_else(|| text(cell, "name"))?;
    Some(name.strip_prefix(':').unwrap_or(name))
}

/// A layout of those answers; `None` = the server has none.
pub fn layout(schema: &Schema, entity_type: &EntityType, answers: &[Option<Json>; 4]) -> Layout {
    let [list, detail, bottom, relationships] = answers.each_ref().map(Option::as_ref);
    Layout {
        columns: columns(entity_type, list),
        sections: sections(schema, entity_type, detail),
        panels: panels(entity_type, bottom, relationships),
    }
}
