//! Lists as the server is asked for them. E§5: one JSON of search parameters.
use serde_json::{Map, Value as Json, json};

use super::{codec, condition::Conditions, layout};
use crate::{
    domain::{
        error::Error,
        query::{Filter, Query},
        schema::{EntityType, Field, FieldKind},
    },
    net::exchange::Exchange,
    providers::{Context, lookup::Found},
};

/// The server refuses larger pages. E§5.
pub const PAGE_LIMIT: u32 = 200;

/// Web servers cut addresses at about 8 KB; this leaves room for the path and the site. E§1.
const ADDRESS_LIMIT: usize = 7_000;

/// The exchange of a list below that path.
///
/// Errors: [`Error::Unsupported`] for what the server cannot be asked.
pub fn list(
    path: &[String],
    query: &Query,
    entity_type: &EntityType,
    context: &Context,
    found: &[Found],
) -> Result<Exchange, Error> {
    let mut params = Map::new();
    params.insert("select".to_owned(), json!(select(query, entity_type)));
    params.insert("offset".to_owned(), json!(query.offset));
    params.insert("maxSize".to_owned(), json!(size(query)));
    if let Some(order) = &query.order {
        params.insert("orderBy".to_owned(), json!(order.field));
        params.insert("order".to_owned(), json!(if order.descending { "desc" } else { "asc" }));
    }
    if let Some(preset) = &query.preset {
        params.insert("primaryFilter".to_owned(), json!(preset));
    }
    if !query.flags.is_empty() {
        params.insert("boolFilterList".to_owned(), json!(query.flags));
    }
    if let Some(filter) = &query.filter {
        let conditions = Conditions::new(entity_type, context, found);
        filtered(&mut params, filter, &conditions)?;
    }
    let text = Json::Object(params).to_string();
    if encoded_length(&text) > ADDRESS_LIMIT {
        let what = "a filter this long: the server takes at most 8 KB in an address".to_owned();
        return Err(Error::Unsupported { what });
    }
    Ok(Exchange::get(path.to_vec()).query("searchParams", text))
}

/// How many rows are asked for.
pub fn size(query: &Query) -> u32 {
    query.limit.min(PAGE_LIMIT)
}

/// Words at the top go where the product searches; all else is conditions.
fn filtered(
    params: &mut Map<String, Json>,
    filter: &Filter,
    conditions: &Conditions<'_>,
) -> Result<(), Error> {
    let all = match filter {
        Filter::All(all) => all.as_slice(),
        one @ (Filter::Any(_) | Filter::Not(_) | Filter::Test(_) | Filter::Words(_)) => {
            std::slice::from_ref(one)
        }
    };
    let mut items = Vec::new();
    for filter in all {
        match filter {
            Filter::Words(words) if !params.contains_key("textFilter") => {
                params.insert("textFilter".to_owned(), json!(words));
            }
            Filter::All(_)
            | Filter::Any(_)
            | Filter::Not(_)
            | Filter::Test(_)
            | Filter::Words(_) => items.push(conditions.of(filter)?.to_json()),
        }
    }
    if !items.is_empty() {
        params.insert("where".to_owned(), Json::Array(items));
    }
    Ok(())
}

/// The attributes of the columns, of what names a record, and of how far it has come.
fn select(query: &Query, entity_type: &EntityType) -> Vec<String> {
    let columns = match (&query.columns, &entity_type.layout) {
        (columns, _) if !columns.is_empty() => columns.clone(),
        (_, Some(layout)) if !layout.columns.is_empty() => layout.columns.clone(),
        _ => layout::columns(entity_type, None),
    };
    let always = [Some(&entity_type.title), entity_type.status.as_ref()];
    let names = always.into_iter().flatten().chain(&columns);
    let mut select = vec!["id".to_owned()];
    for field in names.filter_map(|name| entity_type.field(name)) {
        for attribute in listed(field) {
            if !select.contains(&attribute) {
                select.push(attribute);
            }
        }
    }
    select
}

/// In lists the primary address or number is enough: the others cost the server a query a row.
#[expect(clippy::wildcard_enum_match_arm, reason = "all other kinds are listed as they are")]
fn listed(field: &Field) -> Vec<String> {
    match field.kind {
        FieldKind::Emails | FieldKind::Phones => vec![field.name.clone()],
        _ => codec::attributes(field),
    }
}

/// The length after percent-encoding.
fn encoded_length(text: &str) -> usize {
    let cost = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => 1,
        _ => 3,
    };
    text.bytes().map(cost).sum()
}
