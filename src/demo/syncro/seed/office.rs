//! Leads, purchase and part orders, pages, prepared tickets, attendance, saved cards.

use super::{Source, moment, pick, set};
use crate::demo::company::texts;
use crate::demo::random::Random;
use crate::demo::syncro::fields::bare;
use crate::demo::syncro::kinds::Kind;
use crate::demo::syncro::settings::PROBLEMS;
use crate::demo::syncro::shelf::{Doc, doc};
use crate::demo::syncro::{leads, money, orders, pages, presence, time};
use serde_json::{Value, json};

/// The rest of the office.
pub fn fill(source: &Source<'_>) -> rusqlite::Result<()> {
    all_leads(source)?;
    purchases(source)?;
    parts(source)?;
    wiki(source)?;
    prepared(source)?;
    attendance(source)?;
    cards(source)
}

fn lead_status(theirs: &str, random: &mut Random) -> &'static str {
    match theirs {
        "New" => "New",
        "Assigned" => pick(random, &["Lead", "First Contact", "Prospect"]),
        "In Process" => {
            pick(random, &["Opportunity", "In Negotiation", "Waiting on Client", "Pending"])
        }
        "Dead" => "Lost",
        _ => "Won",
    }
}

fn all_leads(source: &Source<'_>) -> rusqlite::Result<()> {
    let mut rows = source.rows(Kind::Lead)?;
    let mut query = source.company.prepare(
        "SELECT l.rowid, l.firstName, l.lastName, l.emailAddress, l.phoneNumber, l.addressStreet, l.addressCity, l.addressCountry,
                l.addressPostalCode, l.status, l.accountName, l.description, l.createdAt, u.rowid, l.opportunityAmount
         FROM Lead AS l LEFT JOIN User AS u ON u.id = l.assignedUserId WHERE l.deleted = 0 AND l.rowid <= ? ORDER BY l.rowid",
    )?;
    let mut found = query.query([source.last("Lead")?])?;
    while let Some(row) = found.next()? {
        let place: i64 = row.get(0)?;
        let random = &mut source.random(Kind::Lead, place);
        let text = |at: usize| row.get::<_, Option<String>>(at).map(Option::unwrap_or_default);
        let about: Option<String> = row.get(11)?;
        let problem = random.chance(500).then(|| pick(random, &PROBLEMS));
        let mailbox = random.chance(300);
        let mut lead = leads::empty();
        set(
            &mut lead,
            json!({
                "first_name": text(1)?, "last_name": text(2)?, "email": text(3)?, "phone": bare(&text(4)?),
                "address": text(5)?, "city": text(6)?, "state": text(7)?, "zip": text(8)?,
                "status": lead_status(&text(9)?, random), "business_name": text(10)?,
                "ticket_subject": about.as_ref().map(|_| "Request from the web"), "ticket_description": about,
                "ticket_problem_type": problem, "message_read": random.chance(600),
                "mailbox_id": mailbox.then_some(4701), "mailbox_name": mailbox.then_some("info@robot-house.example"),
                "user_id": row.get::<_, Option<i64>>(13)?.map(|it| Kind::User.base() + it),
                "opportunity_amount_dollars": row.get::<_, Option<f64>>(14)?,
                "customer_id": random.chance(150).then(|| source.some_customer(random)),
            }),
        );
        let made = moment(&text(12)?, place);
        rows.add(Some(Kind::Lead.base() + place), made, made, &lead)?;
    }
    Ok(())
}

