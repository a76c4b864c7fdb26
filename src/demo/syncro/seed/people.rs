//! Users, customers, contacts, leads, users of the portal.

use super::{Source, moment, pick, set};
use crate::demo::company::texts;
use crate::demo::syncro::contacts;
use crate::demo::syncro::customers;
use crate::demo::syncro::fields::bare;
use crate::demo::syncro::kinds::Kind;
use crate::demo::syncro::shelf::doc;
use rusqlite::Row;
use serde_json::json;

/// All people.
pub fn fill(source: &mut Source<'_>) -> rusqlite::Result<()> {
    users(source)?;
    customers(source)?;
    contacts(source)
}

/// A text of a row; nothing where it is null.
fn text(row: &Row<'_>, place: usize) -> rusqlite::Result<String> {
    Ok(row.get::<_, Option<String>>(place)?.unwrap_or_default())
}

fn users(source: &Source<'_>) -> rusqlite::Result<()> {
    let mut rows = source.rows(Kind::User)?;
    let mut query = source.company.prepare(
        "SELECT rowid, name, emailAddress, createdAt, title FROM User WHERE type IN ('regular', 'admin') AND deleted = 0 ORDER BY rowid",
    )?;
    let mut found = query.query([])?;
    while let Some(row) = found.next()? {
        let place: i64 = row.get(0)?;
        let made = moment(&text(row, 3)?, place);
        let is_admin = place == 1 || place == 7;
        let group = if is_admin { "Admins" } else { "Techs" };
        let user = json!({
            "email": text(row, 2)?, "full_name": text(row, 1)?, "created_at": null,
            "updated_at": null, "group": group, "admin": is_admin,
            "color": format!("{:06x}", 0x1E_3E96 + place * 0x1_1357), "title": text(row, 4)?,
        });
        rows.add(Some(Kind::User.base() + place), made, made, &doc(user))?;
    }
    Ok(())
}

fn customers(source: &mut Source<'_>) -> rusqlite::Result<()> {
    let mut rows = source.rows(Kind::Customer)?;
    let mut phones = source.rows(Kind::Phone)?;
    let mut query = source.company.prepare(
        "SELECT a.rowid, a.name, a.emailAddress, a.phoneNumber, a.billingAddressStreet, a.billingAddressCity, a.billingAddressCountry,
                a.billingAddressPostalCode, a.description, a.cServiceTier, a.website, a.sicCode, a.createdAt, a.modifiedAt,
                c.firstName, c.lastName
         FROM Account AS a LEFT JOIN (SELECT accountId, MIN(rowid) AS first FROM Contact WHERE deleted = 0 GROUP BY accountId) AS f ON f.accountId = a.id
              LEFT JOIN Contact AS c ON c.rowid = f.first
         WHERE a.deleted = 0 AND a.rowid <= ? ORDER BY a.rowid",
    )?;
    let mut found = query.query([source.last("Account")?])?;
    while let Some(row) = found.next()? {
        let place: i64 = row.get(0)?;
        let id = Kind::Customer.base() + place;
        let random = &mut source.random(Kind::Customer, place);
        let street = text(row, 4)?;
        let (line, second) = street.split_once('\n').unwrap_or((&street, ""));
        let phone = bare(&text(row, 3)?);
        // Some customers are people, not companies.
        let private = place > 60 && place % 12 == 0 && !text(row, 15)?.is_empty();
        let name = if private { String::new() } else { text(row, 1)? };
        let mut customer = customers::empty();
        set(
            &mut customer,
            json!({
                "firstname": text(row, 14)?, "lastname": text(row, 15)?,
                "business_name": if private { json!(null) } else { json!(name) },
                "email": text(row, 2)?, "phone": phone, "mobile": null, "address": line,
                "address_2": second, "city": text(row, 5)?, "state": text(row, 6)?,
                "zip": text(row, 7)?, "latitude": 0.0, "longitude": 0.0, "notes": row.get::<_, Option<String>>(8)?,
                "no_email": random.chance(60), "disabled": place % 45 == 44,
                "invoice_cc_emails": "", "notification_email": "", "referred_by": "",
                "properties": {
                    "Service Tier": text(row, 9)?, "Website": text(row, 10)?, "Reg No.": text(row, 11)?,
                    "Remote access allowed": if random.chance(500) { "1" } else { "0" },
                    "notification_billing": "1", "notification_reports": "1", "notification_marketing": "0",
                },
            }),
        );
        let (made, changed) = (moment(&text(row, 12)?, place), moment(&text(row, 13)?, place));
        rows.add(Some(id), made, changed, &customer)?;
        let number = json!({"label": "Phone", "number": phone, "customer_id": id, "created_at": null, "updated_at": null, "extension": null});
        phones.add(None, made, made, &doc(number))?;
        source.made.customers = source.made.customers.max(place);
    }
    Ok(())
}

