//! Every recorded exchange of a real EspoCRM that an action covers, replayed through the
//! provider: same request, same outcome. The table is `fixtures/espocrm/recordings.txt`; after a
//! change that is meant, `FICHA_BLESS=1` writes it anew, to be read before it is committed.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "a test stops where it is surprised, and says what it skips"
)]

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    path::Path,
    sync::{Arc, OnceLock},
};

use ficha::{
    domain::{
        action::{Action, LinkChange, Outcome, Request},
        change::Edits,
        comment::Comment,
        connection::Auth,
        error::Error,
        query::{Compare, Filter, Query, Test},
        record::{Record, RecordId},
        schema::{EntityName, FieldKind, Schema},
        secret::Secret,
        value::Value,
    },
    net::exchange::{Body, Exchange, Response},
    providers::{Context, Credentials, Input, Login, Occasion, Provider, Step},
};

#[path = "fixtures/espocrm/recordings.rs"]
mod recordings;

use recordings::{Recording, folder, recording, say, where_of};

const TABLE: &str = "tests/fixtures/espocrm/recordings.txt";

/// What answers an exchange that was not recorded.
fn nothing() -> Response {
    Response { status: 404, headers: vec![("x-status-reason".into(), vec![])], body: vec![] }
}

/// Drives the action over the recordings; each answers the first exchange that is like it.
fn replay(
    action: Action,
    context: Context,
    recordings: &[Recording],
) -> (Result<Outcome, Error>, Vec<Exchange>, usize) {
    let mut conversation = Provider::Espocrm.start(action, context);
    let mut left: Vec<_> = recordings.iter().collect();
    let (mut input, mut sent) = (Input::Go, Vec::new());
    for _ in 0..20 {
        match conversation.next(input) {
            Step::Send(exchange) => {
                let is_like = |recording: &&Recording| {
                    recording.method == exchange.method.to_string()
                        && recording.path == exchange.path
                };
                let answer = left.iter().position(is_like).map(|place| left.remove(place));
                input = Input::Answer(answer.map_or_else(nothing, |r| r.response.clone()));
                sent.push(*exchange);
            }
            Step::SendAll(_) | Step::Wait(_) | Step::Partial(_) => input = Input::Go,
            Step::Done(outcome) => return (outcome, sent, left.len()),
        }
    }
    panic!("the conversation did not end")
}

fn context(schema: Option<Arc<Schema>>) -> Context {
    let now = "2026-11-22T20:00:00Z".parse().unwrap();
    Context { now, site: "https://crm.example".into(), schema, ..Context::default() }
}

fn schema(folder: &Path) -> Arc<Schema> {
    static SCHEMA: OnceLock<Arc<Schema>> = OnceLock::new();
    let read = || schema_of(folder, ["app-user-apikey", "metadata", "i18n"]);
    Arc::clone(SCHEMA.get_or_init(read))
}

fn schema_of(folder: &Path, names: [&str; 3]) -> Arc<Schema> {
    let recordings = names.map(|name| recording(folder, name));
    let (outcome, _, left) = replay(Action::Types, context(None), &recordings);
    assert_eq!(left, 0);
    match outcome.unwrap() {
        Outcome::Schema(schema) => schema,
        other => panic!("no schema but {other:?}"),
    }
}

fn entity(name: &str) -> EntityName {
    EntityName::try_from(name).unwrap()
}

fn id(recording: &Recording) -> RecordId {
    RecordId::from(recording.path.get(1).map_or("", String::as_str))
}

fn segment(recording: &Recording, place: usize) -> &str {
    recording.path.get(place).map_or("", String::as_str)
}

fn value_of(recording: &Recording, name: &str) -> Option<String> {
    recording.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
}

fn query(recording: &Recording, name: &str) -> Query {
    let number = |name| value_of(recording, name).and_then(|n| n.parse::<u32>().ok());
    let limit = number("maxSize").unwrap_or(200);
    Query { offset: number("offset").unwrap_or(0).into(), ..Query::all(entity(name), limit) }
}

