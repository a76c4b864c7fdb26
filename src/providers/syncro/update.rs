//! Changes of a record. The server keeps no version, so what stands there is read again first and
//! compared with what the edits were made against; then it is written and read back.
use std::collections::VecDeque;

use indexmap::IndexMap;
use serde_json::{Map, Value as Json, json};

use super::{
    create::is_apart,
    done, encode,
    encode::For,
    entity_type, envelope,
    errors::{self, About},
    files, lines, resource, send, single,
    single::Get,
    table::{self, Resource},
};
use crate::{
    domain::{
        action::{LinkChange, Outcome},
        change::{Conflict, Edits, Written},
        error::Error,
        record::Record,
        schema::{EntityType, FieldKind},
        value::{Reference, Value},
    },
    net::exchange::{Exchange, Method, Response},
    providers::{Context, Step},
};

/// A change.
#[derive(Debug)]
pub struct Update {
    base: Record,
    edits: Edits,
    resolved: bool,
    /// Links that are to be added or taken away, of what stands there.
    links: Option<(LinkChange, bool)>,
    /// Where the API reads no single record.
    look: Option<Box<Get>>,
    theirs: Option<Record>,
    rest: VecDeque<Exchange>,
    landed: usize,
    refused: Vec<Error>,
    at: At,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    Start,
    Checking,
    Writing,
    Reading,
}

/// What stands at the server now.
#[derive(Debug)]
enum Stands {
    /// This, and the object that it came as.
    So(Box<Record>, Map<String, Json>),
    /// More is to be asked.
    Asking(Step),
}

impl Update {
    /// Of that record. `resolved`: `base` is what stands there, and mine shall stand.
    pub fn new(base: Record, mut edits: Edits, resolved: bool) -> Self {
        edits.retain(|name, mine| !base.value(name).is_some_and(|value| same(mine, value)));
        Self {
            base,
            edits,
            resolved,
            links: None,
            look: None,
            theirs: None,
            rest: VecDeque::new(),
            landed: 0,
            refused: Vec::new(),
            at: At::Start,
        }
    }

    /// Assets of a ticket: the only link that the API writes.
    pub fn link(change: LinkChange, is_added: bool) -> Result<Self, Error> {
        if change.entity.as_str() != "Ticket" || change.link != "assets" {
            let what = format!("linking {} of {}", change.link, change.entity);
            return Err(Error::Unsupported { what });
        }
        let base = Record {
            entity: change.entity.clone(),
            id: change.id.clone(),
            fields: IndexMap::new(),
            version: None,
            url: None,
            is_complete: false,
            cut: Vec::new(),
        };
        let mut update = Self::new(base, Edits::new(), true);
        update.links = Some((change, is_added));
        Ok(update)
    }

    /// What comes next.
    pub fn next(&mut self, context: &Context, answer: Option<&Response>) -> Result<Step, Error> {
        let resource = resource(&self.base.entity)?;
        let entity_type = entity_type(context, &self.base.entity)?;
        match (self.at, answer) {
            (At::Start, _) => self.start(context, resource),
            (At::Checking, answer) => self.check(context, resource, entity_type, answer),
            (At::Writing, Some(response)) => self.wrote(context, resource, entity_type, response),
            (At::Reading, answer) => self.read(context, resource, answer),
            (At::Writing, None) => Err(Error::bug("a change was driven out of turn")),
        }
    }

    fn start(&mut self, context: &Context, resource: &'static Resource) -> Result<Step, Error> {
        if resource.can.update == table::Update::No {
            let what = format!("changing {}: the API offers it not", resource.many.to_lowercase());
            return Err(Error::Unsupported { what });
        }
        self.at = At::Checking;
        self.ask(context, resource)
    }

    /// Reads what stands there now.
    fn ask(&mut self, context: &Context, resource: &'static Resource) -> Result<Step, Error> {
        if resource.can.get && !single::lacks_lines(resource) {
            return Ok(send(single::read(resource, &self.base.id)));
        }
        let mut look = Get::new(self.base.entity.clone(), self.base.id.clone());
        let step = look.next(context, None);
        self.look = Some(Box::new(look));
        step
    }

    /// The record, and the object that it came as; or what is to be asked yet.
    fn stands(
        &mut self,
        context: &Context,
        resource: &'static Resource,
        answer: Option<&Response>,
    ) -> Result<Stands, Error> {
        if let Some(look) = &mut self.look {
            let step = look.next(context, answer)?;
            return Ok(if let Step::Done(Ok(Outcome::Record(record))) = step {
                Stands::So(record, Map::new())
            } else {
                Stands::Asking(step)
            });
        }
        let response = answer.ok_or_else(|| Error::bug("a change was driven out of turn"))?;
        let record = single::whole(context, resource, &self.base.id, response)?;
        let body: Json = serde_json::from_slice(&response.body).unwrap_or(Json::Null);
        let map = envelope::single(&body, resource, resource.path())?.clone();
        Ok(Stands::So(Box::new(record), map))
    }

