//! What stands around rows and records: irregular, so one decoder a call. §4. Rows come out as
//! objects with an `id`, whatever they were.
use serde_json::{Map, Value as Json, json};

use super::{
    errors::surprise,
    table::{Place, Resource},
};
use crate::{domain::error::Error, providers::json::at};

/// What a list says of itself. §3: all of it may be missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Meta {
    /// `page`.
    pub page: Option<u64>,
    /// `total_pages`.
    pub pages: Option<u64>,
    /// `per_page`.
    pub size: Option<u64>,
    /// `total_entries`.
    pub entries: Option<u64>,
}

/// The rows of a list, and what it says of itself.
pub fn rows(body: &Json, resource: &Resource) -> Result<(Vec<Json>, Meta), Error> {
    let found = listed(body, resource).ok_or_else(|| {
        surprise(resource.list, &format!("a list under {:?}", resource.list), body)
    })?;
    let mut rows: Vec<Json> = found.iter().map(|row| unwrapped(row, resource)).collect();
    if resource.list == "available_patches" {
        let installed = body.get("installed_patches").and_then(Json::as_array);
        rows.extend(installed.into_iter().flatten().cloned());
    }
    if let Place::Below { .. } = resource.place {
        number(&mut rows);
    }
    Ok((rows, meta(body, resource)))
}

/// Under its key; else the only list that there is; a list without an envelope is one too.
fn listed<'a>(body: &'a Json, resource: &Resource) -> Option<&'a Vec<Json>> {
    if let Some(rows) = body.get(resource.list) {
        return rows.as_array();
    }
    match body {
        Json::Array(rows) => Some(rows),
        Json::Object(map) => {
            let mut lists = map.values().filter_map(Json::as_array);
            let only = lists.next()?;
            lists.next().is_none().then_some(only)
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => None,
    }
}

/// `{"appointment":{…}}` within a list is what it wraps; `[1,"Joe Doe"]` is a user.
fn unwrapped(row: &Json, resource: &Resource) -> Json {
    match row {
        Json::Array(pair) => match pair.as_slice() {
            [id, name] => json!({ "id": id, resource.title: name }),
            _ => row.clone(),
        },
        Json::Object(map) if map.len() == 1 && !resource.single.is_empty() => {
            map.get(resource.single).filter(|inner| inner.is_object()).unwrap_or(row).clone()
        }
        Json::Object(_) | Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {
            row.clone()
        }
    }
}

/// Rows that have no id of their own get their place as one.
fn number(rows: &mut [Json]) {
    for (place, row) in rows.iter_mut().enumerate() {
        if let Json::Object(map) = row
            && map.get("id").is_none_or(Json::is_null)
        {
            map.insert("id".to_owned(), json!(place + 1));
        }
    }
}

fn meta(body: &Json, resource: &Resource) -> Meta {
    let of_list = format!("{}_meta", resource.list);
    let meta = body.get("meta").or_else(|| body.get(&of_list));
    let whole = |key: &str| meta.and_then(|meta| at(meta, &[key])).and_then(whole);
    Meta {
        page: whole("page"),
        pages: whole("total_pages"),
        size: whole("per_page").filter(|size| *size > 0),
        entries: whole("total_entries"),
    }
}

/// A number, or a text that is one.
fn whole(json: &Json) -> Option<u64> {
    json.as_u64().or_else(|| json.as_str()?.trim().parse().ok())
}

/// A single record, wrapped or flat. A deleted one may read back as `null`.
pub fn single<'a>(
    body: &'a Json,
    resource: &Resource,
    path: &str,
) -> Result<&'a Map<String, Json>, Error> {
    let gone = || Error::NotFound { what: path.to_owned() };
    if body.is_null() {
        return Err(gone());
    }
    let wrapped = body.get(resource.single).filter(|_| !resource.single.is_empty());
    if wrapped.is_some_and(Json::is_null) {
        return Err(gone());
    }
    if let Some(map) = wrapped.and_then(Json::as_object) {
        return Ok(map);
    }
    let map = body.as_object().ok_or_else(|| surprise(path, "an object", body))?;
    if map.contains_key("id") {
        return Ok(map);
    }
    // Wrapped under a name of its own: `alert`, `po_line_item`.
    let mut inner = map.values().filter_map(Json::as_object).filter(|it| it.contains_key("id"));
    match (inner.next(), inner.next()) {
        (Some(only), None) => Ok(only),
        (Some(_) | None, _) => Err(surprise(path, "a record with an id", body)),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::table::resource, *};

    #[test]
    fn users_come_as_pairs_and_appointments_wrapped_twice() {
        let users = json!({"users": [[1, "Joe Doe"]], "meta": {"total_pages": "1"}});
        let (rows, meta) = rows(&users, resource("User").unwrap()).unwrap();
        assert_eq!(rows, [json!({"id": 1, "full_name": "Joe Doe"})]);
        assert_eq!(meta.pages, Some(1));
        let twice = json!({"appointments": [{"appointment": {"id": 3}}]});
        let (rows, _) = super::rows(&twice, resource("Appointment").unwrap()).unwrap();
        assert_eq!(rows, [json!({"id": 3})]);
    }

    #[test]
    fn a_single_record_is_found_wrapped_flat_or_under_another_name() {
        let contact = resource("Contact").unwrap();
        for body in [json!({"id": 1}), json!({"contact": {"id": 1}})] {
            assert_eq!(single(&body, contact, "contacts/1").unwrap()["id"], 1);
        }
        let alert = json!({"success": true, "alert": {"id": 3}});
        assert_eq!(single(&alert, resource("RmmAlert").unwrap(), "").unwrap()["id"], 3);
        let gone = single(&Json::Null, resource("Contract").unwrap(), "contracts/9");
        assert!(matches!(gone, Err(Error::NotFound { .. })));
        assert!(single(&json!({"message": "ok"}), contact, "").is_err());
    }

    #[test]
    fn a_failure_never_looks_like_an_empty_list() {
        let ticket = resource("Ticket").unwrap();
        for body in [json!({}), json!(null), json!({"tickets": 1}), json!({"success": false})] {
            assert!(matches!(rows(&body, ticket), Err(Error::Unreadable { .. })), "{body}");
        }
        assert!(rows(&json!({"tickets": []}), ticket).unwrap().0.is_empty());
    }
}
