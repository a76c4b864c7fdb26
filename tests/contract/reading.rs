//! Reading: who sees what, pages, orders, totals, one record, what stands around it.
use std::collections::BTreeMap;

use ficha::domain::{
    action::{Action, Outcome},
    query::{Compare, Query},
    record::Total,
    schema::{FieldKind, ReadOnly, Schema},
    value::Value,
};

use super::{
    pages,
    row::{Row, row},
    stage::{Ended, Stage, Who},
    words::{entity, get, is, list, number, on, page, query, record, related, send, text, words},
};

pub fn rows() -> Vec<Row> {
    let mut rows = structure();
    rows.extend(pages::pages());
    rows.extend(pages::orders());
    rows.extend(records());
    rows.extend(around());
    rows.extend(requests());
    rows
}

fn schema(ended: &Ended) -> &Schema {
    let Ok((_, Outcome::Schema(schema))) = ended else { panic!("no schema: {ended:?}") };
    schema
}

fn structure() -> Vec<Row> {
    let types = |_: &Stage| Action::Types;
    let describe = |name: &'static str| move |_: &Stage| Action::Describe(entity(name));
    vec![
        row("types for all", Who::Full, types, "Account,Contact,Lead,Opportunity,…").check(
            |_, ended| {
                let schema = schema(ended);
                let custom = schema.entity_type(&entity("CEquipment")).unwrap();
                custom.is_tab
                    && custom.is_versioned
                    && custom.status.as_deref() == Some("status")
                    && custom.field("payloadKg").unwrap().kind == FieldKind::Number
                    && schema.entity_type(&entity("Contact")).is_some_and(|it| !it.is_versioned)
            },
        ),
        row("types by a signature", Who::Hmac, types, "Account,Contact,Lead,Opportunity,…"),
        row("types every kind of field", Who::Full, types, "…").check(|_, ended| {
            let fields = &schema(ended).entity_type(&entity("CEquipment")).unwrap().fields;
            let kind = |name: &str, kind| fields.get(name).is_some_and(|field| field.kind == kind);
            kind("axes", FieldKind::Enum)
                && kind("model", FieldKind::Text)
                && kind("manualUrl", FieldKind::Url)
                && kind("cycles", FieldKind::Integer)
                && kind("isLeased", FieldKind::Bool)
                && kind("applications", FieldKind::MultiEnum)
                && kind("installedOn", FieldKind::Date)
                && kind("lastSeenAt", FieldKind::DateTime)
                && kind("serviceWindow", FieldKind::DateOrTime)
                && kind("repairTime", FieldKind::Duration)
                && kind("price", FieldKind::Money)
                && kind("notes", FieldKind::LongText)
                && kind("report", FieldKind::Html)
                && kind("operator", FieldKind::PersonName)
                && kind("site", FieldKind::Address)
                && kind("alertEmail", FieldKind::Emails)
                && kind("alertPhone", FieldKind::Phones)
                && kind("account", FieldKind::Reference)
                && kind("source", FieldKind::AnyReference)
                && kind("technicians", FieldKind::References)
                && kind("datasheet", FieldKind::File)
                && kind("telemetry", FieldKind::Other)
        }),
        row("types for a narrow key", Who::Limited, types, "Account,Contact,…").check(
            |_, ended| {
                let schema = schema(ended);
                let account = schema.entity_type(&entity("Account")).unwrap();
                let sees = |name: &str| schema.entity_type(&entity(name)).is_some();
                !sees("Lead")
                    && !sees("CEquipment")
                    && sees("Task")
                    && !account.rights.delete
                    && account.rights.edit
                    && account.field("billingAddress").is_none()
                    && account.field("industry").unwrap().read_only == Some(ReadOnly::Forbidden)
                    && account.field("website").unwrap().read_only.is_none()
            },
        ),
        row(
            "describe a type with panels",
            Who::Full,
            describe("Account"),
            "name,website,type,industry,assignedUser,createdAt · Overview,Details · \
             contacts,opportunities,equipment,documents,cases",
        )
        .asked(
            "GET Account/layout/list 200, GET Account/layout/detail 200, \
             GET Account/layout/bottomPanelsDetail 200",
        ),
        row(
            "describe a type with relationships",
            Who::Full,
            describe("Contact"),
            "name,account,emailAddress,phoneNumber ·  · opportunities,cases",
        ),
        row(
            "describe a custom type",
            Who::Full,
            describe("CEquipment"),
            "name,serialNumber,status,account,price,lastSeenAt · Overview,Technical,…",
        )
        .check(|_, ended| {
            let Ok((_, Outcome::Type(it))) = ended else { return false };
            let layout = it.layout.as_ref().unwrap();
            let wide = layout.sections[0].rows.iter().flatten().find(|cell| cell.field == "site");
            // Its link is a field of the detail, and its layout names the panel too.
            assert_eq!(layout.panels, ["technicians"]);
            let phone = it.field("alertPhone").unwrap();
            assert!(phone.choices.iter().any(|choice| choice.value == "Mobile"));
            wide.is_some_and(|cell| cell.is_wide)
        }),
        row(
            "describe what is not shown to a narrow key",
            Who::Limited,
            describe("Account"),
            "name,website,type,industry,assignedUser,createdAt · Overview,Details · contacts,…",
        )
        .check(|_, ended| {
            let Ok((_, Outcome::Type(it))) = ended else { return false };
            let layout = it.layout.as_ref().unwrap();
            let mut cells = layout.sections.iter().flat_map(|it| &it.rows).flatten();
            cells.all(|cell| cell.field != "billingAddress")
                && !layout.panels.iter().any(|panel| panel == "cases")
        }),
        row(
            "describe a type that is not there",
            Who::Full,
            describe("Nope"),
            "NotFound { what: \"entity type Nope\" }",
        )
        .asked(""),
    ]
}

