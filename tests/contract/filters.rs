//! Filters: what the server gives is what fits, as counted over all records on this side.
use std::collections::BTreeSet;

use ficha::domain::{
    action::{Action, Outcome},
    query::{Compare, Filter, Query},
    record::Record,
    value::{Reference, Value},
};
use jiff::{ToSpan, civil::Date, tz::TimeZone};

use super::{
    fits,
    row::{Row, row, say},
    stage::{Stage, Who, now},
    stand::Stand,
    words::{entity, is, list, on, query, text, words},
};

type Make = Box<dyn Fn(&[Record]) -> Filter + Send + Sync>;
type Fits = fn(&Record, &Sight<'_>) -> bool;

/// What a predicate may look at besides the record.
pub struct Sight<'a> {
    pub all: &'a [Record],
    zone: TimeZone,
}

impl Sight<'_> {
    pub fn today(&self) -> Date {
        now().to_zoned(self.zone.clone()).date()
    }

    /// A field's day, in the user's zone.
    pub fn day(&self, record: &Record, field: &str) -> Option<Date> {
        match record.value(field)? {
            Value::Date(day) => Some(*day),
            Value::DateTime(at) => Some(at.to_zoned(self.zone.clone()).date()),
            _ => None,
        }
    }
}

/// A filter, and which records fit it.
pub struct Fit {
    name: &'static str,
    who: Who,
    entity: &'static str,
    columns: &'static [&'static str],
    make: Make,
    fits: Fits,
}

