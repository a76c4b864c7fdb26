//! Campaigns, deals, and the papers that follow: quotes, orders, invoices, with their lines.

use super::people::SOURCES;
use super::{Filler, Stamps, at, cut, link, one_of, said, text, when};
use crate::demo::random::Random;
use crate::demo::vtiger::inventory::{Head, Line, count};
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, OptionalExtension};

const STAGES: [(&str, &str); 2] =
    [("Proposal", "Proposal or Price Quote"), ("Negotiation", "Negotiation or Review")];
const CAMPAIGNS: [(&str, &str); 2] = [("Complete", "Completed"), ("Newsletter", "Email")];

/// All of it.
pub fn fill(filler: &mut Filler<'_>) -> rusqlite::Result<()> {
    campaigns(filler)?;
    potentials(filler)?;
    papers(filler, &QUOTES)?;
    papers(filler, &ORDERS)?;
    papers(filler, &INVOICES)?;
    papers(filler, &PURCHASES)
}

fn campaigns(filler: &mut Filler<'_>) -> rusqlite::Result<()> {
    let from = "SELECT id, createdAt, modifiedAt, assignedUserId, name, status, type, endDate, budgetConverted FROM Campaign \
                WHERE deleted = 0 ORDER BY id DESC";
    let columns = "campaignname campaignstatus campaigntype closingdate budgetcost expectedrevenue expectedresponse";
    filler.copy("Campaigns", from, columns, |row, _| {
        let budget: Option<f64> = row.get(8)?;
        let budget = budget.unwrap_or(0.0);
        Ok(vec![
            at(row, 4)?,
            said(row, 5, &CAMPAIGNS)?,
            said(row, 6, &CAMPAIGNS)?,
            when(row, 7, 10)?,
            Sql::Real(budget),
            Sql::Real(budget * 6.5),
            text("Good"),
        ])
    })?;
    // One campaign has more members than an answer holds.
    let contacts: Vec<i64> = filler.all("Contacts").iter().take(130).copied().collect();
    let leads: Vec<i64> = filler.all("Leads").iter().take(12).copied().collect();
    if let Some(campaign) = filler.all("Campaigns").last().copied() {
        for member in contacts.into_iter().chain(leads) {
            filler.relate(campaign, member)?;
        }
    }
    Ok(())
}

fn potentials(filler: &mut Filler<'_>) -> rusqlite::Result<()> {
    let from = "SELECT id, createdAt, modifiedAt, assignedUserId, name, amountConverted, accountId, contactId, stage, probability, \
                leadSource, closeDate, description, campaignId FROM Opportunity WHERE deleted = 0 ORDER BY id DESC";
    let columns = "potentialname amount related_to contact_id sales_stage probability leadsource closingdate description campaignid \
                   forecast_amount opportunity_type nextstep";
    filler.copy("Potentials", from, columns, |row, known| {
        let amount: Option<f64> = row.get(5)?;
        let probability: Option<i64> = row.get(9)?;
        let amount = amount.unwrap_or(0.0);
        let share = f64::from(i32::try_from(probability.unwrap_or(0)).unwrap_or(0));
        let old = known.last % 3 == 0;
        Ok(vec![
            cut(row, 4, 120)?,
            Sql::Real(amount),
            link(row, 6, known)?,
            link(row, 7, known)?,
            said(row, 8, &STAGES)?,
            Sql::Real(share),
            said(row, 10, &SOURCES)?,
            when(row, 11, 10)?,
            at(row, 12)?,
            link(row, 13, known)?,
            Sql::Real(amount * share / 100.0),
            text(if old { "Existing Business" } else { "New Business" }),
            text(if old { "Call on Monday" } else { "" }),
        ])
    })
}

