//! What some deeds must know first: timers of a ticket, the record that something is made of.
use serde_json::Value as Json;

use crate::{
    domain::error::Error,
    net::exchange::Exchange,
    providers::{
        Context,
        json::items,
        syncro::{
            envelope,
            reading::{id, yes},
            table::resource,
        },
    },
};

/// What is asked first; `None` = nothing.
pub fn ask(key: &str, target: &str, input: &Json) -> Option<Exchange> {
    match key {
        "stop-timer" => Some(
            Exchange::get(["ticket_timers"]).query("ticket_id", target).query("status", "running"),
        ),
        "charge-timer" if input.get("timer_entry_id").is_none_or(Json::is_null) => {
            Some(Exchange::get(["ticket_timers"]).query("ticket_id", target))
        }
        // The API charges and deletes a timer by its ticket, and reads no single one.
        "charge-time" | "delete-time" => Some(Exchange::get(["ticket_timers"])),
        "ticket-from-alert" => Some(Exchange::get(["rmm_alerts", target])),
        "invoice-ticket" => Some(Exchange::get(["tickets", target])),
        _ => None,
    }
}

/// What was found.
///
/// Errors: [`Error::Invalid`] where there is nothing to do it with.
pub fn read(key: &str, body: &Json, context: &Context, target: &str) -> Result<Vec<Json>, Error> {
    let nothing = |reason: &str| Err(Error::Invalid { field: None, reason: reason.to_owned() });
    let timers = |fits: &dyn Fn(&&Json) -> bool| -> Vec<Json> {
        items(body, &["ticket_timers"]).filter(fits).cloned().collect()
    };
    match key {
        "stop-timer" => {
            let me = context.schema.as_ref().and_then(|schema| schema.user.as_ref());
            let me = me.map(|me| me.id.clone());
            let is_mine = |timer: &&Json| me.is_none() || timer.get("user_id").and_then(id) == me;
            let running = timers(&is_mine);
            if running.is_empty() {
                return nothing("no timer of yours is running on this ticket");
            }
            Ok(running)
        }
        "charge-timer" => {
            let is_due = |timer: &&Json| {
                let is = |key: &str| timer.get(key).and_then(yes).unwrap_or(false);
                !is("recorded") && timer.get("end_time").is_some_and(|end| !end.is_null())
            };
            let due = timers(&is_due);
            if due.is_empty() {
                return nothing("every stopped timer of this ticket is charged already");
            }
            Ok(due)
        }
        "charge-time" | "delete-time" => {
            let found = timers(&|timer| timer.get("id").and_then(id).as_deref() == Some(target));
            if found.is_empty() {
                return nothing("this time entry is not among the newest; open its ticket instead");
            }
            Ok(found)
        }
        "ticket-from-alert" => one("RmmAlert", body),
        "invoice-ticket" => one("Ticket", body),
        _ => Ok(Vec::new()),
    }
}

fn one(entity: &str, body: &Json) -> Result<Vec<Json>, Error> {
    let resource = resource(entity).ok_or_else(|| Error::bug(format!("no {entity}")))?;
    let map = envelope::single(body, resource, resource.path())?;
    Ok(vec![Json::Object(map.clone())])
}
