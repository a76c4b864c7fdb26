//! Tasks, meetings, calls, cases, mails, and the notes of the first records.

use super::people::team_and_follower;
use super::rows::Rows;
use super::texts;
use super::{Sort, World};
use crate::demo::random::Random;
use rusqlite::params;
use serde_json::json;

/// All work.
pub fn fill(world: &World<'_>) -> rusqlite::Result<()> {
    tasks(world)?;
    events(world, Sort::Meeting)?;
    events(world, Sort::Call)?;
    cases(world)?;
    mails(world)?;
    notes(world)
}

/// A parent: type, id, and the account and contact that follow from it.
fn parent(
    world: &World<'_>,
    random: &mut Random,
) -> (Option<&'static str>, Option<String>, Option<String>, Option<String>) {
    let sort = [Sort::Account, Sort::Contact, Sort::Opportunity, Sort::Case, Sort::Lead]
        .get(random.below(6))
        .copied();
    let Some(sort) = sort else { return (None, None, None, None) };
    let id = world.some(sort, random);
    let account = (sort == Sort::Account).then(|| id.clone());
    let contact = (sort == Sort::Contact).then(|| id.clone());
    (Some(sort.entity()), Some(id), account, contact)
}

fn tasks(world: &World<'_>) -> rusqlite::Result<()> {
    let columns = "id name status priority dateEnd dateEndDate dateCompleted reminders description parentType parentId accountId \
                   contactId createdAt modifiedAt streamUpdatedAt createdById assignedUserId versionNumber";
    let mut rows = Rows::of(world.db, "Task", columns)?;
    let mut relation = Rows::relation(world.db)?;
    let count = world.counts.of(Sort::Task);
    let statuses =
        ["Not Started", "Not Started", "Started", "Completed", "Completed", "Canceled", "Deferred"];
    for place in 0..count {
        let random = &mut world.random(Sort::Task, place);
        let id = world.id(Sort::Task, place);
        let status = statuses.get(random.below(7)).copied().unwrap_or_default();
        let priority = ["Low", "Normal", "Normal", "High", "Urgent"]
            .get(random.below(5))
            .copied()
            .unwrap_or_default();
        let days = random.upto(60) - 30;
        let whole_day = random.chance(400);
        let (end, date) = if whole_day {
            (format!("{} 00:00:00", world.day(days + 1)), Some(world.day(days)))
        } else {
            (world.minutes(days * 1440 + 30), None)
        };
        let made = world.minutes(World::made(place, count));
        let (kind, parent_id, account, contact) = parent(world, random);
        rows.add(params![
            id,
            random.pick(&world.names.work),
            status,
            priority,
            end,
            date,
            (status == "Completed").then_some(&made),
            "[]",
            texts::note(random),
            kind,
            parent_id,
            account,
            contact,
            made,
            made,
            made,
            world.id(Sort::User, 0),
            world.worker(random),
            1
        ])?;
        team_and_follower(world, &mut relation, &id, random)?;
    }
    Ok(())
}

#[expect(clippy::too_many_lines, reason = "one line a column")]
fn events(world: &World<'_>, sort: Sort) -> rusqlite::Result<()> {
    let is_call = sort == Sort::Call;
    let last = if is_call { "direction phoneNumbersMap" } else { "isAllDay joinUrl" };
    let columns = format!(
        "id name status dateStart dateEnd duration reminders description parentType parentId accountId createdAt modifiedAt createdById \
         assignedUserId {last}"
    );
    let mut rows = Rows::of(world.db, sort.entity(), &columns)?;
    let mut relation = Rows::relation(world.db)?;
    let count = world.counts.of(sort);
    for place in 0..count {
        let random = &mut world.random(sort, place);
        let id = world.id(sort, place);
        let days = random.upto(90) - 60;
        let minutes = days * 1440 + 15 * random.upto(24);
        let length = 15 + 15 * random.upto(6);
        let status = if minutes > 0 {
            "Planned"
        } else if random.chance(150) {
            "Not Held"
        } else {
            "Held"
        };
        let about = if is_call {
            format!("Call: {}", random.pick(&world.names.work))
        } else {
            random.pick(&world.names.meetings).to_owned()
        };
        let made = world.minutes(minutes.min(0) - 3000);
        let (kind, parent_id, account, contact) = parent(world, random);
        let owner = world.worker(random);
        let (first, second) = if is_call {
            ("Outbound", "{}".to_owned())
        } else {
            ("0", format!("https://meet.example/{place}"))
        };
        rows.add(params![
            id,
            about,
            status,
            world.minutes(minutes),
            world.minutes(minutes + length),
            length * 60,
            "[]",
            texts::note(random),
            kind,
            parent_id,
            account,
            made,
            made,
            world.id(Sort::User, 0),
            owner,
            first,
            second
        ])?;
        let name = sort.entity();
        relation.add(params![
            format!("{name}User"),
            id,
            owner,
            json!({"status": "Accepted"}).to_string()
        ])?;
        let guest = contact.unwrap_or_else(|| world.some(Sort::Contact, random));
        relation.add(params![
            format!("{name}Contact"),
            id,
            guest,
            json!({"status": "None"}).to_string()
        ])?;
    }
    Ok(())
}

