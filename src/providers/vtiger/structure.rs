//! Who is signed in, what there is, and how it is laid out. A3, A5, A9, B.
use std::sync::Arc;

use serde_json::Value as Json;

use super::{World, agenda, call::Flavour, done, errors, limits, offered, types, verbs};
use crate::{
    domain::{
        action::Outcome,
        error::Error,
        schema::{EntityName, EntityType, Link, Me, Preferences, Schema},
    },
    net::exchange::{Exchange, Response},
    providers::{
        Step,
        json::{entries, text},
    },
};

/// A described type is described anew when it is older.
const OLDEST: jiff::SignedDuration = jiff::SignedDuration::from_hours(24);

/// The session's user: by its id, then by name where that may be read.
#[derive(Debug, Default)]
pub struct Whoami {
    id: Option<String>,
}

impl Whoami {
    /// What comes next.
    pub fn next(&mut self, world: &World, answers: &[Response]) -> Result<Step, Error> {
        match (answers, &self.id) {
            ([response], None) => {
                let told = errors::result(response, who_of(world.flavour))?;
                let me = me(&told, None, world)?;
                if world.flavour == Flavour::Cloud {
                    return Ok(done(Outcome::Me(me)));
                }
                let exchange = world.flavour.retrieve(&me.id);
                self.id = Some(me.id);
                Ok(super::send(exchange))
            }
            ([response], Some(id)) => {
                let user = user(response)?;
                let told = serde_json::json!({ "userId": id });
                Ok(done(Outcome::Me(me(&told, user.as_ref(), world)?)))
            }
            _ => Ok(super::send(who(world.flavour))),
        }
    }
}

/// The exchange that says whose session it is. It changes nothing but how long it lasts. A3.
fn who(flavour: Flavour) -> Exchange {
    match flavour {
        Flavour::Open => Exchange { is_safe: true, ..flavour.write("extendsession", &[]) },
        Flavour::Cloud => flavour.read("me", &[]),
    }
}

fn who_of(flavour: Flavour) -> &'static str {
    match flavour {
        Flavour::Open => "extendsession",
        Flavour::Cloud => "me",
    }
}

/// The user's record; `None` where it may not be read, as by all who are no administrators. A11.
fn user(response: &Response) -> Result<Option<Json>, Error> {
    match errors::result(response, "retrieve") {
        Ok(user) => Ok(Some(user)),
        Err(Error::Unauthorized { reason }) => Err(Error::Unauthorized { reason }),
        Err(_) => Ok(None),
    }
}

/// What the sign-in told of the user; nothing where it told nothing. A3.
fn signed_in(world: &World) -> Json {
    let told = world.memory.profile.told();
    told.and_then(|told| serde_json::from_str(&told).ok()).unwrap_or_default()
}

fn me(told: &Json, user: Option<&Json>, world: &World) -> Result<Me, Error> {
    let id = text(told, "userId").or_else(|| text(told, "id"));
    let id =
        id.ok_or_else(|| crate::providers::json::unreadable("result.userId", "a user's id"))?;
    let profile = signed_in(world);
    let user = user.unwrap_or(match world.flavour {
        Flavour::Open => &profile,
        Flavour::Cloud => told,
    });
    let configured = world.context.user.as_deref().unwrap_or_default();
    let login = text(user, "user_name").or_else(|| text(user, "username")).unwrap_or(configured);
    let names = ["first_name", "last_name"].into_iter().filter_map(|key| text(user, key));
    let name = names.collect::<Vec<_>>().join(" ");
    Ok(Me {
        id: id.to_owned(),
        login: login.to_owned(),
        name: if name.is_empty() { login.to_owned() } else { name },
        is_admin: matches!(text(user, "is_admin"), Some("on" | "1")),
    })
}

/// What there is: in two rounds of exchanges, all of one round at once.
#[derive(Debug, Default)]
pub struct Types {
    asked: Option<Listed>,
}

#[derive(Debug)]
struct Listed {
    told: Json,
    currencies: Vec<Json>,
    version: String,
    types: Vec<EntityType>,
    /// Which of them are being described.
    described: Vec<usize>,
}

impl Types {
    /// What comes next.
    pub fn next(&mut self, world: &World, answers: &[Response]) -> Result<Step, Error> {
        match (self.asked.take(), answers) {
            (None, []) => {
                let currencies = "SELECT currency_code,currency_status FROM Currency;";
                let flavour = world.flavour;
                let exchanges =
                    [flavour.read("listtypes", &[]), who(flavour), flavour.query(currencies)];
                Ok(Step::SendAll(exchanges.into()))
            }
            (None, [types, who, currencies]) => self.describe(world, types, who, currencies),
            (Some(listed), answers) => {
                Ok(done(Outcome::Schema(Arc::new(schema(listed, world, answers)?))))
            }
            (None, _) => Err(Error::bug("the structure was driven out of turn")),
        }
    }

