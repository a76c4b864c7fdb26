//! Tickets with what hangs on them, appointments.

use super::people::words;
use super::{Source, moment, pick, set};
use crate::demo::company::texts;
use crate::demo::random::Random;
use crate::demo::syncro::kinds::Kind;
use crate::demo::syncro::settings::{PROBLEMS, TICKETS};
use crate::demo::syncro::shelf::{Doc, Rows, doc};
use crate::demo::syncro::{appointments, ticket_lines, tickets, time, timers, worksheets};
use jiff::Timestamp;
use serde_json::{Value, json};

/// All work.
pub fn fill(source: &mut Source<'_>) -> rusqlite::Result<()> {
    let places = all_tickets(source)?;
    source.made.tickets = i64::try_from(places.len()).unwrap_or(0);
    for (place, customer) in (1..).zip(places) {
        let of = source.made.tickets_of.entry(customer).or_default();
        of.push(Kind::Ticket.base() + place);
    }
    meetings(source)
}

/// What EspoCRM knows of a case or a task.
struct Job {
    created: Timestamp,
    updated: Timestamp,
    name: String,
    status: String,
    priority: String,
    about: Option<String>,
    account: Option<i64>,
    contact: Option<i64>,
    user: Option<i64>,
    is_case: bool,
}

fn jobs(source: &Source<'_>) -> rusqlite::Result<Vec<Job>> {
    let mut jobs = Vec::new();
    for (table, is_case) in [("Case", true), ("Task", false)] {
        let mut query = source.company.prepare(&format!(
            "SELECT j.rowid, j.createdAt, j.modifiedAt, j.name, j.status, j.priority, j.description, a.rowid, c.rowid, u.rowid
             FROM \"{table}\" AS j LEFT JOIN Account AS a ON a.id = j.accountId LEFT JOIN Contact AS c ON c.id = j.contactId
                  LEFT JOIN User AS u ON u.id = j.assignedUserId WHERE j.deleted = 0 AND j.rowid <= ?"
        ))?;
        let mut found = query.query([source.last(table)?])?;
        while let Some(row) = found.next()? {
            let place: i64 = row.get(0)?;
            let text = |at: usize| row.get::<_, Option<String>>(at).map(Option::unwrap_or_default);
            jobs.push(Job {
                created: moment(&text(1)?, place),
                updated: moment(&text(2)?, place),
                name: text(3)?,
                status: text(4)?,
                priority: text(5)?,
                about: row.get(6)?,
                account: row.get(7)?,
                contact: row.get(8)?,
                user: row.get(9)?,
                is_case,
            });
        }
    }
    jobs.sort_by_key(|job| job.created);
    Ok(jobs)
}

fn status(job: &Job, random: &mut Random) -> &'static str {
    match job.status.as_str() {
        "New" | "Not Started" => pick(random, &["New", "New", "Scheduled", "Customer Reply"]),
        "Assigned" | "Started" => pick(random, &["In Progress", "In Progress", "Prüfung 確認"]),
        "Pending" | "Deferred" => pick(random, &["Waiting on Customer", "Waiting for Parts"]),
        _ => pick(random, &["Resolved", "Resolved", "Invoiced"]),
    }
}

struct Tables<'a> {
    tickets: Rows<'a>,
    comments: Rows<'a>,
    timers: Rows<'a>,
    lines: Rows<'a>,
    sheets: Rows<'a>,
}

