//! Projects with their tasks and milestones, assets, service contracts, and the robots: the custom module.

use super::{Filler, at, cut, link, one_of, text, when};
use rusqlite::types::Value as Sql;

/// All of it.
pub fn fill(filler: &mut Filler<'_>) -> rusqlite::Result<()> {
    projects(filler)?;
    tasks(filler)?;
    assets(filler)?;
    contracts(filler)?;
    robots(filler)
}

fn projects(filler: &mut Filler<'_>) -> rusqlite::Result<()> {
    let count = (filler.count("Accounts") / 10).clamp(8, 500);
    let columns = "projectname startdate targetenddate projectstatus projecttype linktoaccountscontacts targetbudget projecturl \
                   projectpriority progress description potentialid";
    filler.invent("Project", count, columns, |filler, place, random| {
        let days = i64::try_from(place * 3 % 200).unwrap_or(0);
        let name = format!(
            "{}: {}",
            random.pick(&filler.names.deals),
            one_of(random, &["hall 2", "line “B”", "移設", "retrofit & test"])
        );
        let to = filler.some(if place % 4 == 3 { "Contacts" } else { "Accounts" }, random);
        let progress = format!("{}%", (place % 10 + 1) * 10);
        let values = vec![
            text(name),
            text(filler.day(-days)),
            text(filler.day(90 - days)),
            text(one_of(
                random,
                &["initiated", "in progress", "waiting for feedback", "completed"],
            )),
            text(one_of(random, &["operative", "administrative", ""])),
            to.into(),
            text(format!("{}", 5_000 + place * 250)),
            text(format!("https://plans.example/{place}")),
            text(one_of(random, &["low", "normal", "high"])),
            text(progress),
            text("Decided by the plant manager."),
            filler.some("Potentials", random).into(),
        ];
        (filler.stamps(days, random), values)
    })
}

fn tasks(filler: &mut Filler<'_>) -> rusqlite::Result<()> {
    let projects = filler.all("Project").to_vec();
    let columns = "projecttaskname projecttasktype projecttaskpriority projectid projecttasknumber projecttaskprogress projecttaskhours \
                   startdate enddate projecttaskstatus description";
    filler.invent("ProjectTask", projects.len() * 4, columns, |filler, place, random| {
        let days = i64::try_from(place % 60).unwrap_or(0);
        let values = vec![
            text(random.pick(&filler.names.work)),
            text(one_of(random, &["operative", "administrative", "other"])),
            text(one_of(random, &["low", "normal", "high"])),
            projects.get(place / 4).copied().unwrap_or(0).into(),
            i64::try_from(place % 4 + 1).unwrap_or(1).into(),
            text(one_of(random, &["10%", "50%", "80%", "100%"])),
            text(format!("{}", random.below(30))),
            text(filler.day(-days)),
            text(filler.day(10 - days)),
            text(one_of(random, &["Open", "In Progress", "Completed"])),
            text(""),
        ];
        (filler.stamps(days, random), values)
    })?;
    let columns =
        "projectmilestonename projectmilestonedate projectid projectmilestonetype description";
    filler.invent("ProjectMilestone", projects.len() * 2, columns, |filler, place, random| {
        let name = if place % 2 == 0 { "Layout is signed" } else { "Acceptance 受入検査" };
        let values = vec![
            text(name),
            text(filler.day(i64::try_from(place % 120).unwrap_or(0) - 40)),
            projects.get(place / 2).copied().unwrap_or(0).into(),
            text("operative"),
            text(""),
        ];
        (filler.stamps(30, random), values)
    })
}

