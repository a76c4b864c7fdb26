//! `query` (A6).

use super::desk::Desk;
use super::reply::{Answer, Refusal, denied, no_module, refuse, wrong_id};
use super::store;
use super::vtql::parser::{self, Wrong};
use super::vtql::sql::{self, Made, Refused};
use rusqlite::params_from_iter;
use serde_json::json;

/// Above so many records the first list in an order makes an index for it.
const MANY: i64 = 2_000;

/// The query of a request.
pub fn query(desk: &Desk<'_>) -> Answer {
    run(desk, desk.params.get("query"), None)
}

/// A query, perhaps with one more condition in SQL over `t`.
pub fn run(desk: &Desk<'_>, text: &str, extra: Option<&str>) -> Answer {
    let name = parser::module_of(text).ok_or_else(|| denied(" for query"))?;
    if desk.core.schema.modules.contains_key(name) {
        desk.may_see(name)?;
    }
    let module = desk.module(name).ok_or_else(|| no_module(name))?;
    let query = parser::parse(text).map_err(|wrong| match wrong {
        Wrong::Unreadable => {
            refuse("INTERNAL_SERVER_ERROR", "Unknown Error while processing request")
        }
        Wrong::Syntax(message) => refuse("QUERY_SYNTAX_ERROR", message),
    })?;
    match sql::make(&query, module, desk.caller.admin, &|field| desk.hides(field), extra)
        .map_err(said)?
    {
        Made::Nothing => Ok(json!([])),
        Made::Count(plan) => {
            let count: i64 = desk
                .db
                .prepare_cached(&plan.sql)?
                .query_row(params_from_iter(&plan.values), |row| row.get(0))?;
            Ok(json!([{"count": count.to_string()}]))
        }
        Made::Records(plan) => {
            if let Some(first) = query.order.first()
                && is_large(desk, module.table())?
            {
                store::index_for(desk.db, module, first)?;
            }
            desk.records(module, &plan).map(|records| json!(records))
        }
    }
}

fn is_large(desk: &Desk<'_>, table: &str) -> Result<bool, Refusal> {
    let sql = format!("SELECT COALESCE(MAX(rowid) - MIN(rowid), 0) FROM {}", sql::quoted(table));
    let span: i64 = desk.db.prepare_cached(&sql)?.query_row([], |row| row.get(0))?;
    Ok(span > MANY)
}

fn said(refused: Refused) -> Refusal {
    match refused {
        Refused::Column(name) => {
            refuse("ACCESS_DENIED", format!("Permission to access '.{name}.' attribute denied."))
        }
        Refused::Where(name) => {
            refuse("ACCESS_DENIED", format!("Permission to access {name} attribute denied."))
        }
        Refused::Id => wrong_id(),
    }
}
