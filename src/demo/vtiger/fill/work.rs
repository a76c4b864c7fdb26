//! Tasks and events, tickets, questions, mails, calls, messages, documents, comments.

use super::{Filler, Known, at, cut, link, one_of, said, text};
use crate::demo::vtiger::files::page;
use rusqlite::Row;
use rusqlite::types::Value as Sql;

const TASKS: [(&str, &str); 3] =
    [("Started", "In Progress"), ("Canceled", "Deferred"), ("Completed", "Completed")];
const PRIORITIES: [(&str, &str); 2] = [("Normal", "Medium"), ("Urgent", "High")];
const TICKETS: [(&str, &str); 4] = [
    ("New", "Open"),
    ("Assigned", "In Progress"),
    ("Pending", "Wait For Response"),
    ("Rejected", "Closed"),
];
const CATEGORIES: [(&str, &str); 3] =
    [("Question", "Other Problem"), ("Incident", "Big Problem"), ("Problem", "Small Problem")];

/// All of it.
pub fn fill(filler: &mut Filler<'_>) -> rusqlite::Result<()> {
    tickets(filler)?;
    tasks(filler)?;
    events(filler, "Meeting", "Meeting")?;
    events(filler, "Call", "Call")?;
    questions(filler)?;
    mails(filler)?;
    calls(filler)?;
    documents(filler)?;
    comments(filler)
}

/// What a record is about, as activities may say it: contacts stand in a field of their own.
fn about(row: &Row<'_>, place: usize, known: &Known) -> rusqlite::Result<[Sql; 2]> {
    let kind: Option<String> = row.get(place)?;
    let number = link(row, place + 1, known)?;
    let none = Sql::Integer(0);
    Ok(if kind.as_deref() == Some("Contact") { [none, number] } else { [number, none] })
}

fn tasks(filler: &mut Filler<'_>) -> rusqlite::Result<()> {
    let from = "SELECT id, createdAt, modifiedAt, assignedUserId, name, status, priority, dateEnd, description, parentType, parentId \
                FROM Task WHERE deleted = 0 ORDER BY id DESC";
    let columns = "subject taskstatus taskpriority date_start due_date time_start description parent_id contact_id activitytype \
                   duration_hours duration_minutes";
    filler.copy("Calendar", from, columns, |row, known| {
        let end: Option<String> = row.get(7)?;
        let end = end.unwrap_or_else(|| "2026-01-01 09:00:00".into());
        let (day, time) = end.split_once(' ').unwrap_or((&end, "09:00:00"));
        let [parent, contact] = about(row, 9, known)?;
        Ok(vec![
            at(row, 4)?,
            said(row, 5, &TASKS)?,
            said(row, 6, &PRIORITIES)?,
            text(day),
            text(day),
            text(time),
            at(row, 8)?,
            parent,
            contact,
            text("Task"),
            Sql::Integer(0),
            text("0"),
        ])
    })
}

fn events(filler: &mut Filler<'_>, entity: &str, kind: &str) -> rusqlite::Result<()> {
    let from = format!(
        "SELECT id, createdAt, modifiedAt, assignedUserId, name, status, dateStart, dateEnd, description, parentType, parentId, duration \
         FROM \"{entity}\" WHERE deleted = 0 ORDER BY id DESC"
    );
    let columns = "subject eventstatus activitytype date_start time_start due_date time_end description parent_id contact_id \
                   duration_hours duration_minutes location visibility";
    filler.copy("Events", &from, columns, |row, known| {
        let moment = |place: usize| -> rusqlite::Result<[Sql; 2]> {
            let found: Option<String> = row.get(place)?;
            let found = found.unwrap_or_default();
            let (day, time) = found.split_once(' ').unwrap_or((&found, ""));
            Ok([text(day), text(time)])
        };
        let seconds: Option<i64> = row.get(11)?;
        let seconds = seconds.unwrap_or(0);
        let [from_day, from_time] = moment(6)?;
        let [to_day, to_time] = moment(7)?;
        let [parent, contact] = about(row, 9, known)?;
        Ok(vec![
            at(row, 4)?,
            at(row, 5)?,
            text(kind),
            from_day,
            from_time,
            to_day,
            to_time,
            at(row, 8)?,
            parent,
            contact,
            (seconds / 3600).into(),
            text(format!("{}", seconds % 3600 / 60)),
            text(if kind == "Meeting" { "Room \"A\" & B" } else { "" }),
            text("Public"),
        ])
    })
}