fn assets(filler: &mut Filler<'_>) -> rusqlite::Result<()> {
    let count = (filler.count("Accounts") / 4).clamp(12, 4_000);
    let columns = "product serialnumber datesold dateinservice assetstatus tagnumber invoiceid assetname account contact description";
    filler.invent("Assets", count, columns, |filler, place, random| {
        let days = i64::try_from(place * 5 % 900).unwrap_or(0);
        let values = vec![
            filler.some("Products", random).into(),
            text(format!("A-{:06}", place * 19 + 3)),
            text(filler.day(-days)),
            text(filler.day(14 - days)),
            text(if place % 6 == 5 { "Out-of-service" } else { "In Service" }),
            text(format!("TAG{place}")),
            filler.some("Invoice", random).into(),
            text(format!("{} in hall {}", random.pick(&filler.names.models), place % 9 + 1)),
            filler.some("Accounts", random).into(),
            filler.some("Contacts", random).into(),
            text("Greased twice a year."),
        ];
        (filler.stamps(days, random), values)
    })
}

fn contracts(filler: &mut Filler<'_>) -> rusqlite::Result<()> {
    let count = (filler.count("Accounts") / 8).clamp(10, 2_000);
    let columns = "start_date end_date sc_related_to tracking_unit total_units used_units subject due_date contract_status \
                   contract_priority contract_type progress";
    filler.invent("ServiceContracts", count, columns, |filler, place, random| {
        let days = i64::try_from(place * 7 % 400).unwrap_or(0);
        let used = place % 40;
        let values = vec![
            text(filler.day(-days)),
            Sql::Null,
            filler.some(if place % 5 == 4 { "Contacts" } else { "Accounts" }, random).into(),
            text(one_of(random, &["Hours", "Incidents"])),
            text("40"),
            text(format!("{used}")),
            text(format!(
                "{} {}",
                random.pick(&filler.names.models),
                one_of(random, &["full service", "24/7 & parts", "保守"])
            )),
            text(filler.day(365 - days)),
            text(one_of(random, &["In Progress", "In Planning", "Complete"])),
            text(one_of(random, &["Low", "Normal", "High"])),
            text(one_of(random, &["Support", "Services"])),
            Sql::Real(f64::from(u32::try_from(used).unwrap_or(0)) * 2.5),
        ];
        (filler.stamps(days, random), values)
    })
}

fn robots(filler: &mut Filler<'_>) -> rusqlite::Result<()> {
    let from = "SELECT id, createdAt, modifiedAt, assignedUserId, name, model, serialNumber, status, applications, accountId, \
                priceConverted, payloadKg, cycles, isLeased, installedOn, lastSeenAt, manualUrl, alertEmail, alertPhone, report \
                FROM CEquipment WHERE deleted = 0 ORDER BY id DESC";
    let columns = "robotname cf_901 cf_903 cf_905 cf_907 cf_909 cf_915 cf_917 cf_919 cf_921 cf_923 cf_927 cf_929 cf_931 cf_933 cf_937 \
                   cf_911 cf_925 cf_935";
    let contacts = filler.all("Contacts").to_vec();
    filler.copy("Robots", from, columns, |row, known| {
        let applications: Option<String> = row.get(8)?;
        let applications: Vec<String> =
            applications.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        let place = usize::try_from(known.last).unwrap_or(0);
        let operator = contacts.get(place % contacts.len().max(1)).copied().unwrap_or(0);
        let number = |place: usize| {
            row.get::<_, Option<f64>>(place).map(|found| Sql::Real(found.unwrap_or(0.0)))
        };
        let whole = |place: usize| {
            row.get::<_, Option<i64>>(place).map(|found| Sql::Integer(found.unwrap_or(0)))
        };
        Ok(vec![
            cut(row, 4, 255)?,
            at(row, 5)?,
            at(row, 6)?,
            at(row, 7)?,
            text(applications.join(" |##| ")),
            link(row, 9, known)?,
            number(10)?,
            number(11)?,
            whole(12)?,
            whole(13)?,
            when(row, 14, 10)?,
            when(row, 15, 19)?,
            at(row, 16)?,
            at(row, 17)?,
            at(row, 18)?,
            at(row, 19)?,
            operator.into(),
            text("06:30:00"),
            text("robot.house"),
        ])
    })
}
