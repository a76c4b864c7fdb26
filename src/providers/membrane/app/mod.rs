//! An app that is reached by its actions: they list, read and change its records, and whatever
//! else they do is a deed. §3.
use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use self::{
    fields::value,
    schema::Notes,
    ways::{Paging, Way},
};
use super::{
    element, errors, fits,
    list::items,
    platform,
    run::{Run, Selector, Turn},
    send::Send,
    verbs,
    walk::Walk,
};
use crate::{
    domain::{
        action::{self, Action, Outcome, Ran},
        change::{Conflict, Edits, Written},
        error::Error,
        query::{Compare, Filter, Query, Test},
        record::{Record, RecordId},
        schema::{EntityName, EntityType, FieldKind, Me, Schema},
        value::Value,
    },
    net::exchange::{Exchange, Response},
    providers::{
        Context, Step,
        cursors::Cursors,
        json::{at, text, unreadable},
    },
};

mod fields;
mod schema;
#[cfg(test)]
#[allow(clippy::wildcard_enum_match_arm, reason = "a test stops where it is surprised")]
mod tests;
mod ways;

/// An app of a conversation: the connection that leads to it, and what is known of it.
#[derive(Clone, Debug)]
pub struct App {
    /// The connection's id or key at Membrane.
    pub connection: String,
    /// The context of the conversation.
    pub context: Context,
}

impl App {
    fn schema(&self) -> Result<&Arc<Schema>, Error> {
        let schema = self.context.schema.as_ref();
        schema.ok_or_else(|| Error::bug("an action came before the schema"))
    }

    fn entity_type(&self, entity: &EntityName) -> Result<&EntityType, Error> {
        let found = self.schema()?.entity_type(entity);
        found.ok_or_else(|| Error::NotFound { what: format!("entity type {entity}") })
    }

    fn notes(&self) -> Result<Notes, Error> {
        Notes::of(self.schema()?)
    }

    fn run(&self, way: &Way, input: Json, is_safe: bool) -> Run {
        let selector = way.key.clone().map_or_else(|| Selector::Id(way.id.clone()), Selector::Key);
        let connection = Some(self.connection.clone());
        Run::new(selector, connection, input, is_safe, self.context.now)
    }
}

/// What each action does with the answers.
#[derive(Debug)]
pub enum Flow {
    /// Who it is, and what there is.
    Types(Types),
    /// One entity type.
    Described(App, EntityName),
    /// Records.
    List(Box<List>),
    /// One record.
    Get(Get),
    /// A new or changed one.
    Write(Box<Write>),
    /// One less.
    Delete(Delete),
    /// An action as it is.
    Deed(Deed),
    /// A request through the proxy.
    Send(Send),
}

impl Flow {
    /// Of that action.
    ///
    /// Errors: [`Error::Unsupported`] for what no app does by its actions.
    pub fn new(app: App, action: Action, cursors: &Cursors) -> Result<Self, Error> {
        Ok(match action {
            Action::Whoami => Self::Types(Types::new(app, true)),
            Action::Types => Self::Types(Types::new(app, false)),
            Action::Describe(entity) => Self::Described(app, entity),
            Action::List(query) => Self::List(Box::new(List::new(app, query, cursors.clone())?)),
            Action::Get { entity, id } => Self::Get(Get::new(app, entity, &id)?),
            Action::Create { entity, edits, .. } => {
                Self::Write(Box::new(Write::create(app, entity, edits)?))
            }
            Action::Update { base, edits, resolved } => {
                Self::Write(Box::new(Write::update(app, *base, edits, resolved)?))
            }
            Action::Delete { entity, id } => Self::Delete(Delete::new(&app, &entity, &id)?),
            Action::Run(run) => Self::Deed(Deed::new(&app, &run)?),
            Action::Send(request) => Self::Send(Send::through(&app.connection, request)),
            Action::Related { .. } => return Err(unsupported("related records")),
            Action::Link(_) | Action::Unlink(_) => return Err(unsupported("linking")),
            Action::Activity { .. } => return Err(unsupported("activity")),
            Action::Search { .. } => return Err(unsupported("a search over everything")),
            Action::Comment { .. } => return Err(unsupported("commenting")),
            Action::Download { .. } => return Err(unsupported("reading files")),
        })
    }

