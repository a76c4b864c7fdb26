//! Accounts, contacts, leads, vendors.

use super::{Filler, at, cut, link, one_of, said, text};
use rusqlite::types::Value as Sql;

/// What our company calls other than Vtiger.
const INDUSTRIES: [(&str, &str); 4] = [
    ("Automotive", "Machinery"),
    ("Logistics", "Shipping"),
    ("Textile", "Apparel"),
    ("Building Materials & Equipment", "Construction"),
];
/// Where leads and deals come from.
pub const SOURCES: [(&str, &str); 3] =
    [("Call", "Cold Call"), ("Email", "Direct Mail"), ("Campaign", "Other")];
const LEADS: [(&str, &str); 6] = [
    ("New", "Not Contacted"),
    ("Assigned", "Attempted to Contact"),
    ("In Process", "Contacted"),
    ("Recycled", "Contact in Future"),
    ("Dead", "Lost Lead"),
    ("Converted", "Qualified"),
];

/// All of them.
pub fn fill(filler: &mut Filler<'_>) -> rusqlite::Result<()> {
    accounts(filler)?;
    contacts(filler)?;
    leads(filler)?;
    vendors(filler)
}

fn accounts(filler: &mut Filler<'_>) -> rusqlite::Result<()> {
    let from = "SELECT id, createdAt, modifiedAt, assignedUserId, name, website, emailAddress, phoneNumber, type, industry, sicCode, \
                billingAddressStreet, billingAddressCity, billingAddressPostalCode, billingAddressCountry, description FROM Account \
                WHERE deleted = 0 ORDER BY id DESC";
    let columns = "accountname website email1 phone accounttype industry siccode bill_street bill_city bill_code bill_country description \
                   employees annual_revenue ship_street ship_city ship_country";
    filler.copy("Accounts", from, columns, |row, known| {
        let people = known.last % 900 + 3;
        Ok(vec![
            cut(row, 4, 100)?,
            cut(row, 5, 100)?,
            at(row, 6)?,
            at(row, 7)?,
            at(row, 8)?,
            said(row, 9, &INDUSTRIES)?,
            at(row, 10)?,
            at(row, 11)?,
            at(row, 12)?,
            at(row, 13)?,
            at(row, 14)?,
            at(row, 15)?,
            people.into(),
            Sql::Real(f64::from(i32::try_from(people).unwrap_or(0)) * 90_500.5),
            at(row, 11)?,
            at(row, 12)?,
            at(row, 14)?,
        ])
    })
}

fn contacts(filler: &mut Filler<'_>) -> rusqlite::Result<()> {
    let from = "SELECT id, createdAt, modifiedAt, assignedUserId, salutationName, firstName, lastName, title, description, emailAddress, \
                phoneNumber, doNotCall, addressStreet, addressCity, addressPostalCode, addressCountry, accountId, \
                json_extract(emailAddressData, '$[1].emailAddress') FROM Contact WHERE deleted = 0 ORDER BY id DESC";
    let columns = "salutationtype firstname lastname title description email phone donotcall mailingstreet mailingcity mailingzip \
                   mailingcountry account_id secondaryemail mobile department birthday leadsource";
    filler.copy("Contacts", from, columns, |row, known| {
        let place = known.last;
        let department = ["", "Sales", "R&D", "経理", "Production"];
        let sources = ["", "Trade Show", "Web Site", "Word of mouth"];
        let pick = |words: &[&str], by: i64| {
            let at = usize::try_from(by).unwrap_or(0).checked_rem(words.len()).unwrap_or(0);
            text(words.get(at).copied().unwrap_or_default())
        };
        let birthday = if place % 3 == 0 {
            Sql::Null
        } else {
            text(format!("{}-{:02}-{:02}", 1955 + place % 45, place % 12 + 1, place % 28 + 1))
        };
        let do_not_call: Option<i64> = row.get(11)?;
        Ok(vec![
            at(row, 4)?,
            cut(row, 5, 40)?,
            cut(row, 6, 80)?,
            cut(row, 7, 50)?,
            at(row, 8)?,
            at(row, 9)?,
            at(row, 10)?,
            do_not_call.unwrap_or(0).into(),
            at(row, 12)?,
            at(row, 13)?,
            at(row, 14)?,
            at(row, 15)?,
            link(row, 16, known)?,
            at(row, 17)?,
            if place % 4 == 0 {
                text("")
            } else {
                text(format!("+81-90-{:04}-0000", place % 10_000))
            },
            pick(&department, place),
            birthday,
            pick(&sources, place / 3),
        ])
    })
}

fn leads(filler: &mut Filler<'_>) -> rusqlite::Result<()> {
    let from = "SELECT id, createdAt, modifiedAt, assignedUserId, firstName, lastName, title, status, source, industry, \
                opportunityAmountConverted, website, addressStreet, addressCity, addressPostalCode, addressCountry, emailAddress, \
                phoneNumber, accountName, description FROM Lead WHERE deleted = 0 AND status <> 'Converted' ORDER BY id DESC";
    let columns = "firstname lastname designation leadstatus leadsource industry annualrevenue website lane city code country email phone \
                   company description noofemployees";
    filler.copy("Leads", from, columns, |row, known| {
        let revenue: Option<f64> = row.get(10)?;
        Ok(vec![
            cut(row, 4, 40)?,
            cut(row, 5, 80)?,
            cut(row, 6, 50)?,
            said(row, 7, &LEADS)?,
            said(row, 8, &SOURCES)?,
            said(row, 9, &INDUSTRIES)?,
            Sql::Real(revenue.unwrap_or(0.0)),
            at(row, 11)?,
            at(row, 12)?,
            at(row, 13)?,
            at(row, 14)?,
            at(row, 15)?,
            at(row, 16)?,
            at(row, 17)?,
            cut(row, 18, 100)?,
            at(row, 19)?,
            (known.last % 400).into(),
        ])
    })
}

fn vendors(filler: &mut Filler<'_>) -> rusqlite::Result<()> {
    let count = (filler.count("Accounts") / 20).clamp(12, 400);
    let columns =
        "vendorname email phone website glacct category street city country postalcode description";
    filler.invent("Vendors", count, columns, |filler, place, random| {
        let [city, country, code] = filler.names.city(random);
        let name = filler.names.company(u32::try_from(place).unwrap_or(0) + 20, random);
        let account = one_of(
            random,
            &["", "300-Sales-Software", "301-Sales-Hardware", "307-Service-Hardware Labor"],
        );
        let category = one_of(random, &["Gears", "Cables & Co", "センサー", "Castings"]);
        let stamps = filler.stamps(700 - i64::try_from(place).unwrap_or(0) % 600, random);
        let values = vec![
            text(name),
            text(format!("sales@vendor-{place}.example")),
            text(format!("+49 40 555{:04}", place % 10_000)),
            text(format!("https://vendor-{place}.example")),
            text(account),
            text(category),
            text(format!("{} Foundry Street", place + 1)),
            text(city),
            text(country),
            text(code),
            text("Delivers within <b>two weeks</b> & calls before."),
        ];
        (stamps, values)
    })
}