fn tickets(filler: &mut Filler<'_>) -> rusqlite::Result<()> {
    let from = "SELECT id, createdAt, modifiedAt, assignedUserId, name, status, priority, type, description, accountId, contactId \
                FROM \"Case\" WHERE deleted = 0 ORDER BY id DESC";
    let columns = "ticket_title ticketstatus ticketpriorities ticketcategories description parent_id contact_id product_id \
                   ticketseverities solution hours days";
    let products = filler.all("Products").to_vec();
    filler.copy("HelpDesk", from, columns, |row, known| {
        let place = usize::try_from(known.last).unwrap_or(0);
        let product = products.get(place % products.len().max(1)).copied().unwrap_or(0);
        let severity = ["Minor", "Major", "Feature", "Critical"];
        let severity = severity.get(place % 4).copied().unwrap_or_default();
        Ok(vec![
            at(row, 4)?,
            said(row, 5, &TICKETS)?,
            at(row, 6)?,
            said(row, 7, &CATEGORIES)?,
            at(row, 8)?,
            link(row, 9, known)?,
            link(row, 10, known)?,
            product.into(),
            text(severity),
            text(if place % 3 == 0 { "Tightened the belt & greased axis 3." } else { "" }),
            if place % 2 == 0 { Sql::Real(1.5) } else { Sql::Null },
            Sql::Null,
        ])
    })
}

fn questions(filler: &mut Filler<'_>) -> rusqlite::Result<()> {
    let from = "SELECT id, createdAt, modifiedAt, assignedUserId, name, body FROM KnowledgeBaseArticle WHERE deleted = 0 ORDER BY id DESC";
    let products = filler.all("Products").to_vec();
    filler.copy(
        "Faq",
        from,
        "question faq_answer faqstatus faqcategories product_id",
        |row, known| {
            let place = usize::try_from(known.last).unwrap_or(0);
            let product = products.get(place % products.len().max(1)).copied().unwrap_or(0);
            let status =
                ["Published", "Draft", "Reviewed"].get(place % 3).copied().unwrap_or_default();
            Ok(vec![at(row, 4)?, at(row, 5)?, text(status), text("General"), product.into()])
        },
    )
}

fn mails(filler: &mut Filler<'_>) -> rusqlite::Result<()> {
    let from = "SELECT id, createdAt, modifiedAt, assignedUserId, name, \"from\", \"to\", dateSent, body, parentType, parentId FROM Email \
                WHERE deleted = 0 ORDER BY id DESC";
    let columns = "subject from_email saved_toid ccmail bccmail date_start time_start description parent_id activitytype email_flag";
    filler.copy("Emails", from, columns, |row, known| {
        let to: Option<String> = row.get(6)?;
        let sent: Option<String> = row.get(7)?;
        let sent = sent.unwrap_or_default();
        let (day, time) = sent.split_once(' ').unwrap_or((&sent, ""));
        let list = |address: &str| text(serde_json::json!([address]).to_string());
        Ok(vec![
            at(row, 4)?,
            at(row, 5)?,
            list(&to.unwrap_or_default()),
            list(""),
            list(""),
            text(day),
            text(time),
            at(row, 8)?,
            link(row, 10, known)?,
            text("Emails"),
            text("SENT"),
        ])
    })
}

fn calls(filler: &mut Filler<'_>) -> rusqlite::Result<()> {
    let count = (filler.count("Accounts") / 4).clamp(15, 3_000);
    let columns = "direction callstatus customer user recordingurl totalduration starttime customernumber endtime billduration gateway \
                   sourceuuid customertype";
    filler.invent("PBXManager", count, columns, |filler, place, random| {
        let minutes = i64::try_from(place * 40).unwrap_or(0) + 15;
        let length = random.upto(900);
        let stamps = filler.stamps(minutes / 1440, random);
        let values = vec![
            text(if place % 3 == 0 { "inbound" } else { "outbound" }),
            text(one_of(random, &["completed", "completed", "no-answer", "busy"])),
            filler.some("Contacts", random).into(),
            stamps.owner.into(),
            text(format!("https://pbx.example/recordings/{place}")),
            length.into(),
            text(filler.minutes(-minutes)),
            text(format!("+1202555{:04}", place % 10_000)),
            text(filler.minutes(-minutes + length / 60)),
            length.into(),
            text("PBXManager"),
            text(format!("{:012x}", place * 7919)),
            text("Contacts"),
        ];
        (stamps, values)
    })?;
    let count = (filler.count("Accounts") / 10).clamp(10, 1_000);
    filler.invent("SMSNotifier", count, "message", |filler, place, random| {
        let message = one_of(
            random,
            &[
                "We arrive at 10:00.",
                "本日の訪問は15時に変更です。",
                "Your order is on its way & will arrive <today>.",
                "הטכנאי בדרך",
            ],
        );
        (filler.stamps(i64::try_from(place).unwrap_or(0), random), vec![text(message)])
    })
}