    /// What comes next.
    pub fn next(&mut self, answer: Option<&Response>) -> Result<Step, Error> {
        match self {
            Self::Types(flow) => flow.next(answer),
            Self::Described(app, entity) => described(app, entity),
            Self::List(flow) => flow.next(answer),
            Self::Get(flow) => flow.next(answer),
            Self::Write(flow) => flow.next(answer),
            Self::Delete(flow) => flow.next(answer),
            Self::Deed(flow) => flow.next(answer),
            Self::Send(flow) => flow.next(answer),
        }
    }
}

/// Who is signed in, and whether the connection may be used.
#[derive(Debug)]
pub struct Types {
    app: App,
    /// Only who it is.
    pub is_short: bool,
    connection: Option<Json>,
    me: Option<Me>,
    actions: Vec<Json>,
    walk: Walk,
    left: u32,
}

/// At most so many actions of one app are known.
const ACTIONS: u64 = 5000;

/// As many as come at once. §3.
const AT_ONCE: u64 = 1000;

/// How often a connection that is being built is asked for: five minutes.
const BUILDING: u32 = 10;

impl Types {
    /// Of that app.
    pub fn new(app: App, is_short: bool) -> Self {
        let walk = Walk::new("actions".to_owned(), 0, ACTIONS, Cursors::default());
        let (connection, me, actions) = (None, None, Vec::new());
        Self { app, is_short, connection, me, actions, walk, left: BUILDING }
    }

    /// What comes next.
    pub fn next(&mut self, answer: Option<&Response>) -> Result<Step, Error> {
        let Some(response) = answer else { return Ok(sent(Exchange::get(["self"]))) };
        if self.me.is_none() {
            let me = platform::me(&errors::body(response, "self")?)?;
            self.me = Some(me);
            return Ok(sent(verbs::awaited(&self.app.connection)));
        }
        if self.connection.is_none() {
            return self.found(response);
        }
        let (some, cursor) = items(&errors::body(response, "actions")?)?;
        self.walk.take(some, cursor);
        if !self.walk.is_there()? {
            return Ok(self.ask());
        }
        self.actions.extend_from_slice(self.walk.items());
        let connection = self.connection.as_ref().unwrap_or(&Json::Null);
        let schema = schema::schema(connection, &self.actions, self.me.clone())?;
        Ok(Step::Done(Ok(Outcome::Schema(Arc::new(schema)))))
    }

    fn found(&mut self, response: &Response) -> Result<Step, Error> {
        let found = errors::body(response, "connections")?;
        let is_built = !matches!(element::state(&found).as_str(), "BUILDING" | "SETUP_IN_PROGRESS");
        self.left = self.left.saturating_sub(1);
        if !is_built && self.left > 0 {
            return Ok(sent(verbs::awaited(&self.app.connection)));
        }
        if !element::is_usable(&found) {
            return Err(mend(&self.app.connection, &found));
        }
        if self.is_short {
            let me = self.me.clone().unwrap_or_default();
            return Ok(Step::Done(Ok(Outcome::Me(me))));
        }
        self.connection = Some(found);
        Ok(self.ask())
    }

    fn ask(&self) -> Step {
        let connection = self.connection.as_ref().and_then(|found| text(found, "id"));
        let exchange = Exchange::get(["actions"])
            .query("connectionId", connection.unwrap_or(&self.app.connection))
            .query("limit", AT_ONCE.to_string());
        sent(match self.walk.cursor() {
            Some(cursor) => exchange.query("cursor", cursor),
            None => exchange,
        })
    }
}

/// A connection that cannot be used says what it needs.
fn mend(id: &str, found: &Json) -> Error {
    let needs = element::needs(found);
    let state = element::state(found).replace('_', " ").to_lowercase();
    let reason = if needs.is_empty() { state } else { needs };
    Error::Mend { id: id.to_owned(), reason, url: element::page(found).map(str::to_owned) }
}

fn sent(exchange: Exchange) -> Step {
    Step::Send(Box::new(exchange))
}

/// One page of a list.
#[derive(Debug)]
pub struct List {
    app: App,
    way: Way,
    query: Query,
    walk: Walk,
    /// What goes with every page.
    input: Map<String, Json>,
    rest: Vec<Filter>,
    run: Option<Run>,
    asked: u64,
}