    fn check(
        &mut self,
        context: &Context,
        resource: &'static Resource,
        entity_type: &EntityType,
        answer: Option<&Response>,
    ) -> Result<Step, Error> {
        let (theirs, raw) = match self.stands(context, resource, answer)? {
            Stands::So(record, raw) => (*record, raw),
            Stands::Asking(step) => return Ok(step),
        };
        self.take_links(&theirs);
        if !self.resolved {
            refuse_conflicts(&self.edits, &self.base, &theirs)?;
        }
        // Someone saved the very same, or nothing is left: then nothing is written.
        self.edits.retain(|name, mine| {
            let stands = theirs.value(name);
            !stands.is_some_and(|stands| same(mine, stands))
        });
        if self.edits.is_empty() {
            return Ok(self.end(theirs, IndexMap::new()));
        }
        self.rest = self.requests(resource, entity_type, &theirs, &raw)?;
        self.theirs = Some(theirs);
        self.at = At::Writing;
        self.go_on(context, resource)
    }

    fn take_links(&mut self, theirs: &Record) {
        let Some((change, is_added)) = &self.links else { return };
        let mut assets = match theirs.value("asset_ids") {
            Some(Value::References(assets)) => assets.clone(),
            _ => Vec::new(),
        };
        let is_named = |it: &Reference| change.others.iter().any(|id| id.as_str() == it.id);
        assets.retain(|asset| !is_named(asset));
        if *is_added {
            let reference = |id: &str| Reference { entity: None, id: id.to_owned(), name: None };
            assets.extend(change.others.iter().map(|id| reference(id.as_str())));
        }
        self.edits.insert("asset_ids".to_owned(), Value::References(assets));
    }

    /// The record first, then its lines.
    fn requests(
        &self,
        resource: &'static Resource,
        entity_type: &EntityType,
        theirs: &Record,
        raw: &Map<String, Json>,
    ) -> Result<VecDeque<Exchange>, Error> {
        let encode::Body { attributes, properties, .. } =
            encode::body(resource, entity_type, &self.edits, For::Update)?;
        let mut requests = VecDeque::new();
        if !attributes.is_empty() || !properties.is_empty() {
            let mut body = completed(resource, entity_type, theirs, attributes)?;
            if !properties.is_empty() {
                body.insert("properties".to_owned(), merged(raw, properties));
            }
            requests.push_back(self.put(resource, body));
        }
        for (name, mine) in &self.edits {
            let field = entity_type.field(name).filter(|it| it.kind == FieldKind::Lines);
            if let Some(field) = field {
                let stands = theirs.value(name).unwrap_or(&Value::Empty);
                requests.extend(lines::requests(resource, field, &self.base.id, stands, mine)?);
            }
        }
        requests.extend(files::requests(resource, &self.base.id, &self.edits)?);
        Ok(requests)
    }

    fn put(&self, resource: &Resource, body: Map<String, Json>) -> Exchange {
        let path = single::path(resource, &self.base.id);
        match resource.can.update {
            table::Update::Patch => {
                let mut exchange = Exchange::new(Method::Patch, path);
                // The one specification wants it here, the other one in the body (§8).
                if let Some(billable) = body.get("billable").filter(|_| resource.name == "Timer") {
                    exchange = exchange.query("billable", billable.to_string());
                }
                exchange.json(Json::Object(body))
            }
            table::Update::No | table::Update::Part(_) | table::Update::Whole => {
                Exchange::new(Method::Put, path).json(Json::Object(body))
            }
        }
    }

    fn go_on(&mut self, context: &Context, resource: &'static Resource) -> Result<Step, Error> {
        if let Some(next) = self.rest.pop_front() {
            return Ok(send(next));
        }
        self.at = At::Reading;
        self.ask(context, resource)
    }

    /// The first refusal is the answer; a later one leaves what was done, and is told with it.
    fn wrote(
        &mut self,
        context: &Context,
        resource: &'static Resource,
        entity_type: &EntityType,
        response: &Response,
    ) -> Result<Step, Error> {
        if (200..300).contains(&response.status) {
            self.landed += 1;
            return self.go_on(context, resource);
        }
        let path = single::path(resource, &self.base.id).join("/");
        let entity_type = Some(entity_type);
        let about = About { resource: &path, needs: resource.needs.update, entity_type };
        let error = errors::error(response, about);
        if self.landed == 0 {
            return Err(error);
        }
        self.refused.push(error);
        self.rest.clear();
        self.go_on(context, resource)
    }

    fn read(
        &mut self,
        context: &Context,
        resource: &'static Resource,
        answer: Option<&Response>,
    ) -> Result<Step, Error> {
        match self.stands(context, resource, answer) {
            Ok(Stands::So(record, _)) => {
                let not_stored = not_stored(&self.edits, &record);
                if !self.refused.is_empty() && !not_stored.is_empty() {
                    let errors = std::mem::take(&mut self.refused);
                    return Err(Error::Partly { done: self.landed, errors });
                }
                Ok(self.end(*record, not_stored))
            }
            Ok(Stands::Asking(step)) => Ok(step),
            // The read failed, the write did not.
            Err(_) => {
                let mut record = self.theirs.take().unwrap_or_else(|| self.base.clone());
                record.fields.extend(self.edits.clone());
                record.is_complete = false;
                Ok(self.end(record, IndexMap::new()))
            }
        }
    }

