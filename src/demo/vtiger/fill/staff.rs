//! Users, groups, currencies, taxes, folders, the company itself.

use super::Filler;
use crate::demo::random::mix;
use crate::demo::vtiger::door::access_key;
use rusqlite::types::Value as Sql;

/// All of it.
pub fn fill(filler: &mut Filler<'_>) -> rusqlite::Result<()> {
    groups(filler)?;
    users(filler)?;
    money(filler)?;
    let folders = [
        ("Default", "This is a Default Folder"),
        ("Contracts 契約", "Signed ones"),
        ("Manuals", ""),
    ];
    let rows = folders.iter().zip(1_i64..).map(|((name, about), id)| {
        vec![
            id.into(),
            (*name).to_owned().into(),
            (*about).to_owned().into(),
            Sql::Integer(1),
            id.into(),
        ]
    });
    filler.plain(
        "DocumentFolders",
        "id foldername description createdby sequence",
        rows.collect(),
    )?;
    let company = [
        "Robot House & Söhne",
        "Hafenstraße 12",
        "Hamburg",
        "HH",
        "Germany",
        "20457",
        "+49 40 5550100",
        "+49 40 5550101",
        "www.robot-house.example",
        "logo.png",
        "",
        "DE123456789",
    ];
    let row = std::iter::once(Sql::Integer(1))
        .chain(company.iter().map(|text| Sql::Text((*text).to_owned())));
    filler.plain(
        "CompanyDetails",
        "id organizationname address city state country code phone fax website logoname logo vatid",
        vec![row.collect()],
    )
}

fn groups(filler: &mut Filler<'_>) -> rusqlite::Result<()> {
    let teams: Vec<String> = filler
        .company
        .prepare("SELECT name FROM Team WHERE deleted = 0 ORDER BY id")?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let rows: Vec<Vec<Sql>> = teams
        .iter()
        .zip(2_i64..)
        .map(|(name, id)| {
            vec![id.into(), name.clone().into(), format!("Everybody of {name}").into()]
        })
        .collect();
    filler.known.groups = i64::try_from(rows.len()).unwrap_or(1);
    filler.plain("Groups", "id groupname description", rows)
}

/// The people who work here: the administrator is 1, the others follow the groups. The last one has left.
fn users(filler: &mut Filler<'_>) -> rusqlite::Result<()> {
    let sql = "SELECT id, userName, firstName, lastName, title, emailAddress, type FROM User WHERE deleted = 0 AND type <> 'api' ORDER BY id";
    let people: Vec<[Option<String>; 7]> = filler
        .company
        .prepare(sql)?
        .query_map([], |row| {
            Ok([
                row.get(0)?,
                row.get(1)?,
                row.get(2)?,
                row.get(3)?,
                row.get(4)?,
                row.get(5)?,
                row.get(6)?,
            ])
        })?
        .collect::<rusqlite::Result<_>>()?;
    let mut rows = Vec::new();
    let mut next = 2 + filler.known.groups;
    for [id, name, given, family, title, email, kind] in people {
        let admin = kind.as_deref() == Some("admin");
        let number = if admin { 1 } else { next };
        next += i64::from(!admin);
        filler.known.users.insert(id.unwrap_or_default(), number);
        let [name, given, family, title, email] =
            [name, given, family, title, email].map(Option::unwrap_or_default);
        let given = if admin { "Ada".to_owned() } else { given };
        let family = if admin { "Administrator".to_owned() } else { family };
        rows.push(user(filler.seed, number, [&name, &given, &family, &title, &email], admin, true));
    }
    rows.push(user(
        filler.seed,
        next,
        ["oskar", "Oskar", "Ångström", "Buyer", "oskar@robot-house.example"],
        false,
        false,
    ));
    let columns = "id user_name first_name last_name title email1 is_admin status user_password confirm_password accesskey date_format \
                   time_zone hour_format currency_id userlabel is_owner language theme internal_mailer activity_view lead_view start_hour \
                   end_hour reminder_interval callduration othereventduration";
    filler.plain("Users", columns, rows)
}

fn user(seed: u64, number: i64, words: [&str; 5], admin: bool, active: bool) -> Vec<Sql> {
    let [name, given, family, title, email] = words;
    let hash = |salt: u64| {
        let bits = mix(seed ^ salt ^ u64::try_from(number).unwrap_or(0));
        format!("$2y$10${bits:016x}{:016x}{:016x}", mix(bits), mix(bits ^ 1))
    };
    let mut row: Vec<Sql> = vec![number.into()];
    let days = if admin { "yyyy-mm-dd" } else { "dd-mm-yyyy" };
    let zone = if number % 3 == 0 { "Asia/Tokyo" } else { "UTC" };
    let label = format!("{given} {family}");
    let (on, status) =
        (if admin { "on" } else { "off" }, if active { "Active" } else { "Inactive" });
    let (password, key) = (hash(0x0AA5), access_key(seed, name));
    let texts = [
        name, given, family, title, email, on, status, &password, &password, &key, days, zone, "24",
    ];
    row.extend(texts.iter().map(super::text));
    row.push(Sql::Integer(1));
    row.push(super::text(label.trim()));
    row.push(super::text(if admin { "1" } else { "0" }));
    row.extend(["en_us", "softed"].map(super::text));
    row.push(Sql::Integer(1));
    row.extend(["This Week", "Today", "08:00", "18:00", "1 Minute", "5", "5"].map(super::text));
    row
}

fn money(filler: &mut Filler<'_>) -> rusqlite::Result<()> {
    let currency = |id: i64, name: &str, code: &str, sign: &str, rate: f64, default: &str| {
        let mut row: Vec<Sql> = vec![id.into()];
        row.extend([name, code, sign].map(super::text));
        row.extend([Sql::Real(rate), super::text("Active"), super::text(default), Sql::Integer(0)]);
        row
    };
    let rows = vec![
        currency(1, "USA, Dollars", "USD", "$", 1.0, "-11"),
        currency(2, "Euro", "EUR", "€", 0.91, "0"),
        currency(3, "Japan, Yen", "JPY", "¥", 149.25, "0"),
    ];
    let columns = "id currency_name currency_code currency_symbol conversion_rate currency_status defaultid deleted";
    filler.plain("Currency", columns, rows)?;
    let tax = |id: i64, label: &str, rate: f64| {
        let mut row: Vec<Sql> = vec![
            id.into(),
            super::text(format!("tax{id}")),
            super::text(label),
            Sql::Real(rate),
            Sql::Integer(0),
        ];
        row.extend(["Simple", "Fixed", "[]", "[]"].map(super::text));
        row
    };
    let rows = vec![tax(1, "VAT", 4.5), tax(2, "Sales", 10.0), tax(3, "Service", 12.5)];
    filler.plain(
        "Tax",
        "id taxname taxlabel percentage deleted method type compoundon regions",
        rows,
    )
}