fn cases(world: &World<'_>) -> rusqlite::Result<()> {
    let columns = "id name number status priority type description isInternal accountId contactId createdAt modifiedAt streamUpdatedAt \
                   createdById assignedUserId versionNumber";
    let mut rows = Rows::of(world.db, "Case", columns)?;
    let mut relation = Rows::relation(world.db)?;
    let count = world.counts.of(Sort::Case);
    for place in 0..count {
        let random = &mut world.random(Sort::Case, place);
        let id = world.id(Sort::Case, place);
        let status = ["New", "Assigned", "Pending", "Closed", "Closed", "Rejected"]
            .get(random.below(6))
            .copied()
            .unwrap_or_default();
        let priority =
            ["Low", "Normal", "High", "Urgent"].get(random.below(4)).copied().unwrap_or_default();
        let kind = ["", "Question", "Incident", "Problem"]
            .get(random.below(4))
            .copied()
            .unwrap_or_default();
        let made = world.minutes(World::made(place, count));
        let contact = world.some(Sort::Contact, random);
        let about = if place == 1 { Some(texts::HTML.to_owned()) } else { texts::note(random) };
        rows.add(params![
            id,
            random.pick(&world.names.trouble),
            count - place,
            status,
            priority,
            kind,
            about,
            false,
            world.some(Sort::Account, random),
            contact,
            made,
            made,
            made,
            world.id(Sort::User, 4),
            world.worker(random),
            1
        ])?;
        relation.add(params!["CaseContact", id, contact, None::<String>])?;
        team_and_follower(world, &mut relation, &id, random)?;
    }
    Ok(())
}

fn mails(world: &World<'_>) -> rusqlite::Result<()> {
    let columns = "id name from fromString to status dateSent isRead isHtml body bodyPlain parentType parentId accountId createdAt \
                   modifiedAt createdById assignedUserId";
    let mut rows = Rows::of(world.db, "Email", columns)?;
    let count = world.counts.of(Sort::Email);
    for place in 0..count {
        let random = &mut world.random(Sort::Email, place);
        let sent = world.minutes(World::made(place, count));
        let (kind, parent_id, account, _) = parent(world, random);
        let name = format!("Re: {}", random.pick(&world.names.deals));
        let from = format!("contact{place}@people.example");
        let status = if place % 3 == 0 { "Sent" } else { "Archived" };
        rows.add(params![
            world.id(Sort::Email, place),
            name,
            from,
            from,
            "ada@robot-house.example",
            status,
            sent,
            true,
            true,
            texts::HTML,
            "Service visit: replaced the gripper.",
            kind,
            parent_id,
            account,
            sent,
            sent,
            world.id(Sort::User, 0),
            world.worker(random)
        ])?;
    }
    Ok(())
}

/// Creation notes and a few posts for the first records of the types that have a stream.
fn notes(world: &World<'_>) -> rusqlite::Result<()> {
    let columns = "id type post data parentType parentId createdAt modifiedAt createdById";
    let mut rows = Rows::of(world.db, "note", columns)?;
    let user = world.id(Sort::User, 0);
    let mut number = 0;
    for sort in [Sort::Account, Sort::Contact, Sort::Lead, Sort::Opportunity, Sort::Case] {
        for place in 0..world.counts.of(sort).min(200) {
            let random = &mut world.random(Sort::Note, place ^ (sort as u32) << 10);
            let made = World::made(place, world.counts.of(sort));
            let (parent, at) = (world.id(sort, place), world.minutes(made));
            rows.add(params![
                world.id(Sort::Note, number),
                "Create",
                None::<String>,
                "{}",
                sort.entity(),
                parent,
                at,
                at,
                user
            ])?;
            number += 1;
            for count in 0..random.below(4) {
                let at = world.minutes(made / 2 + i64::try_from(count).unwrap_or(0));
                let post = POSTS.get(random.below(POSTS.len())).copied().unwrap_or_default();
                rows.add(params![
                    world.id(Sort::Note, number),
                    "Post",
                    post,
                    "{}",
                    sort.entity(),
                    parent,
                    at,
                    at,
                    world.worker(random)
                ])?;
                number += 1;
            }
        }
    }
    Ok(())
}

const POSTS: [&str; 6] = [
    "Called, they want the **second** offer by Friday.",
    "Plant tour went well 👍 @mara please send the layout.",
    "図面を送りました。",
    "Wants:\n\n- fence\n- light curtain\n- training\n\n<b>raw html</b>",
    "\u{1b}[31mRed\u{1b}[0m alert from their side\u{202e} gnihton",
    "שלחתי את ההצעה",
];
