//! The requests of deeds.
use jiff::ToSpan;
use serde_json::{Map, Value as Json, json};

use super::{given, path_of, text};
use crate::{
    domain::{comment::Audience, error::Error},
    net::exchange::{Exchange, Method},
    providers::{
        Context,
        json::items,
        syncro::{
            encode::{self, moment},
            reading, simple,
        },
    },
};

/// What is sent for that deed, in order.
pub fn requests(
    key: &str,
    target: &str,
    input: &Json,
    found: &[Json],
    context: &Context,
) -> Result<Vec<Exchange>, Error> {
    let one = |exchange| Ok(vec![exchange]);
    match key {
        "set-status" | "assign-ticket" | "take-ticket" => one(ticket(target, input, context)?),
        "comment-ticket" | "email-comment" => one(comment(key, target, input)),
        "add-ticket-line" | "add-invoice-line" | "add-estimate-line" => {
            one(line(key, target, input))
        }
        "start-timer" => {
            let mut body = whole(input, &["product_id"]);
            body.extend(given(input, &["notes", "billable"]));
            body.insert("ticket_id".to_owned(), encode::id(target));
            one(post(["ticket_timers"], body))
        }
        "stop-timer" => Ok(ids(found).map(|id| bare(["ticket_timers", &id, "stop"])).collect()),
        "resume-timer" => one(bare(["ticket_timers", target, "start"])),
        "pause-timer" => one(bare(["ticket_timers", target, "pause"])),
        "end-timer" => one(bare(["ticket_timers", target, "stop"])),
        "log-time" => one(post(["tickets", target, "timer_entry"], logged(input, context))),
        "charge-timer" => Ok(charged(target, input, found)),
        "charge-time" | "delete-time" => Ok(of_timers(key, found)),
        "print-ticket" => one(bare(["tickets", target, "print"])),
        "attach-file" => one(post(["tickets", target, "attach_file_url"], files(input))),
        "add-image" => one(post(["products", target, "add_images"], files(input))),
        "delete-attachment" => {
            one(post(["tickets", target, "delete_attachment"], whole(input, &["attachment_id"])))
        }
        "new-worksheet" => {
            let mut body = whole(input, &["worksheet_template_id"]);
            body.extend(given(input, &["title"]));
            one(post(["tickets", target, "worksheet_results"], body))
        }
        "invoice-ticket" => one(invoice_of(target, found, context)),
        "ticket-from-alert" => one(ticket_of(input, found)?),
        "apply-blueprint" => {
            one(post(["ticket_blueprints", target, "apply"], whole(input, &["customer_id"])))
        }
        "fill-ticket-form" => one(form(target, input)),
        "run-script" => one(script(target, input, context)?),
        "mute-alert" => {
            let how_long = text(input, "mute_for").unwrap_or_default();
            one(bare(["rmm_alerts", target, "mute"]).query("mute_for", how_long))
        }
        "resolve-alert" => one(Exchange::new(Method::Delete, path_of("RmmAlert", target)?)),
        _ => one(plain(key, target, input, context)?),
    }
}

/// The deeds that are one request without anything to think about.
fn plain(key: &str, target: &str, input: &Json, context: &Context) -> Result<Exchange, Error> {
    Ok(match key {
        "check-in-lead" => {
            let names = ["ticket_description", "ticket_subject", "ticket_problem_type"];
            let mut body = given(input, &names);
            body.insert("from_check_in".to_owned(), json!(true));
            Exchange::new(Method::Put, ["leads", target]).json(Json::Object(body))
        }
        "invite-portal-user" => {
            let body = [("id".to_owned(), encode::id(target))].into_iter().collect();
            post(["portal_users", "create_invitation"], body)
        }
        "print-invoice" => bare(["invoices", target, "print"]),
        "email-invoice" => bare(["invoices", target, "email"]),
        "publish-invoice" => bare(["invoices", target, "publish"]),
        "unpublish-invoice" => bare(["invoices", target, "convert_to_draft"]),
        "print-estimate" => bare(["estimates", target, "print"]),
        "email-estimate" => bare(["estimates", target, "email"]),
        "convert-estimate" => bare(["estimates", target, "convert_to_invoice"]),
        "set-stock" => {
            let body = whole(input, &["location_quantity_id", "quantity"]);
            let path = ["products", target, "location_quantities"];
            Exchange::new(Method::Put, path).json(Json::Object(body))
        }
        "receive-line" => post(
            ["purchase_orders", target, "receive"],
            whole(input, &["line_item_id", "received_quantity"]),
        ),
        "clock-in" => clock("in_at", given(input, &["in_note"]), context),
        "clock-out" => clock("out_at", given(input, &["out_note", "lunch"]), context),
        _ => return Err(Error::bug(format!("{key} is not done in any way"))),
    })
}

/// A change of one field of a ticket: its status, or whose it is.
fn ticket(target: &str, input: &Json, context: &Context) -> Result<Exchange, Error> {
    let mut body = given(input, &["status"]);
    body.extend(whole(input, &["user_id"]));
    if body.is_empty() {
        let me = context.schema.as_ref().and_then(|schema| schema.user.as_ref());
        let me = me.ok_or_else(|| Error::bug("nobody is signed in"))?;
        body.insert("user_id".to_owned(), encode::id(&me.id));
    }
    Ok(Exchange::new(Method::Put, ["tickets", target]).json(Json::Object(body)))
}

