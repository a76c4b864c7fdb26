//! Accounts, contacts, leads.

use super::rows::Rows;
use super::texts;
use super::{Sort, World};
use crate::demo::random::Random;
use rusqlite::params;
use serde_json::json;

const INDUSTRIES: [&str; 8] = [
    "Automotive",
    "Manufacturing",
    "Logistics",
    "Electronics",
    "Food & Beverage",
    "Textile",
    "Healthcare",
    "",
];
const TYPES: [&str; 5] = ["Customer", "Customer", "Partner", "Reseller", ""];

/// Accounts, contacts and leads.
pub fn fill(world: &World<'_>) -> rusqlite::Result<()> {
    accounts(world)?;
    contacts(world)?;
    leads(world)
}

fn one_of<'a>(random: &mut Random, of: &[&'a str]) -> &'a str {
    of.get(random.below(of.len())).copied().unwrap_or_default()
}

/// `emailAddressData` of one or two addresses.
pub fn email_data(first: &str, second: Option<&str>) -> String {
    let entry = |address: &str, primary: bool| json!({"emailAddress": address, "lower": address.to_lowercase(), "primary": primary, "optOut": !primary, "invalid": false});
    json!(
        std::iter::once(entry(first, true))
            .chain(second.map(|address| entry(address, false)))
            .collect::<Vec<_>>()
    )
    .to_string()
}

/// `phoneNumberData` of one number.
pub fn phone_data(number: &str, kind: &str) -> String {
    json!([{"phoneNumber": number, "type": kind, "primary": true, "optOut": false, "invalid": false}]).to_string()
}

/// A number that nobody has.
pub fn phone(place: u32) -> String {
    format!("+1202555{:04}", place % 10_000)
}

fn accounts(world: &World<'_>) -> rusqlite::Result<()> {
    let columns = "id name website emailAddress emailAddressIsOptedOut emailAddressIsInvalid emailAddressData phoneNumber \
                   phoneNumberIsOptedOut phoneNumberIsInvalid phoneNumberData type industry sicCode billingAddressStreet \
                   billingAddressCity billingAddressCountry billingAddressPostalCode description cServiceTier createdAt modifiedAt \
                   streamUpdatedAt createdById assignedUserId versionNumber";
    let mut rows = Rows::of(world.db, "Account", columns)?;
    let mut relation = Rows::relation(world.db)?;
    let count = world.counts.of(Sort::Account);
    for place in 0..count {
        let random = &mut world.random(Sort::Account, place);
        let id = world.id(Sort::Account, place);
        let name = account_name(world, place, random);
        let [city, country, code] = world.names.city(random);
        let address = format!("info@customer-{place}.example");
        let number = phone(place);
        let made = world.minutes(World::made(place, count));
        let description = if place == 2 { Some(texts::long()) } else { texts::note(random) };
        let owner = (!random.chance(150)).then(|| world.worker(random));
        let tier = one_of(random, &["", "Bronze", "Silver", "Gold", "Platinum"]);
        let website = format!("https://customer-{place}.example/path?q={place}");
        rows.add(params![
            id,
            name,
            website,
            address,
            false,
            false,
            email_data(&address, None),
            number,
            false,
            false,
            phone_data(&number, "Office"),
            one_of(random, &TYPES),
            one_of(random, &INDUSTRIES),
            format!("{}", 1000 + place % 9000),
            format!("{} Harbour Road\nGate {}", place % 200 + 1, place % 5),
            city,
            country,
            code,
            description,
            tier,
            made,
            made,
            made,
            world.id(Sort::User, 0),
            owner,
            1
        ])?;
        team_and_follower(world, &mut relation, &id, random)?;
    }
    Ok(())
}

/// The sixth to eleventh accounts carry names that mean harm.
fn account_name(world: &World<'_>, place: u32, random: &mut Random) -> String {
    let hostile = place
        .checked_sub(40)
        .and_then(|at| texts::HOSTILE.get(usize::try_from(at).unwrap_or(usize::MAX)));
    hostile.map_or_else(|| world.names.company(place, random), |name| (*name).to_owned())
}

/// Some records belong to a team, and somebody follows some of them.
pub fn team_and_follower(
    world: &World<'_>,
    relation: &mut Rows<'_>,
    id: &str,
    random: &mut Random,
) -> rusqlite::Result<()> {
    if random.chance(300) {
        let team = world.id(Sort::Team, u32::try_from(random.below(3)).unwrap_or(0));
        relation.add(params!["EntityTeam", id, team, None::<String>])?;
    }
    if random.chance(100) {
        relation.add(params!["Follow", id, world.worker(random), None::<String>])?;
    }
    Ok(())
}

