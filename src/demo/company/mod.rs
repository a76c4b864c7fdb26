//! The made-up company: a robotics supplier with customers all over the world. Everything follows from the seed.

mod equipment;
pub mod names;
mod people;
mod rows;
mod sales;
pub mod staff;
pub mod texts;
mod work;

use super::clock;
use super::random::{Random, mix};
use jiff::{Span, Timestamp};
use names::Names;
use rusqlite::Connection;

/// How many records of each type there are.
#[derive(Debug, Clone, Copy)]
pub struct Counts {
    /// Contacts; the others follow.
    pub contacts: u32,
}

/// The kinds of record, for ids and streams of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Users, by place.
    User = 1,
    /// Teams.
    Team,
    /// Accounts.
    Account,
    /// Contacts.
    Contact,
    /// Leads.
    Lead,
    /// Opportunities.
    Opportunity,
    /// Tasks.
    Task,
    /// Meetings.
    Meeting,
    /// Calls.
    Call,
    /// Cases.
    Case,
    /// Documents.
    Document,
    /// Campaigns.
    Campaign,
    /// Robots.
    Equipment,
    /// Articles.
    Article,
    /// Mails.
    Email,
    /// Files.
    Attachment,
    /// Notes.
    Note,
}

impl Sort {
    /// Its entity type in EspoCRM.
    pub fn entity(self) -> &'static str {
        match self {
            Sort::User => "User",
            Sort::Team => "Team",
            Sort::Account => "Account",
            Sort::Contact => "Contact",
            Sort::Lead => "Lead",
            Sort::Opportunity => "Opportunity",
            Sort::Task => "Task",
            Sort::Meeting => "Meeting",
            Sort::Call => "Call",
            Sort::Case => "Case",
            Sort::Document => "Document",
            Sort::Campaign => "Campaign",
            Sort::Equipment => "CEquipment",
            Sort::Article => "KnowledgeBaseArticle",
            Sort::Email => "Email",
            Sort::Attachment => "Attachment",
            Sort::Note => "Note",
        }
    }
}

/// Everything that the seeding needs.
pub struct World<'a> {
    db: &'a Connection,
    names: Names,
    seed: u64,
    now: Timestamp,
    counts: Counts,
}

/// Fills an empty database.
pub fn fill(db: &Connection, seed: u64, now: Timestamp, records: u32) -> rusqlite::Result<()> {
    let world = World {
        db,
        names: Names::read(),
        seed,
        now,
        counts: Counts { contacts: records.clamp(1, 200_000) },
    };
    db.execute_batch("BEGIN")?;
    staff::fill(&world)?;
    people::fill(&world)?;
    sales::fill(&world)?;
    work::fill(&world)?;
    equipment::fill(&world)?;
    db.execute_batch("COMMIT")
}

/// How many records each type has.
pub fn count_all(db: &Connection, types: &[&str]) -> rusqlite::Result<Vec<(String, u64)>> {
    let count = |name: &&str| {
        let sql = format!("SELECT COUNT(*) FROM \"{name}\" WHERE deleted = 0");
        let count: i64 = db.query_row(&sql, [], |row| row.get(0))?;
        Ok(((*name).to_owned(), u64::try_from(count).unwrap_or(0)))
    };
    types.iter().map(count).collect()
}

impl Counts {
    /// How many of a sort.
    pub fn of(self, sort: Sort) -> u32 {
        let part = |share: u32, least: u32| (self.contacts / share).max(least);
        match sort {
            Sort::Contact => self.contacts,
            Sort::Account | Sort::Opportunity => part(5, 20),
            Sort::Lead => part(4, 20),
            Sort::Task => part(4, 30),
            Sort::Meeting | Sort::Call => part(10, 25),
            Sort::Case | Sort::Equipment | Sort::Email => part(12, 20),
            Sort::Document | Sort::Attachment => part(50, 12),
            Sort::Campaign => part(500, 4).min(40),
            Sort::Article => part(200, 5).min(200),
            Sort::User | Sort::Team | Sort::Note => 0,
        }
    }
}

/// A record's id: 17 hexadecimal digits that follow from seed, sort and place.
pub fn id(seed: u64, sort: Sort, place: u32) -> String {
    let tail = mix(seed ^ (sort as u64) << 48 ^ u64::from(place)) >> 28;
    format!("6b{:02x}{:05x}{:08x}", sort as u8, place & 0xF_FFFF, tail & 0xFFFF_FFFF)
}

impl World<'_> {
    /// A record's id.
    pub fn id(&self, sort: Sort, place: u32) -> String {
        id(self.seed, sort, place)
    }

    /// The numbers of one record: the same whatever else there is.
    pub fn random(&self, sort: Sort, place: u32) -> Random {
        Random::new(mix(self.seed.wrapping_add((sort as u64) << 40) ^ u64::from(place)))
    }

    /// The id of some record of a sort.
    pub fn some(&self, sort: Sort, random: &mut Random) -> String {
        let count = self.counts.of(sort);
        let place = random.below(usize::try_from(count).unwrap_or(1));
        self.id(sort, u32::try_from(place).unwrap_or(0))
    }

    /// The id of one of the people who work here.
    pub fn worker(&self, random: &mut Random) -> String {
        let place = random.below(staff::WORKERS);
        self.id(Sort::User, u32::try_from(place).unwrap_or(0))
    }

    /// The moment so many minutes from now.
    pub fn minutes(&self, minutes: i64) -> String {
        clock::moment(self.at(minutes))
    }

    /// The day so many days from now.
    pub fn day(&self, days: i64) -> String {
        clock::day(self.at(days * 1440))
    }

    fn at(&self, minutes: i64) -> Timestamp {
        self.now.checked_add(Span::new().minutes(minutes)).unwrap_or(self.now)
    }

    /// When a record was made: the first ones lately, the others spread over two years.
    pub fn made(place: u32, of: u32) -> i64 {
        let (place, of) = (i64::from(place), i64::from(of.max(1)));
        let spread = 2 * 365 * 1440;
        -(4 + place * 3 + place * place * spread / (of * of))
    }
}