fn purchases(source: &Source<'_>) -> rusqlite::Result<()> {
    let mut rows = source.rows(Kind::Order)?;
    let mut lines = source.rows(Kind::OrderLine)?;
    for place in 1..=63 {
        let random = &mut source.random(Kind::Order, place);
        let minutes = -(64 - place) * 9_000;
        let mut order = orders::empty();
        let status = if place > 50 {
            "Open"
        } else {
            pick(random, &["Received", "Received", "Ordered", "Partially Received"])
        };
        set(
            &mut order,
            json!({
                "expected_date": orders::day(source.at(minutes + 14 * 1440, 0)), "number": (600 + place).to_string(),
                "shipping": money::float(money::of_cents(random.upto(4_000))), "shipping_notes": pick(random, &["", "Gate 4", "午前中に配達"]),
                "status": status, "user_id": Source::worker(random), "vendor_id": Kind::Vendor.base() + 1 + random.upto(9),
                "due_date": orders::day(source.at(minutes + 30 * 1440, 0)), "delivery_tracking": random.chance(500).then(|| format!("https://parcels.example/{place}")),
                "paid_date": (status == "Received").then(|| orders::day(source.at(minutes + 20 * 1440, 0))),
            }),
        );
        let id = source.add(&mut rows, minutes, place, &order)?;
        for _ in 0..random.below(5) {
            let Some(sold) = source.made.products.get(2 + random.below(5)) else { continue };
            let quantity = 1 + random.upto(12);
            let mut line = orders::line(id, sold.id, quantity, sold.cost);
            if status == "Received" {
                set(&mut line, json!({"received": true, "received_quantity": quantity}));
            }
            source.add(&mut lines, minutes, place, &line)?;
        }
    }
    Ok(())
}

fn parts(source: &Source<'_>) -> rusqlite::Result<()> {
    let mut rows = source.rows(Kind::Part)?;
    for place in 1..=70 {
        let random = &mut source.random(Kind::Part, place);
        let ticket = 1 + random.upto(usize::try_from(source.made.tickets).unwrap_or(1));
        let minutes = -(71 - place) * 5_000;
        let came = random.chance(600);
        let stamp = |at: i64| time::kept(source.at(at, place));
        let mut part = orders::part(
            Kind::Ticket.base() + ticket,
            1000 + ticket,
            money::of_cents(random.upto(40_000)),
        );
        set(
            &mut part,
            json!({
                "requestedon": stamp(minutes), "orderedon": random.chance(800).then(|| stamp(minutes + 300)),
                "receivedon": came.then(|| stamp(minutes + 9_000)), "received_at": came.then(|| stamp(minutes + 9_000)),
                "trackingnum": random.chance(700).then(|| format!("1Z{place:06}")), "user_id": Source::worker(random),
                "description": pick(random, &["Gripper finger, left", "減速機 グリース", "Kabelbaum Achse 3", "SSD 1 TB"]),
            }),
        );
        source.add(&mut rows, minutes, place, &part)?;
    }
    Ok(())
}

fn wiki(source: &Source<'_>) -> rusqlite::Result<()> {
    let mut rows = source.rows(Kind::Wiki)?;
    let mut query = source.company.prepare(
        "SELECT rowid, name, body, createdAt FROM KnowledgeBaseArticle WHERE deleted = 0 ORDER BY rowid",
    )?;
    let mut found = query.query([])?;
    while let Some(row) = found.next()? {
        let place: i64 = row.get(0)?;
        let name: String = row.get(1)?;
        let body = if place == 2 { texts::long() } else { row.get(2)? };
        let mut page = pages::empty();
        set(
            &mut page,
            json!({"name": name, "slug": format!("{}-{place}", pages::slug(&name)), "body": body}),
        );
        let made = moment(&row.get::<_, String>(3)?, place);
        rows.add(None, made, made, &page)?;
    }
    Ok(())
}

const ANSWERS: [(&str, &str, &str, usize); 6] = [
    (
        "We are on it",
        "Hello {{customer_name}},\n\na technician is looking at it.\n\nYour Robot House",
        "Update",
        0,
    ),
    ("Parts are ordered", "The parts are ordered and come on {{date}}.", "Update", 1),
    ("部品を発注しました", "部品を発注いたしました。到着次第ご連絡いたします。", "進捗", 2),
    (
        "Please restart",
        "Please switch the cell off and on again, and tell us what the panel shows.",
        "Reply",
        0,
    ),
    ("תודה", "תודה על הסבלנות, נחזור אליך עוד היום.", "Reply", 0),
    ("Out of warranty", "<b>The warranty ended</b>; we send an estimate first.", "Reply", 1),
];

