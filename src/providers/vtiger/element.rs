//! Edits as the API wants them, and what the server is known to spoil. A4, A7, A8.
use serde_json::{Map, Value as Json, json};

use super::{World, call::Flavour, lines, stock, value};
use crate::{
    domain::{
        change::Edits,
        error::Error,
        schema::{EntityType, Field, FieldKind},
        value::{Upload, Value},
    },
    net::exchange::FilePart,
};

/// The fields to send, and the file beside them.
#[derive(Debug, Default)]
pub struct Element {
    /// By name, all as text; lines as a list.
    pub fields: Map<String, Json>,
    /// A document's file.
    pub files: Vec<FilePart>,
}

/// How an order or a quote is taxed: `group` or `individual`. A8.
pub const TAX_TYPE: &str = "hdnTaxType";

fn refused(field: &str, reason: impl Into<String>) -> Error {
    Error::Invalid { field: Some(field.to_owned()), reason: reason.into() }
}

/// Of those edits.
///
/// Errors: [`Error::Invalid`] for what no field holds, and for what the server would spoil
/// without a word: emoji become question marks there, longer texts are cut.
pub fn element(entity_type: &EntityType, edits: &Edits, world: &World) -> Result<Element, Error> {
    let mut element = Element::default();
    for (name, value) in edits {
        let field = entity_type
            .field(name)
            .ok_or_else(|| refused(name, format!("{} has no such field", entity_type.name)))?;
        match (field.kind, value) {
            (FieldKind::Lines, Value::Lines(all)) => {
                let lines = lines::encode(field, all)?;
                if let Some(first) = lines::first_item(&lines) {
                    element.fields.insert("productid".to_owned(), json!(first));
                }
                element.fields.insert(name.clone(), lines);
            }
            (FieldKind::Lines, _) => return Err(refused(name, "at least one line is needed")),
            (FieldKind::File, Value::Upload(upload)) => {
                element.files.push(file(field, upload)?);
                element.fields.insert("filelocationtype".to_owned(), json!("I"));
                element.fields.entry("filestatus").or_insert(json!("1"));
            }
            _ => {
                let text = value::write(field, value, &world.clock());
                let text =
                    text.ok_or_else(|| refused(name, "this field cannot hold such a value"))?;
                check(entity_type, field, &text, world)?;
                element.fields.insert(name.clone(), json!(text));
            }
        }
    }
    Ok(element)
}

/// Warns of what the database keeps as question marks: once, for whoever says the same again wants
/// it all the same. A4: its texts hold no characters beyond the first 65,536.
pub fn warn(place: &str, text: &str, world: &World) -> Result<(), String> {
    let wide = text.chars().find(|c| c.len_utf8() == 4);
    let Some(wide) = wide.filter(|_| world.flavour == Flavour::Open) else { return Ok(()) };
    if !world.memory.warned.note(&format!("{place} {text}")) {
        return Ok(());
    }
    Err(format!(
        "{wide} would be stored as ????: this server keeps no emoji. Save once more to write it \
         all the same (from a shell: ficha action run)"
    ))
}

/// What the database would not keep is refused while it still stands in the form. A4.
fn check(entity_type: &EntityType, field: &Field, text: &str, world: &World) -> Result<(), Error> {
    let place = format!("{} {}", entity_type.name, field.name);
    warn(&place, text, world).map_err(|reason| refused(&field.name, reason))?;
    if text.to_ascii_lowercase().contains("<script") {
        return Err(refused(&field.name, "<script would be changed for good by the server"));
    }
    let most = field.max_length.unwrap_or(u32::MAX) as usize;
    let length = text.chars().count();
    if length > most {
        return Err(refused(&field.name, format!("at most {most} characters, these are {length}")));
    }
    Ok(())
}

fn file(field: &Field, upload: &Upload) -> Result<FilePart, Error> {
    let content =
        upload.content.clone().ok_or_else(|| refused(&field.name, "the file was not read"))?;
    let name = upload.path.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
    let name = if name.is_empty() { "file".to_owned() } else { name };
    // The part is always called so, whatever the field. A8.
    Ok(FilePart { field: "filename".to_owned(), name, media_type: String::new(), content })
}

/// With what a new record needs and nobody types. A8: without its kind a task would become an
/// event that shows nowhere.
pub fn complete(mut element: Element, entity_type: &EntityType, world: &World) -> Element {
    let fields = &mut element.fields;
    let owner = entity_type.fields.values().find(|it| it.wire_type == "owner" && it.is_required);
    if let (Some(owner), Some(me)) = (owner, world.me()) {
        fields.entry(owner.name.clone()).or_insert(json!(me.id));
    }
    match entity_type.name.as_str() {
        "Calendar" => {
            fields.insert("activitytype".to_owned(), json!("Task"));
        }
        "Events" if !fields.contains_key("duration_hours") => {
            if let Some((hours, minutes)) = duration(fields) {
                fields.insert("duration_hours".to_owned(), json!(hours.to_string()));
                fields.entry("duration_minutes").or_insert(json!(minutes.to_string()));
            }
        }
        name if stock::has_lines(name) => {
            // Per line is the server's own default, and breaks it on PHP 8. A8.
            fields.entry(TAX_TYPE).or_insert(json!("group"));
            fields.entry("conversion_rate").or_insert(json!("1"));
        }
        _ => {}
    }
    element
}

fn duration(fields: &Map<String, Json>) -> Option<(i64, i64)> {
    let moment = |day: &str, time: &str| {
        let text = |name: &str| fields.get(name)?.as_str().filter(|text| !text.is_empty());
        format!("{}T{}", text(day)?, text(time)?).parse::<jiff::civil::DateTime>().ok()
    };
    let (start, end) = (moment("date_start", "time_start")?, moment("due_date", "time_end")?);
    let minutes = end.duration_since(start).as_mins().max(0);
    Some((minutes / 60, minutes % 60))
}