    /// Types that were described lately stay; of the others as many as the budget allows. The
    /// rest is described when it is first needed.
    fn describe(
        &mut self,
        world: &World,
        listed: &Response,
        who: &Response,
        currencies: &Response,
    ) -> Result<Step, Error> {
        let types = types::bare(&errors::result(listed, "listtypes")?);
        let told = errors::result(who, who_of(world.flavour))?;
        let known = world.context.schema.as_deref();
        let types: Vec<_> = types.into_iter().map(|bare| lately(known, bare, world)).collect();
        let room = room(listed);
        let missing = types.iter().enumerate().filter(|(_, it)| it.described.is_none());
        let described: Vec<usize> = missing.map(|(place, _)| place).take(room).collect();
        let names = described.iter().filter_map(|place| types.get(*place));
        let mut exchanges: Vec<_> = names.map(|it| describe(world.flavour, &it.name)).collect();
        if world.flavour == Flavour::Open {
            let me = me(&told, None, world)?;
            exchanges.insert(0, world.flavour.retrieve(&me.id));
        }
        let version = text(&told, "vtigerVersion").map(str::to_owned);
        let version = version.or_else(|| listed.header("x-vtiger-version")).unwrap_or_default();
        let currencies = errors::rows(currencies, "query").unwrap_or_default();
        let listed = Listed { told, currencies, version, types, described };
        if exchanges.is_empty() {
            return Ok(done(Outcome::Schema(Arc::new(schema(listed, world, &[])?))));
        }
        self.asked = Some(listed);
        Ok(Step::SendAll(exchanges))
    }
}

fn describe(flavour: Flavour, entity: &EntityName) -> Exchange {
    flavour.read("describe", &[("elementType", entity.as_str())])
}

/// What is left of the minute's budget; the open source has none.
fn room(response: &Response) -> usize {
    let left = limits::left(response).map(|left| left.saturating_sub(limits::SPARED));
    left.map_or(usize::MAX, |left| usize::try_from(left).unwrap_or(usize::MAX))
}

fn lately(known: Option<&Schema>, bare: EntityType, world: &World) -> EntityType {
    let known = known.and_then(|schema| schema.entity_type(&bare.name));
    let is_fresh = |it: &&EntityType| {
        it.described.is_some_and(|at| world.context.now.duration_since(at) < OLDEST)
    };
    match known.filter(is_fresh) {
        Some(known) => EntityType {
            label: bare.label,
            label_plural: bare.label_plural,
            group: bare.group,
            ..known.clone()
        },
        None => bare,
    }
}

fn schema(listed: Listed, world: &World, answers: &[Response]) -> Result<Schema, Error> {
    let Listed { told, currencies, version, mut types, described } = listed;
    let (user, answers) = match (world.flavour, answers) {
        (Flavour::Open, [first, rest @ ..]) => (self::user(first)?, rest),
        (_, answers) => (None, answers),
    };
    let me = me(&told, user.as_ref(), world)?;
    let profile = match world.flavour {
        Flavour::Open => signed_in(world),
        Flavour::Cloud => told,
    };
    for (place, response) in described.iter().zip(answers) {
        // What cannot be described now stays bare: asking for its records will say why.
        if let (Ok(json), Some(it)) = (errors::result(response, "describe"), types.get_mut(*place))
        {
            *it = types::described(it, &json, world);
        }
    }
    own_defaults(&mut types, &me);
    let product = match (world.flavour, version.as_str()) {
        (Flavour::Open, version) => format!("Vtiger {version}"),
        (Flavour::Cloud, version) => format!("Vtiger cloud {version}"),
    };
    let mut schema = Schema {
        stamp: stamp(&types, &version),
        product: product.trim_end().to_owned(),
        preferences: preferences(user.as_ref().unwrap_or(&profile), &currencies, world),
        user: Some(me),
        entity_types: types.into_iter().map(|it| (it.name.clone(), it)).collect(),
        verbs: verbs::platform(),
        ..Schema::default()
    };
    types::link_all(&mut schema);
    agenda::add(&mut schema);
    schema.not_offered = offered::not_offered(world, &schema);
    Ok(schema)
}

