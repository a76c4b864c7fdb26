//! The cache, then the network: reads are shown at once where something was kept, and asked
//! anew; writes go to the network, and the cache follows.
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use super::{
    catalogue::Plan,
    kept,
    site::Site,
    typed::{self, Meaning},
};
use crate::domain::{
    action::{Action, Answer, Failure, Outcome, Run, Source},
    error::Error,
    rate::Urgency,
    schema::{EntityName, Schema},
};

/// Runs an action of a connection. See [`super::Layer::run`].
pub(super) async fn run(
    site: &Site,
    action: Action,
    offline: bool,
    urgency: Urgency,
    partial: &(impl Fn(Answer) + Send + Sync),
) -> Result<Answer, Failure> {
    // Its own future, on the heap: few actions are one, and all would be as large.
    if let Action::Run(run) = action {
        return Box::pin(by_key(site, run, offline, urgency, partial)).await;
    }
    plain(site, action, offline, urgency, partial).await
}

/// Whatever a key means: the product's own deed, or a typed action.
async fn by_key(
    site: &Site,
    run: Run,
    offline: bool,
    urgency: Urgency,
    partial: &(impl Fn(Answer) + Send + Sync),
) -> Result<Answer, Failure> {
    if run.is_write && site.connection().read_only {
        return Err(Error::ReadOnly.into());
    }
    if run.target.is_some() || (run.is_write && offline) {
        return plain(site, Action::Run(run), offline, urgency, partial).await;
    }
    let schema = site.schema(offline).await?;
    let action = match typed::meaning(&run, &schema)? {
        None => return plain(site, Action::Run(run), offline, urgency, partial).await,
        Some(Meaning::Plain(action)) => {
            return plain(site, action, offline, urgency, partial).await;
        }
        Some(Meaning::Typed(Plan::Direct(action))) => action,
        Some(Meaning::Typed(Plan::ReadThenUpdate { entity, id, edits })) => {
            typed::update(site, (entity, id), edits, Arc::clone(&schema)).await?
        }
    };
    let answer = plain(site, action, offline, urgency, &|_| {}).await?;
    Ok(Answer { outcome: typed::ran(answer.outcome, &schema), ..answer })
}

/// An action that is what it says.
async fn plain(
    site: &Site,
    action: Action,
    offline: bool,
    urgency: Urgency,
    partial: &(impl Fn(Answer) + Send + Sync),
) -> Result<Answer, Failure> {
    if action.is_write() {
        if site.connection().read_only {
            return Err(Error::ReadOnly.into());
        }
        if offline {
            return Err(working_offline().into());
        }
        let action = super::files::load(action).await?;
        return asked(site, &action, urgency, partial).await;
    }
    let known = kept::read(site, &action).await;
    if offline {
        let known = match known {
            Some(known) => Some(known),
            None => kept::gathered(site, &action).await,
        };
        return known.ok_or_else(|| Error::NotKept.into());
    }
    if let Some(known) = &known {
        partial(known.clone());
    }
    match (asked(site, &action, urgency, partial).await, known) {
        (Err(failure), Some(known)) if failure.error.is_away() => Ok(known),
        (result, _) => result,
    }
}

/// What a write is told while only the cache is asked.
pub(super) fn working_offline() -> Error {
    Error::Offline { reason: "working offline".to_owned() }
}

async fn asked(
    site: &Site,
    action: &Action,
    urgency: Urgency,
    partial: &(impl Fn(Answer) + Send + Sync),
) -> Result<Answer, Failure> {
    let begun = site.now();
    let schema = schema_for(site, action).await?;
    let context = site.context(schema.clone());
    let learned = Mutex::new(Vec::new());
    let more = |outcome| {
        if let Outcome::Type(entity_type) = &outcome {
            // What a conversation learns of the structure on its way.
            lock(&learned).push(entity_type.clone());
        }
        partial(answer(site, outcome, begun));
    };
    let result = site.session.run_as(urgency, action.clone(), context, more).await;
    let learned = std::mem::take(&mut *lock(&learned));
    for entity_type in &learned {
        site.keep_type(entity_type).await;
    }
    match result {
        Ok(outcome) => {
            let answer = answer(site, outcome, begun);
            Ok(kept::keep(site, action, schema.as_deref(), answer).await)
        }
        Err(failure) => {
            kept::forget_gone(site, action, &failure.error).await;
            Err(failure)
        }
    }
}

/// The schema where the action needs one, with the layout where that says which columns to read.
async fn schema_for(site: &Site, action: &Action) -> Result<Option<Arc<Schema>>, Failure> {
    match action {
        Action::Whoami | Action::Types | Action::Send(_) => Ok(site.known_schema()),
        Action::List(query) | Action::Related { query, .. } => {
            let schema = site.schema(false).await?;
            let is_enough = !query.columns.is_empty() && !is_bare(&schema, &query.entity);
            if is_enough {
                return Ok(Some(schema));
            }
            Ok(Some(with_layout(site, schema, &query.entity).await))
        }
        Action::Get { entity, .. }
        | Action::Create { entity, .. }
        | Action::Delete { entity, .. }
        | Action::Activity { entity, .. }
        | Action::Comment { entity, .. }
        | Action::Download { entity, .. } => with_fields(site, entity).await.map(Some),
        Action::Update { base, .. } => with_fields(site, &base.entity).await.map(Some),
        Action::Link(change) | Action::Unlink(change) => {
            with_fields(site, &change.entity).await.map(Some)
        }
        Action::Describe(_) | Action::Search { .. } | Action::Run(_) => {
            site.schema(false).await.map(Some)
        }
    }
}

/// Whether nothing but its name is known of a type: some products describe each on its own.
fn is_bare(schema: &Schema, entity: &EntityName) -> bool {
    schema.entity_type(entity).is_some_and(|entity_type| entity_type.fields.is_empty())
}

async fn with_fields(site: &Site, entity: &EntityName) -> Result<Arc<Schema>, Failure> {
    let schema = site.schema(false).await?;
    if is_bare(&schema, entity) {
        return Ok(with_layout(site, schema, entity).await);
    }
    Ok(schema)
}

/// Never held across an await.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn with_layout(site: &Site, schema: Arc<Schema>, entity: &EntityName) -> Arc<Schema> {
    if schema.entity_type(entity).is_none_or(|entity_type| entity_type.layout.is_some()) {
        return schema;
    }
    let context = site.context(Some(Arc::clone(&schema)));
    let described = site.session.run(Action::Describe(entity.clone()), context, |_| {}).await;
    // Without its layout a list shows the columns that the provider thinks of; and what stopped
    // the layout will stop the list too, which says so.
    if let Ok(Outcome::Type(entity_type)) = described {
        site.keep_type(&entity_type).await;
    }
    site.known_schema().unwrap_or(schema)
}

fn answer(site: &Site, outcome: Outcome, begun: Timestamp) -> Answer {
    let seen = site.now();
    let took = seen.duration_since(begun).as_millis();
    let took_ms = u32::try_from(took.max(0)).unwrap_or(u32::MAX);
    Answer { outcome, source: Source::Network, seen, took_ms }
}
