//! Lists (E§5) and the lists of related records (E§12).

use super::attribute::{Attribute, Kind, Source};
use super::desk::Desk;
use super::filters;
use super::params;
use super::reply::{Answer, Refusal, broken, refuse};
use super::request::Request;
use super::schema::{Relation, Type};
use super::select::{self, Record, Sql, expression, middle_expression, quoted};
use super::where_;
use rusqlite::params_from_iter;
use serde_json::{Value, json};

/// The most rows that a page may have.
const LIMIT: i64 = 200;
/// Where lists cut texts.
const CUT: usize = 10_000;

/// What a list is asked for.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// The attributes.
    pub select: Option<Vec<String>>,
    /// How many rows are left out.
    pub offset: i64,
    /// How many rows are wanted.
    pub max_size: i64,
    order_by: Option<String>,
    order: Option<String>,
    text: Option<String>,
    primary: Option<String>,
    bools: Value,
    items: Value,
    /// Whether the total is not wanted.
    pub uncounted: bool,
}

/// What narrows a related list.
pub struct Within<'a> {
    /// The condition; `m` is the middle table where there is one.
    pub condition: Sql,
    /// The relation, as seen from the list's own type.
    pub middle: Option<&'a Relation>,
}

/// Reads what is asked for.
pub fn asked(request: &Request) -> Result<Asked, Refusal> {
    let mut params = request.params();
    if let Some(text) = params.get("searchParams").and_then(Value::as_str) {
        params = serde_json::from_str(text)
            .ok()
            .filter(Value::is_object)
            .ok_or_else(|| refuse(400, "Invalid search params JSON."))?;
    }
    let text = |key: &str| params.get(key).and_then(params::text).filter(|text| !text.is_empty());
    let number = |key: &str| text(key).map(|text| text.parse::<i64>().unwrap_or(0));
    let select =
        params.get("select").or(params.get("attributeSelect")).and_then(|value| match value {
            Value::String(text) => Some(text.split(',').map(str::to_owned).collect()),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::Array(_)
            | Value::Object(_) => {
                let items = params::items(value)?;
                Some(items.into_iter().filter_map(params::text).collect())
            }
        });
    let value = |key: &str| params.get(key).filter(|value| !value.is_null());
    let asked = Asked {
        select,
        offset: number("offset").unwrap_or(0),
        max_size: number("maxSize").unwrap_or(LIMIT),
        order_by: text("orderBy"),
        order: text("order"),
        text: text("textFilter").or_else(|| text("q")),
        primary: text("primaryFilter"),
        bools: value("boolFilterList").cloned().unwrap_or_else(|| json!([])),
        items: value("where").or_else(|| value("whereGroup")).cloned().unwrap_or_else(|| json!([])),
        uncounted: request.says("x-no-total") || text("q").is_some(),
    };
    check(asked)
}

fn check(asked: Asked) -> Result<Asked, Refusal> {
    if asked.max_size > LIMIT {
        return Err(refuse(
            403,
            format!("Max size should not exceed {LIMIT}. Use offset and limit."),
        ));
    }
    if asked.max_size < 0 || asked.offset < 0 {
        return Err(broken());
    }
    Ok(asked)
}

/// `{total, list}` of a type.
pub fn list(desk: &Desk<'_>, one: &Type, asked: &Asked, within: Option<&Within<'_>>) -> Answer {
    let condition = conditions(desk, one, asked, within)?;
    let from = from(one, within);
    let order = order(desk, one, asked)?;
    let (direct, wanted) = wanted(desk, one, asked, &order.attributes, within);
    let uncounted = asked.uncounted && within.is_none() || one.is("uncounted");
    let size = if uncounted { asked.max_size + 1 } else { asked.max_size };
    let columns: Vec<String> =
        direct.iter().filter_map(|attribute| column(desk, attribute, within)).collect();
    let sql = format!(
        "SELECT {} {from} WHERE {} {} LIMIT {size} OFFSET {}",
        columns.join(", "),
        condition.text,
        order.text,
        asked.offset
    );
    let mut rows = rows(desk, &sql, &condition, &direct)?;
    let more = uncounted && i64::try_from(rows.len()).unwrap_or(0) > asked.max_size;
    rows.truncate(usize::try_from(asked.max_size).unwrap_or(0));
    for row in &mut rows {
        select::add_many(desk.db, one, row, &wanted)?;
        finish(desk, one, row, &wanted)?;
    }
    let total = match (uncounted, more) {
        (true, true) => -1,
        (true, false) => -2,
        (false, _) => count(desk, &from, &condition)?,
    };
    Ok(json!({"total": total, "list": rows}))
}

