//! From a query to SQL over the demo's tables, with what MySQL makes of it.

use super::{Columns, Condition, Joint, MOST, Query};
use crate::demo::vtiger::id::number_of;
use crate::demo::vtiger::schema::{Field, Kind, Module};
use rusqlite::types::Value;

/// SQL with its values, and what its columns are.
#[derive(Debug)]
pub struct Plan<'a> {
    /// The statement.
    pub sql: String,
    /// Its values.
    pub values: Vec<Value>,
    /// Its columns after the first, which is the record's number.
    pub fields: Vec<&'a Field>,
}

/// What becomes of a query.
#[derive(Debug)]
pub enum Made<'a> {
    /// Records.
    Records(Plan<'a>),
    /// Their count.
    Count(Plan<'a>),
    /// The database refuses it, and the answer is an empty list (A6: failures that look like success).
    Nothing,
}

/// Why a query is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// A field that is asked for does not exist.
    Column(String),
    /// A field that is compared does not exist.
    Where(String),
    /// A reference is compared with what is no id.
    Id,
}

/// A name in SQL.
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Columns to follow the record's number in a statement over `t`.
pub fn selected(fields: &[&Field]) -> String {
    fields.iter().map(|field| format!(", t.{}", quoted(&field.name))).collect::<Vec<_>>().concat()
}

/// The SQL of a query. `extra` is one more condition, over `t`. `admin` decides the order of `*`, and
/// `hides` what nobody is shown.
pub fn make<'a>(
    query: &Query,
    module: &'a Module,
    admin: bool,
    hides: &dyn Fn(&Field) -> bool,
    extra: Option<&str>,
) -> Result<Made<'a>, Refused> {
    let mut fields = asked(query, module, admin)?;
    if query.columns == Columns::All {
        fields.retain(|field| !hides(field));
    } else if let Some(hidden) = fields.iter().find(|field| hides(field)) {
        return Err(Refused::Column(hidden.name.clone()));
    }
    let mut conditions =
        Conditions { module, sql: String::new(), values: Vec::new(), broken: false };
    conditions.all(&query.conditions)?;
    if conditions.broken {
        return Ok(Made::Nothing);
    }
    let lines = uses_lines(query, module, &fields);
    let from = if lines { " LEFT JOIN \"LineItem\" l ON l.parent_id = t.id" } else { "" };
    let mut filter = format!("({})", module.share());
    if !conditions.sql.is_empty() {
        filter = format!("{filter} AND ({})", conditions.sql);
    }
    if let Some(extra) = extra {
        filter = format!("{filter} AND ({extra})");
    }
    let table = quoted(module.table());
    let values = conditions.values;
    if query.columns == Columns::Count {
        let sql = format!("SELECT COUNT(*) FROM {table} t{from} WHERE {filter}");
        return Ok(Made::Count(Plan { sql, values, fields: Vec::new() }));
    }
    let Some(order) = order(query, module) else { return Ok(Made::Nothing) };
    if query.limit.offset < 0 || query.limit.count < 0 {
        return Ok(Made::Nothing);
    }
    let columns: Vec<String> =
        fields.iter().map(|field| format!(", {}", column(module, field))).collect();
    let columns = columns.concat();
    let (count, offset) = (query.limit.count.min(MOST), query.limit.offset);
    let sql = format!(
        "SELECT t.id{columns} FROM {table} t{from} WHERE {filter}{order} LIMIT {count} OFFSET {offset}"
    );
    Ok(Made::Records(Plan { sql, values, fields }))
}

fn asked<'a>(query: &Query, module: &'a Module, admin: bool) -> Result<Vec<&'a Field>, Refused> {
    match &query.columns {
        Columns::All => {
            Ok(module.ordered(admin).into_iter().filter(|field| !field.apart).collect())
        }
        Columns::Count => Ok(Vec::new()),
        Columns::Named(names) => {
            let known = names
                .iter()
                .map(|name| field(module, name).ok_or_else(|| Refused::Column(name.clone())));
            let mut fields = known.collect::<Result<Vec<&Field>, Refused>>()?;
            if !names.iter().any(|name| name == "id") {
                fields.extend(field(module, "id"));
            }
            Ok(fields)
        }
    }
}

fn field<'a>(module: &'a Module, name: &str) -> Option<&'a Field> {
    module.fields.get(name).filter(|field| !field.apart)
}

/// Whether a query needs the lines: then it gives a row a line (A6).
fn uses_lines(query: &Query, module: &Module, fields: &[&Field]) -> bool {
    let is_line = |name: &String| module.fields.get(name).is_some_and(|field| field.line);
    fields.iter().any(|field| field.line)
        || query.conditions.iter().any(|(_, condition)| is_line(&condition.field))
        || query.order.iter().any(is_line)
}

fn column(module: &Module, field: &Field) -> String {
    let table = if module.has_lines && field.line { "l" } else { "t" };
    format!("{table}.{}", quoted(&field.name))
}