fn records() -> Vec<Row> {
    let nowhere =
        |_: &Stage| Action::Get { entity: entity("Contact"), id: "6b000000000000000".into() };
    vec![
        row(
            "list contacts",
            Who::Full,
            |_| {
                let filter = Some(is("name", text("Grace Okonkwo")));
                Action::List(Query { filter, ..query("Contact", &["name"], 5) })
            },
            "1 of Exact(1)",
        ),
        row(
            "get a contact",
            Who::Full,
            |stage| get(&stage.record("list contacts")),
            "Contact Grace Okonkwo",
        )
        .asked("GET Contact/ID 200")
        .check(|stage, ended| {
            let record = record(ended);
            let url = format!("{}/#Contact/view/{}", stage.host(), record.id.as_str());
            record.is_complete
                && record.version.is_none()
                && record.url.as_deref() == Some(url.as_str())
                && words(record, "emailAddress") == "contact2@people.example"
                && matches!(record.value("accounts"), Some(Value::References(_)))
                && matches!(record.value("address"), Some(Value::Address(_)))
        }),
        row(
            "get the same as a narrow key",
            Who::Limited,
            |stage| get(&stage.record("list contacts")),
            "Contact Grace Okonkwo",
        ),
        row(
            "list equipment",
            Who::Full,
            |_| list("CEquipment", &["name"], 1),
            "1 of Exact(25), more",
        ),
        row("get a robot", Who::Full, |stage| get(&stage.record("list equipment")), "CEquipment …")
            .check(|_, ended| {
                let record = record(ended);
                record.version == Some(1)
                    && matches!(record.value("payloadKg"), Some(Value::Number(_)))
                    && matches!(record.value("price"), Some(Value::Money(_)))
                    && matches!(record.value("operator"), Some(Value::Person(_)))
                    && matches!(record.value("site"), Some(Value::Address(_)))
                    && matches!(record.value("alertPhone"), Some(Value::Points(_)))
                    && matches!(record.value("technicians"), Some(Value::References(_)))
                    && matches!(record.value("installedOn"), Some(Value::Date(_)))
                    && matches!(record.value("lastSeenAt"), Some(Value::DateTime(_)))
                    && matches!(record.value("tags"), Some(Value::Many(tags)) if tags.len() == 3)
                    && number(record, "cycles").is_some()
            }),
        row("get what is not there", Who::Full, nowhere, "NotFound {…").asked("GET Contact/ID 404"),
        row("list a task", Who::Full, |_| list("Task", &["name"], 1), "1 of Exact(75), more"),
        row(
            "get what is somebody else's",
            Who::Limited,
            |stage| get(&stage.record("list a task")),
            "Forbidden {…",
        )
        .asked("GET Task/ID 403"),
        row(
            "list an account",
            Who::Full,
            |_| list("Account", &["name"], 1),
            "1 of Exact(60), more",
        ),
        row(
            "get without forbidden fields",
            Who::Limited,
            |stage| get(&stage.record("list an account")),
            "Account …",
        )
        .check(|_, ended| {
            record(ended).value("billingAddress").is_none()
                && record(ended).value("website").is_some()
        }),
        row(
            "get with all fields",
            Who::Full,
            |stage| get(&stage.record("list an account")),
            "Account …",
        )
        .check(|_, ended| record(ended).value("billingAddress").is_some()),
    ]
}

