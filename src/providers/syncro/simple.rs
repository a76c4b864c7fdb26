//! Writes of one exchange: a comment, a deletion.
use serde_json::{Value as Json, json};

use super::{
    done,
    errors::{self, About},
    resource, send, single,
};
use crate::{
    domain::{
        action::Outcome,
        comment::{Audience, Comment},
        error::Error,
        record::RecordId,
        schema::EntityName,
    },
    net::exchange::{Exchange, Method, Response},
    providers::Step,
};

/// One exchange whose answer says no more than that it was done.
#[derive(Debug)]
pub struct Simple {
    exchange: Exchange,
    needs: &'static str,
    /// Read afterwards: a 200 does not prove that it is gone (§4).
    proof: Option<Exchange>,
    is_written: bool,
}

impl Simple {
    /// `DELETE`, where the API has it.
    pub fn delete(entity: &EntityName, id: &RecordId) -> Result<Self, Error> {
        let resource = resource(entity)?;
        if !resource.can.delete {
            let what = format!("deleting {}: the API offers it not", resource.many.to_lowercase());
            return Err(Error::Unsupported { what });
        }
        let exchange = Exchange::new(Method::Delete, single::path(resource, id));
        let proof = (resource.name == "Invoice").then(|| single::read(resource, id));
        Ok(Self { exchange, needs: resource.needs.delete, proof, is_written: false })
    }

    /// `POST …/comment`. §8: private unless said otherwise.
    pub fn comment(entity: &EntityName, id: &RecordId, comment: &Comment) -> Result<Self, Error> {
        let unsupported = |what: &str| Err(Error::Unsupported { what: what.to_owned() });
        if entity.as_str() != "Ticket" {
            return unsupported("comments on anything but tickets");
        }
        if comment.replaces.is_some() || comment.answers.is_some() {
            return unsupported("changing or answering one comment: the API adds new ones only");
        }
        let exchange = comment_request(id.as_str(), &comment.text, comment.audience);
        Ok(Self { exchange, needs: "Tickets - Edit", proof: None, is_written: false })
    }

    /// What comes next.
    pub fn next(&mut self, answer: Option<&Response>) -> Result<Step, Error> {
        let Some(response) = answer else { return Ok(send(self.exchange.clone())) };
        if self.is_written {
            return Self::proven(response);
        }
        let path = self.exchange.path.join("/");
        let has_landed = (200..300).contains(&response.status);
        let body =
            errors::body(response, About { resource: &path, needs: self.needs, entity_type: None });
        // A success that is not the product's own may have landed or not.
        let body = body.map_err(|error| if has_landed { Error::Unknown } else { error })?;
        if body.get("success").is_some_and(|it| *it == json!(false) || *it == json!("false")) {
            return Err(errors::error(response, About { resource: &path, ..About::default() }));
        }
        self.is_written = true;
        match &self.proof {
            Some(proof) => Ok(send(proof.clone())),
            None => Ok(done(Outcome::Done)),
        }
    }

    fn proven(response: &Response) -> Result<Step, Error> {
        let still =
            serde_json::from_slice::<Json>(&response.body).is_ok_and(|json| json.is_object());
        if response.status == 200 && still {
            let reason = "the server said it was deleted, but it is still there".to_owned();
            return Err(Error::Invalid { field: None, reason });
        }
        Ok(done(Outcome::Done))
    }
}

/// The request that adds a comment to a ticket. `do_not_email` is said in every case: left out
/// it would be sent (§8).
pub fn comment_request(ticket: &str, text: &str, audience: Audience) -> Exchange {
    let (hidden, do_not_email) = match audience {
        Audience::Mailed => (false, false),
        Audience::Public => (false, true),
        Audience::Readers | Audience::Private => (true, true),
    };
    let body = json!({
        "subject": if hidden { "Private note" } else { "Update" },
        "body": text,
        "hidden": hidden,
        "do_not_email": do_not_email,
    });
    Exchange::new(Method::Post, ["tickets", ticket, "comment"]).json(body)
}
