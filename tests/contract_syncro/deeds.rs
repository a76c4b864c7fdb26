//! The day's actions, each run over HTTP through the catalogue that the command line and the menu
//! share, and what the demo then holds.
use ficha::{
    action::{
        Layer,
        catalogue::own::{self, Own},
    },
    demo::Demo,
    domain::{
        action::{Action, Outcome, Ran},
        connection::ConnectionId,
        query::Query,
        schema::Schema,
    },
};
use serde_json::{Value as Json, json};

use super::demo::{ask, company, layer, name, now, raw, without_limit};

/// A running company and what was found of it.
struct Stage {
    demo: Demo,
    with: (Layer, ConnectionId),
    schema: std::sync::Arc<Schema>,
}

impl Stage {
    async fn open() -> Self {
        let demo = company().await;
        without_limit(&demo).await;
        let with = layer(&demo, &demo.introduction().syncro.token, now);
        ask(&with, Action::Types).await.unwrap();
        let schema = with.0.schema(with.1).unwrap();
        Self { demo, with, schema }
    }

    async fn first(&self, entity: &str) -> String {
        let list = Action::List(Query::all(name(entity), 10));
        let Ok(Outcome::Page(page)) = ask(&self.with, list).await else { panic!("no {entity}") };
        let first = page.records.keys().next().unwrap_or_else(|| panic!("no {entity}"));
        first.as_str().to_owned()
    }

    fn own(&self, key: &str) -> Own {
        own::find(&self.schema, key, None).unwrap_or_else(|| panic!("no action {key}"))
    }

    /// As `ficha action run KEY --on TYPE/ID --input JSON`.
    async fn run(&self, key: &str, on: &str, input: &Json) -> Ran {
        let action = self.own(key).action(input, Some(on).filter(|on| !on.is_empty())).unwrap();
        match ask(&self.with, action).await {
            Ok(Outcome::Ran(ran)) => ran,
            other => panic!("{key}: {other:?}"),
        }
    }

    async fn holds(&self, path: &str) -> Json {
        raw(&self.demo, &format!("api/v1/{path}")).await
    }

    async fn sent(&self) -> Vec<Json> {
        let said = super::demo::raw_at(&self.demo, "_demo/syncro/sent").await;
        said["sent"].as_array().cloned().unwrap()
    }
}

/// Whether it is asked before.
const ASKED: [&str; 14] = [
    "invoice-ticket",
    "email-comment",
    "print-ticket",
    "print-invoice",
    "print-estimate",
    "email-invoice",
    "email-estimate",
    "publish-invoice",
    "convert-estimate",
    "resolve-alert",
    "run-script",
    "delete-attachment",
    "delete-time",
    "invite-portal-user",
];

#[tokio::test]
async fn a_tickets_day_is_done_by_actions_and_the_demo_holds_it() {
    let stage = Stage::open().await;
    let id = stage.first("Ticket").await;
    let ticket = format!("tickets/{id}");
    stage.run("set-status", &id, &json!({"status": "In Progress"})).await;
    stage.run("assign-ticket", &id, &json!({"user_id": 1_000_003})).await;
    let held = stage.holds(&ticket).await["ticket"].clone();
    assert_eq!((&held["status"], &held["user_id"]), (&json!("In Progress"), &json!(1_000_003)));
    stage.run("take-ticket", &id, &json!({})).await;
    let me = stage.schema.user.as_ref().unwrap().id.clone();
    assert_eq!(stage.holds(&ticket).await["ticket"]["user_id"].to_string(), me);

    for (key, input, hidden) in [
        ("comment-ticket", json!({"text": "to us"}), true),
        ("comment-ticket", json!({"text": "to all", "audience": "public"}), false),
        ("email-comment", json!({"text": "to them"}), false),
    ] {
        let before = stage.sent().await.len();
        stage.run(key, &id, &input).await;
        let said =
            stage.holds(&format!("{ticket}/comments?per_page=100")).await["comments"].clone();
        let it = said.as_array().unwrap().iter().find(|it| it["body"] == input["text"]);
        let it = it.unwrap_or_else(|| panic!("{input} is not among {said:#}"));
        assert_eq!(it["hidden"], json!(hidden), "{input}");
        let mailed = stage.sent().await.len() - before;
        assert_eq!(mailed, usize::from(key == "email-comment"), "{key} {input}");
    }

    stage.run("start-timer", &id, &json!({"notes": "on it"})).await;
    let timers = stage.holds(&format!("ticket_timers?ticket_id={id}&status=running")).await;
    assert_eq!(timers["ticket_timers"][0]["notes"], "on it");
    stage.run("stop-timer", &id, &json!({})).await;
    let timers = stage.holds(&format!("ticket_timers?ticket_id={id}&status=running")).await;
    assert_eq!(timers["ticket_timers"], json!([]));
    stage.run("charge-timer", &id, &json!({})).await;
    let lines = stage.holds(&ticket).await["ticket"]["line_items"].as_array().unwrap().len();
    let line = json!({"name": "Cable", "description": "2 m", "quantity": 2, "price": 9.5});
    stage.run("add-ticket-line", &id, &line).await;
    let held = stage.holds(&ticket).await["ticket"]["line_items"].clone();
    assert_eq!(held.as_array().unwrap().len(), lines + 1);
    let cable = held.as_array().unwrap().iter().find(|it| it["name"] == "Cable").unwrap();
    assert_eq!((&cable["price_retail"], &cable["description"]), (&json!(9.5), &json!("2 m")));

    stage.run("log-time", &id, &json!({"duration_minutes": 30, "notes": "phone"})).await;
    let file = json!({"url": "https://files.example/a.pdf", "filename": "a.pdf"});
    stage.run("attach-file", &id, &file).await;
    let held = stage.holds(&ticket).await["ticket"].clone();
    assert!(held["ticket_timers"].to_string().contains("phone"));
    let file = held["attachments"].as_array().unwrap().last().unwrap().clone();
    assert!(file.to_string().contains("a.pdf"), "{file}");
    stage.run("delete-attachment", &id, &json!({"attachment_id": file["id"]})).await;
    stage.run("new-worksheet", &id, &json!({"worksheet_template_id": 4401})).await;
    stage.run("print-ticket", &id, &json!({})).await;
    assert_eq!(stage.sent().await.last().unwrap()["what"], "print");

    let made = stage.run("invoice-ticket", &id, &json!({})).await.record.unwrap();
    let invoice = stage.holds(&format!("invoices/{}", made.1.as_str())).await["invoice"].clone();
    assert_eq!(invoice["ticket_id"].to_string(), id);
    assert!(invoice["line_items"].to_string().contains("Cable"), "{invoice}");
}

