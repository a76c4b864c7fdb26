//! The next page of what an action gave: by the cursor that it gave, or by counting on.
use serde_json::{Map, Value as Json, json};

/// The input that asks for the next page; `None` = there is none, or none that can be asked for.
pub fn next(schema: &Json, given: &Json, output: &Json) -> Option<Json> {
    let output = output.as_object()?;
    let mut input = given.as_object().cloned().unwrap_or_default();
    let takes = |name: &str| schema.pointer(&format!("/properties/{name}")).is_some();
    let cursor = output.get("cursor").and_then(Json::as_str).filter(|it| !it.is_empty());
    if let (Some(cursor), true) = (cursor, takes("cursor")) {
        input.insert("cursor".to_owned(), json!(cursor));
        return Some(Json::Object(input));
    }
    let count = list(output).map(|(_, all)| all.len() as u64).filter(|count| *count > 0)?;
    // Of several pages that were joined, all are counted.
    let total = output.get("total").and_then(Json::as_u64);
    let has_more = output.get("has_more").and_then(Json::as_bool);
    let is_all = has_more.map_or_else(|| total.is_none_or(|total| count >= total), |more| !more);
    if is_all || !takes("offset") {
        return None;
    }
    let begun = output.get("offset").and_then(Json::as_u64).unwrap_or(0);
    input.insert("offset".to_owned(), json!(begun + count));
    Some(Json::Object(input))
}

/// Two pages as one: the lists behind one another, everything else as it is in the first; what tells
/// whether there is more, as the second says.
pub fn joined(first: Json, second: &Json) -> Json {
    let Json::Object(mut all) = first else { return first };
    let Some(more) = second.as_object() else { return Json::Object(all) };
    let name = list(&all).map(|(name, _)| name.to_owned());
    if let Some((name, rows)) = name.and_then(|name| Some((name.clone(), more.get(&name)?))) {
        let rows = rows.as_array().cloned().unwrap_or_default();
        if let Some(known) = all.get_mut(&name).and_then(Json::as_array_mut) {
            known.extend(rows);
        }
    }
    for name in ["cursor", "has_more"] {
        match more.get(name) {
            Some(value) => drop(all.insert(name.to_owned(), value.clone())),
            None => drop(all.shift_remove(name)),
        }
    }
    Json::Object(all)
}

/// The list that a page is of: the first one of objects.
fn list(output: &Map<String, Json>) -> Option<(&str, &Vec<Json>)> {
    output.iter().find_map(|(name, value)| {
        let all = value.as_array().filter(|all| all.iter().all(Json::is_object))?;
        Some((name.as_str(), all))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema(name: &str) -> Json {
        let mut schema = json!({"properties": {}});
        schema["properties"][name] = json!({});
        schema
    }

    #[test]
    fn a_cursor_goes_back_in_and_ends_where_none_is_given() {
        let output = json!({"records": [{"id": 1}], "cursor": "c2"});
        let input = next(&schema("cursor"), &json!({"limit": 1}), &output);
        assert_eq!(input, Some(json!({"limit": 1, "cursor": "c2"})));
        let all = joined(output, &json!({"records": [{"id": 2}]}));
        assert_eq!(all, json!({"records": [{"id": 1}, {"id": 2}]}));
        assert_eq!(next(&schema("cursor"), &json!({}), &all), None);
    }

    #[test]
    fn without_a_cursor_it_is_counted_on_until_all_are_there() {
        let schema = schema("offset");
        let first = json!({"total": 3, "list": [{"id": 1}, {"id": 2}]});
        assert_eq!(next(&schema, &json!({}), &first), Some(json!({"offset": 2})));
        let all = joined(first, &json!({"total": 3, "list": [{"id": 3}]}));
        assert_eq!(next(&schema, &json!({"offset": 2}), &all), None);
        let more = json!({"records": [{"id": 1}], "offset": 4, "has_more": true});
        assert_eq!(next(&schema, &json!({}), &more), Some(json!({"offset": 5})));
    }

    #[test]
    fn what_takes_neither_has_one_page() {
        let output = json!({"cursor": "c2", "list": [{"id": 1}], "total": 9});
        assert_eq!(next(&json!({}), &json!(null), &output), None);
        assert_eq!(next(&json!({}), &json!(null), &json!([1])), None);
    }
}
