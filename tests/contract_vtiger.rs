//! Every recorded exchange of a real Vtiger (8.0.0, and 8.4's web services), replayed through the
//! provider: same request, same outcome. The table is `fixtures/vtiger/recordings.txt`; after a
//! change that is meant, `FICHA_BLESS=1` writes it anew, to be read before it is committed.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    clippy::single_match_else,
    clippy::too_many_lines,
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "a test stops where it is surprised, and says what it skips"
)]

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use ficha::{
    domain::{
        action::{Action, LinkChange, Outcome, Request, Run},
        change::Edits,
        connection::Auth,
        error::Error,
        record::{Record, RecordId},
        schema::{EntityName, EntityType, Field, FieldKind, ReadOnly, Schema},
        secret::Secret,
        value::{Line, Reference, Upload, Value},
    },
    net::exchange::{Body, Exchange, Response},
    providers::{Context, Credentials, Input, Login, Occasion, Provider, Step},
};
use serde_json::{Value as Json, json};

#[path = "fixtures/vtiger/recordings.rs"]
mod recordings;

use recordings::{Recording, folder, names, own, recording, say};

const TABLE: &str = "tests/fixtures/vtiger/recordings.txt";
const OWN_TABLE: &str = "tests/fixtures/vtiger/own.txt";

/// The parameters of an exchange, of its address and of its form alike.
fn params(exchange: &Exchange) -> BTreeMap<String, String> {
    let mut params: BTreeMap<_, _> = exchange.query.iter().cloned().collect();
    if let Some(Body::Form(form)) = &exchange.body {
        params.extend(form.fields.iter().cloned());
    }
    params
}