    fn end(&self, record: Record, not_stored: IndexMap<String, Value>) -> Step {
        if self.links.is_some() {
            return done(Outcome::Done);
        }
        done(Outcome::Written(Box::new(Written { record, not_stored })))
    }
}

/// With what every change wants, or with all that can be written where a change overwrites all.
fn completed(
    resource: &'static Resource,
    entity_type: &EntityType,
    theirs: &Record,
    mut body: Map<String, Json>,
) -> Result<Map<String, Json>, Error> {
    let wanted: Vec<&str> = match resource.can.update {
        table::Update::No | table::Update::Patch => Vec::new(),
        table::Update::Part(wanted) => wanted.to_vec(),
        table::Update::Whole => resource.fields.iter().map(|row| row.name).collect(),
    };
    for name in wanted {
        let (Some(row), Some(field)) = (resource.row(name), entity_type.field(name)) else {
            continue;
        };
        let is_written = matches!(row.written, table::Written::Both | table::Written::Update);
        let Some(value) = theirs.value(name).filter(|value| !value.is_empty()) else { continue };
        if !is_written || is_apart(resource, name) {
            continue;
        }
        for (key, json) in encode::attributes(field, row, value)? {
            body.entry(key).or_insert(json);
        }
    }
    Ok(body)
}

/// §7: whether a change merges or replaces them is not known, so the whole merged object is sent.
fn merged(raw: &Map<String, Json>, mine: Map<String, Json>) -> Json {
    let mut all = raw.get("properties").and_then(Json::as_object).cloned().unwrap_or_default();
    all.extend(mine);
    json!(all)
}

/// What both sides changed, differently.
fn refuse_conflicts(edits: &Edits, base: &Record, theirs: &Record) -> Result<(), Error> {
    let both = |(name, mine): &(&String, &Value)| {
        let stands = theirs.value(name).unwrap_or(&Value::Empty);
        let base = base.value(name).unwrap_or(&Value::Empty);
        !same(stands, base) && !same(mine, stands) && !matches!(mine, Value::Upload(_))
    };
    let fields: Vec<_> = edits.iter().filter(both).map(|(name, _)| name.clone()).collect();
    if fields.is_empty() {
        return Ok(());
    }
    Err(Error::Conflict(Box::new(Conflict { theirs: theirs.clone(), fields })))
}

/// Whether what stands there is what was sent: an emptied switch is off, moments have no
/// fractions, phones come back without their marks (§6).
fn same(mine: &Value, stands: &Value) -> bool {
    match (mine, stands) {
        (Value::Empty, Value::Bool(false)) => true,
        // What is sent is one more, whatever hangs there.
        (Value::Upload(_), _) => false,
        (Value::DateTime(a), Value::DateTime(b)) => a.as_second() == b.as_second(),
        (Value::Money(a), Value::Money(b)) => a.amount == b.amount,
        (Value::Money(money), Value::Integer(_) | Value::Number(_)) => {
            Value::Number(money.amount).means_the_same(stands)
        }
        (mine, stands) => mine.means_the_same(stands),
    }
}

/// What was sent and stands there differently. A field that was not read tells nothing.
pub fn not_stored(edits: &Edits, stored: &Record) -> IndexMap<String, Value> {
    let differs = |(name, sent): (&String, &Value)| {
        let stands = stored.value(name)?;
        (!same(sent, stands) && !is_same_number(sent, stands) && !hangs_there(sent, stands))
            .then(|| (name.clone(), stands.clone()))
    };
    edits.iter().filter_map(differs).collect()
}

/// What was sent and is not among what was read: after a refusal it was not written.
pub fn unwritten(edits: &Edits, stored: &Record) -> IndexMap<String, Value> {
    let missing = edits.iter().filter(|(name, sent)| {
        !sent.is_empty() && stored.value(name).is_none_or(|stands| !same(sent, stands))
    });
    missing
        .map(|(name, _)| (name.clone(), stored.value(name).cloned().unwrap_or_default()))
        .collect()
}

/// A file that was sent is among the names of those that hang there.
fn hangs_there(sent: &Value, stands: &Value) -> bool {
    match (sent, stands) {
        (Value::Upload(upload), Value::Text(names)) => {
            names.split(", ").any(|name| name == files::base_name(&upload.path))
        }
        _ => false,
    }
}

/// A phone number is its digits.
fn is_same_number(sent: &Value, stands: &Value) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    match (sent, stands) {
        (Value::Text(a), Value::Text(b)) => {
            let digits_of_it = digits(a);
            let is_phone = a.chars().all(|c| c.is_ascii_digit() || " +-()./x".contains(c));
            is_phone && digits_of_it.len() >= 3 && digits_of_it == digits(b)
        }
        _ => false,
    }
}
