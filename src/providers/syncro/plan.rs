//! What the server is asked of a filter, and what is judged here. §8: few fields are filters there.
use jiff::{Timestamp, ToSpan};

use super::{
    schema::SAVED,
    table::{How, Place, Resource, Sieve},
};
use crate::{
    domain::{
        error::Error,
        query::{Compare, Filter, Order, Query, Test},
        schema::{EntityType, Field},
        value::Value,
    },
    providers::{Context, days::Calendar},
};

/// How a list is asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// Query values, without the page.
    pub params: Vec<(String, String)>,
    /// What is judged here.
    pub residue: Option<Filter>,
    /// The record below which the rows stand.
    pub parent: Option<String>,
}

/// The plan of a query.
///
/// Errors: [`Error::Unsupported`] for an order that the server does not know; [`Error::Invalid`]
/// for a list that needs another record named.
pub fn plan(
    query: &Query,
    resource: &Resource,
    entity_type: &EntityType,
    context: &Context,
) -> Result<Plan, Error> {
    known(query, entity_type)?;
    let calendar = Calendar::new(context);
    let mut plan = Plan { params: always(resource), ..Plan::default() };
    let mut residue = Vec::new();
    for part in conjuncts(query.filter.as_ref()) {
        let asked = ask(&mut plan, part, resource, entity_type, context, &calendar);
        if asked != Asked::Exactly {
            residue.push(part.clone());
        }
    }
    plan.residue = match residue.len() {
        0 => None,
        1 => residue.pop(),
        _ => Some(Filter::All(residue)),
    };
    switches(&mut plan, query, resource)?;
    plan.params.extend(order(query.order.as_ref(), resource)?);
    needed(&plan, resource)?;
    Ok(plan)
}

/// A field that there is not would be no condition, and everything would be shown.
///
/// Errors: [`Error::Unsupported`] that names it.
pub fn known(query: &Query, entity_type: &EntityType) -> Result<(), Error> {
    let unknown = |what: String| Err(Error::Unsupported { what });
    let ordered = query.order.as_ref().map(|order| order.field.as_str());
    if let Some(field) = ordered.filter(|field| entity_type.field(field).is_none()) {
        return unknown(format!("an order by {field}"));
    }
    match query.filter.as_ref().and_then(|filter| stranger(filter, entity_type)) {
        Some(field) => unknown(format!("a filter on {field}: {} has none", entity_type.name)),
        None => Ok(()),
    }
}

/// The first field of a filter that the type has not.
fn stranger<'a>(filter: &'a Filter, entity_type: &EntityType) -> Option<&'a str> {
    match filter {
        Filter::All(all) | Filter::Any(all) => {
            all.iter().find_map(|part| stranger(part, entity_type))
        }
        Filter::Not(part) => stranger(part, entity_type),
        Filter::Test(test) => entity_type.field(&test.field).is_none().then_some(&test.field),
        Filter::Words(_) => None,
    }
}

fn always(resource: &Resource) -> Vec<(String, String)> {
    resource.always.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn conjuncts(filter: Option<&Filter>) -> Vec<&Filter> {
    match filter {
        None => Vec::new(),
        Some(Filter::All(all)) => all.iter().flat_map(|part| conjuncts(Some(part))).collect(),
        Some(one) => vec![one],
    }
}

/// Whether the server was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    /// It gives exactly what is wanted.
    Exactly,
    /// It gives that, and more.
    Roughly,
    /// It was not.
    No,
}

fn ask(
    plan: &mut Plan,
    part: &Filter,
    resource: &Resource,
    entity_type: &EntityType,
    context: &Context,
    calendar: &Calendar,
) -> Asked {
    match part {
        Filter::Words(words) if !resource.words.is_empty() && !has(plan, resource.words) => {
            plan.params.push((resource.words.to_owned(), words.clone()));
            Asked::Exactly
        }
        Filter::Test(test) => {
            let Some(field) = entity_type.field(&test.field) else { return Asked::No };
            if let Place::Below { field: parent, .. } = resource.place
                && parent == field.name
                && plan.parent.is_none()
                && let Some(id) = one(field, &test.test, context)
            {
                plan.parent = Some(id);
                return Asked::Exactly;
            }
            let sieve = resource.sieves.iter().find(|sieve| sieve.field == test.field);
            sieve.map_or(Asked::No, |sieve| sift(plan, sieve, field, test, context, calendar))
        }
        Filter::Words(_) | Filter::All(_) | Filter::Any(_) | Filter::Not(_) => Asked::No,
    }
}

/// A query value is given once: a second condition on it is judged here.
fn has(plan: &Plan, name: &str) -> bool {
    plan.params.iter().any(|(known, _)| known == name)
}