/// §8: private unless said otherwise; by e-mail only where that was asked.
fn comment(key: &str, target: &str, input: &Json) -> Exchange {
    let audience = match (key, text(input, "audience")) {
        ("email-comment", _) => Audience::Mailed,
        (_, Some("public")) => Audience::Public,
        _ => Audience::Private,
    };
    let words = input.get("text").and_then(Json::as_str).unwrap_or_default();
    simple::comment_request(target, words, audience)
}

/// A new line. A ticket's own text stands in `name`, the others' in `item` (§8).
fn line(key: &str, target: &str, input: &Json) -> Exchange {
    let mut body = whole(input, &["product_id"]);
    body.extend(given(input, &["taxable"]));
    let amount = |name: &str| input.get(name).and_then(reading::decimal).map(encode::number);
    let said = |name: &str| json!(text(input, name).unwrap_or_default());
    body.insert("quantity".to_owned(), amount("quantity").unwrap_or_else(|| json!(1)));
    let (path, names, price) = match key {
        "add-ticket-line" => {
            (["tickets", target, "add_line_item"], ["name", "description"], "price_retail")
        }
        "add-invoice-line" => (["invoices", target, "line_items"], ["item", "name"], "price"),
        _ => (["estimates", target, "line_items"], ["item", "name"], "price"),
    };
    for (name, from) in names.into_iter().zip(["name", "description"]) {
        body.insert(name.to_owned(), said(from));
    }
    if let Some(amount) = amount("price") {
        body.insert(price.to_owned(), amount);
    }
    post(path, body)
}

fn post<const N: usize>(path: [&str; N], body: Map<String, Json>) -> Exchange {
    Exchange::new(Method::Post, path).json(Json::Object(body))
}

/// A `POST` that says nothing but its path.
fn bare<const N: usize>(path: [&str; N]) -> Exchange {
    Exchange::new(Method::Post, path)
}

fn ids(found: &[Json]) -> impl Iterator<Item = String> {
    found.iter().filter_map(|row| row.get("id").and_then(reading::id))
}

/// Inputs that are whole numbers, also where they were typed as text.
fn whole(input: &Json, names: &[&str]) -> Map<String, Json> {
    let mut given = given(input, names);
    for json in given.values_mut() {
        if let Some(text) = json.as_str() {
            *json = encode::id(text.trim());
        }
    }
    given
}

/// The beginning is wanted (§5): so many minutes ago, where it was not said.
fn logged(input: &Json, context: &Context) -> Map<String, Json> {
    let mut body = whole(input, &["duration_minutes", "product_id"]);
    body.extend(given(input, &["notes"]));
    let minutes = body.get("duration_minutes").and_then(Json::as_i64).unwrap_or(0);
    let minutes = minutes.clamp(0, 60 * 24 * 31);
    let begun = text(input, "start_at").and_then(|it| it.parse().ok());
    let ago = || context.now.checked_sub(minutes.minutes()).unwrap_or(context.now);
    body.insert("start_at".to_owned(), json!(moment(begun.unwrap_or_else(ago))));
    body
}

fn charged(ticket: &str, input: &Json, found: &[Json]) -> Vec<Exchange> {
    let named = whole(input, &["timer_entry_id"]).shift_remove("timer_entry_id");
    let all: Vec<Json> = match named {
        Some(id) => vec![id],
        None => ids(found).map(|id| encode::id(&id)).collect(),
    };
    let one = |id: Json| {
        let body = [("timer_entry_id".to_owned(), id)].into_iter().collect();
        post(["tickets", ticket, "charge_timer_entry"], body)
    };
    all.into_iter().map(one).collect()
}

/// By the ticket that each belongs to.
fn of_timers(key: &str, found: &[Json]) -> Vec<Exchange> {
    let last = if key == "delete-time" { "delete_timer_entry" } else { "charge_timer_entry" };
    let one = |timer: &Json| {
        let ticket = timer.get("ticket_id").and_then(reading::id)?;
        let own = timer.get("id").and_then(reading::id)?;
        let body = [("timer_entry_id".to_owned(), encode::id(&own))].into_iter().collect();
        Some(post(["tickets", &ticket, last], body))
    };
    found.iter().filter_map(one).collect()
}

fn files(input: &Json) -> Map<String, Json> {
    let url = text(input, "url").unwrap_or_default();
    let last = || url.rsplit('/').next().unwrap_or_default();
    let name = text(input, "filename").unwrap_or_else(last);
    let file = json!({ "url": url, "filename": name });
    [("files".to_owned(), json!([file]))].into_iter().collect()
}

