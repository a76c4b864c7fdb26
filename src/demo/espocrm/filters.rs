//! Primary filters, boolean filters and the text filter (E§5).

use super::dates;
use super::desk::Desk;
use super::params;
use super::reply::{Refusal, refuse};
use super::schema::Type;
use super::select::{Sql, quoted};
use super::where_::escaped;
use crate::demo::clock;
use rusqlite::types::Value as Cell;
use serde_json::Value;

/// A primary filter by name.
pub fn primary(desk: &Desk<'_>, one: &Type, name: &str) -> Result<Sql, Refusal> {
    if name.is_empty() || name == "all" {
        return Ok(Sql::plain("1"));
    }
    let known = one.filters.iter().any(|filter| filter.value == name);
    if let Some(piece) = own_lists(desk, one, name) {
        return Ok(piece);
    }
    let piece = if known || also_known(one, name) { named(desk, &one.name, name) } else { None };
    piece.ok_or_else(|| refuse(400, format!("No primary filter '{name}' for '{}'.", one.name)))
}

/// Filters that exist without being in `clientDefs`.
fn also_known(one: &Type, name: &str) -> bool {
    matches!((one.name.as_str(), name), ("Task", "actualStartingNotInFuture"))
}

fn own_lists(desk: &Desk<'_>, one: &Type, name: &str) -> Option<Sql> {
    let relation = match name {
        "starred" if one.is("stars") => "Star",
        "followed" if one.is("stream") => "Follow",
        _ => return None,
    };
    Some(held(relation, desk.user_id()))
}

fn held(relation: &str, user: &str) -> Sql {
    Sql::new(
        format!(
            "EXISTS (SELECT 1 FROM relation r WHERE r.name = '{relation}' AND r.left_id = t.id AND r.right_id = ?)"
        ),
        vec![Cell::Text(user.to_owned())],
    )
}

fn named(desk: &Desk<'_>, entity: &str, name: &str) -> Option<Sql> {
    let now = desk.espo.clock().now();
    let today = clock::day(now);
    let moment = clock::moment(now);
    let is = |field: &str, value: &str| {
        Sql::new(format!("t.{} = ?", quoted(field)), vec![Cell::Text(value.into())])
    };
    let among = |text: &str| Some(Sql::plain(text));
    match (entity, name) {
        ("Account", "recentlyCreated") => recently(desk),
        ("Account", "customers") => Some(is("type", "Customer")),
        ("Account", "resellers") => Some(is("type", "Reseller")),
        ("Account", "partners") => Some(is("type", "Partner")),
        ("Contact", "portalUsers") => among("t.portalUserId IS NOT NULL"),
        ("Contact", "notPortalUsers") => among("t.portalUserId IS NULL"),
        ("Contact", "accountActive") => among("t.accountIsInactive = 0"),
        ("Lead", "actual") => among("t.status NOT IN ('Converted', 'Recycled', 'Dead')"),
        ("Lead", "active") => among("t.status IN ('Assigned', 'In Process')"),
        ("Lead", "converted") => Some(is("status", "Converted")),
        ("Opportunity", "open") => among("t.stage NOT IN ('Closed Won', 'Closed Lost')"),
        ("Opportunity", "won") => Some(is("stage", "Closed Won")),
        ("Opportunity", "lost") => Some(is("stage", "Closed Lost")),
        ("Case", "open") => among("t.status NOT IN ('Closed', 'Rejected', 'Duplicate')"),
        ("Case", "closed") => Some(is("status", "Closed")),
        ("Task", "actual") => among("t.status NOT IN ('Completed', 'Canceled', 'Deferred')"),
        ("Task", "completed") => Some(is("status", "Completed")),
        ("Task", "deferred") => Some(is("status", "Deferred")),
        ("Task", "actualStartingNotInFuture") => Some(Sql::new(
            "t.status NOT IN ('Completed', 'Canceled', 'Deferred') AND (t.dateStart IS NULL OR t.dateStart <= ?)",
            vec![Cell::Text(moment)],
        )),
        ("Task", "overdue") => Some(Sql::new(
            "t.status NOT IN ('Completed', 'Canceled', 'Deferred') AND ((t.dateEndDate IS NULL AND t.dateEnd < ?) OR t.dateEndDate < ?)",
            vec![Cell::Text(moment), Cell::Text(today)],
        )),
        ("Task", "todays") => on_day(desk, "dateEnd"),
        ("Meeting" | "Call", "planned") => Some(is("status", "Planned")),
        ("Meeting" | "Call", "held") => Some(is("status", "Held")),
        ("Meeting" | "Call", "todays") => on_day(desk, "dateStart"),
        ("Document" | "Campaign", "active") => Some(is("status", "Active")),
        ("Document", "draft") => Some(is("status", "Draft")),
        ("KnowledgeBaseArticle", "published") => Some(is("status", "Published")),
        ("User", "active") => among("t.isActive = 1"),
        _ => None,
    }
}