/// The tickets; whose each is.
fn all_tickets(source: &Source<'_>) -> rusqlite::Result<Vec<i64>> {
    let mut tables = Tables {
        tickets: source.rows(Kind::Ticket)?,
        comments: source.rows(Kind::Comment)?,
        timers: source.rows(Kind::Timer)?,
        lines: source.rows(Kind::TicketLine)?,
        sheets: source.rows(Kind::Worksheet)?,
    };
    let jobs = jobs(source)?;
    let mut whose = Vec::with_capacity(jobs.len());
    let last = i64::try_from(jobs.len()).unwrap_or(0);
    for (place, job) in (1..).zip(&jobs) {
        let random = &mut source.random(Kind::Ticket, place);
        let doc = ticket(source, job, place, random);
        whose.push(doc.get("customer_id").and_then(Value::as_i64).unwrap_or(0));
        tables.tickets.add(None, job.created, job.updated, &doc)?;
        let id = source.shelf.last_insert_rowid();
        comments(&mut tables, job, (id, place == last), random)?;
        times(source, &mut tables, job, id, random)?;
        for _ in 0..random.below(3) {
            if let Some(sold) = source.made.products.get(random.below(source.made.products.len())) {
                let mut line = ticket_lines::empty(id);
                set(
                    &mut line,
                    json!({
                        "user_id": doc.get("user_id"), "product_id": sold.id, "name": sold.name,
                        "description": sold.description, "quantity": format!("{}.0", 1 + random.upto(4)),
                        "cost_cents": sold.cost, "retail_cents": sold.retail,
                    }),
                );
                tables.lines.add(None, job.created, job.created, &line)?;
            }
        }
        if place % 17 == 0 {
            tables.sheets.add(None, job.created, job.created, &worksheets::empty(id))?;
        }
    }
    Ok(whose)
}

fn ticket(source: &Source<'_>, job: &Job, place: i64, random: &mut Random) -> Doc {
    let customer = source.customer(job.account, random);
    let status = status(job, random);
    let is_closed = matches!(status, "Resolved" | "Invoiced");
    let kind = TICKETS.get(if job.is_case { 0 } else { 1 + random.below(2) });
    let priority = match job.priority.as_str() {
        "Urgent" => json!("0 Urgent"),
        "High" => json!("1 High"),
        "Normal" => json!("2 Normal"),
        "Low" => json!("3 Low"),
        _ => Value::Null,
    };
    let own = source.made.assets.get(&customer).filter(|_| random.chance(600));
    let assets: Vec<i64> =
        own.and_then(|of| of.get(random.below(of.len()))).copied().into_iter().collect();
    let contact = source.contact(job.contact);
    let subject = match place {
        3 => texts::HOSTILE[4].to_owned(),
        4 => texts::HOSTILE[2].to_owned(),
        _ => job.name.clone(),
    };
    let properties = if job.is_case {
        json!({"Device Type": pick(random, &["Hard Drive", "Gripper", "Controller"]), "Maker": pick(random, &["", "Acme", "東芝"]), "On site": if random.chance(300) { "1" } else { "0" }})
    } else {
        json!({})
    };
    let parent = (place % 25 == 0).then(|| Kind::Ticket.base() + place - 5);
    let mut doc = tickets::empty();
    set(
        &mut doc,
        json!({
            "number": 1000 + place, "subject": subject, "customer_id": customer,
            "due_date": time::kept(time::later(job.created, 1440 * (1 + random.upto(9)))),
            "problem_type": pick(random, &PROBLEMS), "status": status,
            "ticket_type_id": kind.map(|one| one.id), "properties": properties,
            "user_id": job.user.filter(|_| !random.chance(120)).map(|it| Kind::User.base() + it),
            "priority": priority, "resolved_at": is_closed.then(|| time::kept(job.updated)),
            "asset_ids": assets, "tag_list": if random.chance(200) { json!(["spare", "営業"]) } else { json!([]) },
            "contact_id": contact.or_else(|| source.contact_of(customer, random)), "parent_id": parent,
        }),
    );
    doc
}

const TECHS: [&str; 6] =
    ["Ada Lindqvist", "Mara Vogt", "Bob Müller-Ωmega", "美咲 佐藤", "נועה כהן", "Samira Haddad"];

