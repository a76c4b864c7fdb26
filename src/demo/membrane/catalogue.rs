//! The actions of each app, as `assets/demo/membrane.json` lists them. EspoCRM's and Vtiger's bear the keys that Membrane's
//! own list has (§6); their schemas are the demo's, since none are public.

use crate::demo::http::Request;
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::sync::LazyLock;

/// An action.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its key.
    pub key: String,
    /// For people.
    pub name: String,
    /// A sentence.
    pub description: String,
    /// `list-data-records`, `api-request-to-external-app`…
    pub kind: String,
    /// JSON Schema.
    pub input: Value,
    /// JSON Schema.
    pub output: Value,
    /// Whether it shows no key.
    pub has_no_key: bool,
    /// Whether it is being built when the demo starts.
    pub is_built_later: bool,
    /// How it is done.
    pub how: How,
}

/// How an action is done.
#[derive(Debug, Clone)]
pub enum How {
    /// By the app that has no other protocol.
    Letterbox,
    /// By one request to the app.
    Call(Call),
}

/// One request made from an input.
#[derive(Debug, Clone)]
pub struct Call {
    method: String,
    /// May hold `{id}`, which the input gives.
    path: String,
    /// What the query always has.
    fixed: Vec<(String, String)>,
    /// The input's names and the parameters that they become; in the query for GET, else in a form.
    pass: Vec<(String, String)>,
    /// Whether all of the input but the id is the body, as JSON.
    is_json: bool,
}

static ALL: LazyLock<HashMap<String, Vec<Entry>>> = LazyLock::new(|| {
    // The asset is part of the program and a test reads it; without it there are no actions.
    let asset: Value = serde_json::from_str(include_str!("../../../assets/demo/membrane.json"))
        .unwrap_or_default();
    let list = |name: &str| asset.get(name).and_then(Value::as_array).into_iter().flatten();
    let types = asset.get("espocrm").and_then(Value::as_object).into_iter().flatten();
    HashMap::from([
        ("espocrm".to_owned(), types.flat_map(|(name, about)| espocrm(name, about)).collect()),
        ("vtiger".to_owned(), list("vtiger").map(|about| vtiger(about, false)).collect()),
        ("vtiger-cloud".to_owned(), list("vtiger").map(|about| vtiger(about, true)).collect()),
        (
            "letterbox".to_owned(),
            list("letterbox").map(|about| entry(about, How::Letterbox)).collect(),
        ),
    ])
});

/// The actions of an app; Syncro has none (§6).
pub fn entries(app: &str) -> &'static [Entry] {
    ALL.get(app).map_or(&[], Vec::as_slice)
}