/// The texts of a recorded body, as edits.
fn edits(schema: &Schema, entity: &EntityName, sent: &str) -> Edits {
    let body: serde_json::Value = serde_json::from_str(sent).unwrap_or_default();
    let fields = &schema.entity_type(entity).unwrap().fields;
    let mut edits = Edits::new();
    for (name, json) in body.as_object().into_iter().flatten() {
        let is_text = fields.get(name).is_some_and(|field| {
            matches!(field.kind, FieldKind::Text | FieldKind::LongText | FieldKind::Enum)
        });
        if let (true, Some(text)) = (is_text, json.as_str()) {
            edits.insert(name.clone(), Value::Text(text.to_owned()));
        }
    }
    if edits.is_empty() {
        edits.insert("description".to_owned(), Value::Text("changed".to_owned()));
    }
    edits
}

fn others(sent: &str) -> Vec<RecordId> {
    let body: serde_json::Value = serde_json::from_str(sent).unwrap_or_default();
    let one = body["id"].as_str().map(RecordId::from);
    let many = body["ids"].as_array().into_iter().flatten();
    one.into_iter().chain(many.filter_map(|id| id.as_str().map(RecordId::from))).collect()
}

fn base(recording: &Recording) -> Record {
    Record {
        entity: entity(segment(recording, 0)),
        id: id(recording),
        fields: indexmap::IndexMap::new(),
        version: Some(1),
        url: None,
        is_complete: true,
        cut: vec![],
    }
}

/// The comment that was sent.
fn said(recording: &Recording) -> Action {
    let sent: serde_json::Value = serde_json::from_str(&recording.sent).unwrap();
    let of = |name: &str| sent[name].as_str().unwrap_or("Account").to_owned();
    let replaces = recording.path.get(1).cloned();
    let comment = Comment { text: of("post"), replaces, ..Comment::default() };
    let id = RecordId::from(of("parentId").as_str());
    Action::Comment { entity: entity(&of("parentType")), id, comment }
}

/// The action that a row of the table names.
fn action(schema: &Schema, word: &str, recording: &Recording) -> Action {
    let (word, argument) = word.split_once(' ').unwrap_or((word, ""));
    let of = || entity(segment(recording, 0));
    let change = || LinkChange {
        entity: of(),
        id: id(recording),
        link: segment(recording, 2).to_owned(),
        others: others(&recording.sent),
    };
    match word {
        "whoami" => Action::Whoami,
        "types" => Action::Types,
        "describe" => Action::Describe(of()),
        "list" => Action::List(query(recording, segment(recording, 0))),
        "related" => Action::Related {
            entity: of(),
            id: id(recording),
            link: segment(recording, 2).to_owned(),
            query: query(recording, argument),
        },
        "get" => Action::Get { entity: of(), id: id(recording) },
        "create" => {
            let edits = edits(schema, &of(), &recording.sent);
            Action::Create { entity: of(), edits, despite_duplicates: false }
        }
        "update" => {
            let edits = edits(schema, &of(), &recording.sent);
            Action::Update { base: Box::new(base(recording)), edits, resolved: false }
        }
        "delete" => Action::Delete { entity: of(), id: id(recording) },
        "link" => Action::Link(change()),
        "unlink" => Action::Unlink(change()),
        "activity" => {
            let at = usize::from(segment(recording, 0) == "Activities");
            let entity = entity(segment(recording, at));
            let id = RecordId::from(segment(recording, at + 1));
            Action::Activity { entity, id, limit: 20 }
        }
        "search" => {
            let text = value_of(recording, "q").unwrap_or_default();
            Action::Search { text, limit: 5 }
        }
        "comment" => said(recording),
        "download" => {
            let file = segment(recording, 2).to_owned();
            Action::Download { entity: entity("Document"), id: "1".into(), file }
        }
        "send" => Action::Send(Request {
            method: recording.method.clone(),
            path: recording.path.join("/"),
            query: recording.query.clone(),
            headers: vec![],
            body: (!recording.sent.is_empty()).then(|| recording.sent.clone()),
        }),
        other => panic!("{other} is no action"),
    }
}

/// What came out, for people, and a hash of every value in it.
fn summary(outcome: &Result<Outcome, Error>) -> String {
    let (text, all) = match outcome {
        Ok(outcome) => {
            let all = serde_json::to_string(outcome).unwrap();
            (outcome_in_words(outcome), all)
        }
        Err(error) => (error_in_words(error), format!("{error:?}")),
    };
    let hash = all
        .bytes()
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    format!("{} #{hash:08x}", text.replace(['\n', '|'], " ")).trim().to_owned()
}

