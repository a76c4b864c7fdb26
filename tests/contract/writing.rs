//! Writing: what is sent, what is refused, who was faster, what was not stored.
use std::collections::BTreeSet;

use ficha::domain::{
    action::{Action, Outcome},
    error::Error,
    query::Query,
    record::Record,
    value::{Address, Person, Point, Reference, Value},
};

use super::{
    others,
    row::{Row, row},
    stage::{Ended, Stage, Who},
    talking,
    words::{
        change, create, delete, edits, entity, get, list, money, page, query, record, related,
        text, update, words,
    },
};

pub fn rows() -> Vec<Row> {
    let mut rows = creating();
    rows.extend(updating());
    rows.extend(others::meeting_others());
    rows.extend(others::without_versions());
    rows.extend(talking::comments());
    rows.extend(talking::files());
    rows.extend(linking());
    rows.extend(deleting());
    rows.extend(forbidden());
    rows
}

fn whole(stage: &Stage, row: &str) -> Record {
    stage.record(row)
}

fn day(text: &str) -> Value {
    Value::Date(text.parse().unwrap())
}

pub fn person(first: &str, last: &str) -> Value {
    let (first, last) = (first.to_owned(), last.to_owned());
    Value::Person(Person { first, last, ..Person::default() })
}

fn points(value: &str, kind: Option<&str>) -> Value {
    let (value, kind) = (value.to_owned(), kind.map(str::to_owned));
    Value::Points(vec![Point { value, kind, is_primary: true, ..Point::default() }])
}

fn to(record: &Record) -> Value {
    let (entity, id) = (Some(record.entity.clone()), record.id.as_str().to_owned());
    Value::Reference(Reference { entity, id, name: Some(record.title(None)) })
}

fn duplicates(ended: &Ended) -> &[Record] {
    match ended {
        Err(Error::Duplicate { records }) => records,
        other => panic!("no duplicates: {other:?}"),
    }
}