fn comments(
    tables: &mut Tables<'_>,
    job: &Job,
    (ticket, is_last): (i64, bool),
    random: &mut Random,
) -> rusqlite::Result<()> {
    let count = if is_last { 60 } else { random.upto(5) };
    for place in 0..=count {
        let user = random.upto(6);
        let tech = TECHS.get(usize::try_from(user).unwrap_or(0)).copied().unwrap_or_default();
        let from_customer = place > 0 && random.chance(250);
        let (body, is_rich) = match place {
            0 => (
                job.about.clone().unwrap_or_else(|| job.name.clone()),
                job.about.as_deref() == Some(texts::HTML),
            ),
            7 => (texts::HTML.to_owned(), true),
            9 => (texts::long(), false),
            11 => (texts::HOSTILE[0].to_owned(), false),
            _ => (words(random), false),
        };
        let subject = if place == 0 {
            "Initial Issue"
        } else {
            pick(random, &["Update", "Reply", "Arrival", "Ordered parts", "進捗"])
        };
        let at = time::later(job.created, place * (11 + random.upto(40)));
        let comment = json!({
            "created_at": null, "updated_at": null, "ticket_id": ticket, "subject": subject,
            "body": body, "tech": if from_customer { "customer-reply" } else { tech },
            "hidden": !from_customer && place > 0 && random.chance(400),
            "user_id": if from_customer { Value::Null } else { json!(Kind::User.base() + 1 + user) },
            "is_rich_text": is_rich,
        });
        tables.comments.add(None, at, at, &doc(comment))?;
    }
    Ok(())
}

fn times(
    source: &Source<'_>,
    tables: &mut Tables<'_>,
    job: &Job,
    ticket: i64,
    random: &mut Random,
) -> rusqlite::Result<()> {
    for place in 0..random.upto(3) {
        let start = time::later(job.created, 30 + place * 200);
        let minutes = 15 * (1 + random.upto(12));
        let mut timer = timers::empty(ticket, Source::worker(random));
        set(
            &mut timer,
            json!({
                "start_time": time::kept(start), "end_time": time::kept(time::later(start, minutes)),
                "active_duration": minutes * 60, "billable": random.chance(800),
                "notes": random.chance(500).then(|| words(random)),
                "product_id": source.made.products.first().map(|it| it.id),
                "billable_override": random.chance(150).then_some(1800),
            }),
        );
        tables.timers.add(None, start, start, &timer)?;
    }
    Ok(())
}

fn meetings(source: &Source<'_>) -> rusqlite::Result<()> {
    let mut types = source.rows(Kind::AppointmentType)?;
    for (place, (name, at)) in (0..).zip([
        ("On site", "customer_address"),
        ("In the workshop", "hard_coded"),
        ("電話", "phone_call"),
    ]) {
        source.add(&mut types, -500_000, place, &appointments::kind(name, at))?;
    }
    let mut rows = source.rows(Kind::Appointment)?;
    for table in ["Meeting", "Call"] {
        let mut query = source.company.prepare(&format!(
            "SELECT m.rowid, m.name, m.dateStart, m.dateEnd, m.description, a.rowid, u.rowid, m.createdAt FROM \"{table}\" AS m
             LEFT JOIN Account AS a ON a.id = m.accountId LEFT JOIN User AS u ON u.id = m.assignedUserId WHERE m.deleted = 0 AND m.rowid <= ?"
        ))?;
        let mut found = query.query([source.last(table)?])?;
        while let Some(row) = found.next()? {
            let place: i64 = row.get(0)?;
            let random = &mut source.random(Kind::Appointment, place);
            let account: Option<i64> = row.get(5)?;
            let customer = source.customer(account, random);
            let kind =
                Kind::AppointmentType.base() + 1 + if table == "Call" { 2 } else { random.upto(2) };
            let user = row.get::<_, Option<i64>>(6)?.map(|it| Kind::User.base() + it);
            let moment =
                |at: usize| Ok::<_, rusqlite::Error>(moment(&row.get::<_, String>(at)?, 0));
            let mut one = appointments::empty();
            set(
                &mut one,
                json!({
                    "summary": row.get::<_, String>(1)?, "description": row.get::<_, Option<String>>(4)?,
                    "customer_id": customer, "start_at": time::kept(moment(2)?), "end_at": time::kept(moment(3)?),
                    "location": pick(random, &["In Shop", "Gate 4", "工場 2F", ""]), "_user_id": user, "_type_id": kind,
                }),
            );
            let made = moment(7)?;
            rows.add(None, made, made, &one)?;
        }
    }
    Ok(())
}