/// What answers an exchange that was not recorded: a query finds nothing, all else breaks.
fn unrecorded(exchange: &Exchange) -> Response {
    let is_query = params(exchange).get("operation").is_some_and(|operation| operation == "query");
    let body = if is_query { &br#"{"success":true,"result":[]}"#[..] } else { b"" };
    let status = if is_query { 200 } else { 500 };
    Response { status, headers: vec![], body: body.to_vec() }
}

/// Whether the recording is of such an exchange.
fn is_like(recording: &Recording, exchange: &Exchange) -> bool {
    let params = params(exchange);
    let same = |name: &str| params.get(name).is_none_or(|sent| sent == recording.param(name));
    recording.method == exchange.method.to_string()
        && params.get("operation").is_some_and(|sent| sent == recording.operation())
        && ["elementType", "id", "query", "sourceRecordId"].iter().all(|name| same(name))
}

/// Drives the action over the recordings; each answers the first exchange that is like it.
fn replay(
    action: Action,
    context: Context,
    recordings: &[Recording],
) -> (Result<Outcome, Error>, Vec<Exchange>, usize) {
    let mut conversation = Provider::Vtiger.start(action, context);
    let mut left: Vec<_> = recordings.iter().collect();
    let mut sent = Vec::new();
    let mut answer = |exchange: Exchange, sent: &mut Vec<Exchange>| {
        let place = left.iter().position(|recording| is_like(recording, &exchange));
        let answer = place.map(|place| left.remove(place).response.clone());
        let answer = answer.unwrap_or_else(|| unrecorded(&exchange));
        sent.push(exchange);
        answer
    };
    let mut input = Input::Go;
    for _ in 0..20 {
        input = match conversation.next(input) {
            Step::Send(exchange) => Input::Answer(answer(*exchange, &mut sent)),
            Step::SendAll(exchanges) => {
                Input::Answers(exchanges.into_iter().map(|it| answer(it, &mut sent)).collect())
            }
            Step::Wait(_) | Step::Partial(_) => Input::Go,
            Step::Done(outcome) => return (outcome, sent, left.len()),
        };
    }
    panic!("the conversation did not end")
}

fn context(schema: Option<Arc<Schema>>) -> Context {
    let now = "2026-11-22T20:03:30Z".parse().unwrap();
    let user = Some("admin".to_owned());
    Context { now, site: "https://crm.example".into(), schema, user, ..Context::default() }
}

fn described() -> [&'static str; 18] {
    [
        "Accounts",
        "Calendar",
        "CompanyDetails",
        "Contacts",
        "Currency",
        "DocumentFolders",
        "Documents",
        "Events",
        "Groups",
        "HelpDesk",
        "Leads",
        "LineItem",
        "ModComments",
        "Potentials",
        "ProductTaxes",
        "Quotes",
        "Tax",
        "Users",
    ]
}

fn schema(folder: &Path) -> Arc<Schema> {
    static SCHEMAS: Mutex<BTreeMap<PathBuf, Arc<Schema>>> = Mutex::new(BTreeMap::new());
    let mut schemas = SCHEMAS.lock().unwrap();
    let known = schemas.entry(folder.to_owned());
    Arc::clone(known.or_insert_with(|| Arc::new(read_schema(folder))))
}

fn read_schema(folder: &Path) -> Schema {
    let names = described().map(|module| format!("v800/15-describe-{module}"));
    let is_there = |name: &String| folder.join(format!("{name}.http")).exists();
    let first = ["v800/13-listtypes", "v800/80-extendsession-post", "v800/19-retrieve-user"];
    let names = first.iter().map(|name| (*name).to_owned()).chain(names).filter(is_there);
    let recordings: Vec<_> = names.map(|name| recording(folder, &name)).collect();
    let (outcome, _, left) = replay(Action::Types, context(None), &recordings);
    assert_eq!(left, 0);
    match outcome.unwrap() {
        Outcome::Schema(schema) => with_prefixes(&schema),
        other => panic!("no schema but {other:?}"),
    }
}

/// Of the other modules no describe was recorded; their numbers stand in part C.
fn with_prefixes(schema: &Schema) -> Schema {
    let mut schema = schema.clone();
    let quotes = schema.entity_type(&entity("Quotes")).unwrap().clone();
    for (name, prefix) in [
        ("Campaigns", "1"),
        ("Vendors", "2"),
        ("Faq", "3"),
        ("PurchaseOrder", "5"),
        ("SalesOrder", "6"),
        ("Invoice", "7"),
        ("PriceBooks", "8"),
        ("Products", "14"),
        ("Emails", "16"),
        ("PBXManager", "24"),
        ("Services", "26"),
        ("ProjectTask", "28"),
        ("Project", "29"),
        ("SMSNotifier", "31"),
        ("Assets", "32"),
    ] {
        let entity_type = schema.entity_types.get_mut(&entity(name)).unwrap();
        entity_type.id_prefix = Some(prefix.to_owned());
        if ["PurchaseOrder", "SalesOrder", "Invoice"].contains(&name) {
            entity_type.fields.clone_from(&quotes.fields);
            entity_type.title.clone_from(&quotes.title);
        }
    }
    schema
}

fn entity(name: &str) -> EntityName {
    EntityName::try_from(name).unwrap()
}

fn type_of<'a>(schema: &'a Schema, id: &str) -> Option<&'a EntityType> {
    let (prefix, _) = id.split_once('x')?;
    let mut types = schema.entity_types.values();
    types.find(|it| it.id_prefix.as_deref() == Some(prefix))
}

fn value(field: &Field, json: &Json) -> Option<Value> {
    let text = json.as_str().map_or_else(|| json.to_string(), str::to_owned);
    let id = text.clone();
    match field.kind {
        _ if text.is_empty() || json.is_null() => Some(Value::Empty),
        FieldKind::Lines => Some(Value::Lines(
            json.as_array()?.iter().map(|line| self::line(field, line)).collect(),
        )),
        FieldKind::Reference | FieldKind::AnyReference => {
            Some(Value::Reference(Reference { entity: None, id, name: None }))
        }
        FieldKind::Number | FieldKind::Money | FieldKind::Integer => {
            text.parse().ok().map(Value::Number)
        }
        FieldKind::Date => text.parse().ok().map(Value::Date),
        FieldKind::Bool => Some(Value::Bool(text == "1" || text == "true")),
        FieldKind::DateTime | FieldKind::File => None,
        _ => Some(Value::Text(text)),
    }
}

fn line(field: &Field, json: &Json) -> Line {
    let read =
        |column: &Field| Some((column.name.clone(), value(column, json.get(&column.name)?)?));
    Line { id: None, fields: field.columns.iter().filter_map(read).collect() }
}

