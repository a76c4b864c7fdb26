//! The company in Vtiger's words: copied from its books, and made up from the seed where they have nothing (quotes,
//! products, projects and the like). Everything follows from the seed.

mod goods;
mod people;
mod projects;
mod sales;
mod staff;
mod work;

use super::schema::{Module, Schema};
use super::store;
use super::vtql::sql::quoted;
use super::write::value::kept;
use crate::demo::books::Books;
use crate::demo::clock;
use crate::demo::company::names::Names;
use crate::demo::random::{Random, mix};
use jiff::{Span, Timestamp};
use rusqlite::types::Value as Sql;
use rusqlite::{CachedStatement, Connection, Row, params_from_iter};
use std::collections::HashMap;

/// Tables of their own, filled. Blocks; the books are closed to everybody else meanwhile.
pub fn fill(schema: &Schema, books: &Books) -> rusqlite::Result<Connection> {
    let db = store::open(schema)?;
    let company = books.open();
    let mut filler = Filler {
        schema,
        db: &db,
        company: &company,
        seed: books.seed,
        now: books.clock.now(),
        names: Names::read(),
        known: Known::default(),
        made: HashMap::new(),
    };
    db.execute_batch("BEGIN")?;
    staff::fill(&mut filler)?;
    people::fill(&mut filler)?;
    goods::fill(&mut filler)?;
    sales::fill(&mut filler)?;
    projects::fill(&mut filler)?;
    work::fill(&mut filler)?;
    for (module, numbers) in &filler.made {
        let count = i64::try_from(numbers.len()).unwrap_or(0);
        store::counted(&db, module, count)?;
    }
    store::counted(&db, "entity", filler.known.last)?;
    db.execute_batch("COMMIT")?;
    store::index(&db, schema)?;
    drop(company);
    Ok(db)
}

/// Which of our numbers a record of the company has.
#[derive(Debug, Default)]
pub struct Known {
    numbers: HashMap<String, i64>,
    users: HashMap<String, i64>,
    groups: i64,
    last: i64,
}

impl Known {
    /// The number of a record; 0 where there is none.
    pub fn of(&self, id: Option<&str>) -> i64 {
        id.and_then(|id| self.numbers.get(id)).copied().unwrap_or(0)
    }

    /// The number of an owner; what nobody owns belongs to a group.
    fn owner(&self, id: Option<&str>) -> i64 {
        let user = id.and_then(|id| self.users.get(id)).copied();
        user.unwrap_or_else(|| 2 + self.last % self.groups.max(1))
    }
}

/// What the filling has in hand.
pub struct Filler<'a> {
    schema: &'a Schema,
    /// Our tables.
    pub db: &'a Connection,
    company: &'a Connection,
    seed: u64,
    now: Timestamp,
    /// Words in many scripts.
    pub names: Names,
    /// What was copied.
    pub known: Known,
    /// The numbers of each module's records.
    made: HashMap<&'static str, Vec<i64>>,
}

/// What every record has.
pub struct Stamps {
    /// When it was made.
    pub made: String,
    /// When it was changed.
    pub changed: String,
    /// Who owns it.
    pub owner: i64,
}

/// An insertion into a module's table, prepared once.
struct Sheet<'a> {
    module: &'static str,
    begin: Option<&'a str>,
    has_owner: bool,
    row: CachedStatement<'a>,
    entity: CachedStatement<'a>,
}

