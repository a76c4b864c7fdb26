//! What the cache knows of an action's answer, and what it is told.
use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};

use super::site::Site;
use crate::{
    cache::{Kept, Picked},
    domain::{
        action::{Action, Answer, Happening, Outcome, Source},
        error::Error,
        fits::Here,
        query::Query,
        record::{Page, Record, RecordId, Total},
        schema::{EntityName, Schema},
    },
};

/// Under this switch, which no product has, what changed lately is kept.
const CHANGED: &str = "\u{1f}changed";

/// The kept answer, if there is one.
pub(super) async fn read(site: &Site, action: &Action) -> Option<Answer> {
    if action.is_write() {
        return None;
    }
    let schema = site.schema(true).await.ok();
    let (cache, identity) = (&site.cache, site.identity.as_str());
    match action {
        Action::Types => {
            let seen = site.schema_seen()?;
            Some(from_cache(Outcome::Schema(schema?), seen))
        }
        Action::Whoami => Some(from_cache(Outcome::Me(schema?.user.clone()?), site.schema_seen()?)),
        Action::Describe(entity) => {
            let described =
                schema?.entity_type(entity).filter(|kept| kept.layout.is_some())?.clone();
            Some(from_cache(Outcome::Type(Box::new(described)), site.schema_seen()?))
        }
        Action::List(query) if query.is_passing => None,
        Action::List(query) => {
            let kept = cache.page(identity, &schema?.stamp, query).await?;
            Some(from_cache(Outcome::Page(kept.value), kept.seen))
        }
        Action::Get { entity, id } => {
            let kept = cache.record(identity, entity, id).await?;
            Some(from_cache(Outcome::Record(Box::new(kept.value)), kept.seen))
        }
        Action::Related { .. } => {
            let kept: Kept<Page> = value(site, &key(action, &schema?.stamp)?).await?;
            Some(from_cache(Outcome::Page(kept.value), kept.seen))
        }
        Action::Activity { .. } => {
            let kept: Kept<Vec<Happening>> = value(site, &key(action, &schema?.stamp)?).await?;
            Some(from_cache(Outcome::Activity(kept.value), kept.seen))
        }
        Action::Search { text, limit } => {
            // To have kept nothing is not to have found nothing.
            let found = cache.search(identity, text, *limit).await;
            let found = Some(found).filter(|found| !found.is_empty())?;
            Some(from_cache(Outcome::Page(page(found)), site.now()))
        }
        Action::Create { .. }
        | Action::Update { .. }
        | Action::Delete { .. }
        | Action::Link(_)
        | Action::Unlink(_)
        | Action::Comment { .. }
        | Action::Run(_)
        | Action::Download { .. }
        | Action::Send(_) => None,
    }
}

/// A list made of the records that are kept, where this very one was never asked for: other
/// columns, another filter, another order. It says so by [`Page::is_filtered_here`].
pub(super) async fn gathered(site: &Site, action: &Action) -> Option<Answer> {
    let Action::List(query) = action else { return None };
    let is_asked_of_the_server = query.preset.is_some() || !query.flags.is_empty();
    if is_asked_of_the_server || continues_a_kept_list(site, query).await {
        return None;
    }
    let schema = site.schema(true).await.ok()?;
    let me = schema.user.as_ref().map(|me| me.id.clone());
    let here = Here::at(site.now(), &schema.preferences.time_zone, me);
    let (filter, judge) = (query.filter.clone(), here.clone());
    let is_meant = move |record: &Record| {
        filter.as_ref().is_none_or(|filter| judge.fits(record, filter) == Some(true))
    };
    let mut picked = site.cache.pick(&site.identity, &query.entity, is_meant).await;
    if picked.of == 0 {
        return None;
    }
    let usual = || schema.entity_type(&query.entity).and_then(|it| it.order.clone());
    if let Some(order) = query.order.clone().or_else(usual) {
        picked.records.sort_by(|a, b| here.order(&a.value, &b.value, &order));
    }
    Some(some_of(picked, query, site.now()))
}

/// Its first pages are kept as the server gave them: what is gathered would not follow them.
async fn continues_a_kept_list(site: &Site, query: &Query) -> bool {
    let Some(schema) = site.known_schema().filter(|_| query.offset > 0) else { return false };
    let first = Query { offset: 0, ..query.clone() };
    site.cache.page(&site.identity, &schema.stamp, &first).await.is_some()
}

fn some_of(picked: Picked, query: &Query, now: Timestamp) -> Answer {
    let all = picked.records.len() as u64;
    let skipped = usize::try_from(query.offset).unwrap_or(usize::MAX);
    let rows = picked.records.into_iter().skip(skipped).take(query.limit as usize);
    let rows: Vec<Kept<Record>> = rows.collect();
    // As old as the oldest of them.
    let seen = rows.iter().map(|kept| kept.seen).min().unwrap_or(now);
    let records = rows.into_iter().map(|kept| Record { is_complete: false, ..kept.value });
    let page = Page {
        total: Total::Exact(picked.of),
        offset: query.offset,
        has_more: query.offset + u64::from(query.limit) < all,
        is_filtered_here: true,
        ..page(records.collect())
    };
    from_cache(Outcome::Page(page), seen)
}