fn outcome_in_words(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Me(me) => format!("me {} admin={}", me.login, me.is_admin),
        Outcome::Schema(schema) => {
            let fields: usize = schema.entity_types.values().map(|t| t.fields.len()).sum();
            format!("schema {} types={} fields={fields}", schema.product, schema.entity_types.len())
        }
        Outcome::Type(described) => {
            let layout = described.layout.clone().unwrap_or_default();
            let rows: usize = layout.sections.iter().map(|section| section.rows.len()).sum();
            let columns = layout.columns.join(",");
            format!("{} {columns} rows={rows} panels={}", described.name, layout.panels.join(","))
        }
        Outcome::Page(page) => {
            let first = page.records.values().next().map(|record| record.title(None));
            let more = if page.has_more { " and more" } else { "" };
            format!("{} of {:?}{more}: {}", page.received, page.total, first.unwrap_or_default())
        }
        Outcome::Record(record) => format!("{} {}", record.entity, record.title(None)),
        Outcome::Written(written) => {
            let left: Vec<_> = written.not_stored.keys().cloned().collect();
            let record = &written.record;
            let whole = if record.is_complete { "read back" } else { "as answered" };
            format!("written {} {whole}, not stored: {left:?}", record.title(None))
        }
        Outcome::Done => "done".to_owned(),
        Outcome::Activity(happenings) => {
            let kinds: Vec<_> = happenings.iter().map(|h| h.kind.as_str()).collect();
            let first = happenings.first().map(|h| h.title.chars().take(40).collect::<String>());
            format!("{} ({})", first.unwrap_or_default(), kinds.join(","))
        }
        Outcome::Json(reply) => {
            let kind = if reply.json.is_some() { "JSON" } else { "text" };
            format!("{} {kind} {}", reply.status, reply.text.len())
        }
        Outcome::Ran(ran) => format!("ran {}", ran.output),
        Outcome::File(file) => format!("{} {} bytes", file.name, file.content.len()),
    }
}

fn error_in_words(error: &Error) -> String {
    let text = format!("{error:?}");
    match error {
        Error::Duplicate { records } => format!("Duplicate of {}", records.len()),
        Error::Conflict(conflict) => format!("Conflict in {:?}", conflict.fields),
        _ => text.chars().take(150).collect(),
    }
}

/// A sign-in with a password, as its own machine.
fn sign_in(recording: &Recording, with_code: bool) -> String {
    let credentials = Credentials {
        auth: Auth::Password,
        user: "bob".into(),
        key: String::new(),
        secret: Secret::new("pass"),
        code: with_code.then(|| "123456".to_owned()),
    };
    let occasion = Occasion { now: jiff::Timestamp::UNIX_EPOCH, before: None };
    let mut machine = Provider::Espocrm.sign_in(&credentials, &occasion).unwrap();
    let Step::Send(exchange) = machine.next(Input::Go) else { panic!("nothing was sent") };
    assert_eq!(exchange.path, recording.path);
    match machine.next(Input::Answer(recording.response.clone())) {
        Step::Done(Ok(Login::Token { user, token })) => {
            format!("token of {user}, {} characters", token.reveal().len())
        }
        Step::Done(Err(error)) => error_in_words(&error),
        other => panic!("{other:?}"),
    }
}

fn outcome_of(folder: &Path, names: &str, word: &str) -> String {
    let recordings: Vec<_> = names.split('+').map(|name| recording(folder, name)).collect();
    outcome_of_recordings(folder, names, word, &recordings)
}

fn outcome_of_recordings(
    folder: &Path,
    names: &str,
    word: &str,
    recordings: &[Recording],
) -> String {
    let first = &recordings[0];
    if let Some(code) = word.strip_prefix("sign-in") {
        return sign_in(first, code.trim() == "code");
    }
    let schema = schema(folder);
    let action = action(&schema, word, first);
    let (outcome, sent, left) = replay(action, context(Some(schema)), recordings);
    if left > 0 {
        let asked: Vec<_> = sent.iter().map(|exchange| exchange.path.join("/")).collect();
        return format!("NOT ASKED, {names} is not among {asked:?}");
    }
    summary(&outcome)
}

fn rows(table: &str) -> impl Iterator<Item = (&str, &str, &str)> {
    let lines = table.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    lines.map(|line| {
        let mut cells = line.splitn(3, '|').map(str::trim);
        let mut next = || cells.next().unwrap_or_default();
        (next(), next(), next())
    })
}

