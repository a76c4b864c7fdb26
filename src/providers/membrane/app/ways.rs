//! Which actions of an app do what to which of its records. §3.
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::fields::{properties, required};
use crate::{domain::output::CURSORS, providers::json::text};

/// What an action does to records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Deed {
    /// Gives some of them.
    List,
    /// Gives one.
    Get,
    /// Makes one.
    Create,
    /// Changes one.
    Update,
    /// Removes one.
    Delete,
}

/// How to do something to records of an entity type.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Way {
    /// Membrane's own id of the action.
    pub id: String,
    /// Its key, where it has one.
    pub key: Option<String>,
    /// The member of the input that names the record.
    pub target: Option<String>,
    /// Whether the fields stand in a member `fields` of the input.
    pub is_nested: bool,
    /// How a list goes on.
    pub paging: Paging,
    /// The member of the input that says how many, and the most that it may say.
    pub size: Option<(String, u64)>,
    /// The member of the input that takes words.
    pub words: Option<String>,
    /// All members of the input.
    pub members: Vec<String>,
}

/// How a list goes on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Paging {
    /// It is one page.
    #[default]
    None,
    /// By what its last page said, in that member.
    Cursor(String),
    /// By how many to skip, in that member.
    Offset(String),
    /// By the page's number from 1, in that member.
    Page(String),
}

/// All ways to an entity type's records.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ways {
    /// To some of them.
    pub list: Option<Way>,
    /// To one.
    pub get: Option<Way>,
    /// To a new one.
    pub create: Option<Way>,
    /// To a changed one.
    pub update: Option<Way>,
    /// To one less.
    pub delete: Option<Way>,
}

impl Ways {
    /// The place of a deed.
    pub fn place(&mut self, deed: Deed) -> &mut Option<Way> {
        match deed {
            Deed::List => &mut self.list,
            Deed::Get => &mut self.get,
            Deed::Create => &mut self.create,
            Deed::Update => &mut self.update,
            Deed::Delete => &mut self.delete,
        }
    }
}

const OFFSETS: [&str; 4] = ["offset", "skip", "start", "startAt"];
const PAGES: [&str; 3] = ["page", "pageNumber", "page_number"];
const SIZES: [&str; 8] =
    ["limit", "maxSize", "pageSize", "page_size", "perPage", "per_page", "maxResults", "count"];
const WORDS: [&str; 7] = ["search", "query", "q", "text", "textFilter", "term", "searchText"];

/// So many at once where the schema names no limit.
const USUAL_MOST: u64 = 100;

/// What an action does, and to what (`sales-order`): by its type, else by the first word of its
/// key. `None` = something of its own.
pub fn deed(action: &Json) -> Option<(Deed, String, Way)> {
    let name = name_of(action);
    let (verb, rest) = name.split_once('-')?;
    let deed = by_type(text(action, "type").unwrap_or_default(), verb)?;
    let rest = ["-by-id", "-by-key", "-records-by-id"]
        .iter()
        .find_map(|end| rest.strip_suffix(end))
        .unwrap_or(rest);
    let noun = if deed == Deed::List { singular(rest) } else { rest.to_owned() };
    let way = way(action, deed, &noun)?;
    (!noun.is_empty()).then_some((deed, noun, way))
}

/// The key, else the name in the same shape.
pub fn name_of(action: &Json) -> String {
    let text = text(action, "key").or_else(|| text(action, "name")).unwrap_or_default();
    kebab(text)
}

/// `List Sales Orders`, `listSalesOrders` and `list_sales_orders` are `list-sales-orders`.
pub fn kebab(text: &str) -> String {
    let mut words = String::new();
    let mut before = '-';
    for letter in text.chars() {
        let begins = letter.is_uppercase() && (before.is_lowercase() || before.is_ascii_digit());
        let is_plain = letter.is_ascii_alphanumeric();
        if (begins || !is_plain) && !words.ends_with('-') && !words.is_empty() {
            words.push('-');
        }
        if is_plain {
            words.push(letter.to_ascii_lowercase());
        }
        before = letter;
    }
    words.trim_end_matches('-').to_owned()
}

/// Whether an action of that type and key changes nothing, so that it may be repeated: by its
/// type, else by the first word of its key. §3.
pub fn is_reading(kind: &str, key: &str) -> bool {
    let verb = key.split('-').next().unwrap_or_default();
    match kind {
        "list-data-records"
        | "find-data-record-by-id"
        | "match-data-record"
        | "search-data-record" => true,
        "create-data-record"
        | "find-or-create-data-record"
        | "update-data-record"
        | "delete-data-record" => false,
        _ if key.contains("-or-") => false,
        _ => READING.contains(&verb),
    }
}

const READING: [&str; 9] =
    ["list", "get", "retrieve", "read", "find", "search", "query", "describe", "count"];

fn by_type(kind: &str, verb: &str) -> Option<Deed> {
    match kind {
        "list-data-records" => Some(Deed::List),
        "find-data-record-by-id" => Some(Deed::Get),
        "create-data-record" => Some(Deed::Create),
        "update-data-record" => Some(Deed::Update),
        "delete-data-record" => Some(Deed::Delete),
        "match-data-record" | "find-or-create-data-record" | "search-data-record" => None,
        _ => match verb {
            "list" => Some(Deed::List),
            "get" | "retrieve" | "read" => Some(Deed::Get),
            "create" | "add" => Some(Deed::Create),
            "update" | "edit" => Some(Deed::Update),
            "delete" | "remove" => Some(Deed::Delete),
            _ => None,
        },
    }
}

