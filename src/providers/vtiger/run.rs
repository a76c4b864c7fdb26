//! Deeds by their keys: the platform's eight actions as they are, and a lead's conversion. A8.
use serde_json::{Map, Value as Json, json};

use super::{World, codec, done, errors, ids, send, single, verbs};
use crate::{
    domain::{
        action::{Outcome, Ran, Run},
        error::Error,
        record::RecordId,
        schema::{EntityName, EntityType},
    },
    net::exchange::{Exchange, Response},
    providers::{Step, json::text},
};

/// One deed.
#[derive(Debug)]
pub struct Deed {
    run: Run,
    at: At,
}

#[derive(Debug)]
enum At {
    Start,
    /// The answer is the output.
    Reading,
    Writing,
    /// The lead is read for what becomes of it.
    Lead,
    Converting,
    /// Whether the lead is still there after an answer that told nothing; what went wrong then, where
    /// it does not mean that this server cannot do it.
    Looking(Option<Error>),
    /// This server cannot do it: it is no longer offered.
    Hiding(Error),
}

/// What such a server cannot do.
const CONVERTING: &str = "converting leads";

fn wrong(member: &str, reason: &str) -> Error {
    Error::Invalid { field: Some(member.to_owned()), reason: reason.to_owned() }
}

impl Deed {
    /// As the action says.
    pub fn new(run: Run) -> Self {
        Self { run, at: At::Start }
    }

    /// What comes next.
    pub fn next(&mut self, world: &World, answers: &[Response]) -> Result<Step, Error> {
        match (std::mem::replace(&mut self.at, At::Start), answers) {
            (At::Start, _) => self.start(world),
            (At::Reading | At::Writing, [response]) => self.answered(world, response),
            (At::Lead, [response]) => self.convert(world, response),
            (At::Converting, [response]) => self.converted(world, response),
            (At::Looking(error), [response]) => self.looked(world, response, error),
            (At::Hiding(error), _) => Err(error),
            _ => Err(Error::bug("a deed was driven out of turn")),
        }
    }

    fn start(&mut self, world: &World) -> Result<Step, Error> {
        if self.run.key == verbs::CONVERT_LEAD {
            if world.memory.broken.holds(verbs::CONVERT_OPERATION) {
                return Err(errors::cannot(CONVERTING));
            }
            self.at = At::Lead;
            return Ok(send(world.flavour.retrieve(self.lead(world)?.as_str())));
        }
        self.at = if self.run.is_write { At::Writing } else { At::Reading };
        self.exchange(world).map(send)
    }

    fn member(&self, name: &str) -> Result<&str, Error> {
        text(&self.run.input, name).ok_or_else(|| wrong(name, "required"))
    }

    fn element(&self, with: &[(&str, &str)]) -> Result<String, Error> {
        let given = self.run.input.get("element").and_then(Json::as_object);
        let mut element = given.ok_or_else(|| wrong("element", "an object"))?.clone();
        for (name, value) in with {
            element.insert((*name).to_owned(), json!(value));
        }
        Ok(Json::Object(element).to_string())
    }

    fn exchange(&self, world: &World) -> Result<Exchange, Error> {
        let flavour = world.flavour;
        Ok(match self.run.key.as_str() {
            verbs::LIST_MODULES => flavour.read("listtypes", &[]),
            verbs::DESCRIBE_MODULE => {
                flavour.read("describe", &[("elementType", self.member("module")?)])
            }
            verbs::QUERY_RECORDS => flavour.query(self.member("query")?),
            verbs::RETRIEVE_RECORD => flavour.retrieve(self.member("id")?),
            verbs::CREATE_RECORD => {
                let element = self.element(&[])?;
                flavour.write(
                    "create",
                    &[("elementType", self.member("module")?), ("element", &element)],
                )
            }
            verbs::UPDATE_RECORD => {
                let element = self.element(&[("id", self.member("id")?)])?;
                flavour.write("revise", &[("element", &element)])
            }
            verbs::DELETE_RECORD => flavour.write("delete", &[("id", self.member("id")?)]),
            verbs::GET_CURRENT_USER => match world.flavour {
                super::call::Flavour::Cloud => flavour.read("me", &[]),
                super::call::Flavour::Open => {
                    Exchange { is_safe: true, ..flavour.write("extendsession", &[]) }
                }
            },
            key => return Err(Error::Usage { reason: format!("there is no action {key}") }),
        })
    }

    /// As it came, but for the secrets of users and of the session. A6.
    fn answered(&mut self, world: &World, response: &Response) -> Result<Step, Error> {
        let result = errors::result(response, &self.run.key);
        let output = match result {
            // It may have landed: it is never repeated, and here nobody knows what was meant.
            Err(_) if self.run.is_write && errors::is_unclear(response) => Err(Error::Unknown),
            Err(error) if self.run.key == verbs::QUERY_RECORDS => Err(about_query(error, response)),
            result => result,
        }?;
        let mut output = codec::without_secrets(output);
        if self.run.key == verbs::GET_CURRENT_USER {
            output = current_user(output, world);
        }
        let id = text(&output, "id").filter(|id| ids::parts(id).is_some()).map(RecordId::from);
        let record = id.and_then(|id| Some((ids::entity(world.schema().ok()?, id.as_str())?, id)));
        let record = record.filter(|_| self.run.is_write);
        Ok(done(Outcome::Ran(Ran { output, record, run_id: None })))
    }