fn sift(
    plan: &mut Plan,
    sieve: &Sieve,
    field: &Field,
    test: &Test,
    context: &Context,
    calendar: &Calendar,
) -> Asked {
    if has(plan, sieve.param) || sieve.param.is_empty() {
        return Asked::No;
    }
    let mut push = |name: &str, value: String| plan.params.push((name.to_owned(), value));
    match (sieve.how, &test.test) {
        (How::Many, Compare::OneOf(values)) => {
            let all: Option<Vec<_>> = values.iter().map(|value| stored(field, value)).collect();
            let Some(all) = all else { return Asked::No };
            for value in all {
                push(sieve.param, value);
            }
            Asked::Exactly
        }
        (How::Exact | How::Many, compare) => match one(field, compare, context) {
            Some(value) => {
                push(sieve.param, value);
                Asked::Exactly
            }
            None => Asked::No,
        },
        (
            How::Like,
            Compare::Contains(part) | Compare::StartsWith(part) | Compare::Is(Value::Text(part)),
        ) => {
            push(sieve.param, part.clone());
            Asked::Roughly
        }
        (How::Flag(no), Compare::Is(Value::Bool(yes))) if *yes || !no.is_empty() => {
            push(if *yes { sieve.param } else { no }, "true".to_owned());
            Asked::Exactly
        }
        (How::After, compare) => match begin(compare, calendar) {
            // A day's margin: whose midnight the server takes is not told.
            Some(from) => {
                let day = from.checked_sub(24.hours()).unwrap_or(from);
                push(sieve.param, day.strftime("%Y-%m-%d").to_string());
                Asked::Roughly
            }
            None => Asked::No,
        },
        (How::Since, compare) => match begin(compare, calendar) {
            Some(from) => {
                // §10: "overlap by a minute".
                let from = from.checked_sub(1.minute()).unwrap_or(from);
                push(sieve.param, from.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
                Asked::Roughly
            }
            None => Asked::No,
        },
        (How::Like | How::Flag(_), _) => Asked::No,
    }
}

/// The one value that a comparison is about, as it is stored.
fn one(field: &Field, compare: &Compare, context: &Context) -> Option<String> {
    match compare {
        Compare::Is(value) => stored(field, value),
        Compare::OneOf(values) => match values.as_slice() {
            [value] => stored(field, value),
            _ => None,
        },
        Compare::Me => {
            let me = context.schema.as_ref().and_then(|schema| schema.user.as_ref());
            me.map(|me| me.id.clone())
        }
        Compare::Contains(_)
        | Compare::StartsWith(_)
        | Compare::Above(_)
        | Compare::AtLeast(_)
        | Compare::Below(_)
        | Compare::AtMost(_)
        | Compare::Within(_)
        | Compare::HasValue => None,
    }
}

/// A choice by its value or its label; a reference by its id, or by a name that is known.
#[expect(clippy::wildcard_enum_match_arm, reason = "other values stand in no query")]
fn stored(field: &Field, value: &Value) -> Option<String> {
    let text = match value {
        Value::Reference(reference) => return Some(reference.id.clone()),
        Value::Integer(whole) => whole.to_string(),
        Value::Text(text) => text.clone(),
        _ => return None,
    };
    let lower = text.to_lowercase();
    let is = |word: &str| word.to_lowercase() == lower;
    let choice = field.choices.iter().find(|choice| is(&choice.value));
    let choice = choice.or_else(|| field.choices.iter().find(|choice| is(&choice.label)));
    if let Some(choice) = choice {
        return Some(choice.value.clone());
    }
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (field.targets.is_empty() || is_number).then_some(text)
}

/// The moment from which a comparison holds.
fn begin(compare: &Compare, calendar: &Calendar) -> Option<Timestamp> {
    match compare {
        Compare::AtLeast(value) | Compare::Above(value) | Compare::Is(value) => {
            calendar.stretch_of(value).map(|stretch| stretch.start)
        }
        Compare::Within(span) => {
            let (first, last) = calendar.days(*span);
            calendar.stretch(first, last).map(|stretch| stretch.start)
        }
        Compare::OneOf(_)
        | Compare::Contains(_)
        | Compare::StartsWith(_)
        | Compare::Below(_)
        | Compare::AtMost(_)
        | Compare::HasValue
        | Compare::Me => None,
    }
}

/// Presets and switches; one that is not known is refused, since it would show everything.
fn switches(plan: &mut Plan, query: &Query, resource: &Resource) -> Result<(), Error> {
    let unknown = |name: &str| Error::Unsupported { what: format!("the list “{name}”") };
    if let Some(name) = &query.preset {
        match (name.strip_prefix(SAVED), resource.presets.iter().find(|it| it.name == name)) {
            (Some(id), _) => plan.params.push(("ticket_search_id".to_owned(), id.to_owned())),
            (None, Some(preset)) => {
                // The preset is what the list is about; a condition beside it is judged here.
                plan.params.retain(|(known, _)| known != preset.param);
                plan.params.push((preset.param.to_owned(), preset.value.to_owned()));
                let whole = query.filter.clone();
                plan.residue = whole.or(plan.residue.take());
            }
            (None, None) => return Err(unknown(name)),
        }
    }
    for name in &query.flags {
        let flag = resource.flags.iter().find(|it| it.name == name);
        let flag = flag.ok_or_else(|| unknown(name))?;
        plan.params.push((flag.param.to_owned(), flag.value.to_owned()));
    }
    Ok(())
}

/// "firstname ASC" (§8).
fn order(order: Option<&Order>, resource: &Resource) -> Result<Option<(String, String)>, Error> {
    let Some(order) = order else { return Ok(None) };
    if !resource.is_sorted {
        let what = format!("ordering {}: the API gives them in its own order", resource.many);
        return Err(Error::Unsupported { what });
    }
    let direction = if order.descending { "DESC" } else { "ASC" };
    Ok(Some(("sort".to_owned(), format!("{} {direction}", order.field))))
}

/// Some lists are given for one other record only.
fn needed(plan: &Plan, resource: &Resource) -> Result<(), Error> {
    let (field, is_named) = match resource.place {
        Place::Below { field, .. } => (field, plan.parent.is_some()),
        Place::Under { field, .. } => (field, has(plan, field)),
        Place::Path(_) | Place::Settings(_) => return Ok(()),
    };
    if is_named {
        return Ok(());
    }
    let label = resource.row(field).map_or(field, |row| row.label).to_lowercase();
    let reason = format!(
        "the API lists {} for one {label} only: open them from it, or filter with {field}:ID",
        resource.many.to_lowercase()
    );
    Err(Error::Invalid { field: Some(field.to_owned()), reason })
}