#[test]
fn every_recorded_exchange_gives_the_outcome_of_the_table() {
    let Some(folder) = folder() else { return };
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(TABLE);
    let table = std::fs::read_to_string(&file).unwrap();
    let (mut blessed, mut wrong) = (String::new(), String::new());
    let (mut seen, mut as_sent) = (BTreeSet::new(), BTreeSet::new());
    for (names, word, expected) in rows(&table) {
        let found = outcome_of(&folder, names, word);
        writeln!(blessed, "{names} | {word} | {found}").unwrap();
        if found != expected {
            writeln!(wrong, "{names} ({word})\n  expected {expected}\n  found    {found}").unwrap();
        }
        let set = if word == "send" { &mut as_sent } else { &mut seen };
        set.extend(names.split('+').map(str::to_owned));
    }
    let all = std::fs::read_dir(&folder).unwrap().filter(|entry| {
        let name = entry.as_ref().unwrap().file_name();
        name.to_string_lossy().ends_with(".http")
    });
    let (typed, sent, all) = (seen.len(), as_sent.len(), all.count());
    say(&format!(
        "replayed {} of {all} recordings: {typed} by their actions, {sent} as requests of the user's own",
        typed + sent
    ));
    if std::env::var_os("FICHA_BLESS").is_some() {
        let comment = table.lines().take_while(|line| line.starts_with('#'));
        let head: String = comment.flat_map(|line| [line, "\n"]).collect();
        std::fs::write(&file, head + &blessed).unwrap();
        return;
    }
    assert!(!table.contains("NOT ASKED"), "a row names an action that does not cover it");
    assert!(wrong.is_empty(), "{wrong}");
    assert!(seen.len() >= 150, "only {} recordings are covered", seen.len());
}

#[test]
fn altering_one_value_of_a_recording_changes_the_outcome() {
    let Some(folder) = folder() else { return };
    let cases = [
        ("get-account", "get", "\"Customer\"", "\"Partner\""),
        ("get-opportunity", "get", "\"amount\":", "\"amount\":1"),
        ("list-basic", "list", "\"total\":300", "\"total\":301"),
        ("history", "activity", "09:00:00", "09:00:01"),
        ("create-duplicate-409", "create", "rec@example.test", "reck@example.test"),
        ("create-missing-required-400", "create", "required", "maxLength"),
    ];
    for (name, word, before, after) in cases {
        let mut altered = recording(&folder, name);
        let text = String::from_utf8(altered.response.body.clone()).unwrap();
        assert!(text.contains(before), "{name} holds no {before}");
        altered.response.body = text.replacen(before, after, 1).into_bytes();
        let changed = outcome_of_recordings(&folder, name, word, &[altered]);
        assert_ne!(changed, outcome_of(&folder, name, word), "{name}");
    }
}

#[test]
fn the_limited_user_sees_less_than_the_other() {
    let Some(folder) = folder() else { return };
    let all = schema(&folder);
    let limited = schema_of(&folder, ["app-user-limited", "metadata-limited", "i18n"]);
    let account = limited.entity_type(&entity("Account")).unwrap();
    assert!(!account.rights.delete && account.rights.create && account.rights.edit);
    assert!(account.field("billingAddress").is_none(), "its role forbids to read it");
    assert!(account.field("industry").unwrap().read_only.is_some());
    assert!(limited.entity_type(&entity("Lead")).is_none());
    assert!(
        !account
            .links
            .values()
            .any(|link| { link.entity.as_ref().is_some_and(|name| name.as_str() == "Case") })
    );
    assert!(all.entity_type(&entity("Lead")).is_some());
    assert!(all.entity_type(&entity("Account")).unwrap().field("billingAddress").is_some());
}

#[test]
fn the_schema_is_that_of_the_recorded_server() {
    let Some(folder) = folder() else { return };
    let schema = schema(&folder);
    let tabs: Vec<_> = schema.entity_types.values().filter(|t| t.is_tab).collect();
    let names: Vec<_> = tabs.iter().take(5).map(|t| t.name.as_str()).collect();
    assert_eq!(names, ["Account", "Contact", "Lead", "Opportunity", "Email"]);
    assert_eq!(schema.product, "EspoCRM 9.2.7");
    assert_eq!(schema.preferences.currencies, ["USD", "EUR", "JPY"]);
    let opportunity = schema.entity_type(&entity("Opportunity")).unwrap();
    assert!(opportunity.is_versioned);
    assert_eq!(opportunity.status.as_deref(), Some("stage"));
    assert_eq!(opportunity.field("amount").unwrap().kind, FieldKind::Money);
    assert!(opportunity.field("amountCurrency").is_none(), "a part of the amount");
    let sources = &opportunity.field("leadSource").unwrap().choices;
    assert!(sources.len() > 3, "optionsReference is followed: {sources:?}");
    let contact = schema.entity_type(&entity("Contact")).unwrap();
    assert!(contact.field("name").unwrap().is_required && contact.field("lastName").is_none());
    assert_eq!(
        contact.order.as_ref().map(|o| (o.field.as_str(), o.descending)),
        Some(("createdAt", true))
    );
    let task = schema.entity_type(&entity("Task")).unwrap();
    let presets: Vec<_> =
        task.presets.iter().map(|p| (p.name.as_str(), p.label.as_str())).collect();
    assert_eq!(presets.first(), Some(&("actual", "Open")));
    assert_eq!(task.field("parent").unwrap().targets.len(), 5);
}