    fn lead(&self, world: &World) -> Result<RecordId, Error> {
        let given = text(&self.run.input, "id").map(RecordId::from);
        let id = self.run.target.as_ref().map(|(_, id)| id.clone()).or(given);
        let id = id.ok_or_else(|| wrong("id", "required"))?;
        Ok(ids::whole(leads(world)?, &id))
    }

    /// What becomes of a lead is made of its fields.
    fn convert(&mut self, world: &World, response: &Response) -> Result<Step, Error> {
        let lead = errors::result(response, "retrieve")?;
        let element = element(&lead, &self.run.input, self.lead(world)?.as_str(), world)?;
        self.at = At::Converting;
        Ok(send(
            world.flavour.write(verbs::CONVERT_OPERATION, &[("element", &element.to_string())]),
        ))
    }

    fn converted(&mut self, world: &World, response: &Response) -> Result<Step, Error> {
        match errors::result(response, verbs::CONVERT_OPERATION) {
            Ok(made) => Ok(done(Outcome::Ran(ran(made)))),
            Err(error) if errors::is_unclear(response) => {
                self.at = At::Looking(Some(error).filter(|_| !errors::is_mute(response)));
                Ok(send(single::exists(world, leads(world)?, &self.lead(world)?)))
            }
            Err(error) => Err(error),
        }
    }

    /// Converted leads vanish from queries: one that is still there was not converted, and the
    /// server cannot do it (8.0.0 on PHP 8, A12): it is not offered again.
    fn looked(
        &mut self,
        world: &World,
        response: &Response,
        error: Option<Error>,
    ) -> Result<Step, Error> {
        let rows = errors::rows(response, "query").map_err(|_| Error::Unknown)?;
        if rows.is_empty() {
            let output = json!({ "converted": true });
            return Ok(done(Outcome::Ran(Ran { output, ..Ran::default() })));
        }
        if let Some(error) = error {
            return Err(error);
        }
        world.memory.broken.note(verbs::CONVERT_OPERATION);
        let mut leads = leads(world)?.clone();
        leads.verbs.retain(|verb| verb.key != verbs::CONVERT_LEAD);
        self.at = At::Hiding(errors::cannot(CONVERTING));
        Ok(Step::Partial(Outcome::Type(Box::new(leads))))
    }
}

/// What is wrong with a query, at the query. A2: a character that cannot be read there is called an
/// error of the server.
fn about_query(error: Error, response: &Response) -> Error {
    let reason = match (errors::code_of(response).as_deref(), &error) {
        (Some("INTERNAL_SERVER_ERROR"), _) => {
            "the server cannot read a character of it: texts stand in single quotes and are never \
             empty (' ' means empty), and numbers with a point or a sign are quoted too"
        }
        (Some("QUERY_SYNTAX_ERROR"), Error::Invalid { reason, .. }) => reason.as_str(),
        _ => return error,
    };
    wrong("query", reason)
}

fn leads(world: &World) -> Result<&EntityType, Error> {
    let name = EntityName::try_from("Leads").map_err(|_| Error::bug("Leads is no name"))?;
    world.entity_type(&name)
}

/// The record to go to: the contact, else the organization, else the opportunity.
fn ran(made: Json) -> Ran {
    let record = ["Contacts", "Accounts", "Potentials"].iter().find_map(|name| {
        let id = text(&made, name).filter(|id| ids::parts(id).is_some())?;
        Some((EntityName::try_from(*name).ok()?, RecordId::from(id)))
    });
    Ran { output: made, record, run_id: None }
}

fn current_user(output: Json, world: &World) -> Json {
    let Some(me) = world.me() else { return output };
    json!({
        "id": me.id,
        "user_name": me.login,
        "name": me.name,
        "is_admin": me.is_admin,
        "version": text(&output, "vtigerVersion"),
    })
}

fn element(lead: &Json, input: &Json, id: &str, world: &World) -> Result<Json, Error> {
    let wanted = |name: &str, usual: bool| input.get(name).and_then(Json::as_bool).unwrap_or(usual);
    let of = |name: &str| text(lead, name).unwrap_or_default();
    let given = |name: &str| text(input, name);
    let company = of("company");
    let mut entities = Map::new();
    if wanted("account", !company.is_empty()) {
        if company.is_empty() {
            return Err(wrong("account", "the lead has no company"));
        }
        let account = json!({ "create": true, "name": "Accounts", "accountname": company, "industry": of("industry") });
        entities.insert("Accounts".to_owned(), account);
    }
    if wanted("contact", true) {
        let contact = json!({
            "create": true,
            "name": "Contacts",
            "lastname": of("lastname"),
            "firstname": of("firstname"),
            "email": of("email"),
        });
        entities.insert("Contacts".to_owned(), contact);
    }
    if wanted("opportunity", false) {
        let closing = given("closing_date").ok_or_else(|| wrong("closing_date", "required"))?;
        let named = given("opportunity_name").unwrap_or(if company.is_empty() {
            of("lastname")
        } else {
            company
        });
        let opportunity = json!({
            "create": true,
            "name": "Potentials",
            "potentialname": named,
            "closingdate": closing,
            "sales_stage": given("sales_stage").unwrap_or("Prospecting"),
            "amount": given("amount").unwrap_or("0"),
        });
        entities.insert("Potentials".to_owned(), opportunity);
    }
    if !entities.contains_key("Accounts") && !entities.contains_key("Contacts") {
        return Err(wrong("contact", "an organization or a contact must come of it"));
    }
    let me = world.me().map(|me| me.id.clone()).unwrap_or_default();
    let owner = text(lead, "assigned_user_id").map_or(me, str::to_owned);
    Ok(json!({ "leadId": id, "assignedTo": owner, "entities": entities }))
}