impl List {
    /// Of that query.
    ///
    /// Errors: [`Error::Unsupported`] for an order.
    pub fn new(app: App, query: Query, cursors: Cursors) -> Result<Self, Error> {
        let notes = app.notes()?;
        let way = notes.ways(&query.entity)?.list.clone();
        let way = way.ok_or_else(|| unsupported("listing them"))?;
        if query.order.is_some() {
            return Err(unsupported("ordering by a field: this app's action does not"));
        }
        let (mut input, mut rest) = (Map::new(), Vec::new());
        if let Some(filter) = &query.filter {
            said(filter, &way, &mut input, &mut rest);
        }
        for filter in &rest {
            fits::check(filter)?;
        }
        let name = format!("{} {}", way.id, Json::Object(input.clone()));
        let walk = Walk::new(name, query.offset, u64::from(query.limit.max(1)), cursors);
        Ok(Self { app, way, query, walk, input, rest, run: None, asked: 0 })
    }

    /// What comes next.
    pub fn next(&mut self, answer: Option<&Response>) -> Result<Step, Error> {
        let input = self.next_input();
        let (app, way) = (&self.app, &self.way);
        let run = self.run.get_or_insert_with(|| app.run(way, input, true));
        match run.next(answer)? {
            Turn::Send(exchange) => Ok(Step::Send(exchange)),
            Turn::Wait(pause) => Ok(Step::Wait(pause)),
            Turn::Done(ran) => {
                self.run = None;
                self.take(&ran.output)
            }
        }
    }

    fn next_input(&mut self) -> Json {
        let mut input = self.input.clone();
        if let Some((name, most)) = &self.way.size {
            self.asked = self.walk.size(*most);
            input.insert(name.clone(), json!(self.asked));
        }
        let at = self.walk.at();
        match &self.way.paging {
            Paging::None => {}
            Paging::Cursor(name) => {
                let cursor = self.walk.cursor();
                input.extend(cursor.map(|cursor| (name.clone(), json!(cursor))));
            }
            Paging::Offset(name) => {
                input.insert(name.clone(), json!(at));
            }
            Paging::Page(name) => {
                // Pages are of one size, so it is the most that the action gives.
                let size = self.way.size.as_ref().map_or(1, |(_, most)| *most);
                self.asked = size;
                if let Some((size_name, _)) = &self.way.size {
                    input.insert(size_name.clone(), json!(size));
                }
                input.insert(name.clone(), json!(at / size.max(1) + 1));
            }
        }
        Json::Object(input)
    }

    fn take(&mut self, output: &Json) -> Result<Step, Error> {
        let rows = rows(output)?;
        let count = rows.len() as u64;
        let cursor = match &self.way.paging {
            Paging::None => None,
            Paging::Cursor(_) => next_cursor(output),
            Paging::Offset(_) | Paging::Page(_) => {
                let is_full = count > 0 && (self.asked == 0 || count >= self.asked);
                is_full.then(|| (self.walk.at() + count).to_string())
            }
        };
        self.walk.take(rows.clone(), cursor);
        if !self.walk.is_there()? {
            return self.next(None);
        }
        let entity_type = self.app.entity_type(&self.query.entity)?;
        let read = |row: &Json, path: &str| {
            let record = record(row, path, entity_type, false)?;
            let is_meant = self.rest.iter().all(|filter| fits::fits(&record, filter));
            Ok(is_meant.then_some(record))
        };
        let mut page = self.walk.page(read)?;
        page.is_filtered_here = !self.rest.is_empty();
        Ok(Step::Done(Ok(Outcome::Page(page))))
    }
}

fn next_cursor(output: &Json) -> Option<String> {
    let names = ["cursor", "nextCursor", "next_cursor", "nextPageToken", "after"];
    let found = names.iter().find_map(|name| output.get(*name)).filter(|found| !found.is_null())?;
    let text = found.as_str().map_or_else(|| found.to_string(), str::to_owned);
    Some(text).filter(|text| !text.is_empty())
}

/// The list within an output: the output itself, or its one member that is a list.
fn rows(output: &Json) -> Result<Vec<Json>, Error> {
    if let Some(rows) = output.as_array() {
        return Ok(rows.clone());
    }
    let known = ["records", "items", "list", "data", "results"];
    let known = known.iter().find_map(|name| output.get(*name)?.as_array());
    let any = || output.as_object()?.values().find_map(Json::as_array);
    let rows = known.or_else(any).ok_or_else(|| unreadable("output", "a list of records"))?;
    Ok(rows.clone())
}