/// A kind of paper with lines.
struct Paper {
    module: &'static str,
    /// One for so many accounts.
    share: usize,
    /// Its own columns, after those that all have.
    columns: &'static str,
    own: fn(&Filler<'_>, usize, &mut Random) -> Vec<Sql>,
    /// Whether it goes to a vendor.
    buys: bool,
}

const QUOTES: Paper = Paper {
    module: "Quotes",
    share: 3,
    columns: "potential_id quotestage validtill",
    own: |filler, place, random| {
        let stage = one_of(random, &["Created", "Delivered", "Reviewed", "Accepted", "Rejected"]);
        let until = filler.day(30 - i64::try_from(place % 60).unwrap_or(0));
        vec![filler.some("Potentials", random).into(), text(stage), text(until)]
    },
    buys: false,
};
const ORDERS: Paper = Paper {
    module: "SalesOrder",
    share: 4,
    columns: "potential_id sostatus invoicestatus quote_id duedate",
    own: |filler, place, random| {
        let status = one_of(random, &["Created", "Approved", "Delivered", "Cancelled"]);
        let quote = filler.all("Quotes").get(place).copied().unwrap_or(0);
        let due = filler.day(14 - i64::try_from(place % 50).unwrap_or(0));
        vec![
            filler.some("Potentials", random).into(),
            text(status),
            text("Created"),
            quote.into(),
            text(due),
        ]
    },
    buys: false,
};
const INVOICES: Paper = Paper {
    module: "Invoice",
    share: 4,
    columns: "salesorder_id invoicestatus invoicedate duedate",
    own: |filler, place, random| {
        let status = one_of(random, &["Created", "Approved", "Sent", "Paid"]);
        let order = filler.all("SalesOrder").get(place).copied().unwrap_or(0);
        let days = i64::try_from(place % 300).unwrap_or(0);
        vec![order.into(), text(status), text(filler.day(-days)), text(filler.day(30 - days))]
    },
    buys: false,
};
const PURCHASES: Paper = Paper {
    module: "PurchaseOrder",
    share: 8,
    columns: "postatus duedate tracking_no",
    own: |filler, place, random| {
        let status = one_of(random, &["Created", "Approved", "Delivered", "Received Shipment"]);
        let due = filler.day(20 - i64::try_from(place % 90).unwrap_or(0));
        vec![text(status), text(due), text(format!("TRK{:06}", place * 17))]
    },
    buys: true,
};

fn papers(filler: &mut Filler<'_>, paper: &Paper) -> rusqlite::Result<()> {
    let number = (filler.count("Accounts") / paper.share).clamp(12, 5_000);
    let party = if paper.buys { "vendor_id" } else { "account_id" };
    let columns = format!(
        "subject {party} contact_id bill_street ship_street bill_city ship_city bill_country ship_country hdnTaxType currency_id \
         conversion_rate txtAdjustment hdnDiscountPercent terms_conditions description {}",
        paper.columns
    );
    filler.invent(paper.module, number, &columns, |filler, place, random| {
        let days = i64::try_from(place * 2 % 500).unwrap_or(0);
        let stamps: Stamps = filler.stamps(days, random);
        let to = filler.some(if paper.buys { "Vendors" } else { "Accounts" }, random);
        let subject = format!(
            "{} — {}",
            random.pick(&filler.names.deals),
            one_of(
                random,
                &["offer & layout", "Renewal “2027”", "見積書", "<b>urgent</b>", "spare parts"]
            )
        );
        let place_of = address(filler.db, to, paper.buys);
        let [street, city, country] = place_of.map(text);
        let discount = if place % 5 == 0 { Sql::Real(5.0) } else { Sql::Null };
        let adjustment = if place % 7 == 0 { 12.5 } else { 0.0 };
        // The third of each kind is taxed individually, which PHP 8 cannot show (A8).
        let tax = if place % 9 == 2 { "individual" } else { "group" };
        let contact = filler.some("Contacts", random);
        let mut values = vec![
            text(subject),
            to.into(),
            contact.into(),
            street.clone(),
            street,
            city.clone(),
            city,
            country.clone(),
            country,
        ];
        values.extend([
            text(tax),
            Sql::Integer(1),
            Sql::Real(1.0),
            Sql::Real(adjustment),
            discount,
        ]);
        values.extend([text("Payable within 30 days.\nNo cash discount."), text("")]);
        values.extend((paper.own)(filler, place, random));
        (stamps, values)
    })?;
    lines(filler, paper.module)
}

/// Where an account or a vendor is.
fn address(db: &Connection, id: i64, vendor: bool) -> [String; 3] {
    let sql = if vendor {
        "SELECT street, city, country FROM Vendors WHERE id = ?1"
    } else {
        "SELECT bill_street, bill_city, bill_country FROM Accounts WHERE id = ?1"
    };
    let read = |row: &rusqlite::Row<'_>| Ok([row.get(0)?, row.get(1)?, row.get(2)?]);
    let found =
        db.prepare_cached(sql).and_then(|mut statement| statement.query_row([id], read).optional());
    found.ok().flatten().unwrap_or_default()
}

/// One to five lines for every paper of a module, and the totals that follow.
fn lines(filler: &mut Filler<'_>, module: &'static str) -> rusqlite::Result<()> {
    let mut rows = Vec::new();
    let mut next = i64::try_from(filler.count("LineItem")).unwrap_or(0);
    let papers = filler.all(module).to_vec();
    let sql = format!(
        "UPDATE \"{module}\" SET hdnSubTotal = ?2, pre_tax_total = ?3, hdnGrandTotal = ?4 WHERE id = ?1"
    );
    let mut update = filler.db.prepare_cached(&sql)?;
    let head = format!(
        "SELECT hdnTaxType = 'individual', COALESCE(hdnDiscountPercent, 0), txtAdjustment FROM \"{module}\" WHERE id = ?1"
    );
    let mut head = filler.db.prepare_cached(&head)?;
    for (place, paper) in papers.iter().enumerate() {
        let random = &mut filler.random("LineItem", place * 31 + module.len());
        let mut all = Vec::new();
        for sequence in 1..=i64::try_from(random.below(5) + 1).unwrap_or(1) {
            let line = line(filler, random, sequence == 1);
            next += 1;
            rows.push(row(next, *paper, sequence, &line));
            all.push(line);
        }
        let head = head.query_row([paper], |row| {
            Ok(Head {
                individual: row.get(0)?,
                percent: row.get(1)?,
                adjustment: row.get(2)?,
                ..Head::default()
            })
        })?;
        let totals = count(&all, head);
        update.execute(rusqlite::params![
            paper,
            totals.subtotal,
            totals.before_tax,
            totals.grand
        ])?;
    }
    let columns = "id parent_id productid sequence_no quantity listprice discount_percent comment incrementondel tax1 tax2";
    filler.plain("LineItem", columns, rows)
}

fn line(filler: &Filler<'_>, random: &mut Random, first: bool) -> Line {
    let service = !first && random.chance(300);
    let product = filler.some(if service { "Services" } else { "Products" }, random);
    let quantity = f64::from(u32::try_from(random.below(9) + 1).unwrap_or(1));
    let price = 20.0 + f64::from(u32::try_from(random.below(4_000)).unwrap_or(0)) / 4.0;
    let percent = if random.chance(250) { 5.0 } else { 0.0 };
    let taxes = if first && random.chance(500) { [4.5, 10.0, 0.0] } else { [0.0; 3] };
    Line { product, quantity, price, percent, taxes, ..Line::default() }
}

fn row(id: i64, paper: i64, sequence: i64, line: &Line) -> Vec<Sql> {
    let comment = ["", "with “long” cable & plug", "納期4週間", "<i>as drawn</i>\nsecond line"];
    let place = usize::try_from(id).unwrap_or(0) % comment.len();
    let [vat, sales, _] = line.taxes;
    vec![
        id.into(),
        paper.into(),
        line.product.into(),
        sequence.into(),
        Sql::Real(line.quantity),
        Sql::Real(line.price),
        Sql::Real(line.percent),
        text(comment.get(place).copied().unwrap_or_default()),
        text("0"),
        Sql::Real(vat),
        Sql::Real(sales),
    ]
}