#[test]
fn filters_are_asked_as_the_real_server_was_asked() {
    let Some(folder) = folder() else { return };
    let text = |text: &str| Value::Text(text.to_owned());
    let on = |field: &str, test| Filter::Test(Test { field: field.to_owned(), test });
    let not = |filter| Filter::Not(Box::new(filter));
    let cases = [
        ("where-equals", on("type", Compare::Is(text("customer")))),
        ("where-in", on("status", Compare::OneOf(vec![text("New"), text("Assigned")]))),
        ("where-contains", on("name", Compare::Contains("電機".into()))),
        ("where-startsWith", on("name", Compare::StartsWith("Acme".into()))),
        ("where-isNull", not(on("assignedUser", Compare::HasValue))),
        ("where-isTrue", on("doNotCall", Compare::Is(Value::Bool(true)))),
        ("where-linkedWith-teams", not(on("teams", Compare::HasValue))),
        ("where-email", on("emailAddress", Compare::Is(text("c12@example.test")))),
    ];
    for (name, filter) in cases {
        let recording = recording(&folder, name);
        let mut query = query(&recording, segment(&recording, 0));
        query.filter = Some(filter);
        let context = context(Some(schema(&folder)));
        let (_, sent, _) = replay(Action::List(query), context, std::slice::from_ref(&recording));
        let params: serde_json::Value = serde_json::from_str(&sent[0].query[0].1).unwrap();
        assert_eq!(params["where"], where_of(&recording), "{name}");
    }
}

/// What was read is what would be written: each recorded record's own values, sent back.
#[test]
fn a_recorded_record_is_encoded_to_its_own_attributes() {
    let Some(folder) = folder() else { return };
    let names = [
        "get-account",
        "get-contact",
        "get-lead",
        "get-opportunity",
        "get-case",
        "get-document",
        "get-meeting",
        "get-meeting-allday",
        "get-call",
        "get-task-date",
        "get-task-datetime",
        "get-control-chars",
        "get-text-full",
        "get-account-name-rtl",
        "update-get-version",
    ];
    let mut compared = 0;
    for name in names {
        let recording = recording(&folder, name);
        let context = || context(Some(schema(&folder)));
        let get = action(&schema(&folder), "get", &recording);
        let (outcome, _, _) = replay(get, context(), std::slice::from_ref(&recording));
        let Ok(Outcome::Record(record)) = outcome else { panic!("{name}: {outcome:?}") };
        let base =
            Record { version: Some(1), fields: indexmap::IndexMap::new(), ..*record.clone() };
        let edits = record.fields.clone();
        let update = Action::Update { base: Box::new(base), edits, resolved: false };
        let (_, sent, _) = replay(update, context(), &[]);
        let row: serde_json::Value = serde_json::from_slice(&recording.response.body).unwrap();
        let Some(Body::Json(body)) = &sent[0].body else { panic!("{name}") };
        for (attribute, json) in body.as_object().unwrap() {
            let stands = row.get(attribute).unwrap_or_else(|| panic!("{name}: no {attribute}"));
            let is_derived = json.is_null() && row.get(format!("{attribute}Date")).is_some();
            let is_empty = |json: &serde_json::Value| {
                json.is_null() || json == "" || json == false || json == &serde_json::json!([])
            };
            if attribute.ends_with("Data") || is_derived || (is_empty(json) && is_empty(stands)) {
                continue;
            }
            assert_eq!(json, stands, "{name}: {attribute}");
            compared += 1;
        }
    }
    assert!(compared > 200, "only {compared} attributes were compared");
}