/// What the action can say of a filter goes into its input; the rest is left.
fn said(filter: &Filter, way: &Way, input: &mut Map<String, Json>, rest: &mut Vec<Filter>) {
    match filter {
        Filter::All(parts) => parts.iter().for_each(|part| said(part, way, input, rest)),
        Filter::Words(words) if way.words.is_some() => {
            let name = way.words.clone().unwrap_or_default();
            input.insert(name, json!(words));
        }
        Filter::Test(Test { field, test: Compare::Is(value) }) if way.members.contains(field) => {
            input.insert(field.clone(), fields::json(value));
        }
        Filter::Words(_) | Filter::Any(_) | Filter::Not(_) | Filter::Test(_) => {
            rest.push(filter.clone());
        }
    }
}

fn unsupported(what: &str) -> Error {
    Error::Unsupported { what: what.to_owned() }
}

/// A record of one row. What the app knows may stand in `fields`, beside Membrane's own. §3.
fn record(
    row: &Json,
    path: &str,
    entity_type: &EntityType,
    is_complete: bool,
) -> Result<Record, Error> {
    let id = ["id", "Id", "ID", "_id", "uuid"].iter().find_map(|name| id_of(row.get(*name)?));
    let id = id.or_else(|| id_of(at(row, &["fields", "id"])?));
    let id = id.ok_or_else(|| unreadable(path, "an object with an id"))?;
    let nested = row.get("fields").and_then(Json::as_object);
    let own = row.as_object().into_iter().flatten();
    let own = own.filter(|(name, _)| nested.is_none() || !ENVELOPE.contains(&name.as_str()));
    let mut fields = indexmap::IndexMap::new();
    for (name, json) in own.chain(nested.into_iter().flatten()) {
        let field = entity_type.field(name);
        let mut read = value(field.map_or(FieldKind::Other, |field| field.kind), json);
        if let (Value::Reference(reference), Some(field)) = (&mut read, field) {
            reference.entity = field.targets.first().cloned();
        }
        fields.insert(name.clone(), read);
    }
    let url = text(row, "uri").filter(|uri| uri.starts_with("http")).map(str::to_owned);
    let (entity, id) = (entity_type.name.clone(), RecordId::from(id.as_str()));
    Ok(Record { entity, id, fields, version: None, url, is_complete, cut: Vec::new() })
}

/// The same again in other shapes. §3.
const ENVELOPE: [&str; 4] = ["fields", "unifiedFields", "rawFields", "drilldowns"];

fn id_of(json: &Json) -> Option<String> {
    match json {
        Json::String(id) => Some(id.clone()).filter(|id| !id.is_empty()),
        Json::Number(id) => Some(id.to_string()),
        Json::Null | Json::Bool(_) | Json::Array(_) | Json::Object(_) => None,
    }
}

/// The record within an output, which may be wrapped.
fn wrapped<'a>(output: &'a Json, entity: &EntityName) -> &'a Json {
    let noun = entity.as_str().to_lowercase();
    let own = output.as_object().into_iter().flatten();
    let own = own.filter(|(name, json)| name.to_lowercase() == noun && json.is_object());
    let known = ["record", "data", "item"].iter().filter_map(|name| output.get(*name));
    let known = known.filter(|json| json.is_object());
    own.map(|(_, json)| json).chain(known).next().unwrap_or(output)
}

/// One record, whole.
#[derive(Debug)]
pub struct Get {
    app: App,
    entity: EntityName,
    run: Run,
}

impl Get {
    /// Of that id.
    ///
    /// Errors: [`Error::Unsupported`] where the app has no action for it.
    pub fn new(app: App, entity: EntityName, id: &RecordId) -> Result<Self, Error> {
        let notes = app.notes()?;
        let way = notes.ways(&entity)?.get.as_ref();
        let way = way.ok_or_else(|| unsupported("reading one: the app has no action for it"))?;
        let run = app.run(way, targeted(way, id), true);
        Ok(Self { app, entity, run })
    }

    /// What comes next.
    pub fn next(&mut self, answer: Option<&Response>) -> Result<Step, Error> {
        Ok(match self.run.next(answer)? {
            Turn::Send(exchange) => Step::Send(exchange),
            Turn::Wait(pause) => Step::Wait(pause),
            Turn::Done(ran) => Step::Done(Ok(Outcome::Record(Box::new(self.read(&ran)?)))),
        })
    }

    fn read(&self, ran: &Ran) -> Result<Record, Error> {
        if ran.output.is_null() {
            return Err(Error::NotFound { what: self.entity.to_string() });
        }
        let entity_type = self.app.entity_type(&self.entity)?;
        record(wrapped(&ran.output, &self.entity), "output", entity_type, true)
    }
}

