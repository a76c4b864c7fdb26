//! Conversations over small hand-written answers: the same ground as the recordings, without them.
use std::sync::{Arc, LazyLock};

use serde_json::{Value as Json, json};

use super::{
    super::{Context, Input, Step},
    Conversation, Memory, World,
    call::Flavour,
};
use crate::{
    domain::{
        action::{Action, Outcome},
        error::Error,
        record::{Record, RecordId},
        schema::{EntityName, EntityType, Schema},
        value::Value,
    },
    net::exchange::{Body, Exchange, Response},
};

mod filters;
mod lists;
mod structure;
mod writes;

pub fn name(name: &str) -> EntityName {
    EntityName::try_from(name).unwrap()
}

fn field(name: &str, kind: &Json, mandatory: bool) -> Json {
    json!({"name": name, "label": name, "mandatory": mandatory, "nullable": true,
        "editable": true, "default": "", "type": kind})
}

/// A module's describe: names and types, `!` for what must be there.
pub fn describe(module: &str, prefix: &str, labels: &str, fields: &[(&str, &str)]) -> Json {
    let fields: Vec<Json> = fields
        .iter()
        .map(|(name, kind)| {
            let (kind, rest) = kind.split_once(' ').unwrap_or((kind, ""));
            let plain = kind.trim_end_matches('!');
            let kind_of = match plain {
                "reference" => {
                    json!({"name": plain, "refersTo": rest.split(',').collect::<Vec<_>>()})
                }
                "picklist" => {
                    let values = rest.split(',').map(|it| json!({"label": it, "value": it}));
                    json!({"name": plain, "picklistValues": values.collect::<Vec<_>>()})
                }
                plain => json!({"name": plain}),
            };
            field(name, &kind_of, kind.ends_with('!'))
        })
        .collect();
    json!({"name": module, "label": module, "createable": true, "updateable": true,
        "deleteable": true, "retrieveable": true, "idPrefix": prefix, "labelFields": labels,
        "fields": fields})
}

pub fn modules() -> Vec<Json> {
    vec![
        describe(
            "Contacts",
            "12",
            "firstname,lastname",
            &[
                ("firstname", "string"),
                ("lastname", "string!"),
                ("email", "email"),
                ("account_id", "reference Accounts"),
                ("assigned_user_id", "owner!"),
                ("createdtime", "datetime"),
                ("donotcall", "boolean"),
            ],
        ),
        describe(
            "Accounts",
            "11",
            "accountname",
            &[
                ("accountname", "string!"),
                ("industry", "picklist Banking,Energy"),
                ("annual_revenue", "currency"),
                ("since", "date"),
                ("parent", "reference Accounts"),
                ("assigned_user_id", "owner!"),
                ("createdtime", "datetime"),
                ("kinds", "multipicklist"),
            ],
        ),
        describe(
            "Quotes",
            "4",
            "subject",
            &[
                ("subject", "string!"),
                ("account_id", "reference! Accounts"),
                ("productid", "reference! Products"),
                ("quantity", "double"),
                ("tax1", "double"),
                ("hdnSubTotal", "currency"),
                ("hdnGrandTotal", "currency"),
                ("assigned_user_id", "owner!"),
            ],
        ),
        describe("Products", "14", "productname", &[("productname", "string!")]),
        describe(
            "ModComments",
            "30",
            "commentcontent",
            &[
                ("commentcontent", "text!"),
                ("related_to", "reference! Contacts,Accounts"),
                ("creator", "reference Users"),
                ("parent_comments", "reference ModComments"),
                ("is_private", "integer"),
                ("createdtime", "datetime"),
                ("assigned_user_id", "owner!"),
            ],
        ),
        describe(
            "Calendar",
            "9",
            "subject",
            &[
                ("subject", "string!"),
                ("date_start", "date!"),
                ("time_start", "time!"),
                ("taskstatus", "picklist Planned,Completed"),
                ("contact_id", "reference Contacts"),
                ("assigned_user_id", "owner!"),
                ("activitytype", "picklist Task"),
            ],
        ),
        describe(
            "Events",
            "18",
            "subject",
            &[
                ("subject", "string!"),
                ("date_start", "date!"),
                ("time_start", "time!"),
                ("eventstatus", "picklist Planned,Held"),
                ("assigned_user_id", "owner!"),
                ("activitytype", "picklist Call,Meeting"),
            ],
        ),
        describe("Campaigns", "1", "campaignname", &[("campaignname", "string!")]),
        describe(
            "Leads",
            "10",
            "firstname,lastname",
            &[("firstname", "string"), ("lastname", "string!")],
        ),
        describe("Groups", "20", "groupname", &[("groupname", "string")]),
        describe(
            "Users",
            "19",
            "first_name,last_name",
            &[
                ("user_name", "string!"),
                ("first_name", "string"),
                ("last_name", "string!"),
                ("user_password", "password!"),
                ("accesskey", "autogenerated"),
            ],
        ),
    ]
}