/// `opportunities` is `opportunity`.
fn singular(word: &str) -> String {
    for (many, one) in
        [("people", "person"), ("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch")]
    {
        if let Some(stem) = word.strip_suffix(many) {
            return format!("{stem}{one}");
        }
    }
    let plain = word.strip_suffix('s').filter(|stem| !stem.ends_with(['s', 'u', 'i']));
    plain.unwrap_or(word).to_owned()
}

/// `None` = its input asks for more than a record has.
fn way(action: &Json, deed: Deed, noun: &str) -> Option<Way> {
    let schema = action.get("inputSchema").unwrap_or(&Json::Null);
    let members: Vec<String> =
        properties(schema).map(|all| all.keys().cloned().collect()).unwrap_or_default();
    let find = |names: &[&str]| {
        names
            .iter()
            .find(|name| members.iter().any(|member| member == *name))
            .map(|it| (*it).to_owned())
    };
    let target = target(&members, &required(schema), noun);
    let needs_target = matches!(deed, Deed::Get | Deed::Update | Deed::Delete);
    if needs_target && target.is_none() {
        return None;
    }
    let size = find(&SIZES);
    let most = |name: &String| {
        properties(schema)?.get(name)?.get("maximum")?.as_u64().filter(|most| *most > 0)
    };
    let size = size.map(|name| (name.clone(), most(&name).unwrap_or(USUAL_MOST)));
    let paging = if let Some(name) = find(&CURSORS) {
        Paging::Cursor(name)
    } else if let Some(name) = find(&OFFSETS) {
        Paging::Offset(name)
    } else {
        find(&PAGES).filter(|_| size.is_some()).map_or(Paging::None, Paging::Page)
    };
    let words = find(&WORDS);
    if deed == Deed::List && required(schema).iter().any(|name| !is_paging(name)) {
        return None;
    }
    let is_nested = properties(schema).and_then(|all| properties(all.get("fields")?)).is_some();
    let target = target.filter(|_| needs_target);
    let (id, key) = (text(action, "id")?.to_owned(), text(action, "key").map(str::to_owned));
    Some(Way { id, key, target, is_nested, paging, size, words, members })
}

fn is_paging(name: &str) -> bool {
    [&CURSORS[..], &OFFSETS, &PAGES, &SIZES].iter().any(|names| names.contains(&name))
}

/// The member that names the record: `id`, `recordId`, `contactId`, else the only one required.
fn target(members: &[String], required: &[&str], noun: &str) -> Option<String> {
    let plain = noun.replace('-', "");
    let known = ["id".to_owned(), "recordid".to_owned(), format!("{plain}id")];
    let flat = |name: &str| name.replace(['_', '-'], "").to_lowercase();
    let named = known.iter().find_map(|known| members.iter().find(|name| flat(name) == *known));
    let only = match required {
        [only] if flat(only).ends_with("id") => Some((*only).to_owned()),
        _ => None,
    };
    named.cloned().or(only)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_of_any_writing_are_keys() {
        for text in
            ["List Sales Orders", "listSalesOrders", "list_sales_orders", "list-sales-orders"]
        {
            assert_eq!(kebab(text), "list-sales-orders");
        }
        for (many, one) in [
            ("opportunities", "opportunity"),
            ("companies", "company"),
            ("contacts", "contact"),
            ("people", "person"),
            ("addresses", "address"),
            ("status", "status"),
            ("taxes", "tax"),
        ] {
            assert_eq!(singular(many), one);
        }
    }

    #[test]
    fn an_action_is_known_by_its_type_or_by_its_key() {
        let by_type = json!({"id": "1", "name": "Find a person", "key": "find-person",
            "type": "find-data-record-by-id", "inputSchema": {"properties": {"id": {}}}});
        let (deed_, noun, way) = deed(&by_type).unwrap();
        assert_eq!(
            (deed_, noun.as_str(), way.target.as_deref()),
            (Deed::Get, "person", Some("id"))
        );
        let by_key = json!({"id": "2", "name": "x", "key": "list-opportunities",
            "inputSchema": {"properties": {"offset": {}, "maxSize": {"maximum": 200}, "q": {}}}});
        let (deed_, noun, way) = deed(&by_key).unwrap();
        assert_eq!((deed_, noun.as_str()), (Deed::List, "opportunity"));
        assert_eq!(way.paging, Paging::Offset("offset".into()));
        assert_eq!(way.size, Some(("maxSize".into(), 200)));
        assert_eq!(way.words.as_deref(), Some("q"));
    }

    #[test]
    fn what_changes_nothing_is_known_by_type_or_first_word() {
        for (kind, key, expected) in [
            ("list-data-records", "people", true),
            ("find-or-create-data-record", "find-person", false),
            ("api-request-to-external-app", "get-current-user", true),
            ("api-request-to-external-app", "query-records", true),
            ("", "find-or-create-lead", false),
            ("", "convert-lead", false),
            ("", "", false),
        ] {
            assert_eq!(is_reading(kind, key), expected, "{kind} {key}");
        }
    }

    #[test]
    fn an_action_that_asks_for_more_is_something_of_its_own() {
        for action in [
            json!({"id": "1", "key": "convert-lead"}),
            json!({"id": "2", "key": "list-records", "inputSchema": {"required": ["module"], "properties": {"module": {}}}}),
            json!({"id": "3", "key": "get-current-user", "inputSchema": {"properties": {}}}),
            json!({"id": "4", "key": "search-contacts", "type": "search-data-record"}),
            json!({"key": "list-contacts"}),
            json!(null),
        ] {
            assert_eq!(deed(&action), None, "{action}");
        }
    }
}