fn around() -> Vec<Row> {
    let grace = |stage: &Stage| stage.record("get a contact");
    let account = |stage: &Stage| stage.record("list an account");
    let search = |text: &'static str, limit| {
        move |_: &Stage| Action::Search { text: text.to_owned(), limit }
    };
    vec![
        row("related contacts", Who::Full, move |stage| related(&account(stage), "contacts", query("Contact", &["name"], 50)), "…")
            .check(|_, ended| {
                let page = page(ended);
                page.received > 0
                    && page.total == Total::Exact(page.received)
                    && page.records.values().all(|it| it.entity.as_str() == "Contact" && it.title(None) != it.id.as_str())
            }),
        row("related with the layout's columns", Who::Full, move |stage| related(&account(stage), "contacts", query("Contact", &[], 50)), "…")
            .check(|stage, ended| page(ended).received == page(&stage.ended["related contacts"]).received),
        row("related by page", Who::Full, move |stage| related(&account(stage), "contacts", query("Contact", &["name"], 1)), "1 of …"),
        row("related with a filter", Who::Full, move |stage| {
            let name = words(&stage.record("related contacts"), "name");
            let filter = Some(is("name", text(&name)));
            related(&account(stage), "contacts", Query { filter, ..query("Contact", &["name"], 50) })
        }, "1 of Exact(1)"),
        row("related by a link that is not there", Who::Full, move |stage| related(&account(stage), "nope", query("Contact", &["name"], 50)), "NotFound {…"),
        row("related of a record that is not there", Who::Full, move |stage| {
            let mut record = account(stage);
            record.id = "6b000000000000000".into();
            related(&record, "contacts", query("Contact", &["name"], 50))
        }, "NotFound {…"),
        row("related that a narrow key may not see", Who::Limited, move |stage| related(&account(stage), "cases", query("Contact", &["name"], 50)), "Forbidden {…"),
        row("list an opportunity", Who::Full, |_| list("Opportunity", &["name"], 1), "1 of Exact(60), more"),
        row("activity of an account", Who::Full, move |stage| {
            let record = account(stage);
            Action::Activity { entity: record.entity, id: record.id, limit: 30 }
        }, "…")
        .asked("GET Account/ID/stream 200, GET Activities/Account/ID/history 200, GET Activities/Account/ID/activities 200")
        .check(|_, ended| {
            let Ok((_, Outcome::Activity(all))) = ended else { return false };
            !all.is_empty() && all.is_sorted_by(|a, b| a.at >= b.at)
        }),
        row("activity of one entry", Who::Full, move |stage| {
            let record = account(stage);
            Action::Activity { entity: record.entity, id: record.id, limit: 1 }
        }, "1 happenings…"),
        row("activity of nothing", Who::Full, |_| {
            Action::Activity { entity: entity("Account"), id: "6b000000000000000".into(), limit: 9 }
        }, "NotFound {…"),
        row("search a name", Who::Full, search("Grace", 20), "…").check(move |stage, ended| {
            let found = grace(stage).id;
            page(ended).records.contains_key(&found)
        }),
        row("search a little", Who::Full, search("a", 3), "3 of More, more"),
        row("search several types", Who::Full, search("a", 100), "…").check(|_, ended| {
            let mut types = BTreeMap::new();
            for record in page(ended).records.values() {
                *types.entry(record.entity.to_string()).or_insert(0) += 1;
            }
            types.len() > 1
        }),
        row("search for nothing", Who::Full, search("  ", 9), "0 of Unknown").asked(""),
        row("search in vain", Who::Full, search("zzzqqq", 9), "0 of NoMore"),
        row("list with words", Who::Full, |_| {
            let filter = Some(ficha::domain::query::Filter::Words("grace".into()));
            Action::List(Query { filter, ..query("Contact", &["name"], 200) })
        }, "…")
        .check(|_, ended| {
            let all: Vec<_> = page(ended).records.values().map(|it| words(it, "name")).collect();
            !all.is_empty() && all.iter().all(|name| name.to_lowercase().contains("grace"))
        }),
        row("list looks a name up before", Who::Full, |_| {
            let filter = Some(on("assignedUser", Compare::StartsWith("Ada".into())));
            Action::List(Query { filter, ..query("Contact", &["assignedUser"], 200) })
        }, "…")
        .asked("GET User 200, GET Contact 200"),
    ]
}

