//! Comments on records: made, answered, put into another's place. A8.
use serde_json::{Value as Json, json};

use super::{
    World, done, errors, ids, send,
    vtql::{Condition, Select, Test},
};
use crate::{
    domain::{
        action::Outcome,
        comment::{Audience, Comment},
        error::Error,
        record::RecordId,
        schema::EntityName,
    },
    net::exchange::Response,
    providers::Step,
};

/// One comment.
#[derive(Debug)]
pub struct Say {
    entity: EntityName,
    id: RecordId,
    comment: Comment,
    at: At,
}

#[derive(Debug)]
enum At {
    Start,
    Writing,
    Looking(Error),
}

impl Say {
    /// On that record.
    pub fn new(entity: EntityName, id: RecordId, comment: Comment) -> Self {
        Self { entity, id, comment, at: At::Start }
    }

    /// What comes next.
    pub fn next(&mut self, world: &World, answers: &[Response]) -> Result<Step, Error> {
        match (std::mem::replace(&mut self.at, At::Start), answers) {
            (At::Start, _) => self.write(world),
            (At::Writing, [response]) => match errors::result(response, "create") {
                Ok(_) => Ok(done(Outcome::Done)),
                Err(error) if errors::is_unclear(response) => {
                    self.at = At::Looking(error);
                    Ok(send(world.flavour.query(&self.newest())))
                }
                Err(error) => Err(error),
            },
            (At::Looking(error), [response]) => {
                let rows = errors::rows(response, "query").map_err(|_| Error::Unknown)?;
                let said = Some(self.comment.text.trim());
                let is_said = rows.iter().any(|row| {
                    row.get("commentcontent").and_then(Json::as_str).map(str::trim) == said
                });
                if is_said { Ok(done(Outcome::Done)) } else { Err(error) }
            }
            _ => Err(Error::bug("a comment was driven out of turn")),
        }
    }

    fn write(&mut self, world: &World) -> Result<Step, Error> {
        let Comment { text, audience, answers, replaces } = &self.comment;
        let refused = |reason: &str| Error::Invalid {
            field: Some("text".to_owned()),
            reason: reason.to_owned(),
        };
        if text.trim().is_empty() {
            return Err(refused("required"));
        }
        super::element::warn(self.id.as_str(), text, world).map_err(|reason| refused(&reason))?;
        self.id = ids::whole(world.entity_type(&self.entity)?, &self.id);
        self.at = At::Writing;
        if let Some(id) = replaces {
            let element =
                json!({ "id": id, "commentcontent": text, "reasontoedit": "" }).to_string();
            return Ok(send(world.flavour.write("revise", &[("element", &element)])));
        }
        let me = world.me().ok_or_else(|| Error::bug("the schema has no user"))?;
        let mut element = json!({
            "commentcontent": text,
            "related_to": self.id.as_str(),
            "assigned_user_id": me.id,
        });
        if let Some(parent) = answers {
            element["parent_comments"] = json!(parent);
        }
        if *audience == Audience::Private {
            element["is_private"] = json!("1");
        }
        let element = element.to_string();
        let params = [("elementType", "ModComments"), ("element", element.as_str())];
        Ok(send(world.flavour.write("create", &params)))
    }

    fn newest(&self) -> String {
        let columns = vec!["commentcontent".to_owned()];
        let mut select = Select::all("ModComments", columns, 5);
        select.any = vec![vec![Condition::new("related_to", Test::Equal, self.id.as_str())]];
        select.to_string()
    }
}
