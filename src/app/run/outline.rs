//! A JSON Schema as people read it: a line a member, those within further in.
use serde_json::Value as Json;

use super::members::in_words;

/// Nobody reads further.
const DEEPEST: usize = 6;
const MOST: usize = 300;

/// One member. All texts are raw.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// How far in.
    pub depth: usize,
    /// Its name; of a list's items, and of alternatives, empty.
    pub name: String,
    /// `text`, `list of objects`, `a or b`.
    pub kind: String,
    /// Whether it must be there.
    pub is_required: bool,
    /// What is told of it: description, bounds, default.
    pub about: String,
}

/// The members of a schema; empty where it tells of none.
pub fn outline(schema: &Json) -> Vec<Line> {
    let mut lines = Vec::new();
    members(schema, schema, 0, &mut lines);
    if lines.is_empty() && !kind(schema, schema).is_empty() && !schema.is_null() {
        let (kind, about) = (kind(schema, schema), about(schema, ""));
        let says_nothing = kind == "object" && about.is_empty();
        let line = Line { kind, about, ..Line::default() };
        lines.extend((!says_nothing).then_some(line));
    }
    lines
}

fn members(schema: &Json, root: &Json, depth: usize, lines: &mut Vec<Line>) {
    let schema = resolved(schema, root);
    let inner = schema.get("items").map(|items| resolved(items, root));
    let holder = inner.filter(|items| items.get("properties").is_some()).unwrap_or(schema);
    let parts =
        ["oneOf", "anyOf", "allOf"].into_iter().find_map(|name| schema.get(name)?.as_array());
    let parts = parts.into_iter().flatten().map(|part| resolved(part, root));
    let begun = lines.len();
    for part in parts.filter(|part| part.get("properties").is_some()).chain([holder]) {
        own(part, root, (depth, begun), lines);
    }
}

/// The members that a schema itself tells of; those of a name that stands there already are left out.
fn own(holder: &Json, root: &Json, (depth, begun): (usize, usize), lines: &mut Vec<Line>) {
    let properties = holder.get("properties").and_then(Json::as_object);
    let required = holder.get("required").and_then(Json::as_array);
    for (name, of) in properties.into_iter().flatten() {
        let is_known = |it: &Line| it.depth == depth && it.name == *name;
        if lines.len() >= MOST {
            return;
        }
        if lines.iter().skip(begun).any(is_known) {
            continue;
        }
        let must = required.is_some_and(|all| all.iter().any(|it| it.as_str() == Some(name)));
        let of = resolved(of, root);
        lines.push(Line {
            depth,
            name: name.clone(),
            kind: kind(of, root),
            is_required: must,
            about: about(of, name),
        });
        if depth + 1 < DEEPEST {
            members(of, root, depth + 1, lines);
        }
    }
}

/// References within the schema followed.
fn resolved<'a>(schema: &'a Json, root: &'a Json) -> &'a Json {
    let mut schema = schema;
    for _ in 0..8 {
        let pointer = schema.get("$ref").and_then(Json::as_str);
        let target = pointer.and_then(|it| it.strip_prefix('#')).and_then(|it| root.pointer(it));
        match target {
            Some(target) => schema = target,
            None => break,
        }
    }
    schema
}