/// Answers, blueprints, forms.
fn prepared(source: &Source<'_>) -> rusqlite::Result<()> {
    let mut rows = source.rows(Kind::Canned)?;
    for (place, (title, body, subject, category)) in (0..).zip(ANSWERS) {
        let category = pages::CATEGORIES.get(category).map(|it| it.0);
        let answer = json!({"title": title, "body": body, "subject": subject, "canned_response_category_id": category});
        source.add(&mut rows, -300_000, place, &doc(answer))?;
    }
    let mut blueprints = source.rows(Kind::Blueprint)?;
    for (place, (name, children)) in (0..).zip(BLUEPRINTS) {
        let role = if children.is_empty() { "standalone" } else { "parent" };
        let blueprint = json!({"name": name, "role": role, "children_count": children.len(), "_children": children});
        source.add(&mut blueprints, -300_000, place, &doc(blueprint))?;
    }
    let mut forms = source.rows(Kind::Form)?;
    for (place, name) in (0..).zip(["Phone call", "Robot repair"]) {
        source.add(&mut forms, -300_000, place, &form(name, place == 0))?;
    }
    Ok(())
}

const BLUEPRINTS: [(&str, &[&str]); 3] = [
    ("New employee", &["Order the laptop", "Create the mailbox", "鍵とバッジ"]),
    ("Robot acceptance", &["Check the fence", "Load test"]),
    ("Yearly service", &[]),
];

/// What forms ask for about the customer and the ticket, by how much they want it.
const WHO: [(&str, &str); 3] = [
    ("require", "firstname lastname"),
    ("show", "business_name email phone referred_by custom_fields"),
    (
        "hide",
        "address tax_rate_id get_sms opt_out no_email send_portal_invitation notification_email invoice_cc_emails invoice_term_id",
    ),
];
const WHAT: [(&str, &str); 3] = [
    ("require", "subject description problem_type"),
    ("show", "user_id ticket_type_id do_not_email"),
    (
        "hide",
        "priority due_date notify_emails category address_id contract_id sla_id isapproved pre_diagnosed",
    ),
];

fn form(name: &str, is_default: bool) -> Doc {
    let fields = |of: &[(&str, &str)]| -> Doc {
        of.iter()
            .flat_map(|(how, names)| names.split(' ').map(|name| (name.to_owned(), json!(*how))))
            .collect()
    };
    doc(json!({"name": name, "default": is_default, "disabled": false, "data": {
        "customer_details": {"fields": fields(&WHO), "defaults": {"placeholder": ""}, "position": "1"},
        "ticket_details": {
            "fields": fields(&WHAT),
            "defaults": {"placeholder": "", "isapproved": "true", "pre_diagnosed": "true"},
            "disabled": [], "position": "2",
        },
        "worksheets": {"position": "3"}, "related_assets": {"position": "4"},
    }}))
}

fn attendance(source: &Source<'_>) -> rusqlite::Result<()> {
    let mut rows = source.rows(Kind::Timelog)?;
    for day in (1..=14).rev() {
        for user in 1..=6 {
            let random = &mut source.random(Kind::Timelog, day * 10 + user);
            let start = -day * 1440 + 300 + random.upto(60);
            let mut log = presence::empty(Kind::User.base() + user);
            let open = day == 1 && user == 1;
            set(
                &mut log,
                json!({
                    "in_at": time::kept(source.at(start, 0)), "lunch": random.chance(300),
                    "out_at": (!open).then(|| time::kept(source.at(start + 480 + random.upto(60), 0))),
                    "in_note": random.chance(200).then_some("Gate 4"), "out_note": if random.chance(200) { json!("お疲れ様でした") } else { Value::Null },
                }),
            );
            source.add(&mut rows, start, day, &log)?;
        }
    }
    Ok(())
}

fn cards(source: &Source<'_>) -> rusqlite::Result<()> {
    let mut rows = source.rows(Kind::Profile)?;
    for place in (1..=source.made.customers).step_by(9) {
        let card = json!({
            "customer_id": Kind::Customer.base() + place, "expiration": "11/28", "customer_external_id": null,
            "used_gateway": "authorize_net", "payment_profile_id": place, "last_four": format!("{:04}", place * 37 % 10_000),
            "created_at": null, "updated_at": null,
        });
        source.add(&mut rows, -90_000, place, &doc(card))?;
    }
    Ok(())
}
