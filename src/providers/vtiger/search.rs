//! The search over everything: the likeliest modules, each by its names. A6.
use super::{
    World, done, errors, filter,
    list::{columns, records},
    stock,
    vtql::Select,
};
use crate::{
    domain::{
        action::Outcome,
        error::Error,
        query::{Filter, Query},
        record::Page,
        schema::EntityName,
    },
    net::exchange::Response,
    providers::Step,
};

/// All modules that are looked through at once.
#[derive(Debug)]
pub struct Search {
    /// The words.
    pub text: String,
    /// At most so many.
    pub limit: u32,
    /// Where was asked.
    pub asked: Vec<EntityName>,
}

impl Search {
    /// What comes next.
    pub fn next(&mut self, world: &World, answers: &[Response]) -> Result<Step, Error> {
        if answers.is_empty() {
            return self.ask(world);
        }
        let mut page = Page::default();
        let mut refused = None;
        for (entity, response) in self.asked.iter().zip(answers) {
            let entity_type = world.entity_type(entity)?;
            match errors::rows(response, "query") {
                Ok(rows) => {
                    for record in records(&rows, entity_type, world)? {
                        page.records.insert(record.id.clone(), record);
                    }
                }
                Err(error) => refused = refused.or(Some(error)),
            }
        }
        match refused {
            // When no module answered, that is no empty list.
            Some(error) if page.records.is_empty() => Err(error),
            _ => {
                page.records.truncate(self.limit as usize);
                page.received = page.records.len() as u64;
                Ok(done(Outcome::Page(page)))
            }
        }
    }

    fn ask(&mut self, world: &World) -> Result<Step, Error> {
        let words = self.text.trim();
        let schema = world.schema()?;
        let named = stock::SEARCHED.iter().filter_map(|name| EntityName::try_from(*name).ok());
        let custom =
            schema.entity_types.values().filter(|it| it.group.as_deref() == Some(stock::OTHER));
        let places = named.chain(custom.map(|it| it.name.clone()));
        // The cloud counts calls: there the likeliest ones are enough. B.
        let most = if world.flavour == super::call::Flavour::Cloud { 5 } else { 20 };
        let mut exchanges = Vec::new();
        for name in places.take(most) {
            let Some(entity_type) = schema.entity_type(&name).filter(|it| it.described.is_some())
            else {
                continue;
            };
            let mut query = Query::all(name.clone(), self.limit.clamp(1, 20));
            query.filter = Some(Filter::Words(words.to_owned()));
            let asked = filter::ask(query.filter.as_ref(), entity_type, world, &[])?;
            let columns = columns(&query, entity_type, None, &[]);
            let select =
                Select { any: asked.any, ..Select::all(name.as_str(), columns, query.limit) };
            exchanges.push(world.flavour.query(&select.to_string()));
            self.asked.push(name);
        }
        if words.is_empty() || exchanges.is_empty() {
            return Ok(done(Outcome::Page(Page::default())));
        }
        Ok(Step::SendAll(exchanges))
    }
}
