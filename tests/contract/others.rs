//! Two people and one record: who was faster, what is told, what is kept.
use ficha::domain::{action::Action, error::Error};

use super::{
    row::{Row, row},
    stage::{Stage, Who},
    words::{edits, get, record, text, update, words},
    writing::person,
};

/// Two people and one versioned record.
pub fn meeting_others() -> Vec<Row> {
    let base = |stage: &Stage| stage.record("get the deal");
    vec![
        row("get the deal", Who::Full, |stage| get(&stage.record("create a deal")), "Opportunity Two robots")
            .check(|_, ended| record(ended).version == Some(2)),
        row("update as somebody else", Who::Hmac, move |stage| update(base(stage), [("description", text("theirs"))]), "written Two robots, not stored []"),
        row("update though others changed other fields", Who::Full, move |stage| update(base(stage), [("stage", text("Negotiation"))]), "written Two robots, not stored []")
            .asked("PUT Opportunity/ID 409, PUT Opportunity/ID 200, GET Opportunity/ID 200")
            .check(|_, ended| {
                let record = record(ended);
                record.version == Some(4)
                    && words(record, "stage") == "Negotiation"
                    && words(record, "description") == "theirs"
            }),
        row("update what others changed", Who::Full, move |stage| update(base(stage), [("description", text("mine"))]), "Conflict in [\"description\"], version Some(4)")
            .asked("PUT Opportunity/ID 409, GET Opportunity/ID 200")
            .check(|_, ended| matches!(ended, Err(Error::Conflict(it)) if words(&it.theirs, "description") == "theirs" && it.theirs.is_complete)),
        row("update some of what others changed", Who::Full, move |stage| update(base(stage), [("description", text("mine")), ("leadSource", text("Call"))]), "Conflict in [\"description\"], version Some(4)"),
        row("update mine shall stand", Who::Full, |stage| Action::Update {
            base: Box::new(stage.record("update what others changed")),
            edits: edits([("description", text("mine"))]),
            resolved: true,
        }, "written Two robots, not stored []")
            .asked("PUT Opportunity/ID 200, GET Opportunity/ID 200")
            .check(|_, ended| words(record(ended), "description") == "mine"),
        row("update to what others wrote too", Who::Full, move |stage| update(base(stage), [("stage", text("Negotiation"))]), "written Two robots, not stored []")
            .asked("PUT Opportunity/ID 200, GET Opportunity/ID 200"),
        row("update both to the same and more", Who::Full, move |stage| update(base(stage), [("stage", text("Negotiation")), ("leadSource", text("Partner"))]), "written Two robots, not stored []")
            .check(|_, ended| words(record(ended), "leadSource") == "Partner"),
    ]
}

/// Two people and a record that has no version.
pub fn without_versions() -> Vec<Row> {
    let base = |stage: &Stage| stage.record("create a contact");
    vec![
        row(
            "update a record without versions",
            Who::Hmac,
            move |stage| update(base(stage), [("title", text("Buyer"))]),
            "written Ann Table, not stored []",
        )
        .asked("GET Contact/ID 200, PUT Contact/ID 200, GET Contact/ID 200"),
        row(
            "update another field of it",
            Who::Full,
            move |stage| update(base(stage), [("description", text("mine"))]),
            "written Ann Table, not stored []",
        )
        .check(|_, ended| words(record(ended), "title") == "Buyer"),
        row(
            "update the same field of it",
            Who::Full,
            move |stage| update(base(stage), [("title", text("Seller"))]),
            "Conflict in [\"title\"], version None",
        )
        .asked("GET Contact/ID 200"),
        row(
            "update it to the same value",
            Who::Full,
            move |stage| update(base(stage), [("title", text("Buyer"))]),
            "written Ann Table, not stored []",
        )
        .asked("GET Contact/ID 200"),
        row(
            "update a part of a name",
            Who::Full,
            move |stage| update(base(stage), [("name", person("Anna", "Table"))]),
            "written Anna Table, not stored []",
        ),
        row(
            "update it with mine",
            Who::Full,
            |stage| Action::Update {
                base: Box::new(stage.record("update the same field of it")),
                edits: edits([("title", text("Seller"))]),
                resolved: true,
            },
            "written Anna Table, not stored []",
        )
        .asked("PUT Contact/ID 200, GET Contact/ID 200"),
    ]
}
