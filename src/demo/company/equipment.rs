//! Robots: the custom entity type that has a field of every type.

use super::people::{email_data, money, phone, phone_data};
use super::rows::Rows;
use super::texts;
use super::{Sort, World};
use crate::demo::random::Random;
use rusqlite::params;
use serde_json::{Value, json};

const COLUMNS: &str = "id name status serialNumber sequence barcode model manualUrl mirrors labelColor axes payloadKg firmwareGrade cycles \
    fromWorkTemperature toWorkTemperature isLeased applications tags safetyChecks limits events telemetry installedOn lastSeenAt \
    serviceWindow serviceWindowDate repairStart repairEnd repairTime price priceCurrency priceConverted notes report operator \
    firstOperator lastOperator siteStreet siteCity siteCountry sitePostalCode alertEmail alertEmailIsOptedOut alertEmailIsInvalid \
    alertEmailData alertPhone alertPhoneIsOptedOut alertPhoneIsInvalid alertPhoneData accountId warrantyId sourceType sourceId \
    datasheetId createdAt modifiedAt streamUpdatedAt createdById assignedUserId versionNumber";

/// All robots.
pub fn fill(world: &World<'_>) -> rusqlite::Result<()> {
    let mut rows = Rows::of(world.db, "CEquipment", COLUMNS)?;
    let mut relation = Rows::relation(world.db)?;
    for place in 0..world.counts.of(Sort::Equipment) {
        let random = &mut world.random(Sort::Equipment, place);
        let id = world.id(Sort::Equipment, place);
        row(world, &mut rows, place, &id, random)?;
        relation.add(params![
            "EquipmentTechnician",
            id,
            world.some(Sort::Contact, random),
            None::<String>
        ])?;
        if place % 4 == 0 {
            relation.add(params![
                "Attached.attachments",
                id,
                world.some(Sort::Attachment, random),
                None::<String>
            ])?;
        }
        super::people::team_and_follower(world, &mut relation, &id, random)?;
    }
    Ok(())
}

#[expect(clippy::too_many_lines, reason = "one line a column")]
fn row(
    world: &World<'_>,
    rows: &mut Rows<'_>,
    place: u32,
    id: &str,
    random: &mut Random,
) -> rusqlite::Result<()> {
    let count = world.counts.of(Sort::Equipment);
    let model = random.pick(&world.names.models).to_owned();
    let status = ["Ordered", "Installed", "In Service", "In Service", "Fault", "Retired"]
        .get(random.below(6))
        .copied()
        .unwrap_or_default();
    let made = World::made(place, count);
    let (price, currency, converted) = money(random, 250_000);
    let (given, family) = world.names.person(random);
    let [city, country, code] = world.names.city(random);
    let address = format!("cell{place}@alerts.example");
    let number = phone(place + 8000);
    let window = (place.is_multiple_of(3)).then(|| world.day(i64::from(place % 20)));
    let start = window.as_ref().map_or_else(
        || world.minutes(i64::from(place % 30) * 1440),
        |day| format!("{day} 00:00:00"),
    );
    let stamp = world.minutes(made);
    let grade = [1.5, 2.0, 2.5].get(random.below(3)).copied();
    rows.add(params![
        id,
        format!("{model} no. {}", place + 1),
        status,
        format!("EQ-{:06}", place + 1),
        place + 1,
        format!("40{:011}", place),
        model,
        format!("https://manuals.example/{place}"),
        json!(["https://a.example/fw", "https://b.example/fw"]).to_string(),
        "#5fb87a",
        4 + random.upto(4),
        f64::from(place % 180) + 0.5,
        grade,
        random.upto(900_000),
        -5,
        45,
        random.chance(200),
        some_of(random, &["Welding", "Palletizing", "Painting", "Assembly", "Inspection"]),
        json!(["spare", "ライン2", "Q4"]).to_string(),
        some_of(random, &["Fence", "Light Curtain", "Emergency Stop", "Training"]),
        json!([170, -120, 365]).to_string(),
        json!([{"at": stamp, "code": 17}, ["nested", 1]]).to_string(),
        json!({"temperature": 41.5, "axes": {"1": 12.25, "2": -3}, "ok": true, "note": null})
            .to_string(),
        world.day(made / 1440),
        stamp,
        start,
        window,
        world.minutes(made),
        world.minutes(made + 90),
        5400,
        price,
        currency,
        converted,
        texts::note(random),
        texts::HTML,
        format!("{given} {family}").trim(),
        given,
        family,
        format!("Hall {}", place % 9),
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
        world.some(Sort::Account, random),
        world.some(Sort::Document, random),
        "Opportunity",
        world.some(Sort::Opportunity, random),
        world.some(Sort::Attachment, random),
        stamp,
        stamp,
        stamp,
        world.id(Sort::User, 0),
        world.worker(random),
        1
    ])
}

fn some_of(random: &mut Random, of: &[&str]) -> String {
    let chosen: Vec<Value> =
        of.iter().filter(|_| random.chance(450)).map(|value| json!(value)).collect();
    Value::Array(chosen).to_string()
}