fn documents(filler: &mut Filler<'_>) -> rusqlite::Result<()> {
    let from = "SELECT d.id, d.createdAt, d.modifiedAt, d.assignedUserId, d.name, f.name, f.type, d.description FROM Document d \
                LEFT JOIN Attachment f ON f.id = d.fileId WHERE d.deleted = 0 ORDER BY d.id DESC";
    let columns = "notes_title filename filetype filesize filelocationtype filestatus folderid notecontent filedownloadcount";
    filler.copy("Documents", from, columns, |row, known| {
        let name: Option<String> = row.get(5)?;
        let name = name.unwrap_or_default().replace(' ', "_");
        let away = known.last % 7 == 0;
        let size = if away { 0 } else { i64::try_from(page(&name).len()).unwrap_or(0) };
        Ok(vec![
            cut(row, 4, 50)?,
            text(if away { "https://files.example/?a=1&b=2" } else { &name }),
            if away { text("") } else { at(row, 6)? },
            size.into(),
            text(if away { "E" } else { "I" }),
            Sql::Integer(1),
            (1 + known.last % 3).into(),
            at(row, 7)?,
            Sql::Null,
        ])
    })?;
    let sql =
        "SELECT id, filename, filetype FROM Documents WHERE filelocationtype = 'I' ORDER BY id";
    let files: Vec<(i64, String, String)> = filler
        .db
        .prepare(sql)?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<rusqlite::Result<_>>()?;
    for (owner, name, kind) in files {
        filler.known.last += 1;
        let sql = "INSERT INTO file (id, owner, name, type) VALUES (?1, ?2, ?3, ?4)";
        filler.db.prepare_cached(sql)?.execute(rusqlite::params![
            filler.known.last,
            owner,
            name,
            kind
        ])?;
        let account = filler
            .some("Accounts", &mut filler.random("Documents", usize::try_from(owner).unwrap_or(0)));
        filler.relate(account, owner)?;
    }
    Ok(())
}

/// The posts of the company as comments, every third an answer to the one before on the same record, and a thread on
/// some quotes and projects.
fn comments(filler: &mut Filler<'_>) -> rusqlite::Result<()> {
    let from = "SELECT id, createdAt, modifiedAt, createdById, post, parentId, parentType FROM note WHERE deleted = 0 AND type = 'Post' \
                AND parentType IN ('Account', 'Contact', 'Lead', 'Opportunity', 'Case') ORDER BY createdAt, number";
    filler.copy(
        "ModComments",
        from,
        "commentcontent related_to creator is_private",
        |row, known| {
            let by: Option<String> = row.get(3)?;
            Ok(vec![
                at(row, 4)?,
                link(row, 5, known)?,
                known.owner(by.as_deref()).into(),
                i64::from(known.last % 6 == 0).into(),
            ])
        },
    )?;
    filler.db.execute_batch(
        "UPDATE ModComments SET parent_comments = COALESCE((SELECT MAX(b.id) FROM ModComments b WHERE b.related_to = ModComments.related_to \
         AND b.id < ModComments.id), 0) WHERE id % 3 = 0;",
    )?;
    let about: Vec<i64> = ["Quotes", "Project", "ProjectTask", "SalesOrder"]
        .iter()
        .flat_map(|name| filler.all(name).iter().take(15))
        .copied()
        .collect();
    let columns = "commentcontent related_to creator parent_comments customer";
    filler.invent("ModComments", about.len() * 3, columns, |filler, place, random| {
        let place = place % (about.len() * 3).max(1);
        let words = [
            "Can we have it <b>two weeks</b> earlier?",
            "Asked the factory & they agree.",
            "ありがとうございます。",
            "\u{1b}[31mred\u{1b}[0m\u{202e} txet",
        ];
        let stamps = filler.stamps(5, random);
        let answered =
            filler.all("ModComments").last().copied().filter(|_| place % 3 == 1).unwrap_or(0);
        let customer = if place.is_multiple_of(3) { filler.some("Contacts", random) } else { 0 };
        let values = vec![
            text(words.get(random.below(words.len())).copied().unwrap_or_default()),
            about.get(place / 3).copied().unwrap_or(0).into(),
            stamps.owner.into(),
            answered.into(),
            customer.into(),
        ];
        (stamps, values)
    })
}