fn text(about: &Value, name: &str) -> String {
    about.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn entry(about: &Value, how: How) -> Entry {
    let is = |name: &str| about.get(name).and_then(Value::as_bool).unwrap_or_default();
    Entry {
        key: text(about, "key"),
        name: text(about, "name"),
        description: text(about, "description"),
        kind: text(about, "type"),
        input: about.get("input").cloned().unwrap_or_else(|| json!({"type": "object"})),
        output: about.get("output").cloned().unwrap_or_else(|| json!({})),
        has_no_key: is("keyless"),
        is_built_later: is("later"),
        how,
    }
}

fn vtiger(about: &Value, is_cloud: bool) -> Entry {
    let (mut method, mut operation) = (text(about, "method"), text(about, "operation"));
    if let Some([verb, name]) = about.get("cloud").and_then(Value::as_array).map(Vec::as_slice)
        && is_cloud
    {
        verb.as_str().unwrap_or_default().clone_into(&mut method);
        name.as_str().unwrap_or_default().clone_into(&mut operation);
    }
    let passed = about.get("pass").and_then(Value::as_object).into_iter().flatten();
    let passed =
        passed.map(|(from, to)| (from.clone(), to.as_str().unwrap_or_default().to_owned()));
    let (path, fixed) = if is_cloud {
        (format!("/{operation}"), Vec::new())
    } else {
        ("/webservice.php".to_owned(), vec![("operation".to_owned(), operation)])
    };
    let call = Call { method, path, fixed, pass: passed.collect(), is_json: false };
    entry(about, How::Call(call))
}

/// One type's actions: `list-contacts`, `get-contact`, `create-contact`.
fn espocrm(name: &str, about: &Value) -> Vec<Entry> {
    let verbs = about.get("verbs").and_then(Value::as_array).into_iter().flatten();
    verbs.filter_map(Value::as_str).map(|verb| espocrm_action(name, verb, about)).collect()
}

fn espocrm_action(name: &str, verb: &str, about: &Value) -> Entry {
    let (label, plural) = (text(about, "label"), text(about, "plural"));
    let is_list = verb == "list";
    let what = if is_list { &plural } else { &label };
    let id = json!({"id": {"type": "string", "title": "Id"}});
    let fields = about.get("properties").cloned().unwrap_or_default();
    let (method, path, input) = match verb {
        "list" => ("GET", format!("/api/v1/{name}"), paging()),
        "get" => ("GET", format!("/api/v1/{name}/{{id}}"), object(&id, &json!(["id"]))),
        "create" => {
            let required = about.get("required").cloned().unwrap_or_default();
            ("POST", format!("/api/v1/{name}"), object(&fields, &required))
        }
        _ => {
            ("PUT", format!("/api/v1/{name}/{{id}}"), object(&joined(id, &fields), &json!(["id"])))
        }
    };
    let pass = ["maxSize", "offset", "orderBy", "order", "textFilter"];
    let call = Call {
        method: method.to_owned(),
        path,
        fixed: Vec::new(),
        pass: pass.iter().map(|name| ((*name).to_owned(), (*name).to_owned())).collect(),
        is_json: matches!(method, "POST" | "PUT"),
    };
    Entry {
        key: format!("{verb}-{what}"),
        name: format!("{} {what}", capital(verb)),
        description: match verb {
            "list" => format!("A page of {plural}"),
            "get" => format!("One {label} by id"),
            "create" => format!("A new {label}"),
            _ => format!("Changed fields of one {label}"),
        },
        kind: "api-request-to-external-app".to_owned(),
        output: if is_list { listed() } else { json!({"type": "object"}) },
        input,
        has_no_key: false,
        is_built_later: false,
        how: How::Call(call),
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn paging() -> Value {
    let properties = json!({
        "maxSize": {"type": "integer", "title": "How many", "minimum": 0, "maximum": 200, "default": 20},
        "offset": {"type": "integer", "title": "From", "minimum": 0, "default": 0},
        "orderBy": {"type": "string", "title": "Order by"},
        "order": {"type": "string", "title": "Direction", "enum": ["asc", "desc"]},
        "textFilter": {"type": "string", "title": "Words"},
    });
    object(&properties, &json!([]))
}

fn listed() -> Value {
    let list = json!({"type": "array", "items": {"type": "object"}});
    json!({"type": "object", "properties": {"total": {"type": "integer"}, "list": list}})
}

fn object(properties: &Value, required: &Value) -> Value {
    json!({"type": "object", "properties": properties, "required": required})
}

fn joined(mut first: Value, second: &Value) -> Value {
    if let (Some(first), Some(second)) = (first.as_object_mut(), second.as_object()) {
        first.extend(second.clone());
    }
    first
}

impl Call {
    /// The request; unknown input is ignored (§3).
    pub fn request(&self, input: &Value) -> Request {
        let mut pairs = url::form_urlencoded::Serializer::new(String::new());
        pairs.extend_pairs(&self.fixed);
        for (from, to) in &self.pass {
            if let Some(value) = input.get(from).filter(|value| !value.is_null()) {
                let plain = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                pairs.append_pair(to, &plain);
            }
        }
        let pairs = pairs.finish();
        let id = input.get("id").and_then(Value::as_str).unwrap_or_default();
        let path = self.path.replace("{id}", &encoded(id));
        let (method, is_get) = (self.method.clone(), self.method == "GET");
        if self.is_json {
            let mut fields: Map<String, Value> = input.as_object().cloned().unwrap_or_default();
            fields.remove("id");
            let body = Value::Object(fields).to_string().into_bytes();
            let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
            return Request { method, path, query: String::new(), headers, body };
        }
        if is_get {
            return Request { method, path, query: pairs, ..Request::default() };
        }
        let kind = "application/x-www-form-urlencoded".to_owned();
        let headers = vec![("content-type".to_owned(), kind)];
        Request { method, path, query: String::new(), headers, body: pairs.into_bytes() }
    }
}

/// An id in a path: what could climb out of its place is encoded.
fn encoded(id: &str) -> String {
    url::form_urlencoded::byte_serialize(id.as_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn espocrm_has_exactly_the_twenty_keys_of_the_list() {
        let keys: Vec<_> = entries("espocrm").iter().map(|entry| entry.key.as_str()).collect();
        assert_eq!(keys.len(), 20);
        for key in ["list-opportunities", "get-user", "create-account", "update-lead"] {
            assert!(keys.contains(&key), "{key}");
        }
        assert_eq!(entries("vtiger").len(), 8);
        assert!(entries("syncro").is_empty());
    }

    #[test]
    fn an_id_cannot_climb_out_of_its_place() {
        let get = entries("espocrm").iter().find(|entry| entry.key == "get-contact").unwrap();
        let How::Call(call) = &get.how else { panic!("{get:?}") };
        assert_eq!(call.request(&json!({"id": "../User"})).path, "/api/v1/Contact/..%2FUser");
    }
}
