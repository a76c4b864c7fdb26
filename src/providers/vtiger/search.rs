//! The search over everything: the likeliest modules, each by its names. A6.
use super::{
    World, done, errors, filter,
    list::{columns, fits, records},
    stock,
    vtql::Select,
};
use crate::{
    domain::{
        action::Outcome,
        error::Error,
        query::{Filter, Query},
        record::{Page, Record},
        schema::EntityName,
    },
    net::exchange::Response,
    providers::Step,
};

/// All modules that are looked through at once.
#[derive(Debug)]
pub struct Search {
    text: String,
    limit: u32,
    /// Where was asked, and what is still to be looked at here.
    asked: Vec<(EntityName, Option<Filter>)>,
}

impl Search {
    /// For those words, at most so many.
    pub fn new(text: String, limit: u32) -> Self {
        Self { text, limit, asked: Vec::new() }
    }

    /// What comes next.
    pub fn next(&mut self, world: &World, answers: &[Response]) -> Result<Step, Error> {
        if answers.is_empty() {
            return self.ask(world);
        }
        let (mut found, mut refused) = (Vec::new(), None);
        for ((entity, rest), response) in self.asked.iter().zip(answers) {
            match read(world, entity, rest.as_ref(), response) {
                Ok(records) => found.push(records.into_iter()),
                Err(error) => refused = refused.or(Some(error)),
            }
        }
        let mut page = Page::default();
        // One of each module, then another of each, so that none hides the others.
        while page.records.len() < self.limit as usize {
            let round: Vec<Record> = found.iter_mut().filter_map(Iterator::next).collect();
            if round.is_empty() {
                break;
            }
            page.records.extend(round.into_iter().map(|record| (record.id.clone(), record)));
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
            let columns = columns(&query, entity_type, asked.rest.as_ref(), &[]);
            let select =
                Select { any: asked.any, ..Select::all(name.as_str(), columns, query.limit) };
            exchanges.push(world.flavour.query(&select.to_string()));
            self.asked.push((name, asked.rest));
        }
        if words.is_empty() || exchanges.is_empty() {
            return Ok(done(Outcome::Page(Page::default())));
        }
        Ok(Step::SendAll(exchanges))
    }
}

/// The records of a module's answer that are meant.
fn read(
    world: &World,
    entity: &EntityName,
    rest: Option<&Filter>,
    response: &Response,
) -> Result<Vec<Record>, Error> {
    let rows = errors::rows(response, "query")?;
    let mut records = records(&rows, world.entity_type(entity)?, world)?;
    records.retain(|record| rest.is_none_or(|rest| fits(rest, record, world)));
    Ok(records)
}
