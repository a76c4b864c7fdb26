//! Invoices, estimates and payments, from EspoCRM's opportunities.

use super::{Source, moment, pick, set};
use crate::demo::random::Random;
use crate::demo::syncro::kinds::Kind;
use crate::demo::syncro::lines::{self, Paper, Sums};
use crate::demo::syncro::shelf::{Doc, Record, Rows};
use crate::demo::syncro::{estimates, invoices, money, payments, time};
use jiff::Timestamp;
use serde_json::{Value, json};

/// All papers.
pub fn fill(source: &mut Source<'_>) -> rusqlite::Result<()> {
    let mut tables = Tables {
        invoices: source.rows(Kind::Invoice)?,
        estimates: source.rows(Kind::Estimate)?,
        lines: source.rows(Kind::Line)?,
        payments: source.rows(Kind::Payment)?,
    };
    let mut query = source.company.prepare(
        "SELECT o.rowid, o.name, o.stage, o.createdAt, a.rowid, u.rowid, o.description FROM Opportunity AS o
         LEFT JOIN Account AS a ON a.id = o.accountId LEFT JOIN User AS u ON u.id = o.assignedUserId
         WHERE o.deleted = 0 AND o.rowid <= ? ORDER BY o.createdAt, o.rowid",
    )?;
    let mut found = query.query([source.last("Opportunity")?])?;
    let mut number = 0;
    while let Some(row) = found.next()? {
        let place: i64 = row.get(0)?;
        let random = &mut source.random(Kind::Invoice, place);
        let account: Option<i64> = row.get(4)?;
        number += 1;
        let deal = Deal {
            name: row.get(1)?,
            stage: row.get(2)?,
            created: moment(&row.get::<_, String>(3)?, place),
            customer: source.customer(account, random),
            user: row.get::<_, Option<i64>>(5)?.map(|it| Kind::User.base() + it),
            note: row.get(6)?,
            number,
        };
        if place % 2 == 0 {
            estimate(source, &mut tables, &deal, random)?;
        } else {
            invoice(source, &mut tables, &deal, random)?;
        }
    }
    Ok(())
}

struct Deal {
    name: String,
    stage: String,
    created: Timestamp,
    customer: i64,
    user: Option<i64>,
    note: Option<String>,
    number: i64,
}

struct Tables<'a> {
    invoices: Rows<'a>,
    estimates: Rows<'a>,
    lines: Rows<'a>,
    payments: Rows<'a>,
}

/// The lines of a paper.
fn papers(
    source: &Source<'_>,
    rows: &mut Rows<'_>,
    paper: Paper,
    id: i64,
    at: Timestamp,
    random: &mut Random,
) -> rusqlite::Result<Vec<Record>> {
    let mut made = Vec::new();
    for position in 1..=1 + random.upto(5) {
        let Some(sold) = source.made.products.get(random.below(source.made.products.len())) else {
            continue;
        };
        let mut line = lines::empty(paper, id);
        set(
            &mut line,
            json!({
                "item": sold.name, "name": sold.description, "cost": money::text(money::of_cents(sold.cost)),
                "price": money::text(money::of_cents(sold.retail)), "quantity": pick(random, &["1.0", "2.0", "1.5", "10.0", "0.25"]),
                "product_id": sold.id, "taxable": random.chance(900), "position": position,
                "discount_percent": random.chance(120).then_some(10.0),
            }),
        );
        rows.add(None, at, at, &line)?;
        made.push(Record {
            id: source.shelf.last_insert_rowid(),
            created: at,
            updated: at,
            doc: line,
        });
    }
    Ok(made)
}

fn estimate(
    source: &Source<'_>,
    tables: &mut Tables<'_>,
    deal: &Deal,
    random: &mut Random,
) -> rusqlite::Result<()> {
    let status = match deal.stage.as_str() {
        "Closed Won" => "Approved",
        "Closed Lost" => "Declined",
        "Prospecting" => "Draft",
        _ => "Fresh",
    };
    let mut doc = estimates::empty();
    set(
        &mut doc,
        json!({
            "customer_id": deal.customer, "name": deal.name, "number": (3000 + deal.number).to_string(),
            "status": status, "date": time::kept(deal.created), "note": deal.note, "_user_id": deal.user,
        }),
    );
    tables.estimates.add(None, deal.created, deal.created, &doc)?;
    let id = source.shelf.last_insert_rowid();
    papers(source, &mut tables.lines, Paper::Estimate, id, deal.created, random)?;
    Ok(())
}

fn invoice(
    source: &Source<'_>,
    tables: &mut Tables<'_>,
    deal: &Deal,
    random: &mut Random,
) -> rusqlite::Result<()> {
    let id = Kind::Invoice.base() + deal.number;
    let lines = papers(source, &mut tables.lines, Paper::Invoice, id, deal.created, random)?;
    let total = money::cents(Sums::of(&lines).total());
    let share = match random.below(10) {
        0..=4 => 100,
        5 => 40,
        _ => 0,
    };
    let is_draft = share == 0 && random.chance(100);
    let tickets = source.made.tickets_of.get(&deal.customer).filter(|_| random.chance(400));
    let mut doc = invoices::empty();
    set(
        &mut doc,
        json!({
            "customer_id": deal.customer, "number": (1000 + deal.number).to_string(),
            "date": time::day(deal.created), "due_date": time::day(time::later(deal.created, 14 * 1440)),
            "is_paid": share == 100, "po_number": random.chance(300).then(|| format!("PO-{}", deal.number)),
            "note": deal.note, "user_id": deal.user, "name": deal.name, "verified_paid": share == 100,
            "status": if is_draft { "draft" } else { "published" },
            "ticket_id": tickets.and_then(|of| of.first()),
            "published_date": (!is_draft).then(|| time::kept(deal.created)),
        }),
    );
    tables.invoices.add(Some(id), deal.created, deal.created, &doc)?;
    if share > 0 && total > 0 {
        let at = time::later(deal.created, 1440 * (1 + random.upto(20)));
        let payment = payment(deal, id, total * share / 100, at, random);
        tables.payments.add(None, at, at, &payment)?;
    }
    Ok(())
}

fn payment(deal: &Deal, invoice: i64, cents: i64, at: Timestamp, random: &mut Random) -> Doc {
    let method = pick(random, &payments::METHODS);
    let mut doc = payments::empty();
    set(
        &mut doc,
        json!({
            "payment_amount": money::float(money::of_cents(cents)), "invoice_ids": [invoice],
            "ref_num": format!("{}", 11_000 + deal.number), "applied_at": time::kept(at),
            "payment_method": method, "customer_id": deal.customer,
            "transaction_response": if method == "Credit Card" { json!("approved") } else { Value::Null },
        }),
    );
    doc.insert("_applied".into(), json!({invoice.to_string(): cents}));
    doc
}