fn creating() -> Vec<Row> {
    vec![
        row(
            "create without its name",
            Who::Full,
            |_| create("Account", [("website", text("x.example"))]),
            "Invalid { field: Some(\"name\"), reason: \"required\" }",
        )
        .asked("POST Account 400"),
        row(
            "create a person without a name",
            Who::Full,
            |_| create("Contact", [("title", text("Dr"))]),
            "Invalid { field: Some(\"name\"), reason: \"required\" }",
        ),
        row(
            "create without a day",
            Who::Full,
            |_| create("Opportunity", [("name", text("Deal")), ("amount", money(5, "EUR"))]),
            "Invalid { field: Some(\"closeDate\"), reason: \"required\" }",
        ),
        row(
            "create with too long a name",
            Who::Full,
            |_| create("Account", [("name", text(&"n".repeat(250)))]),
            "Invalid { field: Some(\"name\"), reason: \"maxLength\" }",
        ),
        row(
            "create with a bad address",
            Who::Full,
            |_| create("Account", [("name", text("A")), ("emailAddress", points("nowhere", None))]),
            "Invalid { field: Some(\"emailAddress\"), reason: \"emailAddress\" }",
        ),
        row(
            "create with an unknown choice",
            Who::Full,
            |_| create("Account", [("name", text("A")), ("type", text("Nope"))]),
            "Invalid { field: Some(\"type\"), reason: \"valid\" }",
        ),
        row(
            "create with a field that is not there",
            Who::Full,
            |_| create("Account", [("nope", text("A"))]),
            "Invalid { field: Some(\"nope\"), …",
        )
        .asked(""),
        row(
            "create with a wrong link",
            Who::Full,
            |_| {
                let nobody = Reference {
                    entity: Some(entity("Account")),
                    id: "6b000000000000000".into(),
                    name: None,
                };
                create(
                    "Contact",
                    [("name", person("Ann", "Link")), ("account", Value::Reference(nobody))],
                )
            },
            "Invalid { field: Some(\"account\"), …",
        ),
        row(
            "create an account",
            Who::Full,
            |_| {
                create(
                    "Account",
                    [
                        ("name", text("Contract & Söhne 株式会社")),
                        ("type", text("Customer")),
                        ("website", text("https://contract.example")),
                        ("emailAddress", points("info@contract.example", None)),
                        ("phoneNumber", points("+12025550188", Some("Office"))),
                        (
                            "billingAddress",
                            Value::Address(Address {
                                street: "1 Quay\nGate 2".into(),
                                city: "Oslo".into(),
                                ..Address::default()
                            }),
                        ),
                        ("description", text("first\nsecond")),
                    ],
                )
            },
            "written Contract & Söhne 株式会社, not stored []",
        )
        .asked("POST Account 200, GET Account/ID 200")
        .check(|_, ended| {
            let record = record(ended);
            record.is_complete
                && record.version == Some(1)
                && words(record, "emailAddress") == "info@contract.example"
                && words(record, "billingAddress") == "1 Quay\nGate 2|Oslo|||"
                && words(record, "description") == "first\nsecond"
        }),
        row(
            "create it a second time",
            Who::Full,
            |_| create("Account", [("name", text("Contract & Söhne 株式会社"))]),
            "Duplicate of [\"Contract & Söhne 株式会社\"]",
        )
        .asked("POST Account 409")
        .check(|stage, ended| {
            let [one] = duplicates(ended) else { return false };
            one.id == stage.id("create an account") && one.url.is_some()
        }),
        row(
            "create with the same address",
            Who::Full,
            |_| {
                create(
                    "Account",
                    [
                        ("name", text("Another")),
                        ("emailAddress", points("info@contract.example", None)),
                    ],
                )
            },
            "Duplicate of [\"Contract & Söhne 株式会社\"]",
        ),
        row(
            "create it all the same",
            Who::Full,
            |_| Action::Create {
                entity: entity("Account"),
                edits: edits([("name", text("Contract & Söhne 株式会社"))]),
                despite_duplicates: true,
            },
            "written Contract & Söhne 株式会社, not stored []",
        )
        .check(|stage, ended| record(ended).id != stage.id("create an account")),
        row(
            "create a contact",
            Who::Full,
            |stage| {
                create(
                    "Contact",
                    [
                        ("name", person("Ann", "Table")),
                        ("account", to(&stage.record("create an account"))),
                        ("emailAddress", points("ann@contract.example", None)),
                        ("doNotCall", Value::Bool(true)),
                    ],
                )
            },
            "written Ann Table, not stored []",
        )
        .check(|_, ended| words(record(ended), "account").starts_with("Contract")),
        row(
            "create a deal",
            Who::Full,
            |stage| {
                create(
                    "Opportunity",
                    [
                        ("name", text("Two robots")),
                        ("amount", money(48_200, "EUR")),
                        ("closeDate", day("2026-12-24")),
                        ("stage", text("Proposal")),
                        ("account", to(&stage.record("create an account"))),
                    ],
                )
            },
            "written Two robots, not stored []",
        )
        .check(|_, ended| record(ended).value("amount") == Some(&money(48_200, "EUR"))),
        row(
            "create a task for nobody",
            Who::Full,
            |_| create("Task", [("name", text("Call Ann"))]),
            "Invalid { field: Some(\"assignedUser\"), reason: \"required\" }",
        ),
        row("list people", Who::Full, |_| list("User", &["name"], 1), "1 of …"),
        row(
            "create a task",
            Who::Full,
            |stage| {
                create(
                    "Task",
                    [
                        ("name", text("Call Ann")),
                        ("parent", to(&stage.record("create a contact"))),
                        ("dateEnd", day("2026-12-05")),
                        ("priority", text("High")),
                        ("assignedUser", to(&stage.record("list people"))),
                    ],
                )
            },
            "written Call Ann, not stored []",
        )
        .check(|_, ended| record(ended).value("dateEnd") == Some(&day("2026-12-05"))),
        row(
            "create a robot",
            Who::Full,
            |stage| {
                create(
                    "CEquipment",
                    [
                        ("name", text("Arm 7")),
                        ("applications", Value::Many(vec!["Welding".into(), "Painting".into()])),
                        ("payloadKg", Value::Number("12.5".parse().unwrap())),
                        ("cycles", Value::Integer(7)),
                        ("isLeased", Value::Bool(true)),
                        ("lastSeenAt", Value::DateTime("2026-11-20T08:30:00Z".parse().unwrap())),
                        ("operator", person("Ada", "L")),
                        ("account", to(&stage.record("create an account"))),
                        (
                            "technicians",
                            Value::References(vec![Reference {
                                entity: Some(entity("Contact")),
                                id: stage.id("create a contact").as_str().into(),
                                name: None,
                            }]),
                        ),
                    ],
                )
            },
            "written Arm 7, not stored []",
        ),
        row(
            "create what the server numbers itself",
            Who::Full,
            |_| {
                create("CEquipment", [("name", text("Arm 8")), ("serialNumber", text("EQ-999999"))])
            },
            "written Arm 8, not stored [\"serialNumber\"]",
        ),
        row(
            "create by a person",
            Who::Password,
            |_| create("Lead", [("name", person("Lee", "Ad")), ("source", text("Call"))]),
            "written Lee Ad, not stored []",
        ),
        row(
            "create with a signature",
            Who::Hmac,
            |_| create("Lead", [("name", person("Hannah", "Mac"))]),
            "written Hannah Mac, not stored []",
        ),
    ]
}