/// What a recorded element says, as edits of the fields that can be edited.
fn edits(entity_type: &EntityType, recording: &Recording) -> Edits {
    let element = recording.element();
    let mut edits = Edits::new();
    for (name, json) in element.as_object().into_iter().flatten() {
        let field = entity_type.field(name).filter(|it| it.read_only != Some(ReadOnly::Computed));
        if let Some(value) = field.and_then(|field| value(field, json)) {
            edits.insert(name.clone(), value);
        }
    }
    if !recording.param("filename").is_empty() {
        let content = Some(Arc::from(&b"hello file"[..]));
        let path = "up file.txt".to_owned();
        edits.insert("filename".into(), Value::Upload(Upload { path, content }));
    }
    edits
}

fn run(key: &str, input: Json, is_write: bool) -> Action {
    Action::Run(Run { key: key.to_owned(), target: None, input, is_write })
}

/// The action that covers a recorded operation; `None` = as a request of the user's own.
fn action(schema: &Schema, recording: &Recording) -> Option<(&'static str, Action)> {
    let id = recording.param("id").to_owned();
    let element = recording.element();
    Some(match recording.operation() {
        "getchallenge" | "login" if recording.method == "GET" => return None,
        "listtypes" if recording.params.len() <= 2 => {
            ("run list-modules", run("list-modules", json!({}), false))
        }
        "describe" => {
            let module = EntityName::try_from(recording.param("elementType")).ok()?;
            match schema.entity_type(&module) {
                Some(_) => ("describe", Action::Describe(module)),
                None => (
                    "run describe-module",
                    run("describe-module", json!({ "module": module.as_str() }), false),
                ),
            }
        }
        "query" if recording.method == "GET" && !recording.param("query").is_empty() => (
            "run query-records",
            run("query-records", json!({ "query": recording.param("query") }), false),
        ),
        "retrieve" => match type_of(schema, &id) {
            Some(it) => {
                ("get", Action::Get { entity: it.name.clone(), id: RecordId::from(id.as_str()) })
            }
            None if !id.is_empty() => {
                ("run retrieve-record", run("retrieve-record", json!({ "id": id }), false))
            }
            None => return None,
        },
        "create" if recording.method == "POST" => {
            let name = EntityName::try_from(recording.param("elementType")).ok()?;
            match schema.entity_type(&name).filter(|it| !it.fields.is_empty()) {
                Some(it) => {
                    let edits = edits(it, recording);
                    ("create", Action::Create { entity: name, edits, despite_duplicates: false })
                }
                None => {
                    let input = json!({ "module": name.as_str(), "element": element });
                    ("run create-record", run("create-record", input, true))
                }
            }
        }
        "revise" => {
            let id = element["id"].as_str()?;
            let it = type_of(schema, id)?;
            let base = Record {
                entity: it.name.clone(),
                id: RecordId::from(id),
                fields: indexmap::IndexMap::new(),
                version: None,
                url: None,
                is_complete: true,
                cut: vec![],
            };
            let edits = edits(it, recording);
            ("update", Action::Update { base: Box::new(base), edits, resolved: true })
        }
        "delete" => match type_of(schema, &id) {
            Some(it) => (
                "delete",
                Action::Delete { entity: it.name.clone(), id: RecordId::from(id.as_str()) },
            ),
            None => ("run delete-record", run("delete-record", json!({ "id": id }), true)),
        },
        "add_related" => {
            let (source, other) =
                (recording.param("sourceRecordId"), recording.param("relatedRecordId"));
            let it = type_of(schema, source)?;
            let link = recording.param("relationIdLabel").to_owned();
            let change = LinkChange {
                entity: it.name.clone(),
                id: RecordId::from(source),
                link,
                others: vec![RecordId::from(other)],
            };
            if change.link.is_empty() || other.starts_with('[') {
                return None;
            }
            ("link", Action::Link(change))
        }
        "convertlead" => {
            let input = json!({ "id": element["leadId"], "contact": true });
            ("run convert-lead", run("convert-lead", input, true))
        }
        "files_retrieve" => (
            "download",
            Action::Download { entity: entity("Documents"), id: RecordId::from("15x1"), file: id },
        ),
        "extendsession" if recording.params.len() > 1 => {
            ("run get-current-user", run("get-current-user", json!({}), false))
        }
        _ => return None,
    })
}

