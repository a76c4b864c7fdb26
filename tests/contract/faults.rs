//! Every failure that the demo can be told: what is asked again, what never is, and what is said.
use ficha::domain::{action::Action, error::Error, query::Query, record::Record};
use futures_util::future::join_all;

use super::{
    row::{Row, judge, row},
    stage::{Stage, Who},
    stand::Stand,
    words::{change, create, delete, get, is, list, query, related, send, text, update},
};

/// Each failure has a demo of its own, so that all of them are waited for at once.
pub async fn run(stand: Stand) {
    // What goes through Membrane is waited for 65 s, whatever was asked for.
    let is_played = |(spec, _): &(&str, Vec<Row>)| !stand.through || *spec != "hang";
    let each = groups().into_iter().filter(is_played).map(|(spec, rows)| async move {
        let mut stage = Stage::open(stand, 20).await;
        let wrong = judge(&mut stage, &format!("{stand}, {spec}"), &rows).await;
        let stray =
            stage.log().await.into_iter().find(|asked| asked.path.starts_with("/redirected"));
        assert!(stray.is_none(), "a redirect was followed");
        wrong
    });
    let wrong = join_all(each).await.concat();
    assert!(wrong.is_empty(), "{wrong}");
    comes_back(stand).await;
}

/// A line that breaks once is not worth a word.
async fn comes_back(stand: Stand) {
    let mut stage = Stage::open(stand, 20).await;
    let (layer, id) = stage.layer(Who::Full).await;
    let before = stage.log().await.last().unwrap().number;
    stage.fail("drop:100%").await;
    let asking = layer.run(id, list("Contact", &["name"], 7), |_| {});
    let mending = async {
        loop {
            if !stage.asked_after(before, 1).await.is_empty() {
                break stage.fail("").await;
            }
        }
    };
    let (answer, ()) = futures_util::join!(asking, mending);
    assert!(answer.is_ok(), "{answer:?}");
    let asked = stage.asked_after(before, 2).await;
    assert_eq!(asked.last().unwrap().line, "GET Contact 200");
}

/// By the failure's name.
pub fn groups() -> Vec<(&'static str, Vec<Row>)> {
    let mut groups: Vec<_> = PLAN.iter().map(|plan| (plan.spec, rows(plan))).collect();
    groups.push(("hang", hanging()));
    groups.push(("offline", offline()));
    groups
}

