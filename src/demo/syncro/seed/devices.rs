//! Robots, computers with agents on them, their folders and alerts.

use super::{Alarm, Source, agents, moment, pick, set};
use crate::demo::company::texts;
use crate::demo::random::Random;
use crate::demo::syncro::kinds::Kind;
use crate::demo::syncro::shelf::{Rows, doc};
use crate::demo::syncro::{alerts, assets};
use rusqlite::Row;
use serde_json::json;

/// All devices.
pub fn fill(source: &mut Source<'_>) -> rusqlite::Result<()> {
    let mut rows = source.rows(Kind::Asset)?;
    let mut folders = source.rows(Kind::Folder)?;
    let mut query = source.company.prepare(
        "SELECT e.rowid, e.name, e.serialNumber, e.model, e.axes, e.payloadKg, e.isLeased, e.manualUrl, a.rowid, e.createdAt, e.siteCity
         FROM CEquipment AS e LEFT JOIN Account AS a ON a.id = e.accountId AND a.deleted = 0 WHERE e.deleted = 0 AND e.rowid <= ? ORDER BY e.rowid",
    )?;
    let mut found = query.query([source.last("CEquipment")?])?;
    while let Some(row) = found.next()? {
        let place: i64 = row.get(0)?;
        let random = &mut source.random(Kind::Asset, place);
        let account: Option<i64> = row.get(8)?;
        let customer = source.customer(account, random);
        let robot = robot(source, &mut rows, row, customer, random)?;
        let folder = folder(source, &mut folders, customer, place)?;
        let computer = computer(source, &mut rows, (place, customer, folder))?;
        source.made.assets.entry(customer).or_default().extend([robot, computer]);
    }
    Ok(())
}

fn robot(
    source: &Source<'_>,
    rows: &mut Rows<'_>,
    row: &Row<'_>,
    customer: i64,
    random: &mut Random,
) -> rusqlite::Result<i64> {
    let place: i64 = row.get(0)?;
    let payload: Option<f64> = row.get(5)?;
    let mut robot = assets::empty();
    set(
        &mut robot,
        json!({
            "name": row.get::<_, String>(1)?, "customer_id": customer,
            "contact_id": source.contact_of(customer, random),
            "asset_type": "Robot", "asset_serial": row.get::<_, Option<String>>(2)?,
            "properties": {
                "Model No.:": row.get::<_, Option<String>>(3)?,
                "Axes": row.get::<_, Option<i64>>(4)?.map(|axes| axes.to_string()),
                "Payload kg": payload.map(|it| it.to_string()),
                "Leased": if row.get::<_, Option<bool>>(6)? == Some(true) { "1" } else { "0" },
                "取扱説明書": row.get::<_, Option<String>>(7)?,
            },
        }),
    );
    let made = moment(&row.get::<_, String>(9)?, place);
    rows.add(None, made, made, &robot)?;
    Ok(source.shelf.last_insert_rowid())
}

/// A customer's folders: one in which all stands, and two below it. The lower one's id.
fn folder(
    source: &Source<'_>,
    rows: &mut Rows<'_>,
    customer: i64,
    place: i64,
) -> rusqlite::Result<i64> {
    let mut last = None;
    for name in ["Root", "Workstations", "Servers 伺服器"] {
        let policy = last.map(|_| 12 + place % 5);
        let new = json!({
            "name": name, "parent_id": last, "partial_policy_id": policy,
            "effective_policy_id": policy, "created_at": null, "updated_at": null,
            "customer_id": customer,
        });
        let id = source.add(rows, -200_000 - place, place, &doc(new))?;
        last = last.or(Some(id));
        if name == "Workstations" {
            last = Some(id);
            break;
        }
    }
    Ok(last.unwrap_or_default())
}

fn computer(
    source: &mut Source<'_>,
    rows: &mut Rows<'_>,
    (place, customer, folder): (i64, i64, i64),
) -> rusqlite::Result<i64> {
    let random = &mut source.random(Kind::Device, place);
    let is_server = place % 7 == 3;
    let name = match place {
        2 => texts::HOSTILE[0].to_owned(),
        5 => "ラップトップ-営業-05".to_owned(),
        _ if is_server => format!("SRV-{place:04}"),
        _ => format!("{}-{place:04}", pick(random, &["LAPTOP", "WS", "CELL-PC", "FRONTDESK"])),
    };
    let mut properties = doc(json!({
        "kabuto_live_uuid": format!("{}-{}", random.hex(8), random.hex(12)),
        "kabuto_information": agents::information(&name, place, source.now, random),
    }));
    if is_server {
        set(
            &mut properties,
            json!({"Rack": format!("R{}", place % 12), "Role": pick(random, &["Files", "Mail", "Databases"])}),
        );
    } else {
        set(&mut properties, json!({"Warranty until": format!("20{}-06-30", 26 + place % 4)}));
    }
    let troubles: Vec<usize> = (0..agents::TROUBLES.len()).filter(|_| random.chance(120)).collect();
    let flags: Vec<&str> =
        troubles.iter().filter_map(|at| agents::TROUBLES.get(*at)).map(|it| it.0).collect();
    let mut computer = assets::empty();
    set(
        &mut computer,
        json!({
            "name": name, "customer_id": customer, "contact_id": source.contact_of(customer, random),
            "asset_type": if is_server { "Server" } else { "Syncro Device" },
            "asset_serial": format!("SN{}", random.hex(8).to_uppercase()),
            "properties": properties, "policy_folder_id": folder, "snmp_enabled": is_server,
            "_triggered": flags,
        }),
    );
    let id = source.add(rows, -150_000 + place * 7, place, &computer)?;
    for trouble in troubles {
        source.made.alarms.push(Alarm { asset: id, name: name.clone(), customer, trouble });
    }
    Ok(id)
}

/// An alert for each trouble; some have become tickets of the same customer.
pub fn alerts(source: &Source<'_>) -> rusqlite::Result<()> {
    let mut rows = source.rows(Kind::Alert)?;
    for (place, alarm) in (1..).zip(&source.made.alarms) {
        let random = &mut source.random(Kind::Alert, place);
        let Some((kind, title, details)) = agents::TROUBLES.get(alarm.trouble) else { continue };
        let minutes = -random.upto(40_000);
        let resolved = random.chance(350);
        let tickets = source.made.tickets_of.get(&alarm.customer).filter(|_| random.chance(400));
        let mut alert = alerts::empty();
        set(
            &mut alert,
            json!({
                "customer_id": alarm.customer, "computer_name": alarm.name, "resolved": resolved,
                "check_id": 500 + place, "status": if resolved { "resolved" } else { "triggered" },
                "formatted_output": details, "description": title, "asset_id": alarm.asset,
                "properties": {"trigger": kind}, "_ticket_id": tickets.and_then(|of| of.last()),
            }),
        );
        source.add(&mut rows, minutes, place, &alert)?;
    }
    Ok(())
}
