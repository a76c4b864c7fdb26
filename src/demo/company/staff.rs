//! Who works here, and the keys with which they sign in.

use super::rows::Rows;
use super::{Sort, World};
use crate::demo::espocrm::acl::Role;
use crate::demo::espocrm::auth::User;
use crate::demo::random::{Random, mix};
use rusqlite::params;
use serde_json::json;

/// How many people own records: the first places of the list.
pub const WORKERS: usize = 6;
/// The places of those who sign in.
const ADA: u32 = 0;
const ADMIN: u32 = 6;
const TWO_FACTOR: u32 = 7;
const ROBOT: u32 = 8;
const LIMITED: u32 = 9;
const HMAC: u32 = 10;

const PEOPLE: [(&str, &str, &str, &str); 11] = [
    ("ada", "Ada", "Lindqvist", "Sales Lead"),
    ("mara", "Mara", "Vogt", "Account Manager"),
    ("bob", "Bob", "Müller-Ωmega", "Account Manager"),
    ("misaki", "美咲", "佐藤", "Sales Engineer"),
    ("noa", "נועה", "כהן", "Service Manager"),
    ("samira", "Samira", "Haddad", "Technician"),
    ("admin", "", "Admin", "Administrator"),
    ("tova", "Tova", "Nyström", "Controller"),
    ("demo-api", "", "demo-api", ""),
    ("demo-limited", "", "demo-limited", ""),
    ("demo-hmac", "", "demo-hmac", ""),
];

/// Everybody who can sign in. Keys and passwords follow from the seed.
pub fn users(seed: u64) -> Vec<User> {
    let mut random = Random::new(mix(seed ^ 0x5EC5));
    let (api, limited, hmac, secret) =
        (random.hex(32), random.hex(32), random.hex(32), random.hex(32));
    let password = format!("demo-{}", random.hex(10));
    let user = |place: u32, kind: &'static str, role: Role| {
        let (user_name, given, family, _) =
            PEOPLE.get(usize::try_from(place).unwrap_or(0)).copied().unwrap_or_default();
        User {
            id: super::id(seed, Sort::User, place),
            user_name: user_name.into(),
            name: format!("{given} {family}").trim().into(),
            kind,
            role,
            api_key: String::new(),
            secret: String::new(),
            password: String::new(),
            two_factor: false,
        }
    };
    vec![
        User { password: password.clone(), ..user(ADA, "regular", Role::Full) },
        User { password: password.clone(), ..user(ADMIN, "admin", Role::Admin) },
        User { password, two_factor: true, ..user(TWO_FACTOR, "regular", Role::Full) },
        User { api_key: api, ..user(ROBOT, "api", Role::Full) },
        User { api_key: limited, ..user(LIMITED, "api", Role::Limited) },
        User { api_key: hmac, secret, ..user(HMAC, "api", Role::Full) },
    ]
}

/// Users and teams.
pub fn fill(world: &World<'_>) -> rusqlite::Result<()> {
    let mut teams = Rows::of(world.db, "Team", "id name positionList createdAt modifiedAt")?;
    for (place, name) in ["Sales 営業", "Service", "Partners"].iter().enumerate() {
        let id = world.id(Sort::Team, u32::try_from(place).unwrap_or(0));
        let made = world.minutes(-1_200_000);
        teams.add(params![id, name, json!(["Lead", "Member"]).to_string(), made, made])?;
    }
    let columns = "id name userName type firstName lastName title isActive emailAddress emailAddressIsOptedOut emailAddressIsInvalid \
                   emailAddressData createdAt modifiedAt defaultTeamId createdById";
    let mut users = Rows::of(world.db, "User", columns)?;
    let mut relation = Rows::relation(world.db)?;
    let admin = world.id(Sort::User, ADMIN);
    for (place, (user_name, given, family, title)) in PEOPLE.iter().enumerate() {
        let place = u32::try_from(place).unwrap_or(0);
        let id = world.id(Sort::User, place);
        let team = world.id(Sort::Team, place % 2);
        let made = world.minutes(-1_100_000 + i64::from(place) * 60);
        let address = (place < ROBOT).then(|| format!("{user_name}@robot-house.example"));
        let data = address.as_ref().map(|address| super::people::email_data(address, None));
        let kind = if place >= ROBOT {
            "api"
        } else if place == ADMIN {
            "admin"
        } else {
            "regular"
        };
        let name = format!("{given} {family}");
        let bad = address.as_ref().map(|_| false);
        users.add(params![
            id,
            name.trim(),
            user_name,
            kind,
            non_empty(given),
            family,
            non_empty(title),
            true,
            address,
            bad,
            bad,
            data,
            made,
            made,
            (place < ADMIN).then_some(&team),
            admin
        ])?;
        relation.add(params!["TeamUser", team, id, json!({"role": null}).to_string()])?;
    }
    Ok(())
}

fn non_empty(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}