/// A new invoice of a ticket; its lines follow.
fn invoice_of(ticket: &str, found: &[Json], context: &Context) -> Exchange {
    let customer = found.first().and_then(|row| row.get("customer_id")).cloned();
    let subject = found.first().and_then(|row| row.get("subject")).and_then(reading::text);
    let mut body = Map::new();
    body.insert("customer_id".to_owned(), customer.unwrap_or_default());
    body.insert("ticket_id".to_owned(), encode::id(ticket));
    body.insert("date".to_owned(), json!(moment(context.now)));
    if let Some(subject) = subject {
        body.insert("name".to_owned(), json!(subject));
    }
    post(["invoices"], body)
}

/// What follows once the first request was answered: lines of a new invoice.
pub fn after(key: &str, made: Option<&str>, found: &[Json]) -> Vec<Exchange> {
    let (Some(invoice), Some(ticket), "invoice-ticket") = (made, found.first(), key) else {
        return Vec::new();
    };
    let line = |line: &Json| {
        let part = |key: &str| line.get(key).filter(|json| !json.is_null()).cloned();
        let amount = |key: &str| part(key).as_ref().and_then(reading::decimal).map(encode::number);
        let mut body = Map::new();
        body.insert("item".to_owned(), part("name").unwrap_or_else(|| json!("Item")));
        body.insert("name".to_owned(), part("description").unwrap_or_else(|| json!("")));
        let rest = [
            ("quantity", amount("quantity")),
            ("price", amount("price_retail")),
            ("cost", amount("price_cost")),
            ("taxable", part("taxable")),
            ("product_id", part("product_id")),
        ];
        let rest = rest.into_iter().filter_map(|(key, json)| Some((key.to_owned(), json?)));
        body.extend(rest);
        post(["invoices", invoice, "line_items"], body)
    };
    items(ticket, &["line_items"]).map(line).collect()
}

/// A new ticket of an alert: its text is the first comment, which only the team reads.
fn ticket_of(input: &Json, found: &[Json]) -> Result<Exchange, Error> {
    let alert = found.first();
    let part = |key: &str| alert.and_then(|it| it.get(key)).and_then(reading::text);
    let about = part("description").unwrap_or_else(|| "RMM alert".to_owned());
    let about = match part("computer_name") {
        Some(name) => format!("{name}: {about}"),
        None => about,
    };
    let subject = text(input, "subject").map_or(about, str::to_owned);
    let mut body = given(input, &["problem_type"]);
    body.insert("subject".to_owned(), json!(subject));
    let of = |key: &str| alert.and_then(|it| it.get(key)).and_then(reading::id);
    let nobodys = || Error::Invalid {
        field: None,
        reason: "the alert belongs to no customer, and a ticket needs one".to_owned(),
    };
    let customer = of("customer_id").ok_or_else(nobodys)?;
    body.insert("customer_id".to_owned(), encode::id(&customer));
    if let Some(asset) = of("asset_id") {
        body.insert("asset_ids".to_owned(), json!([encode::id(&asset)]));
    }
    if let Some(details) = part("formatted_output") {
        let comment = json!({
            "subject": "Initial Issue",
            "body": details,
            "hidden": true,
            "do_not_email": true,
        });
        body.insert("comments_attributes".to_owned(), json!([comment]));
    }
    Ok(post(["tickets"], body))
}

fn form(target: &str, input: &Json) -> Exchange {
    let customer = ["firstname", "lastname", "business_name", "email", "phone"];
    let mut ticket = given(input, &["subject", "description", "problem_type"]);
    // Nothing is mailed that nobody asked for.
    ticket.insert("do_not_email".to_owned(), json!(true));
    let body = json!({ "customer_details": given(input, &customer), "ticket_details": ticket });
    Exchange::new(Method::Post, ["new_ticket_forms", target, "process_form"]).json(body)
}

/// By its label in the settings, or by its id.
fn script(asset: &str, input: &Json, context: &Context) -> Result<Exchange, Error> {
    let wanted = input.get("script").and_then(reading::text).unwrap_or_default();
    let named = context.scripts.iter().find(|script| script.label == wanted);
    let id = named.map(|script| script.id).or_else(|| wanted.parse().ok());
    let unknown = || Error::Invalid {
        field: Some("script".to_owned()),
        reason: format!("there is no script {wanted} under [connections.NAME.scripts]"),
    };
    let id = id.ok_or_else(unknown)?;
    let mut body = json!({ "script_id": id, "run_type": "now" });
    if let Some(map) = body.as_object_mut() {
        if let Some(at) = text(input, "next_time").and_then(|it| it.parse().ok()) {
            map.insert("run_type".to_owned(), json!("later"));
            map.insert("next_time".to_owned(), json!(moment(at)));
            map.insert("freq".to_owned(), json!("once"));
        }
        if let Some(who) = text(input, "run_as") {
            map.insert("script_options".to_owned(), json!({ "run_as": who }));
        }
    }
    let path = ["rmm", "public_scripts", asset, "schedule"];
    Ok(Exchange::new(Method::Post, path).json(body))
}

fn clock(key: &str, mut body: Map<String, Json>, context: &Context) -> Exchange {
    body.insert(key.to_owned(), json!(moment(context.now)));
    Exchange::new(Method::Put, ["timelogs"]).json(Json::Object(body))
}
