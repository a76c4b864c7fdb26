//! Lists: pages, orders, totals, presets, and texts that a list cuts.
use std::collections::BTreeSet;

use ficha::domain::{
    action::Action,
    query::{Order, Query},
    record::{RecordId, Total},
    value::Value,
};

use super::{
    row::{Row, row},
    stage::{Ended, Stage, Who},
    words::{get, is, list, page, query, record, text, words},
};

/// A page of contacts from there on.
fn contacts(offset: u64, limit: u32) -> impl Fn(&Stage) -> Action + Send + Sync {
    move |_| Action::List(Query { offset, ..query("Contact", &["name", "createdAt"], limit) })
}

pub fn pages() -> Vec<Row> {
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

pub fn orders() -> Vec<Row> {
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