/// The order; `None` where a field does not exist, which the database refuses. MySQL takes the one direction for the
/// last field alone. Without an order the database's whim: some mixing of the ids, the same each time. Where no id ends
/// the order, records that are equal come in another order on every second page, so that some are given twice, some never.
fn order(query: &Query, module: &Module) -> Option<String> {
    if query.order.is_empty() {
        let whim = module.is_entity && query.conditions.is_empty() && query.limit.offset > 0;
        return Some(if whim { " ORDER BY t.id % 8, t.id" } else { "" }.to_owned());
    }
    let mut columns = Vec::new();
    for name in &query.order {
        columns.push(column(module, field(module, name)?));
    }
    let direction = if query.descending { " DESC" } else { "" };
    let ends = query.order.last().is_some_and(|name| name == "id");
    let odd = query.limit.offset.checked_div(MOST).is_some_and(|page| page % 2 == 1);
    let whim = if odd && !ends { ", t.id DESC" } else { "" };
    Some(format!(" ORDER BY {}{direction}{whim}", columns.join(", ")))
}

struct Conditions<'a> {
    module: &'a Module,
    sql: String,
    values: Vec<Value>,
    broken: bool,
}

impl Conditions<'_> {
    fn all(&mut self, conditions: &[(Joint, Condition)]) -> Result<(), Refused> {
        for (place, (joint, condition)) in conditions.iter().enumerate() {
            if place > 0 {
                self.sql.push_str(if *joint == Joint::And { " AND " } else { " OR " });
            }
            self.one(condition)?;
        }
        Ok(())
    }

    fn one(&mut self, condition: &Condition) -> Result<(), Refused> {
        let wrong = || Refused::Where(condition.field.clone());
        let field = field(self.module, &condition.field).ok_or_else(wrong)?;
        let values: Vec<Value> = condition
            .values
            .iter()
            .map(|text| self.value(field, text))
            .collect::<Result<_, Refused>>()?;
        let column = column(self.module, field);
        let marks: Vec<String> = values.iter().map(|value| self.bind(value.clone())).collect();
        let first = marks.first().cloned().unwrap_or_default();
        let part = match condition.operator {
            "IN" => format!("{column} IN ({})", marks.join(", ")),
            "LIKE" => format!("is_like({column}, {first})"),
            operator => format!("{column} {operator} {first}"),
        };
        self.sql.push_str(&part);
        Ok(())
    }

    fn bind(&mut self, value: Value) -> String {
        self.values.push(value);
        format!("?{}", self.values.len())
    }

    /// A value as the field's column holds it.
    fn value(&mut self, field: &Field, text: &str) -> Result<Value, Refused> {
        let number = |text: &str| {
            let number = leading(text);
            if number.fract() == 0.0 { Value::Integer(whole(number)) } else { Value::Real(number) }
        };
        match field.kind {
            Kind::Autogenerated if field.name == "id" => {
                Ok(Value::Integer(number_of(text).unwrap_or(0)))
            }
            Kind::Reference => match number_of(text) {
                Some(number) => Ok(Value::Integer(number)),
                None => Err(Refused::Id),
            },
            Kind::Owner => {
                let number = number_of(text);
                self.broken |= number.is_none();
                Ok(Value::Integer(number.unwrap_or(0)))
            }
            Kind::Boolean if field.on_off => Ok(Value::Text(text.to_owned())),
            Kind::Currency | Kind::Double | Kind::Integer | Kind::Boolean => Ok(number(text)),
            Kind::Datetime if text.len() == 10 => Ok(Value::Text(format!("{text} 00:00:00"))),
            Kind::String
            | Kind::Text
            | Kind::Picklist
            | Kind::Multipicklist
            | Kind::Date
            | Kind::Datetime
            | Kind::Time
            | Kind::Email
            | Kind::Phone
            | Kind::Url
            | Kind::Image
            | Kind::File
            | Kind::Password
            | Kind::Autogenerated
            | Kind::Skype => Ok(self.text(text)),
        }
    }

    /// A text with its backslashes read as MySQL does; one at the end spoils the statement.
    fn text(&mut self, text: &str) -> Value {
        let mut read = String::with_capacity(text.len());
        let mut letters = text.chars();
        while let Some(letter) = letters.next() {
            if letter != '\\' {
                read.push(letter);
                continue;
            }
            match letters.next() {
                Some('n') => read.push('\n'),
                Some('t') => read.push('\t'),
                Some('r') => read.push('\r'),
                Some(sign @ ('%' | '_')) => read.extend(['\\', sign]),
                Some(other) => read.push(other),
                None => self.broken = true,
            }
        }
        Value::Text(read)
    }
}

/// The number that a text begins with, as MySQL reads it.
pub fn leading(text: &str) -> f64 {
    let text = text.trim();
    let is_part = |(at, letter): (usize, char)| {
        letter.is_ascii_digit() || letter == '.' || (at == 0 && (letter == '-' || letter == '+'))
    };
    let end = text.char_indices().find(|part| !is_part(*part)).map_or(text.len(), |(at, _)| at);
    let mut begin = text.get(..end).unwrap_or_default();
    while !begin.is_empty() {
        if let Ok(number) = begin.parse::<f64>() {
            return number;
        }
        let mut letters = begin.chars();
        letters.next_back();
        begin = letters.as_str();
    }
    0.0
}

/// A number without what stands behind its point.
#[expect(
    clippy::cast_possible_truncation,
    reason = "numbers from outside are held to what a whole number can be"
)]
pub fn whole(number: f64) -> i64 {
    number.clamp(-9e15, 9e15) as i64
}