/// What there is no typed action for goes as `ficha request` would send it.
fn send(recording: &Recording) -> Action {
    let secret = |name: &str| matches!(name, "sessionName" | "operation");
    let query = recording.params.iter().filter(|(name, _)| !secret(name)).cloned().collect();
    Action::Send(Request {
        method: recording.method.clone(),
        path: recording.operation().to_owned(),
        query,
        headers: vec![],
        body: None,
    })
}

/// Relations that the schema of the recordings does not hold are held for those that link.
fn with_links(schema: &Schema, action: &Action) -> Arc<Schema> {
    let mut schema = schema.clone();
    if let Action::Link(change) = action
        && let Some(it) = schema.entity_types.get_mut(&change.entity)
    {
        let link = ficha::domain::schema::Link {
            name: change.link.clone(),
            label: change.link.clone(),
            entity: EntityName::try_from(change.link.as_str()).ok(),
            is_many: true,
            is_editable: true,
            is_slow: false,
        };
        it.links.insert(change.link.clone(), link);
    }
    Arc::new(schema)
}

/// What came out, for people, and a hash of every value in it.
fn summary(outcome: &Result<Outcome, Error>) -> String {
    let (text, all) = match outcome {
        Ok(outcome) => (in_words(outcome), serde_json::to_string(outcome).unwrap()),
        Err(error) => (format!("{error:?}").chars().take(150).collect(), format!("{error:?}")),
    };
    let hash = all
        .bytes()
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    format!("{} #{hash:08x}", text.replace(['\n', '|'], " ")).trim().to_owned()
}

fn in_words(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Type(it) => {
            let columns = it.layout.clone().unwrap_or_default().columns.join(",");
            format!("{} fields={} links={} {columns}", it.name, it.fields.len(), it.links.len())
        }
        Outcome::Record(record) => {
            format!("{} {} fields={}", record.entity, record.title(None), record.fields.len())
        }
        Outcome::Written(written) => {
            let left: Vec<_> = written.not_stored.keys().cloned().collect();
            format!("written {}, not stored: {left:?}", written.record.id.as_str())
        }
        Outcome::Ran(ran) => {
            let text: String = ran.output.to_string().chars().take(90).collect();
            match ran.output.as_array() {
                Some(rows) => format!("{} rows {text}", rows.len()),
                None => text,
            }
        }
        Outcome::Json(reply) => {
            let kind = if reply.json.is_some() { "JSON" } else { "text" };
            format!("{} {kind} {}", reply.status, reply.text.len())
        }
        Outcome::File(file) => format!("{} {} bytes", file.name, file.content.len()),
        other => format!("{other:?}").chars().take(90).collect(),
    }
}

/// A sign-in over those two answers, as its own machine.
fn sign_in(answers: &[&Recording]) -> String {
    let credentials = Credentials {
        auth: Auth::AccessKey,
        user: "admin".into(),
        key: String::new(),
        secret: Secret::new("key"),
        code: None,
    };
    let occasion = Occasion { now: "2026-11-22T20:00:00Z".parse().unwrap(), before: None };
    let mut machine = Provider::Vtiger.sign_in(&credentials, &occasion).unwrap();
    let mut step = machine.next(Input::Go);
    // The pair is tried twice, so that a refusal is answered twice.
    for answer in answers.iter().chain(answers) {
        if matches!(step, Step::Send(_)) {
            step = machine.next(Input::Answer(answer.response.clone()));
        }
    }
    match step {
        Step::Done(Ok(Login::Token { user, token })) => {
            format!("token of {user}, {} characters", token.reveal().len())
        }
        Step::Done(Err(error)) => format!("{error:?}"),
        other => panic!("{other:?}"),
    }
}

