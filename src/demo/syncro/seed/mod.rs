//! The company in Syncro's words: copied from EspoCRM's tables, and made up from the seed where those know nothing.

pub mod agents;
mod agreements;
mod devices;
mod office;
mod people;
mod sales;
mod stock;
mod work;

use super::kinds::Kind;
use super::shelf::{self, Doc, Rows};
use super::time;
use crate::demo::books::Books;
use crate::demo::random::{Random, mix};
use jiff::Timestamp;
use rusqlite::Connection;
use std::collections::HashMap;

/// The service desk looks after so many contacts at most, and what belongs to them: of a larger company a part, so that
/// its account is made within a second or two.
const MOST: i64 = 5_000;

/// Makes the documents.
pub fn make(books: &Books) -> rusqlite::Result<Connection> {
    let shelf = shelf::open()?;
    {
        let company = books.open();
        let mut source = Source {
            company: &company,
            shelf: &shelf,
            seed: books.seed,
            now: books.clock.started(),
            made: Made { contacts_in_all: contacts(&company)?, ..Made::default() },
        };
        shelf.execute_batch("BEGIN")?;
        people::fill(&mut source)?;
        stock::fill(&mut source)?;
        devices::fill(&mut source)?;
        work::fill(&mut source)?;
        devices::alerts(&source)?;
        sales::fill(&mut source)?;
        agreements::fill(&source)?;
        office::fill(&source)?;
        shelf.execute_batch("COMMIT")?;
    }
    shelf::index(&shelf)?;
    Ok(shelf)
}

fn contacts(company: &Connection) -> rusqlite::Result<i64> {
    company.query_row("SELECT COALESCE(MAX(rowid), 0) FROM Contact", [], |row| row.get(0))
}

/// What was made, for what points to it.
#[derive(Debug, Default)]
pub struct Made {
    /// How many contacts the company has.
    pub contacts_in_all: i64,
    /// How many customers there are; their ids follow each other.
    pub customers: i64,
    /// The first contacts of each customer.
    pub contacts: HashMap<i64, Vec<i64>>,
    /// The assets of each customer.
    pub assets: HashMap<i64, Vec<i64>>,
    /// The tickets of each customer.
    pub tickets_of: HashMap<i64, Vec<i64>>,
    /// How many tickets there are; their ids follow each other.
    pub tickets: i64,
    /// What is wrong with devices.
    pub alarms: Vec<Alarm>,
    /// Products: id, name, description, price and cost in cents.
    pub products: Vec<Sold>,
}

/// A device with which something is wrong.
#[derive(Debug, Clone)]
pub struct Alarm {
    /// Its id.
    pub asset: i64,
    /// Its name.
    pub name: String,
    /// Whose it is.
    pub customer: i64,
    /// What: the place in the list of troubles.
    pub trouble: usize,
}

/// A product as papers name it.
#[derive(Debug, Clone)]
pub struct Sold {
    /// Its id.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Its description.
    pub description: String,
    /// What it costs others, in cents.
    pub retail: i64,
    /// What it costs us, in cents.
    pub cost: i64,
}

/// What the making needs.
pub struct Source<'a> {
    /// EspoCRM's tables.
    pub company: &'a Connection,
    /// The documents.
    pub shelf: &'a Connection,
    seed: u64,
    /// The moment that it is made for.
    pub now: Timestamp,
    /// What was made so far.
    pub made: Made,
}

impl<'a> Source<'a> {
    /// The numbers of one record: the same whatever else there is.
    pub fn random(&self, kind: Kind, place: i64) -> Random {
        let place = u64::try_from(place).unwrap_or(0);
        Random::new(mix(self.seed.wrapping_add((kind as u64) << 44) ^ place.wrapping_mul(0x5C)))
    }

    /// The last row of a table of EspoCRM's that the service desk knows.
    pub fn last(&self, table: &str) -> rusqlite::Result<i64> {
        let sql = format!("SELECT COALESCE(MAX(rowid), 0) FROM \"{table}\"");
        let rows: i64 = self.company.query_row(&sql, [], |row| row.get(0))?;
        let all = self.made.contacts_in_all.max(1);
        Ok(if all <= MOST { rows } else { rows * MOST / all })
    }

    /// The customer of an account's row; some other one where the service desk does not know it.
    pub fn customer(&self, account: Option<i64>, random: &mut Random) -> i64 {
        match account.filter(|it| *it <= self.made.customers) {
            Some(account) => Kind::Customer.base() + account,
            None => self.some_customer(random),
        }
    }

    /// The contact of a row, where the service desk knows it.
    pub fn contact(&self, row: Option<i64>) -> Option<i64> {
        row.filter(|it| *it <= self.made.contacts_in_all.min(MOST))
            .map(|it| Kind::Contact.base() + it)
    }

    /// New documents of a kind.
    pub fn rows(&self, kind: Kind) -> rusqlite::Result<Rows<'a>> {
        Rows::of(self.shelf, kind)
    }

    /// A document made so many minutes from now.
    pub fn add(
        &self,
        rows: &mut Rows<'_>,
        minutes: i64,
        place: i64,
        doc: &Doc,
    ) -> rusqlite::Result<i64> {
        let at = self.at(minutes, place);
        rows.add(None, at, at, doc)?;
        Ok(self.shelf.last_insert_rowid())
    }

    /// A moment so many minutes from now; its milliseconds follow from a place.
    pub fn at(&self, minutes: i64, place: i64) -> Timestamp {
        split(time::later(self.now, minutes), place)
    }

    /// Some customer.
    pub fn some_customer(&self, random: &mut Random) -> i64 {
        Kind::Customer.base() + 1 + random.upto(usize::try_from(self.made.customers).unwrap_or(1))
    }

    /// One of the people who work here.
    pub fn worker(random: &mut Random) -> i64 {
        Kind::User.base() + 1 + random.upto(6)
    }

    /// One of a customer's contacts, if it has any.
    pub fn contact_of(&self, customer: i64, random: &mut Random) -> Option<i64> {
        let of = self.made.contacts.get(&customer)?;
        of.get(random.below(of.len())).copied()
    }
}

/// EspoCRM's moment, with milliseconds that follow from a place.
pub fn moment(text: &str, place: i64) -> Timestamp {
    let at = format!("{}Z", text.replace(' ', "T")).parse().unwrap_or(Timestamp::UNIX_EPOCH);
    split(at, place)
}

fn split(at: Timestamp, place: i64) -> Timestamp {
    time::of_millis(at.as_second() * 1000 + (place * 119).rem_euclid(1000))
}

/// One of some things.
pub fn pick<'a>(random: &mut Random, of: &[&'a str]) -> &'a str {
    of.get(random.below(of.len())).copied().unwrap_or_default()
}

/// Sets members.
pub fn set(doc: &mut Doc, members: serde_json::Value) {
    doc.extend(shelf::doc(members));
}