fn targeted(way: &Way, id: &RecordId) -> Json {
    let name = way.target.clone().unwrap_or_else(|| "id".to_owned());
    json!({ name: id.as_str() })
}

/// A new record, or changed fields of one, read back where the app can.
#[derive(Debug)]
pub struct Write {
    app: App,
    entity: EntityName,
    /// As it was read before; `None` = a new one.
    base: Option<Record>,
    edits: Edits,
    way: Way,
    /// The record is read before it is written: someone else may have saved it.
    before: Option<Get>,
    run: Option<Run>,
    after: Option<Get>,
    ran: Ran,
}

impl Write {
    /// A new one.
    pub fn create(app: App, entity: EntityName, edits: Edits) -> Result<Self, Error> {
        let way = app.notes()?.ways(&entity)?.create.clone();
        let way = way.ok_or_else(|| unsupported("making one: the app has no action for it"))?;
        Ok(Self::new(app, entity, None, edits, way, None))
    }

    /// Changed fields of one.
    pub fn update(app: App, base: Record, edits: Edits, is_resolved: bool) -> Result<Self, Error> {
        let entity = base.entity.clone();
        let way = app.notes()?.ways(&entity)?.update.clone();
        let way = way.ok_or_else(|| unsupported("changing one: the app has no action for it"))?;
        let before = Get::new(app.clone(), entity.clone(), &base.id).ok();
        let before = before.filter(|_| !is_resolved);
        Ok(Self::new(app, entity, Some(base), edits, way, before))
    }

    fn new(
        app: App,
        entity: EntityName,
        base: Option<Record>,
        edits: Edits,
        way: Way,
        before: Option<Get>,
    ) -> Self {
        let (run, after, ran) = (None, None, Ran::default());
        Self { app, entity, base, edits, way, before, run, after, ran }
    }

    /// What comes next.
    pub fn next(&mut self, answer: Option<&Response>) -> Result<Step, Error> {
        if let Some(before) = &mut self.before {
            let step = before.next(answer)?;
            let Step::Done(Ok(Outcome::Record(theirs))) = step else { return Ok(step) };
            self.before = None;
            self.compare(&theirs)?;
            return self.next(None);
        }
        if let Some(after) = &mut self.after {
            return match after.next(answer) {
                Ok(Step::Done(Ok(Outcome::Record(now)))) => Ok(self.written(*now)),
                Ok(Step::Done(_)) | Err(_) => self.unread(),
                Ok(step) => Ok(step),
            };
        }
        let input = self.input();
        let (app, way) = (&self.app, &self.way);
        let run = self.run.get_or_insert_with(|| app.run(way, input, false));
        match run.next(answer)? {
            Turn::Send(exchange) => Ok(Step::Send(exchange)),
            Turn::Wait(pause) => Ok(Step::Wait(pause)),
            Turn::Done(ran) => self.landed(ran),
        }
    }

    fn input(&self) -> Json {
        let edits = self.edits.iter().map(|(name, value)| (name.clone(), fields::json(value)));
        let edits: Map<String, Json> = edits.collect();
        let mut input =
            if self.way.is_nested { json!({ "fields": edits }) } else { Json::Object(edits) };
        if let (Some(base), Some(name)) = (&self.base, &self.way.target) {
            input[name.as_str()] = json!(base.id.as_str());
        }
        input
    }

    /// A field that both sides changed, differently, is not overwritten.
    fn compare(&self, theirs: &Record) -> Result<(), Error> {
        let Some(base) = &self.base else { return Ok(()) };
        let value = |record: &Record, name: &str| record.value(name).cloned().unwrap_or_default();
        let both = |(name, mine): &(&String, &Value)| {
            let now = value(theirs, name);
            !now.means_the_same(&value(base, name)) && !now.means_the_same(mine)
        };
        let fields: Vec<String> =
            self.edits.iter().filter(both).map(|(name, _)| name.clone()).collect();
        if fields.is_empty() {
            return Ok(());
        }
        Err(Error::Conflict(Box::new(Conflict { theirs: theirs.clone(), fields })))
    }