pub fn listed() -> Json {
    let names: Vec<Json> = modules().iter().map(|it| it["name"].clone()).collect();
    let information: serde_json::Map<String, Json> = modules()
        .iter()
        .map(|it| {
            (
                it["name"].as_str().unwrap().to_owned(),
                json!({"isEntity": true, "label": it["label"], "singular": it["label"]}),
            )
        })
        .collect();
    json!({"types": names, "information": information})
}

pub fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Response {
    let headers = headers.iter().map(|(n, v)| ((*n).to_owned(), v.as_bytes().to_vec()));
    Response { status, headers: headers.collect(), body: body.as_bytes().to_vec() }
}

pub fn ok(result: &Json) -> Response {
    answer(200, &[], &json!({"success": true, "result": result}).to_string())
}

pub fn refused(code: &str, message: &str) -> Response {
    let error = json!({"success": false, "error": {"code": code, "message": message}});
    answer(200, &[], &error.to_string())
}

/// HTTP 500 without a word. A2.
pub fn broken() -> Response {
    answer(500, &[], "")
}

pub fn context(schema: Option<Arc<Schema>>) -> Context {
    let now = "2026-03-29T10:00:00Z".parse().unwrap();
    let (user, time_zone) = (Some("ada".to_owned()), Some("Asia/Tokyo".to_owned()));
    Context {
        now,
        site: "https://crm.example".into(),
        schema,
        user,
        time_zone,
        ..Context::default()
    }
}

/// What one exchange asks for, in a line: the query, or the operation with its element.
pub fn asked(exchange: &Exchange) -> String {
    let form = match &exchange.body {
        Some(Body::Form(form)) => form.fields.as_slice(),
        _ => &[],
    };
    let pairs = || exchange.query.iter().chain(form);
    let of = |name: &str| pairs().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let operation =
        of("operation").or(exchange.path.last().map(String::as_str)).unwrap_or_default();
    let what =
        ["query", "element", "id", "elementType", "sourceRecordId"].iter().find_map(|key| of(key));
    match what {
        Some(query) if operation == "query" => query.to_owned(),
        Some(what) => format!("{operation} {what}"),
        None => operation.to_owned(),
    }
}

/// Drives an action; each answer is made of what was asked.
pub fn drive(
    flavour: Flavour,
    action: Action,
    context: Context,
    reply: impl FnMut(&str) -> Response,
) -> (Result<Outcome, Error>, Vec<String>) {
    drive_on(Conversation::new(flavour, action, context), reply)
}

/// The same, in a session that remembers.
pub fn run_in(
    memory: &Memory,
    action: Action,
    reply: impl FnMut(&str) -> Response,
) -> (Result<Outcome, Error>, Vec<String>) {
    let context = context(Some(Arc::new(schema(true))));
    let conversation = Conversation::new(Flavour::Open, action, context);
    drive_on(conversation.told(memory.clone()), reply)
}