#[tokio::test]
async fn papers_are_printed_sent_and_turned_into_each_other() {
    let stage = Stage::open().await;
    for (entity, path, one) in
        [("Invoice", "invoices", "invoice"), ("Estimate", "estimates", "estimate")]
    {
        let id = stage.first(entity).await;
        let line = json!({"name": "Visit", "description": "On site", "price": "80"});
        stage.run(&format!("add-{one}-line"), &id, &line).await;
        let held = match one {
            "invoice" => stage.holds(&format!("{path}/{id}")).await,
            _ => stage.holds(&format!("line_items?estimate_id={id}")).await,
        };
        assert!(held.to_string().contains("On site"), "{held}");
        for (work, what) in [("print", "print"), ("email", "email")] {
            stage.run(&format!("{work}-{one}"), &id, &json!({})).await;
            assert_eq!(stage.sent().await.last().unwrap()["what"], what, "{work}-{one}");
        }
    }
    let estimate = stage.first("Estimate").await;
    let ran = stage.run("convert-estimate", &estimate, &json!({})).await;
    let (entity, id) = ran.record.unwrap();
    assert_eq!(entity.as_str(), "Invoice");
    assert_eq!(
        stage.holds(&format!("invoices/{}", id.as_str())).await["invoice"]["id"].to_string(),
        id.as_str()
    );
    stage.run("unpublish-invoice", id.as_str(), &json!({})).await;
    stage.run("publish-invoice", id.as_str(), &json!({})).await;
    let held = stage.holds(&format!("invoices/{}", id.as_str())).await;
    assert_eq!(held["invoice"]["status"], "published");
}

#[tokio::test]
async fn alerts_scripts_leads_and_blueprints_have_their_actions() {
    let stage = Stage::open().await;
    let alerts = stage.holds("rmm_alerts").await["rmm_alerts"].as_array().unwrap().clone();
    let ids: Vec<_> = alerts.iter().map(|alert| alert["id"].to_string()).collect();
    let made = stage.run("ticket-from-alert", &ids[0], &json!({})).await.record.unwrap();
    assert_eq!(made.0.as_str(), "Ticket");
    stage.run("resolve-alert", &ids[0], &json!({})).await;
    assert_eq!(
        stage.holds(&format!("rmm_alerts/{}", ids[0])).await["rmm_alert"]["resolved"],
        json!(true)
    );
    stage.run("mute-alert", &ids[1], &json!({"mute_for": "1-day"})).await;
    let left = stage.holds("rmm_alerts").await["rmm_alerts"].to_string();
    assert!(
        !left.contains(&format!("\"id\":{},", ids[1])),
        "a muted alert is not among the active"
    );

    let asset = stage.holds("customer_assets?query=WS").await["assets"][0]["id"].to_string();
    stage.run("run-script", &asset, &json!({"script": "4601"})).await;
    assert_eq!(stage.sent().await.last().unwrap()["what"], "script");
    let lead = stage.first("Lead").await;
    stage.run("check-in-lead", &lead, &json!({"ticket_description": "It hums"})).await;
    let held = stage.holds(&format!("leads/{lead}")).await["lead"].clone();
    assert_eq!(held["ticket_description"], "It hums");
    let blueprint = stage.first("TicketBlueprint").await;
    let customer = stage.first("Customer").await;
    let ran = stage.run("apply-blueprint", &blueprint, &json!({"customer_id": customer})).await;
    let (entity, id) = ran.record.unwrap();
    assert_eq!(entity.as_str(), "Ticket");
    let held = stage.holds(&format!("tickets/{}", id.as_str())).await;
    assert_eq!(held["ticket"]["customer_id"].to_string(), customer);
    let form = stage.first("NewTicketForm").await;
    let input = json!({"subject": "By form", "email": "a@b.example", "firstname": "Ann", "description": "x"});
    stage.run("fill-ticket-form", &form, &input).await;
    assert!(stage.holds("tickets").await.to_string().contains("By form"));
    stage.run("clock-in", "", &json!({"in_note": "early"})).await;
    stage.run("clock-out", "", &json!({})).await;
    assert!(stage.holds("timelogs").await.to_string().contains("early"));
}

#[tokio::test]
async fn what_leaves_the_house_or_cannot_be_taken_back_asks_first() {
    let stage = Stage::open().await;
    for own in own::all(&stage.schema) {
        let asks = own.verb.asks.is_some();
        assert_eq!(asks, ASKED.contains(&own.verb.key.as_str()), "{}", own.verb.key);
    }
    for key in ASKED {
        assert!(stage.own(key).verb.asks.is_some_and(|it| it.ends_with(['?', '.'])), "{key}");
    }
}