pub fn fit(
    name: &'static str,
    (entity, columns): (&'static str, &'static [&'static str]),
    make: impl Fn(&[Record]) -> Filter + Send + Sync + 'static,
    fits: Fits,
) -> Fit {
    let who = if name.contains("@me") { Who::Password } else { Who::Full };
    Fit { name, who, entity, columns, make: Box::new(make), fits }
}

pub async fn run(stand: Stand) {
    let mut stage = Stage::open(stand, 300).await;
    let is_played = |row: &Fit| !stand.through || row.who.is_known_to_membrane();
    let rows: Vec<_> = fits::rows().into_iter().filter(is_played).collect();
    let mut wrong = Vec::new();
    for row in &rows {
        if let Err(why) = judge(&mut stage, row).await {
            wrong.push(format!("{}: {why}", row.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    say(&format!("contract: {stand}, filters: {} rows hold", rows.len()));
}

async fn judge(stage: &mut Stage, row: &Fit) -> Result<(), String> {
    let entity = entity(row.entity);
    let all = stage.all(row.who, &entity, row.columns).await;
    let zone = &stage.schema(row.who).await.preferences.time_zone;
    let zone = TimeZone::get(zone).unwrap();
    let sight = Sight { all: &all, zone };
    let fitting = all.iter().filter(|record| (row.fits)(record, &sight));
    let fitting: BTreeSet<_> = fitting.map(|record| record.id.clone()).collect();
    if fitting.is_empty() || fitting.len() == all.len() {
        return Err(format!("{} of {} fit: it proves nothing", fitting.len(), all.len()));
    }
    let asked = Query { filter: Some((row.make)(&all)), ..query(row.entity, row.columns, 200) };
    let mut found = BTreeSet::new();
    let (layer, id) = stage.layer(row.who).await;
    loop {
        let query = Query { offset: found.len() as u64, ..asked.clone() };
        let answer = layer.run(id, Action::List(query), |_| {}).await;
        let Outcome::Page(page) = answer.map_err(|failure| format!("{:?}", failure.error))?.outcome
        else {
            return Err("no page".to_owned());
        };
        found.extend(page.records.into_keys());
        if !page.has_more {
            break;
        }
    }
    if found == fitting {
        return Ok(());
    }
    let title = |ids: BTreeSet<_>| {
        let of = all.iter().filter(|record| ids.contains(&record.id));
        of.take(3).map(|record| format!("{:?}", record.fields)).collect::<Vec<_>>()
    };
    let missing = title(fitting.difference(&found).cloned().collect());
    let extra = title(found.difference(&fitting).cloned().collect());
    Err(format!(
        "{} found, {} fit; missing {missing:?}, too many {extra:?}",
        found.len(),
        fitting.len()
    ))
}

pub fn lower(record: &Record, field: &str) -> String {
    words(record, field).to_ascii_lowercase()
}

pub fn whole(number: i64) -> Value {
    Value::Integer(number)
}

pub fn last(record: &Record, sight: &Sight<'_>, field: &str, days: i32) -> bool {
    let today = sight.today();
    let first = today.checked_sub((days - 1).days()).unwrap();
    sight.day(record, field).is_some_and(|day| (first..=today).contains(&day))
}

pub fn next(record: &Record, sight: &Sight<'_>, field: &str, days: i32) -> bool {
    let today = sight.today();
    let end = today.checked_add((days - 1).days()).unwrap();
    sight.day(record, field).is_some_and(|day| (today..=end).contains(&day))
}

/// The first record's value that is not empty.
pub fn some(all: &[Record], field: &str) -> Value {
    let mut values = all.iter().filter_map(|record| record.value(field));
    values.find(|value| !value.is_empty()).unwrap().clone()
}

pub fn reference(value: &Value) -> &Reference {
    let Value::Reference(reference) = value else { panic!("no reference: {value:?}") };
    reference
}

pub fn points_to(record: &Record, field: &str, id: &str) -> bool {
    matches!(record.value(field), Some(Value::Reference(other)) if other.id == id)
}

pub fn has(record: &Record, field: &str) -> bool {
    record.value(field).is_some_and(|value| !value.is_empty())
}

/// What no server can be asked is refused here, before anything is sent.
pub fn refused() -> Vec<Row> {
    let asked = |name: &'static str, filter: fn() -> Filter| {
        move |_: &Stage| Action::List(Query { filter: Some(filter()), ..query(name, &["name"], 9) })
    };
    vec![
        row(
            "list with a filter on a field that is not there",
            Who::Full,
            asked("Contact", || is("nope", text("x"))),
            "Unsupported { what: \"a filter on nope\" }",
        )
        .asked(""),
        row(
            "list with a filter on a field that is not for a narrow key",
            Who::Limited,
            asked("Account", || is("billingAddress", text("x"))),
            "Unsupported { what: \"a filter on billingAddress\" }",
        )
        .asked(""),
        row(
            "list with an order of switches",
            Who::Full,
            asked("Contact", || on("doNotCall", Compare::Above(text("x")))),
            "Unsupported {…",
        )
        .asked(""),
        row(
            "list with a number that is none",
            Who::Full,
            asked("Opportunity", || is("amount", text("much"))),
            "Unsupported {…",
        )
        .asked(""),
        row(
            "list with a day that is none",
            Who::Full,
            asked("Opportunity", || is("closeDate", text("soon"))),
            "Unsupported {…",
        )
        .asked(""),
        row(
            "list with @me on a text",
            Who::Full,
            asked("Account", || on("name", Compare::Me)),
            "Unsupported {…",
        )
        .asked(""),
        row(
            "list with a filter on what is only shown",
            Who::Full,
            asked("CEquipment", || is("telemetry", text("x"))),
            "Unsupported {…",
        )
        .asked(""),
        row(
            "list with too many names",
            Who::Full,
            asked("Contact", || {
                let names = (0..13).map(|it| text(&format!("Name {it}"))).collect();
                on("account", Compare::OneOf(names))
            }),
            "Unsupported {…",
        )
        .asked(""),
        row(
            "list with too long a filter",
            Who::Full,
            asked("Contact", || is("title", text(&"x".repeat(9_000)))),
            "Unsupported {…",
        )
        .asked(""),
        row(
            "list by a name that nobody has",
            Who::Full,
            asked("Contact", || is("account", text("Nobody & Co"))),
            "0 of Exact(0)",
        ),
        row(
            "list still works",
            Who::Full,
            |_| list("Contact", &["name"], 5),
            "5 of Exact(20), more",
        ),
    ]
}
