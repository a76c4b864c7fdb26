//! What the handling of one request has in hand, and how records are read.

use super::Core;
use super::door::{Caller, admins_only};
use super::entities;
use super::id::Id;
use super::quirks::Quirks;
use super::reply::{Refusal, denied, wrong_id};
use super::request::Params;
use super::schema::{Field, Kind, Module};
use super::store;
use super::vtql::sql::{Plan, quoted, selected};
use indexmap::IndexMap;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, params_from_iter};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// A record as it is sent.
pub type Record = Map<String, Value>;

/// One request's hands.
pub struct Desk<'a> {
    /// The dialect.
    pub core: &'a Core,
    /// The tables.
    pub db: &'a Connection,
    /// Who asks.
    pub caller: Caller,
    /// The switches.
    pub quirks: &'a Quirks,
    /// What was sent.
    pub params: &'a Params,
    /// Whether the cloud's paths are spoken.
    pub is_cloud: bool,
    /// The numbers of the groups: owners that are not users.
    pub groups: BTreeSet<i64>,
}

/// The numbers of the groups.
pub fn groups(db: &Connection) -> rusqlite::Result<BTreeSet<i64>> {
    db.prepare_cached("SELECT id FROM Groups")?.query_map([], |row| row.get(0))?.collect()
}

impl<'a> Desk<'a> {
    /// The modules that the caller may see.
    pub fn modules(&self) -> impl Iterator<Item = &'a Module> + use<'a> {
        let admin = self.caller.admin;
        self.core.schema.modules.values().filter(move |module| admin || module.name != "Users")
    }