/// The word and the outcome of a recording.
fn row(folder: &Path, name: &str, recording: &Recording) -> (String, String) {
    let schema = schema(folder);
    match recording.operation() {
        "getchallenge" if recording.method == "GET" => {
            let login = self::recording(folder, "v800/03-login");
            return ("sign-in".to_owned(), sign_in(&[recording, &login]));
        }
        "login" if recording.method == "POST" => {
            let challenge = self::recording(folder, "v800/03-getchallenge");
            return ("sign-in".to_owned(), sign_in(&[&challenge, recording]));
        }
        _ => {}
    }
    let (word, action) = action(&schema, recording).unwrap_or_else(|| ("send", send(recording)));
    let with = with_links(&schema, &action);
    let id = recording.element()["leadId"].as_str().unwrap_or_default().to_owned();
    let lead = json!({"success": true, "result": {"id": id, "lastname": "L", "company": "ConvCo", "assigned_user_id": "19x1"}});
    let mut recordings = vec![recording.clone()];
    if word == "run convert-lead" {
        let params = vec![("operation".into(), "retrieve".into()), ("id".into(), id)];
        let response =
            Response { status: 200, headers: vec![], body: lead.to_string().into_bytes() };
        recordings.push(Recording { method: "GET".into(), params, response });
    }
    let (outcome, sent, left) = replay(action, context(Some(with)), &recordings);
    if sent.is_empty() || (word == "update" && params(&sent[0])["operation"] == "retrieve") {
        // Refused before anything is sent, or nothing that can be changed was given.
        return (format!("{word} (not sent)"), summary(&outcome));
    }
    if left > 0 {
        let asked: Vec<_> = sent.iter().map(|it| format!("{:?}", params(it))).collect();
        return (word.to_owned(), format!("NOT ASKED, {name} is not among {asked:?}"));
    }
    (word.to_owned(), summary(&outcome))
}

#[test]
fn every_recorded_exchange_gives_the_outcome_of_the_table() {
    let Some(folder) = folder() else { return };
    let typed = replay_all(&folder, TABLE, "recordings of Vtiger");
    assert!(typed >= 250, "only {typed} recordings are covered by actions");
}

#[test]
fn every_exchange_of_our_own_gives_the_outcome_of_its_table() {
    let typed = replay_all(&own(), OWN_TABLE, "exchanges of our own");
    assert!(typed >= 40, "only {typed} of them are covered by actions");
}

/// Replays all of a folder and compares with its table; how many are covered by actions.
fn replay_all(folder: &Path, table: &str, what: &str) -> usize {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(table);
    let mut found = "# recording | action | outcome and a hash of all its values\n".to_owned();
    let (mut typed, mut as_sent) = (0, 0);
    for name in names(folder) {
        let (word, outcome) = row(folder, &name, &recording(folder, &name));
        if word == "send" {
            as_sent += 1;
        } else {
            typed += 1;
        }
        writeln!(found, "{name} | {word} | {outcome}").unwrap();
    }
    say(&format!(
        "replayed {} {what}: {typed} by their actions, {as_sent} as requests of the user's own",
        typed + as_sent
    ));
    if std::env::var_os("FICHA_BLESS").is_some() {
        std::fs::write(&file, &found).unwrap();
        return typed;
    }
    let table = std::fs::read_to_string(&file).unwrap();
    let wrong: Vec<_> =
        found.lines().zip(table.lines()).filter(|(found, table)| found != table).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(found.lines().count(), table.lines().count());
    assert!(!table.contains("NOT ASKED"), "a row names an action that does not cover it");
    typed
}

/// The recordings' secrets were replaced by a word; no outcome of an action holds it.
#[test]
fn no_hash_or_key_of_a_user_is_in_an_outcome() {
    assert!(secrets_looked_at(&own()) >= 1, "none of our own holds secrets");
    let Some(folder) = folder() else { return };
    let looked_at = secrets_looked_at(&folder);
    assert!(looked_at >= 5, "only {looked_at} recordings hold secrets");
}

fn secrets_looked_at(folder: &Path) -> usize {
    let mut looked_at = 0;
    for name in names(folder) {
        let recording = recording(folder, &name);
        let Some((_, action)) = action(&schema(folder), &recording) else { continue };
        let with = with_links(&schema(folder), &action);
        let (outcome, _, _) = replay(action, context(Some(with)), std::slice::from_ref(&recording));
        assert!(!format!("{outcome:?}").contains("redacted-"), "{name}");
        looked_at +=
            usize::from(String::from_utf8_lossy(&recording.response.body).contains("redacted-"));
    }
    looked_at
}