    fn landed(&mut self, ran: Ran) -> Result<Step, Error> {
        self.ran = ran;
        let id = match &self.base {
            Some(base) => Some(base.id.clone()),
            None => self.made().map(|record| record.id),
        };
        let Some(id) = id else { return self.unread() };
        match Get::new(self.app.clone(), self.entity.clone(), &id) {
            Ok(mut after) => {
                let step = after.next(None)?;
                self.after = Some(after);
                Ok(step)
            }
            Err(_) => self.unread(),
        }
    }

    /// The record as the write answered.
    fn made(&self) -> Option<Record> {
        let entity_type = self.app.entity_type(&self.entity).ok()?;
        record(wrapped(&self.ran.output, &self.entity), "output", entity_type, false).ok()
    }

    fn written(&self, record: Record) -> Step {
        let stored = |(name, mine): &(&String, &Value)| {
            record.value(name).is_some_and(|now| !now.means_the_same(mine))
        };
        let not_stored = self.edits.iter().filter(stored);
        let not_stored = not_stored
            .map(|(name, _)| (name.clone(), record.value(name).cloned().unwrap_or_default()));
        let not_stored = not_stored.collect();
        Step::Done(Ok(Outcome::Written(Box::new(Written { record, not_stored }))))
    }

    /// It landed, and cannot be read back: what is known of it is what was sent.
    fn unread(&self) -> Result<Step, Error> {
        let known = self.base.clone().or_else(|| self.made());
        let Some(mut record) = known else { return Err(Error::Unknown) };
        record.fields.extend(self.edits.clone());
        Ok(self.written(record))
    }
}

/// Away with a record.
#[derive(Debug)]
pub struct Delete(Run);

impl Delete {
    /// Of that id.
    pub fn new(app: &App, entity: &EntityName, id: &RecordId) -> Result<Self, Error> {
        let notes = app.notes()?;
        let way = notes.ways(entity)?.delete.as_ref();
        let way = way.ok_or_else(|| unsupported("deleting one: the app has no action for it"))?;
        Ok(Self(app.run(way, targeted(way, id), false)))
    }

    /// What comes next.
    pub fn next(&mut self, answer: Option<&Response>) -> Result<Step, Error> {
        Ok(match self.0.next(answer)? {
            Turn::Send(exchange) => Step::Send(exchange),
            Turn::Wait(pause) => Step::Wait(pause),
            Turn::Done(_) => Step::Done(Ok(Outcome::Done)),
        })
    }
}

/// An action of the app as it is, with its own input and output.
#[derive(Debug)]
pub struct Deed(Run);

impl Deed {
    /// Of that run.
    pub fn new(app: &App, run: &action::Run) -> Result<Self, Error> {
        let known = app.notes()?.actions.get(&run.key).cloned();
        // One that is newer than the schema is taken by its word.
        let selector = known.map_or_else(|| Selector::Key(run.key.clone()), Selector::Id);
        let connection = Some(app.connection.clone());
        let now = app.context.now;
        Ok(Self(Run::new(selector, connection, run.input.clone(), !run.is_write, now)))
    }

    /// What comes next.
    pub fn next(&mut self, answer: Option<&Response>) -> Result<Step, Error> {
        Ok(match self.0.next(answer)? {
            Turn::Send(exchange) => Step::Send(exchange),
            Turn::Wait(pause) => Step::Wait(pause),
            Turn::Done(ran) => Step::Done(Ok(Outcome::Ran(ran))),
        })
    }
}

/// The app's own schema needs no layouts: fields stand in the order of its schemas.
pub fn described(app: &App, entity: &EntityName) -> Result<Step, Error> {
    use crate::domain::schema::{Cell, Layout, Section};
    let entity_type = app.entity_type(entity)?.clone();
    let names: Vec<String> = entity_type.fields.keys().cloned().collect();
    let is_plain = |name: &&String| {
        let kind = entity_type.field(name).map_or(FieldKind::Other, |field| field.kind);
        *name != "id" && !matches!(kind, FieldKind::Other | FieldKind::LongText | FieldKind::Html)
    };
    let title = std::iter::once(&entity_type.title).filter(|title| names.contains(title));
    let rest = names.iter().filter(is_plain).filter(|name| **name != entity_type.title);
    let columns = title.chain(rest).take(6).cloned().collect();
    let rows = names.iter().map(|field| vec![Cell { field: field.clone(), is_wide: true }]);
    let sections = vec![Section { label: String::new(), rows: rows.collect() }];
    let layout = Some(Layout { columns, sections, panels: Vec::new() });
    Ok(Step::Done(Ok(Outcome::Type(Box::new(EntityType { layout, ..entity_type })))))
}
