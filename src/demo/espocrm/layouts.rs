//! Layouts (E§4): from the schema's short notation to what `GET {E}/layout/{name}` answers.

use super::schema::Type;
use serde_json::{Map, Value, json};

/// Reads one layout of the schema into the type.
pub fn add(one: &mut Type, name: &str, body: &str) {
    let layout = match name {
        "list" | "listSmall" | "kanban" => columns(body),
        "detail" | "detailSmall" => panels(body),
        "bottomPanels" => {
            one.layouts.insert("bottomPanelsDetail".into(), bottom(body, one));
            return;
        }
        _ => json!(body.split_whitespace().collect::<Vec<_>>()),
    };
    one.layouts.insert(name.into(), layout);
}

/// What a layout name answers; `None` is the 404.
pub fn get(one: &Type, name: &str) -> Option<Value> {
    if let Some(layout) = one.layouts.get(name) {
        return Some(layout.clone());
    }
    match name {
        "sidePanelsDetail" | "sidePanelsEdit" | "sidePanelsDetailSmall" | "bottomPanelsEdit" => {
            Some(json!({}))
        }
        "bottomPanelsDetail" => Some(plain_bottom(one)),
        "defaultSidePanel" => Some(json!([{"name": ":assignedUser"}, {"name": "teams"}])),
        "relationships" | "massUpdate" | "filters" => Some(json!([])),
        "listForAccount" | "listForContact" => one.layouts.get("listSmall").cloned(),
        _ => None,
    }
}

/// `name*` is a link, `:20` a width, `!` cannot be sorted, `>` stands right, `?` is hidden; `*"` is the quirk of Lead.
fn columns(body: &str) -> Value {
    body.split_whitespace().map(column).collect()
}

fn column(word: &str) -> Value {
    let end = word.find(|letter: char| !letter.is_ascii_alphanumeric()).unwrap_or(word.len());
    let (name, marks) = word.split_at(end);
    let mut column = Map::new();
    column.insert("name".into(), json!(name));
    if marks.contains("*\"") {
        column.insert("link".into(), json!("true"));
    } else if marks.contains('*') {
        column.insert("link".into(), json!(true));
    }
    for (mark, key, value) in [
        ('!', "notSortable", json!(true)),
        ('>', "align", json!("right")),
        ('?', "hidden", json!(true)),
    ] {
        if marks.contains(mark) {
            column.insert(key.into(), value);
        }
    }
    let width: String = marks.chars().filter(char::is_ascii_digit).collect();
    if let Ok(width) = width.parse::<u32>() {
        column.insert("width".into(), json!(width));
    }
    Value::Object(column)
}

/// `[Label] a b / c - / d+ [Next] …`
fn panels(body: &str) -> Value {
    let panel = |text: &str| {
        let (label, rows) = text.split_once(']')?;
        let rows: Vec<Value> = rows.split('/').map(row).collect();
        Some(json!({"label": label.trim(), "rows": rows}))
    };
    body.split('[').filter_map(panel).collect()
}

fn row(text: &str) -> Value {
    let cell = |word: &str| match word.strip_suffix('+') {
        _ if word == "-" => json!(false),
        Some(name) => json!({"name": name, "fullWidth": true}),
        None => json!({"name": word}),
    };
    text.split_whitespace().map(cell).collect()
}

fn bottom(body: &str, one: &Type) -> Value {
    let mut panels = Map::new();
    panels
        .insert("_tabBreak_0".into(), json!({"index": 0, "tabBreak": true, "tabLabel": "$Stream"}));
    panels.insert("stream".into(), json!({"sticked": false, "index": 1}));
    let label = format!("${}", one.name);
    panels.insert("_tabBreak_1".into(), json!({"index": 2, "tabBreak": true, "tabLabel": label}));
    for (place, name) in body.split_whitespace().enumerate() {
        panels.insert(name.into(), json!({"index": place + 3}));
    }
    Value::Object(panels)
}

fn plain_bottom(one: &Type) -> Value {
    if one.is("stream") { json!({"stream": {"sticked": true, "index": 2}}) } else { json!({}) }
}