fn recently(desk: &Desk<'_>) -> Option<Sql> {
    let today = desk.espo.clock().now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let from = dates::days("lastSevenDays", None, today)?.from?;
    Some(Sql::new("t.createdAt >= ?", vec![Cell::Text(from.to_string())]))
}

fn on_day(desk: &Desk<'_>, field: &str) -> Option<Sql> {
    let today = desk.espo.clock().now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let days = dates::days("today", None, today)?;
    let (from, until) = (days.from?.to_string(), days.until?.to_string());
    let text = format!("t.{0} >= ? AND t.{0} < ?", quoted(field));
    Some(Sql::new(text, vec![Cell::Text(from), Cell::Text(until)]))
}

/// A list of boolean filters: any of them.
pub fn bools(desk: &Desk<'_>, one: &Type, names: &Value) -> Result<Sql, Refusal> {
    let names = params::items(names).unwrap_or_default();
    let pieces: Result<Vec<Sql>, Refusal> =
        names.into_iter().map(|name| boolean(desk, one, name)).collect();
    Ok(Sql::join(pieces?, " OR ", "1"))
}

fn boolean(desk: &Desk<'_>, one: &Type, name: &Value) -> Result<Sql, Refusal> {
    let user = desk.user_id();
    match name.as_str().unwrap_or_default() {
        "onlyMy" if one.attributes.contains_key("assignedUserId") => {
            Ok(Sql::new("t.assignedUserId = ?", vec![Cell::Text(user.into())]))
        }
        "onlyMy" => Ok(Sql::new("t.createdById = ?", vec![Cell::Text(user.into())])),
        "followed" if one.is("stream") => Ok(held("Follow", user)),
        "shared" if one.is("calendar") => Ok(Sql::plain("0")),
        other => Err(refuse(400, format!("No bool filter '{other}' for '{}'.", one.name))),
    }
}

/// Matches the beginning of short texts and any part of long ones; `*` stands for anything.
pub fn text(one: &Type, text: &str) -> Sql {
    let text = text.trim();
    if text.is_empty() {
        return Sql::plain("1");
    }
    let pattern = |contains: bool| match (text.contains('*'), contains) {
        (true, _) => escaped(text).replace('*', "%"),
        (false, true) => format!("%{}%", escaped(text)),
        (false, false) => format!("{}%", escaped(text)),
    };
    let mut names: Vec<(&str, bool)> = Vec::new();
    for name in one.list("text") {
        let kind = one.fields.get(name).map_or("varchar", |field| field.kind.as_str());
        names.push((name, matches!(kind, "text" | "wysiwyg")));
        if kind == "personName" {
            names.extend([("firstName", false), ("lastName", false)]);
        }
    }
    let piece = |(name, contains): (&str, bool)| {
        Sql::new(
            format!("t.{} LIKE ? ESCAPE '\\'", quoted(name)),
            vec![Cell::Text(pattern(contains))],
        )
    };
    Sql::join(names.into_iter().map(piece).collect(), " OR ", "0")
}