fn contacts(source: &mut Source<'_>) -> rusqlite::Result<()> {
    let mut rows = source.rows(Kind::Contact)?;
    let mut portal = source.rows(Kind::PortalUser)?;
    let mut query = source.company.prepare(
        "SELECT c.rowid, c.name, c.title, c.description, c.emailAddress, c.phoneNumber, c.addressStreet, c.addressCity, c.addressCountry,
                c.addressPostalCode, c.createdAt, c.modifiedAt, a.rowid, c.cPreferredLanguage
         FROM Contact AS c LEFT JOIN Account AS a ON a.id = c.accountId AND a.deleted = 0 WHERE c.deleted = 0 AND c.rowid <= ? ORDER BY c.rowid",
    )?;
    let mut found = query.query([source.last("Contact")?])?;
    while let Some(row) = found.next()? {
        let place: i64 = row.get(0)?;
        let id = Kind::Contact.base() + place;
        let random = &mut source.random(Kind::Contact, place);
        let account: Option<i64> = row.get(12)?;
        let customer = source.customer(account, random);
        let (phone, email) = (bare(&text(row, 5)?), text(row, 4)?);
        let mut properties = doc(json!({"title": text(row, 2)?}));
        let language = text(row, 13)?;
        if !language.is_empty() {
            properties.insert("Language".into(), json!(language));
        }
        let mut contact = contacts::empty();
        set(
            &mut contact,
            json!({
                "name": text(row, 1)?, "address1": text(row, 6)?, "address2": "", "city": text(row, 7)?,
                "state": text(row, 8)?, "zip": text(row, 9)?, "email": email,
                "phone": phone, "mobile": if random.chance(300) { json!(phone) } else { json!("") },
                "latitude": 0.0, "longitude": 0.0, "customer_id": customer,
                "notes": row.get::<_, Option<String>>(3)?, "properties": properties,
                "opt_out": random.chance(50),
                "extension": if random.chance(100) { json!(random.upto(900).to_string()) } else { json!(null) },
            }),
        );
        let (made, changed) = (moment(&text(row, 10)?, place), moment(&text(row, 11)?, place));
        rows.add(Some(id), made, changed, &contact)?;
        let of = source.made.contacts.entry(customer).or_default();
        if of.len() < 8 {
            of.push(id);
        }
        if place % 20 == 1 {
            let user = json!({
                "email": email, "account_id": crate::demo::syncro::ACCOUNT, "customer_id": customer,
                "contact_id": id, "created_at": null, "updated_at": null,
                "portal_group_id": 4 + i64::from(random.chance(300)),
            });
            portal.add(None, made, made, &doc(user))?;
        }
    }
    Ok(())
}

/// A few sentences of somebody's.
pub fn words(random: &mut crate::demo::random::Random) -> String {
    texts::note(random).unwrap_or_else(|| pick(random, &SAYINGS).to_owned())
}

const SAYINGS: [&str; 7] = [
    "Called back, nobody answered.",
    "図面を送りました。確認をお願いします。",
    "שלחתי את ההצעה, מחכה לתשובה.",
    "Bitte vor 10 Uhr nicht anrufen – danke!",
    "تم استبدال الكابل، وما زال الخطأ يظهر.",
    "Rebooted twice 👍, the light is green again.",
    "Wants:\n\n- fence\n- light curtain\n- training",
];