impl<'a> Sheet<'a> {
    fn of(
        db: &'a Connection,
        module: &'a Module,
        name: &'static str,
        columns: &str,
    ) -> rusqlite::Result<Sheet<'a>> {
        let has = |name: &str| module.kept().any(|field| field.name == name);
        let has_owner = has("assigned_user_id");
        let mut names = vec!["id".to_owned(), "createdtime".to_owned(), "modifiedtime".to_owned()];
        if has("modifiedby") {
            names.push("modifiedby".to_owned());
        }
        if has_owner {
            names.push("assigned_user_id".to_owned());
        }
        if has("source") {
            names.push("source".to_owned());
        }
        names.extend(module.number.iter().map(|(field, _)| field.clone()));
        names.extend(columns.split_whitespace().map(str::to_owned));
        let quoted: Vec<String> = names.iter().map(|name| super::vtql::sql::quoted(name)).collect();
        let marks = vec!["?"; names.len()].join(", ");
        let table = super::vtql::sql::quoted(module.table());
        let row = db.prepare_cached(&format!(
            "INSERT INTO {table} ({}) VALUES ({marks})",
            quoted.join(", ")
        ))?;
        let entity = db.prepare_cached(
            "INSERT INTO entity (id, module, owner, modified) VALUES (?, ?, ?, ?)",
        )?;
        let begin = module.number.as_ref().map(|(_, begin)| begin.as_str());
        Ok(Sheet { module: name, begin, has_owner, row, entity })
    }

    fn put(
        &mut self,
        module: &Module,
        id: i64,
        place: usize,
        stamps: &Stamps,
        values: Vec<Sql>,
    ) -> rusqlite::Result<()> {
        let has = |name: &str| module.kept().any(|field| field.name == name);
        let mut all = vec![id.into(), stamps.made.clone().into(), stamps.changed.clone().into()];
        if has("modifiedby") {
            all.push(Sql::Integer(1));
        }
        if self.has_owner {
            all.push(stamps.owner.into());
        }
        if has("source") {
            all.push("CRM".to_owned().into());
        }
        all.extend(self.begin.map(|begin| Sql::Text(format!("{begin}{}", place + 1))));
        all.extend(values);
        self.row.execute(params_from_iter(all))?;
        self.entity
            .execute(rusqlite::params![id, self.module, stamps.owner, stamps.changed])
            .map(|_| ())
    }
}