fn drive_on(
    mut conversation: Conversation,
    mut reply: impl FnMut(&str) -> Response,
) -> (Result<Outcome, Error>, Vec<String>) {
    let (mut input, mut lines) = (Input::Go, Vec::new());
    let mut one = |exchange: &Exchange, lines: &mut Vec<String>| {
        let line = asked(exchange);
        let answer = reply(&line);
        lines.push(line);
        answer
    };
    for _ in 0..60 {
        input = match conversation.next(input) {
            Step::Send(exchange) => Input::Answer(one(&exchange, &mut lines)),
            Step::SendAll(all) => {
                Input::Answers(all.iter().map(|it| one(it, &mut lines)).collect())
            }
            Step::Wait(_) | Step::Partial(_) => Input::Go,
            Step::Done(outcome) => return (outcome, lines),
        };
    }
    panic!("it does not end: {lines:#?}")
}

/// The schema of those modules, as an administrator or another user sees it.
pub fn schema(is_admin: bool) -> Schema {
    static ADMIN: LazyLock<Schema> = LazyLock::new(|| read_schema(true));
    if is_admin { ADMIN.clone() } else { read_schema(false) }
}

fn read_schema(is_admin: bool) -> Schema {
    let known = modules();
    let reply = |line: &str| match line.split_once(' ') {
        None if line == "listtypes" => ok(&listed()),
        None => ok(&json!({"userId": "19x1", "vtigerVersion": "8.0.0"})),
        Some(("retrieve", _)) if !is_admin => refused("ACCESS_DENIED", "no"),
        Some(("retrieve", _)) => ok(&json!({"id": "19x1", "user_name": "ada", "first_name": "Ada",
            "last_name": "Admin", "is_admin": "on", "time_zone": "UTC"})),
        Some(("describe", module)) => {
            known.iter().find(|it| it["name"] == module).map_or_else(broken, ok)
        }
        Some(_) => ok(&json!([{"currency_code": "EUR", "currency_status": "Active"}])),
    };
    let (outcome, _) = drive(Flavour::Open, Action::Types, context(None), reply);
    match outcome {
        Ok(Outcome::Schema(schema)) => (*schema).clone(),
        other => panic!("{other:?}"),
    }
}

pub fn run(
    action: Action,
    reply: impl FnMut(&str) -> Response,
) -> (Result<Outcome, Error>, Vec<String>) {
    drive(Flavour::Open, action, context(Some(Arc::new(schema(true)))), reply)
}

pub fn world() -> World {
    let context = context(Some(Arc::new(schema(true))));
    World { flavour: Flavour::Open, context, memory: Memory::default() }
}

pub fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// A record as it was read.
pub fn base(entity: &str, id: &str, fields: &[(&str, Value)]) -> Record {
    Record {
        entity: name(entity),
        id: RecordId::from(id),
        fields: fields.iter().map(|(n, v)| ((*n).to_owned(), v.clone())).collect(),
        version: None,
        url: None,
        is_complete: true,
        cut: vec![],
    }
}

pub fn type_of(entity: &str) -> EntityType {
    schema(true).entity_type(&name(entity)).unwrap().clone()
}

#[test]
fn a_conversation_that_is_driven_out_of_turn_says_so() {
    let mut conversation = Conversation::new(Flavour::Open, Action::Whoami, context(None));
    let step = conversation.next(Input::Answer(broken()));
    assert!(matches!(step, Step::Done(Err(Error::Bug { .. }))), "{step:?}");
}

#[test]
fn the_clouds_budget_is_waited_for_before_the_next_exchange() {
    let mut conversation = Conversation::new(Flavour::Cloud, Action::Types, context(None));
    conversation.next(Input::Go);
    let low = [
        ("x-floodcontrol-remaining", "5"),
        ("x-floodcontrol-reset", "1795377676"),
        ("date", "Sun, 22 Nov 2026 20:00:46 GMT"),
    ];
    let body = json!({"success": true, "result": listed()}).to_string();
    let me = ok(&json!({"id": "19x1", "user_name": "ada"}));
    let step = conversation.next(Input::Answers(vec![answer(200, &low, &body), me, broken()]));
    // So little is left that nothing is described: the types stay bare until they are needed.
    let Step::Done(Ok(Outcome::Schema(schema))) = step else { panic!("{step:?}") };
    assert!(schema.entity_types.values().all(|it| it.described.is_none() && it.rights.read));
}