/// How a failure ends.
pub struct Plan {
    pub spec: &'static str,
    /// What a read ends with, and how often it is sent.
    pub read: (&'static str, usize),
    /// What a write ends with, and how often it is sent.
    pub write: (&'static str, usize),
    /// What a request of the user's own ends with.
    sent: &'static str,
    /// What the log calls its status.
    status: &'static str,
}

pub const PLAN: [Plan; 9] = [
    Plan {
        spec: "429:100%",
        read: ("RateLimited { wait: Some(1s) }", 4),
        write: ("RateLimited { wait: Some(1s) }", 4),
        sent: "429 text \"\"",
        status: "429",
    },
    Plan {
        spec: "500:100%",
        read: ("Server { status: 500, …", 1),
        write: ("Server { status: 500, …", 1),
        sent: "500 text \"\"",
        status: "500",
    },
    Plan {
        spec: "status:503:100%",
        read: ("Server { status: 503, …", 4),
        write: ("Server { status: 503, …", 1),
        sent: "503 text \"\"",
        status: "503",
    },
    Plan {
        spec: "drop:100%",
        read: ("Offline {…", 4),
        write: ("Unknown", 1),
        sent: "Offline {…",
        status: "0",
    },
    Plan {
        spec: "half:100%",
        read: ("Offline {…", 4),
        write: ("Unknown", 1),
        sent: "Offline {…",
        status: "200",
    },
    Plan {
        spec: "garbage:100%",
        read: ("Unreadable {…", 1),
        write: ("Unknown", 1),
        sent: "200 text…",
        status: "200",
    },
    Plan {
        spec: "html:100%",
        read: ("Unreadable {…", 1),
        write: ("Unknown", 1),
        sent: "200 text \"<!doctype…",
        status: "200",
    },
    Plan {
        spec: "fat:50MB:100%",
        read: ("TooLarge {…", 1),
        write: ("Unknown", 1),
        sent: "TooLarge {…",
        status: "200",
    },
    Plan {
        spec: "redirect:100%",
        read: ("Redirected { to: \"http://localhost:…", 1),
        write: ("Redirected { to: \"http://localhost:…", 1),
        sent: "Redirected {…",
        status: "302",
    },
];

/// `GET Contact 429, GET Contact 429`; leaked, since a table's rows live as long as the test.
fn times(line: &str, status: &str, times: usize) -> &'static str {
    vec![format!("{line} {status}"); times].join(", ").leak()
}

fn contact(stage: &Stage) -> Record {
    stage.record("list before")
}

fn account(stage: &Stage) -> Record {
    stage.record("get before")
}

/// The record that the table tries to create.
fn once() -> Action {
    let filter = Some(is("name", text("Only once")));
    Action::List(Query { filter, ..query("Account", &["name"], 5) })
}

fn before() -> Vec<Row> {
    vec![
        row("list before", Who::Full, |_| list("Contact", &["name"], 3), "3 of Exact(20), more"),
        row(
            "list accounts before",
            Who::Full,
            |_| list("Account", &["name"], 3),
            "3 of Exact(20), more",
        ),
        row(
            "get before",
            Who::Full,
            |stage| get(&stage.record("list accounts before")),
            "Account …",
        ),
    ]
}

fn rows(plan: &'static Plan) -> Vec<Row> {
    let (read, reads) = plan.read;
    let (write, writes) = plan.write;
    let to_read = |line: &str| times(line, plan.status, reads);
    let to_write = |line: &str| {
        if plan.spec.starts_with("half") {
            times(line, "200", writes)
        } else {
            times(line, plan.status, writes)
        }
    };
    let mut rows = before();
    // A success that is not the product's own: what stands there now may tell.
    let looked = matches!(plan.spec, "garbage:100%" | "html:100%");
    rows.extend([
        row("list", Who::Full, |_| list("Contact", &["name"], 11), read)
            .during(plan.spec)
            .asked(to_read("GET Contact")),
        row("create", Who::Full, |_| create("Account", [("name", text("Only once"))]), write)
            .during(plan.spec)
            .asked(to_write("POST Account")),
        row(
            "update",
            Who::Full,
            |stage| update(account(stage), [("website", text("https://once.example"))]),
            write,
        )
        .during(plan.spec)
        .asked(if looked {
            "PUT Account/ID 200, GET Account/ID 200"
        } else {
            to_write("PUT Account/ID")
        }),
        row("send", Who::Full, |_| send("GET", "Contact", &[("maxSize", "1")], None), plan.sent)
            .during(plan.spec),
        row(
            "link",
            Who::Full,
            |stage| Action::Link(change(&account(stage), "contacts", &[contact(stage).id])),
            write,
        )
        .during(plan.spec)
        .asked(to_write("POST Account/ID/contacts")),
        row("delete", Who::Full, |stage| delete(&contact(stage)), write)
            .during(plan.spec)
            .asked(to_write("DELETE Contact/ID")),
        row("list after", Who::Full, |_| list("Contact", &["name"], 12), "12 of …"),
    ]);
    // What was refused or never arrived was not done behind our back; what landed, landed once.
    let has_landed = plan.spec.starts_with("half");
    let found = if has_landed { "1 of Exact(1)" } else { "0 of Exact(0)" };
    rows.push(row("list what was written", Who::Full, |_| once(), found));
    if !has_landed {
        rows.push(row("get after", Who::Full, |stage| get(&contact(stage)), "Contact …"));
    }
    rows
}

fn hanging() -> Vec<Row> {
    let mut rows = before();
    rows.extend([
        row("list without an answer", Who::Hasty, |_| list("Contact", &["name"], 11), "Timeout")
            .during("hang")
            .asked("GET Contact 0"),
        row(
            "create without an answer",
            Who::Hasty,
            |_| create("Account", [("name", text("Only once"))]),
            "Unknown",
        )
        .during("hang")
        .asked("POST Account 0"),
        row(
            "update without an answer",
            Who::Hasty,
            |stage| update(account(stage), [("website", text("https://once.example"))]),
            "Unknown",
        )
        .during("hang")
        .asked("PUT Account/ID 0"),
        row("delete without an answer", Who::Hasty, |stage| delete(&contact(stage)), "Unknown")
            .during("hang")
            .asked("DELETE Contact/ID 0"),
        row("list what was not written", Who::Full, |_| once(), "0 of Exact(0)"),
        row(
            "list before the server is away",
            Who::Hasty,
            |_| list("Contact", &["name"], 13),
            "13 of Exact(20), more",
        ),
        row(
            "list from the cache",
            Who::Hasty,
            |_| list("Contact", &["name"], 13),
            "kept: 13 of Exact(20), more",
        )
        .during("hang"),
        row("list slowly", Who::Full, |_| list("Contact", &["name"], 14), "14 of Exact(20), more")
            .during("slow:100%@50ms")
            .asked("GET Contact 200"),
    ]);
    rows
}

fn offline() -> Vec<Row> {
    let mut rows = before();
    rows.extend([
        row("list offline", Who::Full, |_| list("Contact", &["name"], 11), "Offline {…")
            .during("offline"),
        row(
            "related offline",
            Who::Full,
            |stage| related(&account(stage), "contacts", query("Contact", &["name"], 3)),
            "Offline {…",
        )
        .during("offline"),
        row(
            "list what was seen",
            Who::Full,
            |_| list("Contact", &["name"], 3),
            "kept: 3 of Exact(20), more",
        )
        .during("offline"),
        row("get what was seen", Who::Full, |stage| get(&account(stage)), "kept: Account …")
            .during("offline"),
        row("create offline", Who::Full, |_| create("Account", [("name", text("Nowhere"))]), "…")
            .during("offline")
            .check(|_, ended| matches!(ended, Err(Error::Offline { .. } | Error::Unknown))),
        row("whoami offline", Who::Full, |_| Action::Whoami, "kept: demo-api").during("offline"),
        row(
            "list when it is back",
            Who::Full,
            |_| list("Contact", &["name"], 11),
            "11 of Exact(20), more",
        ),
    ]);
    rows
}