fn column(desk: &Desk<'_>, attribute: &Attribute, within: Option<&Within<'_>>) -> Option<String> {
    match (&attribute.source, within.and_then(|within| within.middle)) {
        (Source::Middle(column), Some(_)) => Some(middle_expression(column)),
        _ => expression(&desk.espo.schema, attribute),
    }
}

fn from(one: &Type, within: Option<&Within<'_>>) -> String {
    let table = quoted(&one.name);
    match within.and_then(|within| within.middle) {
        Some(relation) => {
            let here = if relation.left { "left_id" } else { "right_id" };
            format!("FROM relation m JOIN {table} t ON t.id = m.{here}")
        }
        None => format!("FROM {table} t"),
    }
}

fn conditions(
    desk: &Desk<'_>,
    one: &Type,
    asked: &Asked,
    within: Option<&Within<'_>>,
) -> Result<Sql, Refusal> {
    let mut pieces = vec![Sql::plain("t.deleted = 0"), desk.readable(one)?];
    pieces.extend(within.map(|within| within.condition.clone()));
    if one.name == "User" {
        pieces.push(Sql::plain("t.type <> 'api'"));
    }
    pieces.push(where_::all(desk, one, &asked.items)?);
    pieces.push(filters::bools(desk, one, &asked.bools)?);
    pieces
        .extend(asked.primary.as_ref().map(|name| filters::primary(desk, one, name)).transpose()?);
    pieces.extend(asked.text.as_ref().map(|text| filters::text(one, text)));
    pieces.retain(|piece| piece.text != "1");
    Ok(Sql::join(pieces, " AND ", "1"))
}

struct Order {
    text: String,
    attributes: Vec<String>,
}

fn order(desk: &Desk<'_>, one: &Type, asked: &Asked) -> Result<Order, Refusal> {
    let (default, descends) = one.order();
    let name = asked.order_by.as_deref().unwrap_or(default);
    let descends = match asked.order.as_deref() {
        None if asked.order_by.is_some() => false,
        None => descends,
        Some("asc" | "ASC") => false,
        Some("desc" | "DESC") => true,
        Some(_) => return Err(refuse(400, "order value is bad.")),
    };
    let unknown = || refuse(400, format!("Order by non-existing field '{name}'."));
    let hidden = |attribute: &Attribute| desk.role().hides(&one.name, &attribute.field);
    let attribute = [name.to_owned(), format!("{name}Name")]
        .iter()
        .find_map(|name| one.attributes.get(name))
        .filter(|attribute| attribute.shown && !hidden(attribute))
        .ok_or_else(unknown)?;
    let target = expression(&desk.espo.schema, attribute).ok_or_else(unknown)?;
    let direction = if descends { "DESC" } else { "ASC" };
    let target = match (one.fields.get(&attribute.field), attribute.name == attribute.field) {
        (Some(field), true) if field.kind == "enum" => options_order(desk, field, &target),
        _ => target,
    };
    let text = format!("ORDER BY {target} {direction}, t.id {direction}");
    Ok(Order { text, attributes: ordered_by(one, attribute) })
}

/// The real server orders enumerations by the place of their option, not by their letters.
fn options_order(desk: &Desk<'_>, field: &super::schema::Field, target: &str) -> String {
    let whens: Vec<String> = desk
        .espo
        .schema
        .options(field)
        .iter()
        .enumerate()
        .map(|(place, option)| format!(" WHEN '{}' THEN {place}", option.value.replace('\'', "''")))
        .collect();
    format!("CASE {target}{} ELSE 999 END", whens.concat())
}

/// What an order brings into the rows: the attribute, and a person's parts.
fn ordered_by(one: &Type, attribute: &Attribute) -> Vec<String> {
    let mut names = vec![attribute.name.clone()];
    if one.fields.get(&attribute.field).is_some_and(|field| field.kind == "personName") {
        names.extend(["salutationName", "firstName", "lastName", "middleName"].map(str::to_owned));
    }
    names
}