#[expect(clippy::too_many_lines, reason = "one line a column")]
fn contacts(world: &World<'_>) -> rusqlite::Result<()> {
    let columns = "id name salutationName firstName lastName title description emailAddress emailAddressIsOptedOut \
                   emailAddressIsInvalid emailAddressData phoneNumber phoneNumberIsOptedOut phoneNumberIsInvalid phoneNumberData \
                   doNotCall addressStreet addressCity addressCountry addressPostalCode accountId accountIsInactive hasPortalUser \
                   cPreferredLanguage createdAt modifiedAt streamUpdatedAt createdById assignedUserId";
    let mut rows = Rows::of(world.db, "Contact", columns)?;
    let mut relation = Rows::relation(world.db)?;
    let count = world.counts.of(Sort::Contact);
    for place in 0..count {
        let random = &mut world.random(Sort::Contact, place);
        let id = world.id(Sort::Contact, place);
        let (given, family) = contact_name(world, place, random);
        let address = format!("contact{place}@people.example");
        let second = (place % 9 == 0).then(|| format!("old{place}@people.example"));
        let number = phone(place);
        let account = (!random.chance(40)).then(|| world.some(Sort::Account, random));
        let title = random.pick(&world.names.titles).to_owned();
        let [city, country, code] = world.names.city(random);
        let made = world.minutes(World::made(place, count));
        let owner = (!random.chance(150)).then(|| world.worker(random));
        rows.add(params![
            id,
            format!("{given} {family}").trim(),
            one_of(random, &["", "Mr.", "Ms.", "Dr."]),
            given,
            family,
            account.as_ref().map(|_| &title),
            texts::note(random),
            address,
            false,
            false,
            email_data(&address, second.as_deref()),
            number,
            false,
            false,
            phone_data(&number, "Mobile"),
            random.chance(50),
            format!("{} Main St.", place % 300 + 1),
            city,
            country,
            code,
            account,
            account.as_ref().map(|_| false),
            false,
            one_of(random, &["", "English", "German", "Japanese", "Arabic"]),
            made,
            made,
            made,
            world.id(Sort::User, 0),
            owner
        ])?;
        if let Some(account) = &account {
            relation.add(params![
                "AccountContact",
                account,
                id,
                json!({"role": title, "isInactive": false}).to_string()
            ])?;
        }
        if random.chance(60) {
            let other = world.some(Sort::Account, random);
            relation.add(params![
                "AccountContact",
                other,
                id,
                json!({"role": "Advisor", "isInactive": false}).to_string()
            ])?;
        }
        team_and_follower(world, &mut relation, &id, random)?;
    }
    Ok(())
}

fn contact_name(world: &World<'_>, place: u32, random: &mut Random) -> (String, String) {
    let (given, family) = world.names.person(random);
    match place
        .checked_sub(30)
        .and_then(|at| texts::HOSTILE.get(usize::try_from(at).unwrap_or(usize::MAX)))
    {
        Some(name) => (given, (*name).to_owned()),
        None if place == 2 => ("Grace".into(), "Okonkwo".into()),
        None if place == 8 => ("Launch".into(), "desk 🚀".into()),
        None if place == 12 => ("👩‍🔬".into(), "Zoe\u{301} Ångstro\u{308}m".into()),
        None => (given, family),
    }
}

fn leads(world: &World<'_>) -> rusqlite::Result<()> {
    let columns = "id name firstName lastName title status source industry opportunityAmount opportunityAmountCurrency \
                   opportunityAmountConverted website addressStreet addressCity addressCountry addressPostalCode emailAddress \
                   emailAddressIsOptedOut emailAddressIsInvalid emailAddressData phoneNumber phoneNumberIsOptedOut \
                   phoneNumberIsInvalid phoneNumberData accountName doNotCall description campaignId createdAt modifiedAt \
                   streamUpdatedAt createdById assignedUserId";
    let mut rows = Rows::of(world.db, "Lead", columns)?;
    let mut relation = Rows::relation(world.db)?;
    let count = world.counts.of(Sort::Lead);
    let statuses = ["New", "New", "Assigned", "In Process", "Recycled", "Dead"];
    for place in 0..count {
        let random = &mut world.random(Sort::Lead, place);
        let id = world.id(Sort::Lead, place);
        let (given, family) = world.names.person(random);
        let [city, country, code] = world.names.city(random);
        let (amount, currency, converted) = money(random, 90_000);
        let address = format!("lead{place}@leads.example");
        let number = phone(place + 5000);
        let made = world.minutes(World::made(place, count));
        let campaign = random.chance(300).then(|| world.some(Sort::Campaign, random));
        let owner = (!random.chance(200)).then(|| world.worker(random));
        rows.add(params![
            id,
            format!("{given} {family}").trim(),
            given,
            family,
            random.pick(&world.names.titles),
            one_of(random, &statuses),
            one_of(random, &["", "Call", "Email", "Partner", "Web Site", "Trade Show"]),
            one_of(random, &INDUSTRIES),
            amount,
            currency,
            converted,
            format!("lead-{place}.example"),
            format!("{} Mill Lane", place % 90 + 1),
            city,
            country,
            code,
            address,
            false,
            false,
            email_data(&address, None),
            number,
            false,
            false,
            phone_data(&number, "Mobile"),
            world.names.company(place + 14, random),
            false,
            texts::note(random),
            campaign,
            made,
            made,
            made,
            world.id(Sort::User, 0),
            owner
        ])?;
        team_and_follower(world, &mut relation, &id, random)?;
    }
    Ok(())
}

/// An amount, its currency, and what it is worth in dollars.
pub fn money(random: &mut Random, limit: usize) -> (f64, &'static str, f64) {
    let cents = u32::try_from(random.below(limit) * 100 + random.below(4) * 25).unwrap_or(0);
    let amount = f64::from(cents) / 100.0;
    let (currency, rate) = [("EUR", 1.1), ("USD", 1.0), ("EUR", 1.1), ("JPY", 0.0067)]
        .get(random.below(4))
        .copied()
        .unwrap_or(("USD", 1.0));
    (amount, currency, amount * rate)
}