impl<'a> Filler<'a> {
    fn module(&self, name: &str) -> rusqlite::Result<&'a Module> {
        self.schema.modules.get(name).ok_or(rusqlite::Error::InvalidQuery)
    }

    /// Copies records of the company. `from` gives id, createdAt, modifiedAt, assignedUserId, then what `make` reads
    /// from the fourth column on.
    pub fn copy(
        &mut self,
        name: &'static str,
        from: &str,
        columns: &str,
        make: impl Fn(&Row<'_>, &Known) -> rusqlite::Result<Vec<Sql>>,
    ) -> rusqlite::Result<()> {
        let module = self.module(name)?;
        let mut sheet = Sheet::of(self.db, module, name, columns)?;
        let mut statement = self.company.prepare(from)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let values = make(row, &self.known)?;
            let owner: Option<String> = row.get(3)?;
            let stamps = Stamps {
                made: row.get(1)?,
                changed: row.get::<_, Option<String>>(2)?.map_or_else(|| row.get(1), Ok)?,
                owner: self.known.owner(owner.as_deref()),
            };
            let id = self.number(name);
            let place = self.count(name) - 1;
            sheet.put(module, id, place, &stamps, values)?;
            self.known.numbers.insert(row.get(0)?, id);
        }
        Ok(())
    }

    /// Makes records up: `make` gives what all records have, and the values of the columns.
    pub fn invent(
        &mut self,
        name: &'static str,
        count: usize,
        columns: &str,
        make: impl Fn(&Filler<'_>, usize, &mut Random) -> (Stamps, Vec<Sql>),
    ) -> rusqlite::Result<()> {
        let module = self.module(name)?;
        let mut sheet = Sheet::of(self.db, module, name, columns)?;
        for _ in 0..count {
            let place = self.count(name);
            let (stamps, values) = make(self, place, &mut self.random(name, place));
            let id = self.number(name);
            sheet.put(module, id, place, &stamps, values)?;
        }
        Ok(())
    }

    /// A new number for a record of a module.
    fn number(&mut self, name: &'static str) -> i64 {
        self.known.last += 1;
        let id = self.known.last;
        self.made.entry(name).or_default().push(id);
        id
    }

    /// How many records a module has.
    pub fn count(&self, name: &str) -> usize {
        self.made.get(name).map_or(0, Vec::len)
    }

    /// The numbers of a module's records.
    pub fn all(&self, name: &str) -> &[i64] {
        self.made.get(name).map_or(&[], Vec::as_slice)
    }

    /// Some record of a module; 0 where there is none.
    pub fn some(&self, name: &str, random: &mut Random) -> i64 {
        let all = self.all(name);
        all.get(random.below(all.len())).copied().unwrap_or(0)
    }

    /// The numbers of one record: the same whatever else there is.
    pub fn random(&self, name: &str, place: usize) -> Random {
        let sort = name.bytes().fold(7_u64, |sum, byte| mix(sum ^ u64::from(byte)));
        Random::new(mix(self.seed ^ sort).wrapping_add(u64::try_from(place).unwrap_or(0)))
    }

    /// When and by whom a record was made: so many days ago.
    pub fn stamps(&self, days: i64, random: &mut Random) -> Stamps {
        let made = self.minutes(-days * 1440 - 30 - random.upto(600));
        let people = i64::try_from(self.known.users.len()).unwrap_or(1).max(1);
        let owner = if random.chance(120) { 2 } else { 5 + random.upto(6).min(people - 1) };
        Stamps { changed: made.clone(), made, owner }
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

    /// Relates two records, both ways.
    pub fn relate(&self, here: i64, there: i64) -> rusqlite::Result<()> {
        let mut statement =
            self.db.prepare_cached("INSERT OR IGNORE INTO relation (here, there) VALUES (?, ?)")?;
        statement.execute([here, there])?;
        statement.execute([there, here]).map(|_| ())
    }

    /// Fills a table that has no part in the number space.
    pub fn plain(
        &mut self,
        name: &'static str,
        columns: &str,
        rows: Vec<Vec<Sql>>,
    ) -> rusqlite::Result<()> {
        let columns: Vec<String> = columns.split_whitespace().map(quoted).collect();
        let marks = vec!["?"; columns.len()].join(", ");
        let sql = format!("INSERT INTO {} ({}) VALUES ({marks})", quoted(name), columns.join(", "));
        let mut statement = self.db.prepare_cached(&sql)?;
        for row in rows {
            if let Some(Sql::Integer(id)) = row.first() {
                self.made.entry(name).or_default().push(*id);
            }
            statement.execute(params_from_iter(row))?;
        }
        Ok(())
    }
}

/// A text as MySQL keeps it.
pub fn text(text: impl AsRef<str>) -> Sql {
    Sql::Text(kept(text.as_ref(), 65_535, false))
}

/// A column's text; nothing reads as an empty one.
pub fn at(row: &Row<'_>, place: usize) -> rusqlite::Result<Sql> {
    let found: Option<String> = row.get(place)?;
    Ok(text(found.unwrap_or_default()))
}

/// A column's text cut at so many letters.
pub fn cut(row: &Row<'_>, place: usize, max: usize) -> rusqlite::Result<Sql> {
    let found: Option<String> = row.get(place)?;
    Ok(Sql::Text(kept(&found.unwrap_or_default(), max, false)))
}

/// A column's day or moment; nothing stays null.
pub fn when(row: &Row<'_>, place: usize, letters: usize) -> rusqlite::Result<Sql> {
    let found: Option<String> = row.get(place)?;
    Ok(found.map_or(Sql::Null, |text| Sql::Text(text.chars().take(letters).collect())))
}

/// The number of the record that a column points to.
pub fn link(row: &Row<'_>, place: usize, known: &Known) -> rusqlite::Result<Sql> {
    let found: Option<String> = row.get(place)?;
    Ok(Sql::Integer(known.of(found.as_deref())))
}

/// A column's text in other words, where there are any.
pub fn said(row: &Row<'_>, place: usize, words: &[(&str, &str)]) -> rusqlite::Result<Sql> {
    let found: Option<String> = row.get(place)?;
    let found = found.unwrap_or_default();
    let other = words.iter().find(|(word, _)| *word == found).map(|(_, other)| *other);
    Ok(text(other.unwrap_or(&found)))
}

/// One of some words.
pub fn one_of<'a>(random: &mut Random, words: &[&'a str]) -> &'a str {
    words.get(random.below(words.len())).copied().unwrap_or_default()
}
