//! What a deed gives where it gives a page of a list: its rows, and the input that asks for the
//! next ones. M§3 Pagination.
use serde_json::Value as Json;

/// Members of an input that say where a page begins, as products spell them.
pub const CURSORS: [&str; 5] = ["cursor", "pageToken", "page_token", "nextPageToken", "after"];

/// Members of an output that say where the next page begins.
const NEXT: [&str; 5] = ["cursor", "nextCursor", "next_cursor", "nextPageToken", "after"];

/// Members of an output that hold the rows.
const ROWS: [&str; 5] = ["records", "items", "list", "data", "results"];

/// Where the next page begins, as the output says; an empty text says that there is none.
pub fn cursor(output: &Json) -> Option<String> {
    let found = NEXT.iter().find_map(|name| output.get(*name)).filter(|found| !found.is_null())?;
    let text = found.as_str().map_or_else(|| found.to_string(), str::to_owned);
    Some(text).filter(|text| !text.is_empty())
}

/// The rows of an output: the output itself, or its one member that is a list.
pub fn rows(output: &Json) -> Option<&Vec<Json>> {
    let known = || ROWS.iter().find_map(|name| output.get(*name)?.as_array());
    let any = || output.as_object()?.values().find_map(Json::as_array);
    output.as_array().or_else(known).or_else(any)
}

/// The same, to be added to.
pub fn rows_mut(output: &mut Json) -> Option<&mut Vec<Json>> {
    if output.is_array() {
        return output.as_array_mut();
    }
    let all = output.as_object_mut()?;
    let known = ROWS.iter().find(|name| all.get(**name).is_some_and(Json::is_array));
    let name = match known {
        Some(name) => (*name).to_owned(),
        None => all.iter().find(|(_, value)| value.is_array())?.0.clone(),
    };
    all.get_mut(&name)?.as_array_mut()
}

/// The input that asks for the page behind that output: the same, and where to begin. `None` where
/// the output says of no more, nothing came, or the input cannot say where to begin.
pub fn next_input(schema: &Json, input: &Json, output: &Json) -> Option<Json> {
    let cursor = cursor(output).filter(|_| rows(output).is_some_and(|rows| !rows.is_empty()))?;
    let members = schema.get("properties")?.as_object()?;
    let member = CURSORS.iter().find(|name| members.contains_key(**name))?;
    let mut next = input.as_object()?.clone();
    // A cursor that does not move would be followed for ever.
    let is_same = next.get(*member).and_then(Json::as_str) == Some(cursor.as_str());
    next.insert((*member).to_owned(), Json::String(cursor));
    (!is_same).then_some(Json::Object(next))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn schema() -> Json {
        json!({"properties": {"query": {}, "cursor": {"type": "string"}}})
    }

    #[test]
    fn the_next_page_is_asked_for_with_the_same_words() {
        let output = json!({"records": [{"id": 1}], "cursor": "50"});
        let next = next_input(&schema(), &json!({"query": "ada"}), &output);
        assert_eq!(next, Some(json!({"query": "ada", "cursor": "50"})));
    }

    #[test]
    fn the_end_is_an_end() {
        for (input, output) in [
            (json!({}), json!({"records": [{"id": 1}]})),
            (json!({}), json!({"records": [{"id": 1}], "cursor": null})),
            (json!({}), json!({"records": [{"id": 1}], "cursor": ""})),
            (json!({}), json!({"records": [], "cursor": "50"})),
            (json!({"cursor": "50"}), json!({"records": [{"id": 1}], "cursor": "50"})),
            (json!({}), json!("done")),
            (json!(null), json!({"records": [{"id": 1}], "cursor": "50"})),
        ] {
            assert_eq!(next_input(&schema(), &input, &output), None, "{output}");
        }
        let output = json!({"records": [{"id": 1}], "cursor": "50"});
        assert_eq!(next_input(&json!({}), &json!({}), &output), None);
    }

    #[test]
    fn rows_are_found_wherever_they_stand() {
        for mut output in [json!([1]), json!({"total": 1, "list": [1]}), json!({"x": 0, "y": [1]})]
        {
            assert_eq!(rows(&output), Some(&vec![json!(1)]));
            rows_mut(&mut output).unwrap().push(json!(2));
            assert_eq!(rows(&output).unwrap().len(), 2);
        }
        assert_eq!(rows(&json!({"id": "1"})), None);
    }
}