/// A new record is one's own unless somebody else is chosen.
fn own_defaults(types: &mut [EntityType], me: &Me) {
    use crate::domain::value::{Reference, Value};
    let own = Reference {
        entity: EntityName::try_from("Users").ok(),
        id: me.id.clone(),
        name: Some(me.name.clone()),
    };
    for field in types.iter_mut().flat_map(|it| it.fields.values_mut()) {
        if field.wire_type == "owner" && field.is_required {
            field.default = Some(Value::Reference(own.clone()));
        }
    }
}

/// The answers carry none: the modules and the version stand for the structure.
fn stamp(types: &[EntityType], version: &str) -> String {
    let mut names: Vec<&str> = types.iter().map(|it| it.name.as_str()).collect();
    names.sort_unstable();
    let all = format!("{version}\n{}", names.join("\n"));
    let hash = all.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}

/// Who may not read their own record has the usual ones, on the server's clock. A11.
fn preferences(user: &Json, currencies: &[Json], world: &World) -> Preferences {
    let usual = Preferences::default();
    let days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
    let day = text(user, "dayoftheweek").and_then(|day| days.iter().position(|it| *it == day));
    let codes = currencies.iter().filter(|it| text(it, "currency_status") != Some("Inactive"));
    let codes: Vec<String> =
        codes.filter_map(|it| text(it, "currency_code")).map(str::to_owned).collect();
    let zone =
        text(user, "time_zone").map(str::to_owned).or_else(|| world.context.time_zone.clone());
    Preferences {
        time_zone: zone.unwrap_or(usual.time_zone),
        thousands: text(user, "currency_grouping_separator").map_or(usual.thousands, str::to_owned),
        decimal_mark: text(user, "currency_decimal_separator")
            .map_or(usual.decimal_mark, str::to_owned),
        week_start: day.and_then(|day| u8::try_from(day).ok()).unwrap_or(usual.week_start),
        default_currency: match codes.as_slice() {
            [only] => only.clone(),
            _ => String::new(),
        },
        currencies: codes,
    }
}

/// One type: its fields as they are now, and the relations that no reference makes.
#[derive(Debug)]
pub struct Describe {
    entity: EntityName,
}

impl Describe {
    /// Of that entity type.
    pub fn new(entity: EntityName) -> Self {
        Self { entity }
    }

    /// What comes next.
    pub fn next(&mut self, world: &World, answers: &[Response]) -> Result<Step, Error> {
        let known = world.entity_type(&self.entity)?;
        if self.entity.as_str() == agenda::NAME {
            return Ok(done(Outcome::Type(Box::new(known.clone()))));
        }
        let [described, related] = answers else {
            let related =
                world.flavour.read("relatedtypes", &[("elementType", self.entity.as_str())]);
            return Ok(Step::SendAll(vec![describe(world.flavour, &self.entity), related]));
        };
        let json = errors::result(described, "describe")?;
        let mut schema = world.schema()?.clone();
        let mut entity_type = types::described(known, &json, world);
        own_defaults(
            std::slice::from_mut(&mut entity_type),
            schema.user.as_ref().unwrap_or(&Me::default()),
        );
        schema.entity_types.insert(self.entity.clone(), entity_type);
        types::link_all(&mut schema);
        let mut entity_type = schema
            .entity_types
            .swap_remove(&self.entity)
            .ok_or_else(|| Error::bug("a type vanished"))?;
        // Where relations cannot be read, those of the references are still there.
        if let Ok(related) = errors::result(related, "relatedtypes") {
            relate(&mut entity_type, &related, &schema);
        }
        types::panels(&mut entity_type);
        Ok(done(Outcome::Type(Box::new(entity_type))))
    }
}

/// Relations of many to many, by the label that the API knows them by. Two labels of events lead
/// to tasks only (A9); what a reference leads to is there already.
fn relate(entity_type: &mut EntityType, related: &Json, schema: &Schema) {
    for (label, told) in entries(related, &["information"]) {
        let Some(target) = text(told, "name").and_then(|name| EntityName::try_from(name).ok())
        else {
            continue;
        };
        let is_known = entity_type.links.values().any(|link| link.entity.as_ref() == Some(&target));
        let is_elsewhere = matches!(target.as_str(), "ModComments" | "Calendar" | "Events");
        let Some(leads_to) = schema.entity_type(&target).filter(|_| !is_known && !is_elsewhere)
        else {
            continue;
        };
        let link = Link {
            name: label.clone(),
            label: leads_to.label_plural.clone(),
            entity: Some(target),
            is_many: true,
            is_editable: true,
            is_slow: false,
        };
        entity_type.links.insert(label.clone(), link);
    }
}