fn updating() -> Vec<Row> {
    let account = |stage: &Stage| whole(stage, "create an account");
    vec![
        row(
            "update one field",
            Who::Full,
            move |stage| update(account(stage), [("industry", text("Automotive"))]),
            "written Contract & Söhne 株式会社, not stored []",
        )
        .asked("PUT Account/ID 200, GET Account/ID 200")
        .check(|stage, ended| {
            let (was, is) = (stage.record("create an account"), record(ended));
            let differ = is.fields.iter().filter(|(name, value)| {
                was.value(name).is_none_or(|before| !before.means_the_same(value))
            });
            let differ: BTreeSet<_> = differ.map(|(name, _)| name.as_str()).collect();
            let ours: BTreeSet<_> = differ
                .iter()
                .filter(|it| !it.starts_with("modified") && !it.starts_with("stream"))
                .copied()
                .collect();
            assert_eq!(ours, BTreeSet::from(["industry", "versionNumber"]));
            is.version == Some(2)
        }),
        row(
            "update nothing",
            Who::Full,
            |stage| update(whole(stage, "update one field"), [("industry", text("Automotive"))]),
            "written Contract & Söhne 株式会社, not stored []",
        )
        .asked("GET Account/ID 200"),
        row(
            "update a part of an address",
            Who::Full,
            |stage| {
                let place = Address {
                    street: "1 Quay\nGate 2".into(),
                    city: "Bergen".into(),
                    ..Address::default()
                };
                update(
                    whole(stage, "update one field"),
                    [("billingAddress", Value::Address(place))],
                )
            },
            "written Contract & Söhne 株式会社, not stored []",
        )
        .check(|_, ended| words(record(ended), "billingAddress") == "1 Quay\nGate 2|Bergen|||"),
        row(
            "update to nothing",
            Who::Full,
            |stage| {
                update(
                    whole(stage, "update a part of an address"),
                    [("website", Value::Empty), ("phoneNumber", Value::Points(vec![]))],
                )
            },
            "written Contract & Söhne 株式会社, not stored []",
        )
        .check(|_, ended| {
            ["website", "phoneNumber"]
                .iter()
                .all(|name| record(ended).value(name).is_none_or(Value::is_empty))
        }),
        row(
            "update to what is refused",
            Who::Full,
            |stage| update(whole(stage, "update to nothing"), [("name", Value::Empty)]),
            "Invalid { field: Some(\"name\"), reason: \"required\" }",
        )
        .asked("PUT Account/ID 400"),
        row(
            "update a computed field",
            Who::Full,
            |stage| {
                update(
                    whole(stage, "update to nothing"),
                    [
                        ("description", text("third")),
                        ("createdAt", Value::DateTime("2020-01-01T00:00:00Z".parse().unwrap())),
                    ],
                )
            },
            "written Contract & Söhne 株式会社, not stored [\"createdAt\"]",
        ),
        row(
            "update what is not there",
            Who::Full,
            |stage| {
                let base =
                    Record { id: "6b000000000000000".into(), ..whole(stage, "update to nothing") };
                update(base, [("description", text("x"))])
            },
            "NotFound {…",
        ),
        row(
            "update money and a day",
            Who::Full,
            |stage| {
                update(
                    whole(stage, "create a deal"),
                    [("amount", money(50_000, "USD")), ("closeDate", day("2027-01-15"))],
                )
            },
            "written Two robots, not stored []",
        )
        .check(|_, ended| record(ended).value("amount") == Some(&money(50_000, "USD"))),
        row(
            "update a day to a moment",
            Who::Full,
            |stage| {
                update(
                    whole(stage, "create a task"),
                    [("dateEnd", Value::DateTime("2026-12-06T09:00:00Z".parse().unwrap()))],
                )
            },
            "written Call Ann, not stored []",
        ),
        row(
            "update a moment to a day",
            Who::Full,
            |stage| {
                update(whole(stage, "update a day to a moment"), [("dateEnd", day("2026-12-07"))])
            },
            "written Call Ann, not stored []",
        ),
        row(
            "update choices",
            Who::Full,
            |stage| {
                update(
                    whole(stage, "create a robot"),
                    [
                        ("applications", Value::Many(vec!["Assembly".into()])),
                        ("status", text("Installed")),
                    ],
                )
            },
            "written Arm 7, not stored []",
        ),
        row(
            "update where writes are refused",
            Who::ReadOnly,
            |stage| update(whole(stage, "create a deal"), [("name", text("x"))]),
            "ReadOnly",
        )
        .asked(""),
    ]
}