    /// A module that the caller may see.
    pub fn module(&self, name: &str) -> Option<&'a Module> {
        self.core
            .schema
            .modules
            .get(name)
            .filter(|module| self.caller.admin || module.name != "Users")
    }

    /// Users are for administrators (A11).
    pub fn may_see(&self, name: &str) -> Result<(), Refusal> {
        if name == "Users" { admins_only(&self.caller) } else { Ok(()) }
    }

    /// Whether a field is left out: 8.4 hides hashes and keys.
    pub fn hides(&self, field: &Field) -> bool {
        (self.quirks.is_8_4 || self.is_cloud)
            && (field.kind == Kind::Password || field.name == "accesskey")
    }

    /// The fields that a record of a module has for the caller, lines apart.
    pub fn shown<'m>(&self, module: &'m Module) -> Vec<&'m Field> {
        let mut fields = module.ordered(self.caller.admin);
        fields.retain(|field| !(field.apart || field.line || self.hides(field)));
        fields
    }

    /// The moment now, as it is kept.
    pub fn now(&self) -> String {
        self.core.books.clock.stamp()
    }

    /// The record that an id means, with the refusals of A2.
    pub fn find(&self, id: &str) -> Result<(&'a Module, i64), Refusal> {
        let id = Id::read(id).ok_or_else(|| denied(" for id"))?;
        let module = self.core.schema.by_prefix(id.prefix).ok_or_else(|| denied(" for id"))?;
        self.may_see(&module.name)?;
        if shares_numbers(module) {
            let Some(known) = store::module_of(self.db, id.number)? else { return Err(denied("")) };
            return if known == module.name { Ok((module, id.number)) } else { Err(wrong_id()) };
        }
        let sql = format!("SELECT 1 FROM {} WHERE id = ?1", quoted(module.table()));
        let found = self.db.prepare_cached(&sql)?.exists([id.number])?;
        if found { Ok((module, id.number)) } else { Err(denied("")) }
    }

    /// The record's fields, as its role orders them; without a label.
    pub fn read(&self, module: &Module, number: i64) -> Result<Record, Refusal> {
        let fields = self.shown(module);
        let columns = selected(&fields);
        let sql = format!("SELECT t.id{columns} FROM {} t WHERE t.id = ?1", quoted(module.table()));
        let mut statement = self.db.prepare_cached(&sql)?;
        let found = statement
            .query_row([number], |row| self.record(module, &fields, row))
            .optional()?
            .ok_or_else(|| denied(""))?;
        Ok(found)
    }

    /// The records of a statement; rows of one record collapse to the last (A6).
    pub fn records(&self, module: &Module, plan: &Plan<'_>) -> Result<Vec<Record>, Refusal> {
        let mut statement = self.db.prepare_cached(&plan.sql)?;
        let mut rows = statement.query(params_from_iter(&plan.values))?;
        let mut records: IndexMap<i64, Record> = IndexMap::new();
        while let Some(row) = rows.next()? {
            records.insert(row.get(0)?, self.record(module, &plan.fields, row)?);
        }
        Ok(records.into_values().collect())
    }

    fn record(
        &self,
        module: &Module,
        fields: &[&Field],
        row: &rusqlite::Row<'_>,
    ) -> rusqlite::Result<Record> {
        let mut record = Record::new();
        for (place, field) in fields.iter().enumerate() {
            let value = if field.name == "id" {
                let number: i64 = row.get(0)?;
                json!(Id { prefix: module.prefix, number }.write())
            } else {
                self.value(field, row.get_ref(place + 1)?)?
            };
            record.insert(field.name.clone(), value);
        }
        Ok(record)
    }

    /// A value as it is sent: nearly always a text (A4).
    pub fn value(&self, field: &Field, raw: ValueRef<'_>) -> rusqlite::Result<Value> {
        let text = match (field.kind, raw) {
            (Kind::Reference, ValueRef::Integer(number)) => return self.reference(field, number),
            (Kind::Owner, ValueRef::Integer(number)) => self.owner(number),
            (Kind::Reference, _) => return Ok(self.nothing()),
            (_, ValueRef::Null) => String::new(),
            (_, ValueRef::Integer(number)) => number.to_string(),
            (_, ValueRef::Real(number)) => format!("{number:.*}", field.places),
            (_, ValueRef::Text(bytes) | ValueRef::Blob(bytes)) => {
                String::from_utf8_lossy(bytes).into_owned()
            }
        };
        Ok(Value::String(text))
    }

    fn nothing(&self) -> Value {
        if self.quirks.is_8_4 { Value::Null } else { json!("") }
    }

    /// A user or a group.
    pub fn owner(&self, number: i64) -> String {
        match number {
            0 => String::new(),
            _ if self.groups.contains(&number) => format!("20x{number}"),
            _ => format!("19x{number}"),
        }
    }

    /// Another record; one that is gone reads as nothing (A7).
    fn reference(&self, field: &Field, number: i64) -> rusqlite::Result<Value> {
        let Some(first) = field.refers.first().filter(|_| number != 0) else {
            return Ok(self.nothing());
        };
        let apart = self.core.schema.modules.get(first).filter(|module| !shares_numbers(module));
        if let Some(module) = apart {
            return Ok(json!(Id { prefix: module.prefix, number }.write()));
        }
        let known = store::module_of(self.db, number)?.filter(|name| field.refers.contains(name));
        Ok(known.map_or_else(
            || self.nothing(),
            |name| json!(Id { prefix: self.core.schema.prefix(&name), number }.write()),
        ))
    }

    /// The record with its label, as retrieve gives it.
    pub fn whole(&self, module: &Module, number: i64) -> Result<Record, Refusal> {
        let mut record = self.read(module, number)?;
        if module.is_entity {
            if module.name != "Users" {
                record.insert("label".into(), json!(label(module, &record)));
            }
        } else if module.name == "Groups" {
            record.shift_insert(0, "groupid".into(), json!(number.to_string()));
        }
        Ok(record)
    }
}

/// Whether a module's records share the one number space.
pub fn shares_numbers(module: &Module) -> bool {
    module.is_entity && module.name != "Users"
}

/// What a record is called, HTML-encoded (A4).
pub fn label(module: &Module, record: &Record) -> String {
    let parts: Vec<&str> = module
        .label_fields()
        .filter_map(|field| record.get(&field.name).and_then(Value::as_str))
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    entities::encode(&parts.join(" "))
}