fn kind(schema: &Json, root: &Json) -> String {
    if let Some(choices) = schema.get("enum").and_then(Json::as_array) {
        let some = choices.iter().take(12).map(spelled).collect::<Vec<_>>().join(" | ");
        return if choices.len() > 12 { format!("{some} | …") } else { some };
    }
    if let Some(only) = schema.get("const") {
        return spelled(only);
    }
    for name in ["oneOf", "anyOf"] {
        if let Some(all) = schema.get(name).and_then(Json::as_array) {
            let mut said: Vec<String> =
                all.iter().take(6).map(|it| alternative(resolved(it, root), root)).collect();
            said.dedup();
            let is_one = said.len() == 1 && all.len() > 1;
            let said = said.join(" or ");
            return if is_one { format!("{said}, in {} ways", all.len()) } else { said };
        }
    }
    let plain = match schema.get("type") {
        Some(Json::String(one)) => words(one),
        Some(Json::Array(all)) => {
            let all = all.iter().filter_map(Json::as_str).map(words);
            return all.collect::<Vec<_>>().join(" or ");
        }
        Some(_) | None if schema.get("properties").is_some() => "object",
        Some(_) | None => "",
    };
    match (plain, schema.get("items"), schema.get("format").and_then(Json::as_str)) {
        ("list", Some(items), _) => match kind(resolved(items, root), root) {
            of if of.is_empty() => "list".to_owned(),
            of if of == "object" => "list of objects".to_owned(),
            of => format!("list of {of}"),
        },
        (plain, _, Some(format)) => format!("{plain}, {format}"),
        (plain, ..) => plain.to_owned(),
    }
}

fn alternative(schema: &Json, root: &Json) -> String {
    let title = schema.get("title").and_then(Json::as_str).map(str::to_owned);
    title.unwrap_or_else(|| kind(schema, root))
}

fn words(kind: &str) -> &str {
    match kind {
        "string" => "text",
        "integer" => "whole number",
        "boolean" => "yes or no",
        "array" => "list",
        "null" => "nothing",
        other => other,
    }
}

/// A title that only says the name in words says nothing.
fn about(schema: &Json, name: &str) -> String {
    let text = |name: &str| schema.get(name).and_then(Json::as_str).map(str::to_owned);
    let bound = |name: &str, words: &str| {
        schema.get(name).map(|value| format!("{words} {}", spelled(value)))
    };
    let title = text("title").filter(|title| *title != in_words(name));
    let said = text("description").or(title);
    let parts = [
        said,
        bound("minimum", "at least"),
        bound("maximum", "at most"),
        bound("maxLength", "letters, at most"),
        bound("default", "usually"),
    ];
    let parts = parts.into_iter().flatten().map(|part| part.trim_end_matches('.').to_owned());
    parts.collect::<Vec<_>>().join("; ")
}

fn spelled(json: &Json) -> String {
    json.as_str().map_or_else(|| json.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn members_stand_with_their_kind_and_those_within_further_in() {
        let schema = json!({
            "type": "object", "required": ["name"],
            "properties": {
                "name": {"type": "string", "maxLength": 80, "title": "Name"},
                "kind": {"enum": ["a", "b"]},
                "at": {"type": "string", "format": "date-time"},
                "lines": {"type": "array", "items": {"$ref": "#/$defs/line"}},
                "who": {"oneOf": [{"type": "string"}, {"type": "integer"}]},
                "to": {"oneOf": [{"type": "object", "properties": {"by": {"const": "mail"}}},
                    {"type": "object", "properties": {"by": {"const": "fax"}, "number": {}}}]},
            },
            "$defs": {"line": {"type": "object", "properties": {"sku": {"type": "integer", "minimum": 1}}}},
        });
        let lines = outline(&schema);
        let said: Vec<_> =
            lines.iter().map(|it| (it.depth, it.name.as_str(), it.kind.as_str())).collect();
        let wanted = [
            (0, "name", "text"),
            (0, "kind", "a | b"),
            (0, "at", "text, date-time"),
            (0, "lines", "list of objects"),
            (1, "sku", "whole number"),
            (0, "who", "text or whole number"),
            (0, "to", "object, in 2 ways"),
            (1, "by", "mail"),
            (1, "number", ""),
        ];
        assert_eq!(said, wanted);
        assert!(lines[0].is_required && lines[0].about.contains("80"));
    }

    #[test]
    fn a_schema_that_is_none_or_has_no_end_is_no_harm() {
        for odd in [json!(null), json!(3), json!([]), json!({"properties": 7})] {
            outline(&odd);
        }
        let endless = json!({"properties": {"a": {"$ref": "#"}, "b": {"$ref": "#"}}});
        assert!(outline(&endless).len() <= MOST);
    }
}