/// The attributes that are read from the row, and all that are wanted.
fn wanted<'a>(
    desk: &Desk<'_>,
    one: &'a Type,
    asked: &Asked,
    order: &[String],
    within: Option<&Within<'_>>,
) -> (Vec<&'a Attribute>, Vec<&'a Attribute>) {
    let extras = || {
        one.list("extras")
            .into_iter()
            .map(str::to_owned)
            .filter(|name| within.is_none() || name != "isStarred")
    };
    let basic = || {
        ["id", "createdById", "assignedUserId"]
            .map(str::to_owned)
            .into_iter()
            .chain(order.iter().cloned())
    };
    let names: Vec<String> = match (&asked.select, within.and_then(|within| within.middle)) {
        (Some(select), _) => select
            .iter()
            .flat_map(|name| with_id(one, name))
            .chain(basic())
            .chain(extras())
            .collect(),
        (None, Some(_)) if one.name == "Contact" => {
            basic().chain(["accountIsInactive".to_owned()]).collect()
        }
        (None, _) => one
            .attributes
            .values()
            .filter(|it| it.listed && it.shown)
            .map(|it| it.name.clone())
            .collect(),
    };
    let hides = |attribute: &Attribute| desk.role().hides(&one.name, &attribute.field);
    let is_middle = |attribute: &Attribute| matches!(attribute.source, Source::Middle(_));
    let related = within.is_some_and(|within| within.middle.is_some());
    let wanted: Vec<&Attribute> = one
        .attributes
        .values()
        .filter(|it| {
            it.shown
                && !is_data(one, it)
                && names.contains(&it.name)
                && !hides(it)
                && (related || !is_middle(it))
        })
        .collect();
    let direct = wanted.iter().filter(|it| column(desk, it, within).is_some()).copied().collect();
    (direct, wanted)
}

/// The data of addresses and numbers is in no list, not even where it is asked for (rec:list-select-linkmultiple).
fn is_data(one: &Type, attribute: &Attribute) -> bool {
    let kind = one.fields.get(&attribute.field).map(|field| field.kind.as_str());
    attribute.kind == Kind::Json && matches!(kind, Some("email" | "phone"))
}

fn with_id(one: &Type, name: &str) -> Vec<String> {
    match one.attributes.get(name).map(|attribute| &attribute.source) {
        Some(Source::NameOf { id, .. }) => vec![name.to_owned(), id.clone()],
        _ => vec![name.to_owned()],
    }
}

fn rows(
    desk: &Desk<'_>,
    sql: &str,
    condition: &Sql,
    attributes: &[&Attribute],
) -> Result<Vec<Record>, Refusal> {
    let mut statement = desk.db.prepare_cached(sql)?;
    let rows = statement.query_map(params_from_iter(condition.values.iter()), |row| {
        select::record(row, attributes)
    })?;
    Ok(rows.collect::<rusqlite::Result<Vec<Record>>>()?)
}

/// Cuts long texts and adds whether it is starred.
fn finish(
    desk: &Desk<'_>,
    one: &Type,
    row: &mut Record,
    wanted: &[&Attribute],
) -> Result<(), Refusal> {
    for attribute in wanted.iter().filter(|attribute| attribute.kind == Kind::Long) {
        if let Some(Value::String(text)) = row.get_mut(&attribute.name)
            && let Some((end, _)) = text.char_indices().nth(CUT)
        {
            text.truncate(end);
        }
    }
    if one.is("stars") {
        let starred = desk.holds("Star", row)?;
        row.insert("isStarred".into(), json!(starred));
    }
    Ok(())
}

fn count(desk: &Desk<'_>, from: &str, condition: &Sql) -> Result<i64, Refusal> {
    let sql = format!("SELECT COUNT(*) {from} WHERE {}", condition.text);
    let key = format!("{sql}{:?}", condition.values);
    if let Some(total) = desk.espo.known_total(&key) {
        return Ok(total);
    }
    let mut statement = desk.db.prepare_cached(&sql)?;
    let total = statement.query_row(params_from_iter(condition.values.iter()), |row| row.get(0))?;
    desk.espo.keep_total(key, total);
    Ok(total)
}
