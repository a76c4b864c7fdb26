//! What happened around a record: a ticket's comments, and those of a customer's tickets.
use serde_json::Value as Json;

use super::{
    done,
    errors::{self, About},
    reading::{Reader, id, text, yes},
    related::comments,
    resource, send,
};
use crate::{
    domain::{
        action::{Happening, Outcome},
        comment::Audience,
        error::Error,
        record::RecordId,
        schema::EntityName,
    },
    net::exchange::{Exchange, Response},
    providers::{Context, Step},
};

/// Comments, newest first.
#[derive(Debug)]
pub struct Activity {
    entity: EntityName,
    id: RecordId,
    limit: u32,
}

impl Activity {
    /// Of that record, at most so many.
    pub fn new(entity: EntityName, id: RecordId, limit: u32) -> Self {
        Self { entity, id, limit: limit.clamp(1, 100) }
    }

    /// What comes next.
    pub fn next(&self, context: &Context, answer: Option<&Response>) -> Result<Step, Error> {
        let resource = resource(&self.entity)?;
        let exchange = match resource.name {
            "Ticket" => Exchange::get(["tickets", self.id.as_str(), "comments"]),
            "Customer" => Exchange::get(["ticket_comments"]).query("customer_id", self.id.as_str()),
            // The API tells of nothing that happened to the others.
            _ => return Ok(done(Outcome::Activity(Vec::new()))),
        };
        let Some(response) = answer else {
            let exchange = exchange.query("per_page", self.limit.to_string());
            return Ok(send(exchange.query("comment_format", "plaintext")));
        };
        let (path, needs) = (exchange.path.join("/"), "Tickets - View Details");
        let body = errors::body(response, About { resource: &path, needs, entity_type: None })?;
        if body.get("comments").and_then(Json::as_array).is_none() {
            return Err(errors::surprise("comments", "a list of comments", &body));
        }
        let reader = Reader::new(context);
        let is_of_customer = resource.name == "Customer";
        let mut all: Vec<_> =
            comments(&body).map(|row| happening(&reader, row, is_of_customer)).collect();
        all.sort_by_key(|happening| std::cmp::Reverse(happening.at));
        all.truncate(self.limit as usize);
        Ok(done(Outcome::Activity(all)))
    }
}

fn happening(reader: &Reader, row: &Json, is_of_customer: bool) -> Happening {
    let part = |key: &str| row.get(key).and_then(text);
    let user = row.get("user").and_then(|user| user.get("full_name")).and_then(text);
    let is_hidden = row.get("hidden").and_then(yes).unwrap_or(true);
    let ticket = row.get("ticket_id").and_then(id).filter(|_| is_of_customer);
    let ticket = ticket
        .and_then(|id| Some((EntityName::try_from("Ticket").ok()?, RecordId::from(id.as_str()))));
    Happening {
        id: row.get("id").and_then(id),
        // Whether it was mailed is not told (§8): the customer can look it up in any case.
        audience: Some(if is_hidden { Audience::Private } else { Audience::Public }),
        at: row.get("created_at").and_then(|json| reader.moment(json)),
        kind: "note".to_owned(),
        author: part("tech").or(user).unwrap_or_default(),
        title: part("subject").unwrap_or_default(),
        text: part("body").unwrap_or_default(),
        record: ticket,
        ..Happening::default()
    }
}
