//! What customers are called, where the API gives their ids only (contacts, contracts, alerts …):
//! one more query a page, and none for those that were met before.
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{
    envelope,
    errors::{self, About},
    reading::{id, text},
    table,
};
use crate::{
    domain::{action::Outcome, record::Record, value::Value},
    net::exchange::{Exchange, Response},
};

/// So many are asked for at once: a page of customers holds no more (§3).
const MOST: usize = 100;
/// More are not remembered.
const KEPT: usize = 20_000;
const CUSTOMER: &str = "Customer";

/// Names by id, as long as the program runs. Clones are the same one.
#[derive(Clone, Debug, Default)]
pub struct Names(Arc<Mutex<HashMap<String, String>>>);

impl Names {
    /// Never held across anything else.
    fn all(&self) -> MutexGuard<'_, HashMap<String, String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, id: String, name: String) {
        let mut all = self.all();
        if all.len() >= KEPT && !all.contains_key(&id) {
            all.clear();
        }
        all.insert(id, name);
    }

    /// Whoever reads customers learns what they are called now.
    fn learn<'a>(&self, records: impl Iterator<Item = &'a Record>) {
        let title = table::resource(CUSTOMER).map_or("", |resource| resource.title);
        for record in records.filter(|record| record.entity.as_str() == CUSTOMER) {
            if let Some(Value::Text(name)) = record.value(title) {
                self.keep(record.id.as_str().to_owned(), name.clone());
            }
        }
    }
}

/// An outcome whose customers have no names yet.
#[derive(Debug)]
pub struct Naming(Box<Outcome>);

impl Naming {
    /// What is to be asked before the outcome is whole; it itself where nothing is.
    pub fn begin(
        mut outcome: Box<Outcome>,
        names: &Names,
    ) -> Result<(Self, Exchange), Box<Outcome>> {
        names.learn(records(&mut outcome).iter().map(|record| &**record));
        fill(&mut outcome, names);
        let mut wanted: Vec<String> = Vec::new();
        for record in records(&mut outcome) {
            for value in record.fields.values_mut() {
                if let Some((id, None)) = customer(value)
                    && !wanted.contains(id)
                    && wanted.len() < MOST
                {
                    wanted.push(id.clone());
                }
            }
        }
        if wanted.is_empty() {
            return Err(outcome);
        }
        let mut exchange = Exchange::get(["customers"]).query("include_disabled", "true");
        for id in wanted {
            // "Customers with this ID (array)": a server that does not know the array gives
            // others, which are not looked at.
            exchange = exchange.query("id[]", id);
        }
        Ok((Self(outcome), exchange))
    }

    /// The outcome, with the names that were told. Who may not see customers sees their numbers.
    pub fn end(self, response: &Response, names: &Names) -> Outcome {
        let Self(mut outcome) = self;
        let body = errors::body(response, About { resource: "customers", ..About::default() });
        let found = body.ok().zip(table::resource(CUSTOMER));
        let rows = found.and_then(|(body, resource)| envelope::rows(&body, resource).ok());
        for row in rows.into_iter().flat_map(|(rows, _)| rows) {
            let part = |key: &str| row.get(key).and_then(text);
            let person = || {
                let parts = [part("firstname"), part("lastname")];
                parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
            };
            let name = part("business_then_name").or_else(|| part("business_name"));
            if let Some(own) = row.get("id").and_then(id) {
                names.keep(own, name.unwrap_or_else(person));
            }
        }
        fill(&mut outcome, names);
        *outcome
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "two kinds of answers bring records")]
fn records(outcome: &mut Outcome) -> Vec<&mut Record> {
    match outcome {
        Outcome::Page(page) => page.records.values_mut().collect(),
        Outcome::Record(record) => vec![record],
        _ => Vec::new(),
    }
}

/// The id of the customer that a value points to, and its name.
fn customer(value: &mut Value) -> Option<(&String, &mut Option<String>)> {
    let Value::Reference(it) = value else { return None };
    let is_one = it.entity.as_ref().is_some_and(|entity| entity.as_str() == CUSTOMER);
    is_one.then_some((&it.id, &mut it.name))
}

fn fill(outcome: &mut Outcome, names: &Names) {
    let known = names.all();
    for record in records(outcome) {
        for value in record.fields.values_mut() {
            if let Some((id, name @ None)) = customer(value) {
                *name = known.get(id).cloned().filter(|name| !name.is_empty());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use indexmap::IndexMap;
    use serde_json::json;

    use super::*;
    use crate::domain::{
        record::{Page, RecordId},
        schema::EntityName,
        value::Reference,
    };

    fn page(customers: &[&str]) -> Outcome {
        let entity = |name: &str| EntityName::try_from(name).unwrap();
        let record = |(place, of): (usize, &&str)| {
            let customer =
                Reference { entity: Some(entity("Customer")), id: (*of).to_owned(), name: None };
            let fields = [("customer_id".to_owned(), Value::Reference(customer))];
            let record = Record {
                entity: entity("Contact"),
                id: RecordId::from(place.to_string().as_str()),
                fields: fields.into_iter().collect::<IndexMap<_, _>>(),
                version: None,
                url: None,
                is_complete: false,
                cut: Vec::new(),
            };
            (record.id.clone(), record)
        };
        let records = customers.iter().enumerate().map(record).collect();
        Outcome::Page(Page { records, ..Page::default() })
    }

    fn called(outcome: &mut Outcome) -> Vec<Option<String>> {
        let all = records(outcome).into_iter().flat_map(|it| it.fields.values_mut());
        all.filter_map(customer).map(|(_, name)| name.clone()).collect()
    }

    #[test]
    fn one_query_names_all_customers_of_a_page_and_none_those_that_are_known() {
        let names = Names::default();
        let (naming, exchange) = Naming::begin(Box::new(page(&["7", "8", "7"])), &names).unwrap();
        let ids: Vec<_> = exchange.query.iter().filter(|(name, _)| name == "id[]").collect();
        assert_eq!(ids.len(), 2, "{ids:?}");
        let customers = json!({"customers": [
            {"id": 7, "business_then_name": "Acme"},
            {"id": 8, "firstname": "Ada", "lastname": "Haas"},
        ]});
        let body = customers.to_string().into_bytes();
        let answer = Response { status: 200, body, ..Response::default() };
        let name = |name: &str| Some(name.to_owned());
        let mut ended = naming.end(&answer, &names);
        assert_eq!(called(&mut ended), [name("Acme"), name("Ada Haas"), name("Acme")]);
        let mut again = Naming::begin(Box::new(page(&["8"])), &names).unwrap_err();
        assert_eq!(called(&mut again), [name("Ada Haas")]);
    }

    #[test]
    fn who_may_not_see_customers_sees_their_numbers() {
        let names = Names::default();
        let (naming, _) = Naming::begin(Box::new(page(&["7"])), &names).unwrap();
        let refused = Response { status: 401, ..Response::default() };
        assert_eq!(called(&mut naming.end(&refused, &names)), [None]);
    }
}
