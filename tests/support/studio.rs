//! A sign-in to Membrane, made by hand: what it keeps in every state, apps, actions with schemas.
use ficha::{
    app::{msg::Msg, slots::Slot},
    domain::{
        action::{Action, Outcome, Ran},
        connection::{Auth, Connection, Kind, Via},
        query::Query,
        record::{Page, Record, RecordId, Total},
        schema::Me,
        value::Value,
    },
};
use serde_json::{Value as Json, json};

use super::company::{self, points_to, record, text};

/// The sign-in, two of its connections that the settings name, and another product.
pub fn connections() -> Vec<Connection> {
    let acme = company::connection();
    let studio = Connection {
        name: "studio".to_owned(),
        kind: Kind::Membrane,
        url: "https://api.getmembrane.com".to_owned(),
        auth: Auth::Oauth,
        ..acme.clone()
    };
    let through = |name: &str, kind: Kind, id: &str| Connection {
        name: name.to_owned(),
        kind,
        url: String::new(),
        via: Some(Via { connection: "studio".to_owned(), id: id.to_owned() }),
        ..acme.clone()
    };
    let client = Connection { read_only: true, ..through("espo-client-b", Kind::Espocrm, "c2") };
    let cloud = through("vtiger-cloud", Kind::VtigerCloud, "c3");
    vec![acme, studio, client, cloud]
}

/// What Membrane answers; `None` to what no test asks.
#[expect(clippy::wildcard_enum_match_arm, reason = "what is not of Membrane is the company's")]
pub fn answer(action: &Action) -> Option<Outcome> {
    Some(match action {
        Action::Whoami => Outcome::Me(Me { name: "Ada Lindqvist".to_owned(), ..Me::default() }),
        Action::List(query) | Action::Related { query, .. } => match query.entity.as_str() {
            "Connection" => page(kept()),
            "Connector" => page(connectors(query)),
            "Action" => page(actions()),
            _ => return company::answer(action),
        },
        Action::Run(run) if run.key == "run" => Outcome::Ran(Ran {
            output: contacts(),
            run_id: Some("run_71".to_owned()),
            ..Ran::default()
        }),
        _ => return company::answer(action),
    })
}

fn page(all: Vec<Record>) -> Outcome {
    let records: indexmap::IndexMap<RecordId, Record> =
        all.into_iter().map(|it| (it.id.clone(), it)).collect();
    let received = records.len() as u64;
    Outcome::Page(Page { records, total: Total::Exact(received), received, ..Page::default() })
}

fn kept() -> Vec<Record> {
    let one = |id: &str, name: &str, app: &str, state: &str, needs: &str| {
        let fields = [("name", name), ("app", app), ("state", state), ("needs", needs)];
        record("Connection", id, &fields.map(|(field, value)| (field, text(value))))
    };
    let revoked = "Someone revoked the app in Vtiger on 21 Nov, or its password changed.";
    vec![
        one("c1", "HubSpot EU", "HubSpot", "READY", ""),
        one("c2", "Client B", "EspoCRM", "READY", ""),
        one("c3", "Vtiger cloud", "Vtiger Cloud", "DISCONNECTED", revoked),
        one("c4", "Ledger", "Xero", "BUILDING", ""),
        one("c5", "Letterbox", "Letterbox", "CLIENT_ACTION_REQUIRED", "Choose a mailbox."),
        one("c6", "数据平台 🍇", "Plataforma", "SOMETHING_NEW", ""),
    ]
}

fn connectors(query: &Query) -> Vec<Record> {
    let all = [
        ("k1", "HubSpot", "CRM, marketing and service"),
        ("k2", "EspoCRM", "Open source CRM"),
        ("k3", "Letterbox", "Letters on paper"),
    ];
    let words = format!("{:?}", query.filter).to_lowercase();
    let fits = |name: &str| query.filter.is_none() || words.contains(&name.to_lowercase());
    let fitting = all.iter().filter(|(_, name, _)| fits(name));
    let of = |(id, name, about): &(&str, &str, &str)| {
        record("Connector", id, &[("name", text(name)), ("description", text(about))])
    };
    fitting.map(of).collect()
}