fn linking() -> Vec<Row> {
    let deal = |stage: &Stage| stage.record("create a deal");
    let ann = |stage: &Stage| stage.id("create a contact");
    let contacts =
        move |stage: &Stage| related(&deal(stage), "contacts", Query::all(entity("Contact"), 20));
    vec![
        row("related before a link", Who::Full, contacts, "0 of Exact(0)"),
        row(
            "link a contact",
            Who::Full,
            move |stage| Action::Link(change(&deal(stage), "contacts", &[ann(stage)])),
            "done",
        )
        .asked("POST Opportunity/ID/contacts 200"),
        row(
            "link it again",
            Who::Full,
            move |stage| Action::Link(change(&deal(stage), "contacts", &[ann(stage)])),
            "done",
        ),
        row("related after a link", Who::Full, contacts, "1 of Exact(1)")
            .check(move |stage, ended| page(ended).records.contains_key(&ann(stage))),
        row("list two contacts", Who::Full, |_| list("Contact", &["name"], 3), "3 of …"),
        row(
            "link several",
            Who::Full,
            move |stage| {
                let ids: Vec<_> = page(&stage.ended["list two contacts"])
                    .records
                    .keys()
                    .filter(|id| **id != ann(stage))
                    .take(2)
                    .cloned()
                    .collect();
                Action::Link(change(&deal(stage), "contacts", &ids))
            },
            "done",
        ),
        row("related after several", Who::Full, contacts, "3 of Exact(3)"),
        row(
            "unlink a contact",
            Who::Full,
            move |stage| Action::Unlink(change(&deal(stage), "contacts", &[ann(stage)])),
            "done",
        )
        .asked("DELETE Opportunity/ID/contacts 200"),
        row("related after it was unlinked", Who::Full, contacts, "2 of Exact(2)")
            .check(move |stage, ended| !page(ended).records.contains_key(&ann(stage))),
        row(
            "link nobody",
            Who::Full,
            move |stage| {
                Action::Link(change(&deal(stage), "contacts", &["6b000000000000000".into()]))
            },
            "NotFound {…",
        ),
        row(
            "link by a link that is not there",
            Who::Full,
            move |stage| Action::Link(change(&deal(stage), "nope", &[ann(stage)])),
            "NotFound {…",
        ),
        row(
            "link nothing",
            Who::Full,
            move |stage| Action::Link(change(&deal(stage), "contacts", &[])),
            "…",
        )
        .check(|_, ended| ended.is_err()),
        row(
            "link where writes are refused",
            Who::ReadOnly,
            move |stage| Action::Link(change(&deal(stage), "contacts", &[ann(stage)])),
            "ReadOnly",
        )
        .asked(""),
        row(
            "unlink where writes are refused",
            Who::ReadOnly,
            move |stage| Action::Unlink(change(&deal(stage), "contacts", &[ann(stage)])),
            "ReadOnly",
        )
        .asked(""),
        row(
            "activity of what was written",
            Who::Full,
            move |stage| {
                let record = deal(stage);
                Action::Activity { entity: record.entity, id: record.id, limit: 30 }
            },
            "…",
        )
        .check(|_, ended| matches!(ended, Ok((_, Outcome::Activity(all))) if all.len() >= 2)),
        row(
            "search what was written",
            Who::Full,
            |_| Action::Search { text: "Two rob".into(), limit: 9 },
            "1 of NoMore",
        ),
    ]
}