fn requests() -> Vec<Row> {
    let json = |ended: &Ended| match ended {
        Ok((_, Outcome::Json(reply))) => reply.json.clone().unwrap(),
        other => panic!("no reply: {other:?}"),
    };
    vec![
        row(
            "send a read with a query",
            Who::Full,
            |_| send("GET", "Contact", &[("maxSize", "2"), ("select", "name")], None),
            "200 {…",
        )
        .asked("GET Contact 200")
        .check(move |_, ended| {
            json(ended)["total"] == 300 && json(ended)["list"].as_array().unwrap().len() == 2
        }),
        row(
            "send below the API's path too",
            Who::Full,
            |_| send("GET", "/api/v1/Contact", &[("maxSize", "1")], None),
            "200 {…",
        ),
        row(
            "send keeps a refusal's status",
            Who::Full,
            |_| send("GET", "Contact/nope", &[], None),
            "404 …",
        ),
        row(
            "send of what is forbidden",
            Who::Limited,
            |_| send("GET", "Lead", &[("maxSize", "1")], None),
            "403 …",
        ),
        row(
            "send of what is wrong",
            Who::Full,
            |_| send("POST", "Account", &[], Some("{\"website\":\"x\"}")),
            "400 {…",
        )
        .asked("POST Account 400")
        .check(move |_, ended| json(ended)["messageTranslation"]["data"]["field"] == "name"),
        row(
            "send of no JSON",
            Who::Full,
            |_| send("POST", "Account", &[], Some("{")),
            "500 text \"\"",
        )
        .asked("POST Account 500"),
        row(
            "send of a bad page",
            Who::Full,
            |_| send("GET", "Contact", &[("maxSize", "201")], None),
            "403 …",
        ),
        row("send out of the API", Who::Full, |_| send("GET", "../../x", &[], None), "Usage {…")
            .asked(""),
        row(
            "send with no method of HTTP",
            Who::Full,
            |_| send("FETCH", "Contact", &[], None),
            "Usage {…",
        )
        .asked(""),
        row(
            "send a read where writes are refused",
            Who::ReadOnly,
            |_| send("GET", "Contact", &[("maxSize", "0")], None),
            "200 {\"total\":300,\"list\":[]}",
        ),
        row(
            "send a write where writes are refused",
            Who::ReadOnly,
            |_| send("POST", "Contact", &[], Some("{}")),
            "ReadOnly",
        )
        .asked(""),
    ]
}
