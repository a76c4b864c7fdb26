//! How a type is laid out. The API knows no blocks (A5), so they are made of the fields' names.
use serde_json::Value as Json;

use super::{fields::LABEL, stock};
use crate::{
    domain::schema::{Cell, EntityType, Field, FieldKind, Layout, ReadOnly, Section},
    providers::json::{is_true, items, text},
};

/// A list shows so many columns at most where nothing is known of the module.
const USUAL: usize = 5;

/// The columns, sections and panels of a type that was described.
pub fn layout(entity_type: &EntityType, described: &Json) -> Layout {
    let panels = entity_type.links.values().filter(|link| link.is_many);
    Layout {
        columns: columns(entity_type, described),
        sections: sections(entity_type),
        panels: panels.map(|link| link.name.clone()).collect(),
    }
}

/// The usual columns of a stock module; else those that the server calls a summary (B); else the
/// first that say something.
fn columns(entity_type: &EntityType, described: &Json) -> Vec<String> {
    let has = |name: &&str| entity_type.fields.contains_key(*name);
    let stock = stock::find(entity_type.name.as_str()).map(|(_, stock)| stock.columns);
    let mut names: Vec<&str> = stock.unwrap_or_default().iter().copied().filter(has).collect();
    if names.is_empty() {
        let summary = items(described, &["fields"]).filter(|field| is_true(field, "summaryfield"));
        names = summary.filter_map(|field| text(field, "name")).filter(has).take(USUAL).collect();
    }
    if names.is_empty() {
        let says = |field: &&Field| {
            field.read_only.is_none()
                && !matches!(
                    field.kind,
                    FieldKind::LongText | FieldKind::File | FieldKind::Lines | FieldKind::Bool
                )
        };
        let fields = entity_type.fields.values().filter(says).take(USUAL);
        names = fields.map(|field| field.name.as_str()).collect();
    }
    names.retain(|name| *name != entity_type.title);
    std::iter::once(entity_type.title.as_str())
        .filter(has)
        .chain(names)
        .map(str::to_owned)
        .collect()
}

/// What a field is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::EnumIter)]
enum About {
    Main,
    Lines,
    Address,
    Text,
    System,
}

fn sections(entity_type: &EntityType) -> Vec<Section> {
    use strum::IntoEnumIterator as _;
    let of = |about: About| {
        let fields = entity_type
            .fields
            .values()
            .filter(move |field| field.name != LABEL && self::about(field) == about);
        let rows: Vec<Vec<Cell>> = fields.map(|field| vec![cell(field)]).collect();
        Section { label: title(about).to_owned(), rows }
    };
    About::iter().map(of).filter(|section| !section.rows.is_empty()).collect()
}

fn title(about: About) -> &'static str {
    match about {
        About::Main => "",
        About::Lines => "Lines",
        About::Address => "Address",
        About::Text => "Description",
        About::System => "System",
    }
}

fn cell(field: &Field) -> Cell {
    Cell {
        field: field.name.clone(),
        is_wide: matches!(field.kind, FieldKind::LongText | FieldKind::Lines),
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "all other fields are the record itself")]
fn about(field: &Field) -> About {
    let name = field.name.as_str();
    let is_part = |part: &str| name.ends_with(part);
    let address = ["street", "city", "state", "zip", "country", "pobox", "_code"];
    match field.kind {
        FieldKind::Lines => About::Lines,
        _ if matches!(
            name,
            "starred" | "tags" | "source" | "isconvertedfromlead" | "notify_owner"
        ) =>
        {
            About::System
        }
        _ if field.read_only == Some(ReadOnly::Computed)
            && !name.starts_with("hdn")
            && name != "pre_tax_total" =>
        {
            About::System
        }
        FieldKind::Text | FieldKind::LongText if address.iter().any(|part| is_part(part)) => {
            About::Address
        }
        FieldKind::LongText => About::Text,
        _ => About::Main,
    }
}
