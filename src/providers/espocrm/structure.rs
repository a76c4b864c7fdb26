//! Who is signed in, what there is, and how it is laid out. E§3, E§4.
use std::sync::Arc;

use serde_json::Value as Json;

use super::{auth, done, entity_type, errors, layout, schema, send};
use crate::{
    domain::{
        action::Outcome,
        error::Error,
        schema::{EntityName, EntityType},
    },
    net::exchange::{Exchange, Response},
    providers::{Context, Step},
};

/// `App/user`.
#[derive(Debug)]
pub struct Whoami;

impl Whoami {
    /// What comes next.
    #[expect(clippy::unused_self, reason = "every flow is driven alike")]
    pub fn next(&mut self, answer: Option<&Response>) -> Result<Step, Error> {
        match answer {
            None => Ok(send(Exchange::get(["App", "user"]))),
            Some(response) => {
                let app = errors::body(response, "App/user")?;
                Ok(done(Outcome::Me(schema::me(&app)?)))
            }
        }
    }
}

/// `App/user`, `Metadata`, `I18n`, one after the other.
#[derive(Debug, Default)]
pub struct Types {
    stamp: String,
    app: Option<Json>,
    metadata: Option<Json>,
}

impl Types {
    /// What comes next.
    pub fn next(&mut self, answer: Option<&Response>) -> Result<Step, Error> {
        let Some(response) = answer else { return Ok(send(Exchange::get(["App", "user"]))) };
        let Some(app) = &self.app else {
            self.app = Some(errors::body(response, "App/user")?);
            self.stamp = auth::stamp(response).unwrap_or_default();
            return Ok(send(Exchange::get(["Metadata"])));
        };
        let Some(metadata) = &self.metadata else {
            self.metadata = Some(errors::body(response, "Metadata")?);
            self.stamp = auth::stamp(response).unwrap_or_else(|| self.stamp.clone());
            return Ok(send(Exchange::get(["I18n"])));
        };
        let labels = errors::body(response, "I18n")?;
        let schema = schema::schema(app, metadata, &labels, self.stamp.clone())?;
        Ok(done(Outcome::Schema(Arc::new(schema))))
    }
}

/// The layouts that are asked for, in this order.
const LAYOUTS: [&str; 4] = ["list", "detail", "bottomPanelsDetail", "relationships"];

/// The layouts of one entity type; each may be missing.
#[derive(Debug)]
pub struct Describe {
    entity: EntityName,
    answers: [Option<Json>; 4],
    asked: usize,
}

impl Describe {
    /// Of that entity type.
    pub fn new(entity: EntityName) -> Self {
        Self { entity, answers: [None, None, None, None], asked: 0 }
    }

    /// What comes next.
    pub fn next(&mut self, context: &Context, answer: Option<&Response>) -> Result<Step, Error> {
        let entity_type = entity_type(context, &self.entity)?;
        if let Some(response) = answer {
            self.read(response)?;
        }
        match LAYOUTS.get(self.asked) {
            Some(name) if !self.is_enough(entity_type) => {
                self.asked += 1;
                Ok(send(Exchange::get([self.entity.as_str(), "layout", name])))
            }
            Some(_) | None => {
                let schema = super::schema_of(context)?;
                let layout = Some(layout::layout(schema, entity_type, &self.answers));
                let described = EntityType { layout, ..entity_type.clone() };
                Ok(done(Outcome::Type(Box::new(described))))
            }
        }
    }

    /// A layout that does not exist, or is not for this user, is made from the schema instead.
    fn read(&mut self, response: &Response) -> Result<(), Error> {
        let place = self.asked.saturating_sub(1);
        let name = LAYOUTS.get(place).copied().unwrap_or_default();
        let read = match errors::body(response, &format!("{}/layout/{name}", self.entity)) {
            Ok(json) => Some(json),
            Err(Error::NotFound { .. } | Error::Forbidden { .. }) => None,
            Err(error) => return Err(error),
        };
        if let Some(answer) = self.answers.get_mut(place) {
            *answer = read;
        }
        Ok(())
    }

    /// The relationships' list is the older place of the panels: asked for when the newer has none.
    fn is_enough(&self, entity_type: &EntityType) -> bool {
        let [.., bottom, _] = &self.answers;
        self.asked == 3
            && !layout::panels(entity_type, bottom.as_ref().or(Some(&Json::Null)), None).is_empty()
    }
}