fn actions() -> Vec<Record> {
    let one = |id: &str, key: &str, name: &str, about: &str, input: Json, output: Json| {
        record(
            "Action",
            id,
            &[
                ("name", text(name)),
                ("key", text(key)),
                ("type", text("api-request-to-external-app")),
                ("connection", points_to("Connection", "c2", "Client B")),
                ("description", text(about)),
                ("inputSchema", Value::Json(input)),
                ("outputSchema", Value::Json(output)),
            ],
        )
    };
    vec![
        one(
            "a1",
            "create-task",
            "Create task",
            "A new task, with a reminder where one is wanted.",
            task(),
            json!({"type": "object", "properties": {"id": {"type": "string"}}}),
        ),
        one("a2", "list-contacts", "List contacts", "A page of contacts.", paging(), listed()),
        one(
            "a3",
            "get-contact",
            "Get contact",
            "One contact by id.",
            json!({"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}),
            Json::Null,
        ),
    ]
}

/// Every kind of member.
fn task() -> Json {
    json!({
        "type": "object",
        "required": ["name", "status"],
        "properties": {
            "name": {"type": "string", "maxLength": 150, "description": "What is to be done."},
            "status": {"enum": ["Not Started", "Started", "Completed"], "default": "Not Started"},
            "due": {"type": "string", "format": "date"},
            "minutes": {"type": "integer", "minimum": 5, "maximum": 480},
            "urgent": {"type": "boolean"},
            "mail": {"type": "string", "format": "email", "title": "E-mail"},
            "tags": {"type": "array", "items": {"type": "string"}},
            "place": {"type": "object", "properties": {"city": {"type": "string"}, "room": {"oneOf": [{"type": "string"}, {"type": "integer"}]}}},
            "remind": {"oneOf": [
                {"type": "object", "required": ["by"], "properties": {"by": {"const": "mail"}, "minutes": {"type": "integer"}}},
                {"type": "object", "required": ["by"], "properties": {"by": {"const": "popup"}, "sound": {"type": "boolean"}}},
            ]},
            "steps": {"type": "array", "items": {"type": "object", "properties": {"what": {"type": "string"}, "minutes": {"type": "integer"}}}},
            "extra": {"type": "object"},
        },
    })
}

fn paging() -> Json {
    json!({"type": "object", "properties": {
        "maxSize": {"type": "integer", "title": "How many", "minimum": 0, "maximum": 200, "default": 20},
        "offset": {"type": "integer", "title": "From", "minimum": 0, "default": 0},
        "textFilter": {"type": "string", "title": "Words"},
    }})
}

fn listed() -> Json {
    json!({"type": "object", "properties": {
        "total": {"type": "integer"},
        "list": {"type": "array", "items": {"type": "object", "properties": {"name": {"type": "string"}}}},
    }})
}

fn contacts() -> Json {
    json!({"total": 3, "list": [
        {"id": "1", "name": "Ada Lindqvist", "emailAddress": "ada@example.com"},
        {"id": "2", "name": "海蓝", "emailAddress": null},
    ]})
}

/// A page of a sign-in.
pub const PAGE: &str = "https://api.getmembrane.com/oauth/authorize?response_type=code&client_id=\
    ficha-7&redirect_uri=http%3A%2F%2F127.0.0.1%3A41234%2Fcallback&scope=tenant&state=st4te&\
    code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";

/// The slot of its sign-in.
pub fn sign_in() -> Slot {
    Slot::SignIn(ficha::domain::connection::ConnectionId(1))
}

/// The page of a sign-in, for the ticket that waits for it.
pub fn opened(ticket: ficha::app::slots::Ticket) -> Msg {
    Msg::SigningIn(ticket, ficha::domain::sign_in::SignInStep::Open(PAGE.to_owned()))
}