fn deleting() -> Vec<Row> {
    let twin = |stage: &Stage| stage.record("create it all the same");
    vec![
        row(
            "delete where writes are refused",
            Who::ReadOnly,
            move |stage| delete(&twin(stage)),
            "ReadOnly",
        )
        .asked(""),
        row("delete a record", Who::Full, move |stage| delete(&twin(stage)), "done")
            .asked("DELETE Account/ID 200"),
        row("delete it again", Who::Full, move |stage| delete(&twin(stage)), "NotFound {…")
            .asked("DELETE Account/ID 404"),
        row("get what was deleted", Who::Full, move |stage| get(&twin(stage)), "NotFound {…"),
        row(
            "update what was deleted",
            Who::Full,
            move |stage| update(twin(stage), [("name", text("x"))]),
            "NotFound {…",
        ),
    ]
}

fn forbidden() -> Vec<Row> {
    vec![
        row(
            "create where writes are refused",
            Who::ReadOnly,
            |_| create("Account", [("name", text("x"))]),
            "ReadOnly",
        )
        .asked(""),
        row(
            "create with a field that one may not write",
            Who::Limited,
            |_| {
                create(
                    "Account",
                    [
                        ("name", text("Narrow")),
                        ("industry", text("Energy")),
                        ("website", text("https://n.example")),
                    ],
                )
            },
            "written Narrow, not stored [\"industry\"]",
        ),
        row(
            "update with a field that one may not write",
            Who::Limited,
            |stage| {
                update(
                    stage.record("create with a field that one may not write"),
                    [("industry", text("Energy")), ("sicCode", text("77"))],
                )
            },
            "written Narrow, not stored [\"industry\"]",
        ),
        row(
            "delete without the right",
            Who::Limited,
            |stage| delete(&stage.record("create with a field that one may not write")),
            "Forbidden {…",
        )
        .asked("DELETE Account/ID 403"),
        row(
            "update what is somebody else's",
            Who::Limited,
            |stage| update(stage.record("create an account"), [("sicCode", text("1"))]),
            "Forbidden {…",
        )
        .asked("PUT Account/ID 403"),
        row(
            "create a type that one does not see",
            Who::Limited,
            |_| create("Lead", [("name", person("A", "B"))]),
            "NotFound { what: \"entity type Lead\" }",
        )
        .asked(""),
        row(
            "list after all",
            Who::Full,
            |_| Action::List(Query { filter: None, ..query("Account", &["name"], 1) }),
            "1 of …",
        ),
    ]
}