#[test]
fn altering_one_value_of_a_recording_changes_the_outcome() {
    let Some(folder) = folder() else { return };
    for (name, before, after) in [
        ("v800/17-retrieve-contact", "Ferreira", "Ferreyra"),
        ("v800/50-quote-retrieve", "211.50000000", "211.51000000"),
        ("v800/20-query-13-order2", "12x803", "12x804"),
        ("v800/33j-create-duplicate-account2", "\"code\":0", "\"code\":1"),
        ("ws840/70c-files_retrieve", "aGVsbG8", "aGVsbG9"),
        ("v800/15-describe-Potentials", "\"mandatory\":true", "\"mandatory\":false"),
    ] {
        let mut altered = recording(&folder, name);
        let text = String::from_utf8(altered.response.body.clone()).unwrap();
        assert!(text.contains(before), "{name} holds no {before}");
        altered.response.body = text.replacen(before, after, 1).into_bytes();
        let changed = row(&folder, name, &altered);
        assert_ne!(changed, row(&folder, name, &recording(&folder, name)), "{name}");
    }
}

#[test]
fn the_schema_is_that_of_the_recorded_server() {
    let Some(folder) = folder() else { return };
    let schema = schema(&folder);
    let names: Vec<_> = schema.entity_types.keys().map(EntityName::as_str).collect();
    assert_eq!(names.len(), 36, "those of the server, and the agenda");
    assert_eq!(names[..4], ["Contacts", "Accounts", "Leads", "Potentials"]);
    assert_eq!(schema.product, "Vtiger 8.0.0");
    assert_eq!(schema.user.as_ref().map(|me| (me.id.as_str(), me.is_admin)), Some(("19x1", true)));
    let contacts = schema.entity_type(&entity("Contacts")).unwrap();
    assert_eq!((contacts.title.as_str(), contacts.id_prefix.as_deref()), ("label", Some("12")));
    assert_eq!(contacts.group.as_deref(), Some("Sales"));
    let account = contacts.field("account_id").unwrap();
    assert_eq!(
        (account.kind, account.targets.clone()),
        (FieldKind::Reference, vec![entity("Accounts")])
    );
    assert!(contacts.field("assigned_user_id").unwrap().default.is_some(), "one's own");
    let users = schema.entity_type(&entity("Users")).unwrap();
    for secret in ["user_password", "confirm_password", "accesskey"] {
        assert!(users.field(secret).is_none(), "{secret}");
    }
    let quotes = schema.entity_type(&entity("Quotes")).unwrap();
    let lines = quotes.field("LineItems").unwrap();
    let columns: Vec<_> = lines.columns.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(columns[..3], ["productid", "quantity", "listprice"]);
    assert_eq!(lines.totals, ["hdnSubTotal", "pre_tax_total", "hdnGrandTotal"]);
    assert!(quotes.field("quantity").is_none() && quotes.field("shipping_&_handling").is_none());
    let documents = schema.entity_type(&entity("Documents")).unwrap();
    assert_eq!(documents.title, "notes_title", "labelFields names a column there");
    let accounts = schema.entity_type(&entity("Accounts")).unwrap();
    assert!(accounts.links.contains_key("Contacts") && accounts.links.contains_key("Quotes"));
    assert!(accounts.comments.as_ref().is_some_and(|it| it.can_answer && it.can_edit));
    assert!(schema.not_offered.iter().any(|it| it.label == "Roles" && it.url.is_some()));
    let keys: Vec<_> = schema.verbs.iter().map(|verb| verb.key.as_str()).collect();
    assert_eq!(
        keys,
        [
            "list-modules",
            "describe-module",
            "query-records",
            "retrieve-record",
            "create-record",
            "update-record",
            "delete-record",
            "get-current-user",
        ]
    );
}

/// The lines of a recorded quote: names decoded once, sent back without ids and totals.
#[test]
fn a_recorded_quote_has_its_lines() {
    let Some(folder) = folder() else { return };
    let recording = recording(&folder, "v800/50-quote-retrieve");
    let (_, get) = action(&schema(&folder), &recording).unwrap();
    let (outcome, _, _) = replay(get, context(Some(schema(&folder))), &[recording]);
    let Ok(Outcome::Record(record)) = outcome else { panic!("{outcome:?}") };
    let Some(Value::Lines(lines)) = record.value("LineItems") else { panic!("no lines") };
    assert_eq!(lines.len(), 4);
    let Some(Value::Reference(item)) = lines[0].fields.get("productid") else { panic!("no item") };
    assert_eq!(item.name.as_deref(), Some("Großer Kessel #13"));
    assert_eq!(lines[0].fields["total"], Value::Number("1004.63".parse().unwrap()));
    assert_eq!(lines[1].fields["comment"], Value::Text("line “comment” & more".into()));
}
