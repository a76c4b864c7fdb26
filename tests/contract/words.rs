//! Short words of which the table is made.
use ficha::domain::{
    action::{Action, Happening, LinkChange, Outcome, Request},
    change::Edits,
    comment::Comment,
    query::{Compare, Filter, Query, Test},
    record::{Page, Record, RecordId},
    schema::EntityName,
    value::{Money, Value},
};
use rust_decimal::Decimal;

use super::stage::Ended;

pub fn entity(name: &str) -> EntityName {
    EntityName::try_from(name).unwrap()
}

pub fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

pub fn money(amount: i64, currency: &str) -> Value {
    Value::Money(Money { amount: Decimal::from(amount), currency: currency.to_owned() })
}

pub fn edits<const N: usize>(edits: [(&str, Value); N]) -> Edits {
    edits.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// The first of a list with those columns.
pub fn query(name: &str, columns: &[&str], limit: u32) -> Query {
    let columns = columns.iter().map(|&column| column.to_owned()).collect();
    Query { columns, ..Query::all(entity(name), limit) }
}

pub fn list(name: &str, columns: &[&str], limit: u32) -> Action {
    Action::List(query(name, columns, limit))
}

pub fn get(record: &Record) -> Action {
    Action::Get { entity: record.entity.clone(), id: record.id.clone() }
}

pub fn delete(record: &Record) -> Action {
    Action::Delete { entity: record.entity.clone(), id: record.id.clone() }
}

pub fn create<const N: usize>(name: &str, values: [(&str, Value); N]) -> Action {
    Action::Create { entity: entity(name), edits: edits(values), despite_duplicates: false }
}

pub fn update<const N: usize>(base: Record, values: [(&str, Value); N]) -> Action {
    Action::Update { base: Box::new(base), edits: edits(values), resolved: false }
}

pub fn related(record: &Record, link: &str, query: Query) -> Action {
    let (entity, id) = (record.entity.clone(), record.id.clone());
    Action::Related { entity, id, link: link.to_owned(), query }
}

pub fn change(record: &Record, link: &str, others: &[RecordId]) -> LinkChange {
    let (entity, id) = (record.entity.clone(), record.id.clone());
    LinkChange { entity, id, link: link.to_owned(), others: others.to_vec() }
}

pub fn send(method: &str, path: &str, query: &[(&str, &str)], body: Option<&str>) -> Action {
    let pair = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    Action::Send(Request {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.iter().map(pair).collect(),
        headers: Vec::new(),
        body: body.map(str::to_owned),
    })
}

pub fn comment(record: &Record, text: &str, replaces: Option<&str>) -> Action {
    let (entity, id) = (record.entity.clone(), record.id.clone());
    let (text, replaces) = (text.to_owned(), replaces.map(str::to_owned));
    Action::Comment { entity, id, comment: Comment { text, replaces, ..Comment::default() } }
}

/// What an activity ended with.
pub fn happenings(ended: &Ended) -> &[Happening] {
    let Ok((_, Outcome::Activity(all))) = ended else { panic!("no activity: {ended:?}") };
    all
}

pub fn on(field: &str, test: Compare) -> Filter {
    Filter::Test(Test { field: field.to_owned(), test })
}

pub fn is(field: &str, value: Value) -> Filter {
    on(field, Compare::Is(value))
}

pub fn not(filter: Filter) -> Filter {
    Filter::Not(Box::new(filter))
}

pub fn page(ended: &Ended) -> &Page {
    let Ok((_, Outcome::Page(page))) = ended else { panic!("no page: {ended:?}") };
    page
}

pub fn record(ended: &Ended) -> &Record {
    match ended {
        Ok((_, Outcome::Record(record))) => record,
        Ok((_, Outcome::Written(written))) => &written.record,
        other => panic!("no record: {other:?}"),
    }
}

/// A field's text; empty where it has none.
pub fn words(record: &Record, field: &str) -> String {
    match record.value(field) {
        Some(Value::Text(text)) => text.clone(),
        Some(Value::Person(person)) => person.display(),
        Some(Value::Reference(reference)) => reference.name.clone().unwrap_or_default(),
        Some(Value::Points(points)) => {
            points.iter().find(|it| it.is_primary).map(|it| it.value.clone()).unwrap_or_default()
        }
        Some(Value::Address(it)) => [&it.street, &it.city, &it.state, &it.country, &it.postal_code]
            .map(Clone::clone)
            .join("|"),
        _ => String::new(),
    }
}

/// A field's number.
pub fn number(record: &Record, field: &str) -> Option<Decimal> {
    match record.value(field)? {
        Value::Integer(whole) => Some(Decimal::from(*whole)),
        Value::Number(number) => Some(*number),
        Value::Money(money) => Some(money.amount),
        _ => None,
    }
}
