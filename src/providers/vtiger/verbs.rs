//! What can be done beyond reading and writing records: the platform's eight actions under their
//! keys, and a lead's conversion. Which exchanges they are, says `run.rs`.
use serde_json::{Value as Json, json};

use super::memory::Noted;
use crate::domain::verb::Verb;

/// Queries as written, records as they come.
pub const LIST_MODULES: &str = "list-modules";
/// A module's describe as it comes.
pub const DESCRIBE_MODULE: &str = "describe-module";
/// A query in VTQL, as written.
pub const QUERY_RECORDS: &str = "query-records";
/// A record as it comes.
pub const RETRIEVE_RECORD: &str = "retrieve-record";
/// A new record, its fields as the API names them.
pub const CREATE_RECORD: &str = "create-record";
/// Changed fields of a record.
pub const UPDATE_RECORD: &str = "update-record";
/// Away with it.
pub const DELETE_RECORD: &str = "delete-record";
/// Who is signed in.
pub const GET_CURRENT_USER: &str = "get-current-user";
/// A lead becomes an organization, a contact and an opportunity.
pub const CONVERT_LEAD: &str = "convert-lead";
/// The operation behind it.
pub const CONVERT_OPERATION: &str = "convertlead";

fn verb(
    key: &str,
    label: &str,
    description: &str,
    input: &[(&str, Json, bool)],
    is_write: bool,
) -> Verb {
    let required: Vec<&str> =
        input.iter().filter(|(_, _, must)| *must).map(|(name, _, _)| *name).collect();
    let members: serde_json::Map<String, Json> =
        input.iter().map(|(name, schema, _)| ((*name).to_owned(), schema.clone())).collect();
    Verb {
        description: description.to_owned(),
        input: json!({
            "type": "object",
            "properties": members,
            "required": required,
            "additionalProperties": false,
        }),
        is_write,
        ..Verb::new(key, label)
    }
}

fn text(description: &str) -> Json {
    json!({ "type": "string", "minLength": 1, "description": description })
}

/// The eight actions of the platforms.
pub fn platform() -> Vec<Verb> {
    let module = || text("the module as the API spells it: Contacts");
    let id = || text("the record's id: 12x203");
    let element = || json!({ "type": "object", "description": "fields as the API names them" });
    vec![
        verb(LIST_MODULES, "List modules", "Every module that the user may see.", &[], false),
        verb(
            DESCRIBE_MODULE,
            "Describe module",
            "Its fields and rights.",
            &[("module", module(), true)],
            false,
        ),
        verb(
            QUERY_RECORDS,
            "Query records",
            "VTQL as written; at most 100 rows. Ends with a semicolon.",
            &[(
                "query",
                text("SELECT * FROM Contacts WHERE lastname LIKE 'S%' ORDER BY id LIMIT 0,100;"),
                true,
            )],
            false,
        ),
        verb(
            RETRIEVE_RECORD,
            "Retrieve record",
            "All of one record.",
            &[("id", id(), true)],
            false,
        ),
        verb(
            CREATE_RECORD,
            "Create record",
            "Inventory modules need LineItems and productid.",
            &[("module", module(), true), ("element", element(), true)],
            true,
        ),
        verb(
            UPDATE_RECORD,
            "Update record",
            "Only the fields that are given change.",
            &[("id", id(), true), ("element", element(), true)],
            true,
        ),
        Verb {
            asks: Some("Delete this record?".to_owned()),
            ..verb(
                DELETE_RECORD,
                "Delete record",
                "It goes to the recycle bin.",
                &[("id", id(), true)],
                true,
            )
        },
        verb(GET_CURRENT_USER, "Get current user", "Who is signed in.", &[], false),
    ]
}

/// What can be done with one record of a module, as far as this server can.
pub fn of_type(module: &str, broken: &Noted) -> Vec<Verb> {
    if module != "Leads" || broken.holds(CONVERT_OPERATION) {
        return Vec::new();
    }
    let yes = |description: &str, usual: bool| json!({ "type": "boolean", "default": usual, "description": description });
    let input = [
        ("account", yes("make an organization of its company", true), false),
        ("contact", yes("make a contact", true), false),
        ("opportunity", yes("make an opportunity", false), false),
        ("opportunity_name", text("what the opportunity is called; else as the company"), false),
        (
            "closing_date",
            json!({ "type": "string", "format": "date", "description": "of the opportunity" }),
            false,
        ),
        ("sales_stage", text("of the opportunity"), false),
        ("amount", text("of the opportunity"), false),
    ];
    vec![Verb {
        asks: Some("Convert this lead? It cannot be taken back.".to_owned()),
        ..verb(
            CONVERT_LEAD,
            "Convert lead",
            "The lead becomes an organization, a contact and an opportunity, and is gone from the leads.",
            &input,
            true,
        )
    }]
}
