//! Reading: who sees what, pages, orders, totals, one record, what stands around it.
use std::collections::{BTreeMap, BTreeSet};

use ficha::domain::{
    action::{Action, Outcome},
    query::{Compare, Order, Query},
    record::{RecordId, Total},
    schema::{FieldKind, ReadOnly, Schema},
    value::Value,
};

use super::{
    row::{Row, row},
    stage::{Ended, Stage, Who},
    words::{entity, get, is, list, number, on, page, query, record, related, send, text, words},
};

pub fn rows() -> Vec<Row> {
    let mut rows = structure();
    rows.extend(pages());
    rows.extend(orders());
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
            // Its link stands in the detail as a field, so that the product shows no panel of it.
            assert!(layout.panels.is_empty());
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

/// A page of contacts from there on.
fn contacts(offset: u64, limit: u32) -> impl Fn(&Stage) -> Action + Send + Sync {
    move |_| Action::List(Query { offset, ..query("Contact", &["name", "createdAt"], limit) })
}

fn pages() -> Vec<Row> {
    let ids = |ended: &Ended| page(ended).records.keys().cloned().collect::<Vec<RecordId>>();
    vec![
        row("list page 1", Who::Full, contacts(0, 100), "100 of Exact(300), more"),
        row("list page 2", Who::Full, contacts(100, 100), "100 of Exact(300), more"),
        row("list page 3", Who::Full, contacts(200, 100), "100 of Exact(300)").check(
            move |stage, ended| {
                let first = ["list page 1", "list page 2"].map(|name| ids(&stage.ended[name]));
                let all = first.into_iter().flatten().chain(ids(ended));
                all.collect::<BTreeSet<_>>().len() == 300
            },
        ),
        row("list behind the end", Who::Full, contacts(300, 100), "0 of Exact(300)"),
        row("list far behind the end", Who::Full, contacts(90_000, 20), "0 of Exact(300)"),
        row("list one", Who::Full, contacts(7, 1), "1 of Exact(300), more")
            .asked("GET Contact 200"),
        row(
            "list more than a page may hold",
            Who::Full,
            contacts(0, 500),
            "200 of Exact(300), more",
        ),
        row(
            "list with the layout's columns",
            Who::Full,
            |_| list("Lead", &[], 3),
            "3 of Exact(75), more",
        )
        .check(|_, ended| {
            let record = page(ended).records.values().next().unwrap();
            ["name", "status", "emailAddress", "assignedUser", "createdAt"]
                .iter()
                .all(|name| record.fields.contains_key(*name))
                && !record.is_complete
        }),
        row(
            "list that is not counted",
            Who::Full,
            |_| list("Email", &["name"], 5),
            "5 of More, more",
        ),
        row(
            "list that is not counted, to its end",
            Who::Full,
            |_| list("Email", &["name"], 200),
            "25 of NoMore",
        ),
        row(
            "list a custom type",
            Who::Full,
            |_| list("CEquipment", &["name"], 7),
            "7 of Exact(25), more",
        ),
        row(
            "list by a signature",
            Who::Hmac,
            |_| list("Contact", &["name"], 9),
            "9 of Exact(300), more",
        ),
        row(
            "list by a password",
            Who::Password,
            |_| list("Contact", &["name"], 9),
            "9 of Exact(300), more",
        ),
        row(
            "list read-only",
            Who::ReadOnly,
            |_| list("Contact", &["name"], 9),
            "9 of Exact(300), more",
        ),
        row(
            "list what one owns alone",
            Who::Limited,
            |_| list("Task", &["name"], 9),
            "0 of Exact(0)",
        ),
        row(
            "list a type that is not there",
            Who::Full,
            |_| list("Nope", &["name"], 9),
            "NotFound { what: \"entity type Nope\" }",
        )
        .asked(""),
        row(
            "list a type that is not for a narrow key",
            Who::Limited,
            |_| list("Lead", &["name"], 9),
            "NotFound { what: \"entity type Lead\" }",
        )
        .asked(""),
        row(
            "list cuts long texts and says so",
            Who::Full,
            |_| list("Account", &["name", "description"], 200),
            "60 of Exact(60)",
        )
        .check(|_, ended| {
            let records = page(ended).records.values();
            let cut: Vec<_> = records.filter(|record| !record.cut.is_empty()).collect();
            cut.len() == 1
                && cut[0].cut == ["description"]
                && words(cut[0], "description").chars().count() == 10_000
        }),
        row(
            "get what a list cut",
            Who::Full,
            |stage| {
                let all = page(&stage.ended["list cuts long texts and says so"]);
                get(all.records.values().find(|record| !record.cut.is_empty()).unwrap())
            },
            "Account …",
        )
        .check(|_, ended| {
            let record = record(ended);
            record.cut.is_empty()
                && words(record, "description").ends_with("THE END")
                && words(record, "description").chars().count() > 10_000
        }),
    ]
}

fn ordered(name: &'static str, field: &'static str, descending: bool) -> impl Fn(&Stage) -> Action {
    move |_| {
        let order = Some(Order { field: field.to_owned(), descending });
        Action::List(Query { order, ..query(name, &["name", field], 200) })
    }
}

fn is_sorted<T: PartialOrd>(
    ended: &Ended,
    descending: bool,
    key: fn(&Value) -> T,
    field: &str,
) -> bool {
    let records = page(ended).records.values();
    let mut keys: Vec<T> = records.filter_map(|it| it.value(field)).map(key).collect();
    if descending {
        keys.reverse();
    }
    keys.len() > 20 && keys.is_sorted() && keys.first() != keys.last()
}

fn orders() -> Vec<Row> {
    let day = |value: &Value| match value {
        Value::Date(day) => day.to_string(),
        Value::DateTime(at) => at.to_string(),
        other => panic!("{other:?}"),
    };
    let whole = |value: &Value| match value {
        Value::Integer(whole) => *whole,
        other => panic!("{other:?}"),
    };
    vec![
        row(
            "list by day",
            Who::Full,
            ordered("Opportunity", "closeDate", false),
            "60 of Exact(60)",
        )
        .check(move |_, ended| is_sorted(ended, false, day, "closeDate")),
        row(
            "list by day, backwards",
            Who::Full,
            ordered("Opportunity", "closeDate", true),
            "60 of Exact(60)",
        )
        .check(move |_, ended| is_sorted(ended, true, day, "closeDate")),
        row(
            "list by number",
            Who::Full,
            ordered("Opportunity", "probability", false),
            "60 of Exact(60)",
        )
        .check(move |_, ended| is_sorted(ended, false, whole, "probability")),
        row(
            "list by number, backwards",
            Who::Full,
            ordered("Opportunity", "probability", true),
            "60 of Exact(60)",
        )
        .check(move |_, ended| is_sorted(ended, true, whole, "probability")),
        row("list by moment", Who::Full, ordered("Account", "createdAt", false), "60 of Exact(60)")
            .check(move |_, ended| is_sorted(ended, false, day, "createdAt")),
        row(
            "list in the server's order",
            Who::Full,
            |_| list("Account", &["createdAt"], 200),
            "60 of Exact(60)",
        )
        .check(move |_, ended| is_sorted(ended, true, day, "createdAt")),
        row(
            "list by a field that is not there",
            Who::Full,
            ordered("Account", "nope", false),
            "Invalid {…",
        )
        .asked("GET Account 400"),
        row(
            "list with a preset",
            Who::Full,
            |_| {
                Action::List(Query {
                    preset: Some("open".into()),
                    ..query("Opportunity", &["stage"], 200)
                })
            },
            "…",
        )
        .check(|_, ended| {
            let page = page(ended);
            let stages = page.records.values().map(|record| words(record, "stage"));
            let stages: BTreeSet<_> = stages.collect();
            stages
                == BTreeSet::from(
                    ["Prospecting", "Qualification", "Proposal", "Negotiation"].map(String::from),
                )
                && page.total == Total::Exact(page.received)
        }),
        row(
            "list with a preset and a condition",
            Who::Full,
            |_| {
                let filter = Some(is("stage", text("Proposal")));
                let query = query("Opportunity", &["stage"], 200);
                Action::List(Query { preset: Some("won".into()), filter, ..query })
            },
            "0 of Exact(0)",
        ),
        row(
            "list with a preset that is not there",
            Who::Full,
            |_| {
                Action::List(Query {
                    preset: Some("nope".into()),
                    ..query("Opportunity", &["stage"], 200)
                })
            },
            "Invalid { field: None, reason: \"No primary filter 'nope' for 'Opportunity'.\" }",
        ),
        row(
            "list with a flag",
            Who::Password,
            |_| {
                Action::List(Query {
                    flags: vec!["onlyMy".into()],
                    ..query("Contact", &["assignedUser"], 200)
                })
            },
            "…",
        )
        .check(|_, ended| {
            let page = page(ended);
            let owners: BTreeSet<_> =
                page.records.values().map(|it| words(it, "assignedUser")).collect();
            owners == BTreeSet::from(["Ada Lindqvist".to_owned()]) && page.received < 200
        }),
        row(
            "list with a flag that is not there",
            Who::Password,
            |_| {
                Action::List(Query {
                    flags: vec!["nope".into()],
                    ..query("Contact", &["name"], 200)
                })
            },
            "Invalid {…",
        ),
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