/// Tells the cache what the server said; gives the answer on.
pub(super) async fn keep(
    site: &Site,
    action: &Action,
    schema: Option<&Schema>,
    answer: Answer,
) -> Answer {
    let (cache, identity, seen) = (&site.cache, site.identity.as_str(), answer.seen);
    let stamp = schema.map_or("", |schema| schema.stamp.as_str());
    match (action, &answer.outcome) {
        (Action::List(query), Outcome::Page(page)) if query.is_passing => {
            // Under one name for all of a type, so that they do not pile up.
            let flags = vec![CHANGED.to_owned()];
            let query = Query {
                columns: query.columns.clone(),
                flags,
                ..Query::all(query.entity.clone(), 0)
            };
            cache.keep_page(identity, stamp, &query, page, seen).await;
        }
        (Action::List(query), Outcome::Page(page)) => {
            cache.keep_page(identity, stamp, query, page, seen).await;
        }
        (_, Outcome::Schema(schema)) => {
            let schema = site.keep_schema(schema.clone()).await;
            return Answer { outcome: Outcome::Schema(schema), ..answer };
        }
        (_, Outcome::Type(entity_type)) => site.keep_type(entity_type).await,
        (_, Outcome::Record(record)) => cache.keep_record(identity, record, seen).await,
        (_, Outcome::Written(written)) => cache.keep_record(identity, &written.record, seen).await,
        (Action::Delete { entity, id }, Outcome::Done) => {
            cache.forget_record(identity, entity, id).await;
        }
        (Action::Related { .. }, Outcome::Page(page)) => {
            keep_value(site, key(action, stamp), page, seen).await;
        }
        (_, Outcome::Activity(activity)) => {
            keep_value(site, key(action, stamp), activity, seen).await;
        }
        (
            _,
            Outcome::Me(_)
            | Outcome::Page(_)
            | Outcome::Done
            | Outcome::Json(_)
            | Outcome::Ran(_)
            | Outcome::File(_),
        ) => {}
    }
    answer
}

/// A record that is gone, or must not be seen any more, is not shown from the cache either.
pub(super) async fn forget_gone(site: &Site, action: &Action, error: &Error) {
    if !matches!(error, Error::NotFound { .. } | Error::Forbidden { .. }) {
        return;
    }
    if let Action::Get { entity, id } | Action::Delete { entity, id } = action
        && (!action.is_write() || matches!(error, Error::NotFound { .. }))
    {
        site.cache.forget_record(&site.identity, entity, id).await;
    }
}

fn from_cache(outcome: Outcome, seen: Timestamp) -> Answer {
    Answer { outcome, source: Source::Cache, seen, took_ms: 0 }
}

fn page(records: Vec<Record>) -> Page {
    let received = records.len() as u64;
    let records = records.into_iter().map(|record| (record.id.clone(), record)).collect();
    Page { records, received, ..Page::default() }
}

/// The key of an answer that is kept as a value; the stamp is a part of it, as it is for pages.
fn key(action: &Action, stamp: &str) -> Option<String> {
    let record = |entity: &EntityName, id: &RecordId| format!("{entity}\n{}\n{stamp}", id.as_str());
    match action {
        Action::Related { entity, id, link, query } => {
            let query = serde_json::to_string(query).ok()?;
            Some(format!("related\n{}\n{link}\n{query}", record(entity, id)))
        }
        Action::Activity { entity, id, limit } => {
            Some(format!("activity\n{}\n{limit}", record(entity, id)))
        }
        Action::Whoami
        | Action::Types
        | Action::Describe(_)
        | Action::List(_)
        | Action::Comment { .. }
        | Action::Run(_)
        | Action::Download { .. }
        | Action::Get { .. }
        | Action::Create { .. }
        | Action::Update { .. }
        | Action::Delete { .. }
        | Action::Link(_)
        | Action::Unlink(_)
        | Action::Search { .. }
        | Action::Send(_) => None,
    }
}

/// What cannot be read was written by another version.
async fn value<T: DeserializeOwned>(site: &Site, key: &str) -> Option<Kept<T>> {
    let kept = site.cache.value(&site.identity, key).await?;
    let value = serde_json::from_str(&kept.value).ok()?;
    Some(Kept { value, seen: kept.seen })
}

async fn keep_value<T: Serialize + Sync>(
    site: &Site,
    key: Option<String>,
    value: &T,
    seen: Timestamp,
) {
    if let (Some(key), Ok(text)) = (key, serde_json::to_string(value)) {
        site.cache.keep_value(&site.identity, &key, &text, seen).await;
    }
}
