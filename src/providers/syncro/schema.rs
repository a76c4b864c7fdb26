//! The written schema, joined with what the account tells: `/me`, `/settings`, `/settings/tabs` and
//! `/tickets/settings`.
use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::Value as Json;

use super::{
    absent, custom, deeds, layout,
    reading::{id, text},
    table::{self, By, How, Resource, Row, Switch, Update, Wire, Written},
};
use crate::{
    domain::{
        comment::{Audience, Comments},
        error::Error,
        schema::{
            Choice, ChoiceStyle, EntityName, EntityType, Field, FieldKind, Follow, Link, Me,
            Preferences, Preset, ReadOnly, Rights, Schema,
        },
    },
    providers::json::{at, items, unreadable},
};

/// What an account tells of itself. What may not be read is `null`.
#[derive(Debug, Default)]
pub struct Told {
    /// `/me`.
    pub me: Json,
    /// `/settings`.
    pub settings: Json,
    /// `/settings/tabs`.
    pub tabs: Json,
    /// `/tickets/settings`.
    pub tickets: Json,
}

/// The schema of an account. `scripts` are the labels of the scripts that can be run.
pub fn schema(told: &Told, site: &str, scripts: &[String]) -> Result<Schema, Error> {
    let me = me(&told.me)?;
    let mut schema = Schema {
        stamp: stamp(told, scripts),
        product: "Syncro".to_owned(),
        user: Some(me),
        preferences: preferences(&told.settings),
        verbs: deeds::without_record(deeds::Offered { scripts, told }),
        not_offered: absent::absent(site),
        ..Schema::default()
    };
    for resource in table::ALL {
        let entity_type = entity_type(resource, told, scripts)?;
        schema.entity_types.insert(entity_type.name.clone(), entity_type);
    }
    Ok(schema)
}

/// Who is signed in.
pub fn me(me: &Json) -> Result<Me, Error> {
    let part = |key: &str| me.get(key).and_then(text);
    let id = me.get("user_id").and_then(id);
    Ok(Me {
        id: id.ok_or_else(|| unreadable("me.user_id", "the signed-in user's id"))?,
        login: part("user_email").unwrap_or_default(),
        name: part("user_name").unwrap_or_default(),
        is_admin: is_admin(me),
    })
}

/// Real servers write `admin?` (§6).
pub fn is_admin(json: &Json) -> bool {
    ["admin", "admin?"].iter().any(|key| json.get(*key).and_then(Json::as_bool) == Some(true))
}

/// Changes with everything that the schema is made of.
fn stamp(told: &Told, scripts: &[String]) -> String {
    let mut hasher = DefaultHasher::new();
    for json in [&told.me, &told.settings, &told.tabs, &told.tickets] {
        json.to_string().hash(&mut hasher);
    }
    (scripts, env!("CARGO_PKG_VERSION")).hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

fn preferences(settings: &Json) -> Preferences {
    let locale = |key: &str| at(settings, &["locale", key]).and_then(text);
    let currency = locale("currency_symbol").map(currency).unwrap_or_default();
    Preferences {
        time_zone: locale("time_zone").unwrap_or_else(|| Preferences::default().time_zone),
        week_start: 0,
        currencies: Some(currency.clone()).filter(|it| !it.is_empty()).into_iter().collect(),
        default_currency: currency,
        ..Preferences::default()
    }
}

/// The API tells the sign only.
fn currency(symbol: String) -> String {
    match symbol.as_str() {
        "$" | "US$" => "USD".to_owned(),
        "€" => "EUR".to_owned(),
        "£" => "GBP".to_owned(),
        "A$" => "AUD".to_owned(),
        "C$" | "CA$" => "CAD".to_owned(),
        _ => symbol,
    }
}

fn entity_type(
    resource: &'static Resource,
    told: &Told,
    scripts: &[String],
) -> Result<EntityType, Error> {
    let mut entity_type = EntityType {
        label: resource.one.to_owned(),
        label_plural: resource.many.to_owned(),
        is_tab: !resource.group.is_empty() && has_tab(resource, &told.tabs),
        group: Some(resource.group.to_owned()).filter(|group| !group.is_empty()),
        rights: rights(resource, &told.me),
        title: resource.title.to_owned(),
        status: Some(resource.status.to_owned()).filter(|status| !status.is_empty()),
        presets: resource.presets.iter().map(preset).collect(),
        flags: resource.flags.iter().map(preset).collect(),
        searched: resource.searched.iter().map(|&name| name.to_owned()).collect(),
        comments: (resource.name == "Ticket").then(comments),
        follow: follow(resource),
        ..EntityType::new(name(resource.name)?)
    };
    for row in resource.fields {
        let field = field(resource, row, told)?;
        entity_type.fields.insert(row.name.to_owned(), field);
    }
    custom::join(&mut entity_type, told);
    for tie in resource.ties {
        entity_type.links.insert(tie.name.to_owned(), link(resource, tie)?);
    }
    if resource.name == "Ticket" {
        entity_type.presets.extend(saved_searches(&told.tickets));
    }
    let is_allowed = |key: &&&str| is_allowed(key, &told.me);
    let deeds = resource.deeds.iter().filter(is_allowed);
    entity_type.verbs =
        deeds.filter_map(|key| deeds::verb(key, deeds::Offered { scripts, told })).collect();
    entity_type.layout = Some(layout::layout(resource, &entity_type));
    Ok(entity_type)
}

/// §10: "refresh incrementally with `since_updated_at`", where a list takes it.
fn follow(resource: &Resource) -> Option<Follow> {
    let since = resource.sieves.iter().find(|sieve| sieve.how == How::Since)?;
    Some(Follow { changed: since.field.to_owned(), created: table::CREATED.name.to_owned() })
}

/// Names of the table are names; a mistake there would be found by its test.
pub fn name(name: &str) -> Result<EntityName, Error> {
    EntityName::try_from(name).map_err(|error| Error::bug(error.to_string()))
}

/// A module that the account does not show. What is not told is shown.
fn has_tab(resource: &Resource, tabs: &Json) -> bool {
    let tabs = tabs.get("tabs").unwrap_or(tabs);
    resource.tab.is_empty() || tabs.get(resource.tab).and_then(Json::as_bool) != Some(false)
}

/// What the API does, as far as `/me` allows it. It is coarse (§10): the rest shows by a 401.
fn rights(resource: &Resource, me: &Json) -> Rights {
    let told = at(me, &["permissions", resource.right]);
    let allows = |names: &[&str]| {
        let told = told.filter(|_| !resource.right.is_empty());
        let found = names.iter().filter_map(|name| told?.get(*name)).find_map(Json::as_bool);
        found.unwrap_or(true)
    };
    let can = resource.can;
    Rights {
        read: allows(&["read"]),
        create: can.create && allows(&["write", "add"]),
        edit: can.update != Update::No && allows(&["write", "manage"]),
        delete: can.delete && allows(&["delete"]),
    }
}

fn is_allowed(key: &str, me: &Json) -> bool {
    let told = |path: &[&str]| at(me, path).and_then(Json::as_bool).unwrap_or(true);
    match key {
        "run-script" => told(&["permissions", "script", "execute"]),
        "attach-file" | "delete-attachment" | "ticket-from-alert" => {
            told(&["permissions", "ticket", "write"])
        }
        "convert-estimate" => told(&["permissions", "invoice", "write"]),
        _ => true,
    }
}

fn comments() -> Comments {
    let audiences = vec![Audience::Private, Audience::Public, Audience::Mailed];
    Comments { audiences, can_answer: false, can_edit: false }
}

fn preset(switch: &Switch) -> Preset {
    Preset { name: switch.name.to_owned(), label: switch.label.to_owned() }
}

/// Begins the name of a preset that is a saved search: its id follows.
pub const SAVED: &str = "search-";

/// Searches that were saved in the web, as presets.
fn saved_searches(tickets: &Json) -> Vec<Preset> {
    let saved = |search: &Json| {
        let id = search.get("id").and_then(id)?;
        let label = search.get("name").and_then(text).unwrap_or_else(|| id.clone());
        Some(Preset { name: format!("{SAVED}{id}"), label })
    };
    items(tickets, &["saved_searches"]).filter_map(saved).collect()
}

fn link(resource: &Resource, tie: &table::Tie) -> Result<Link, Error> {
    Ok(Link {
        name: tie.name.to_owned(),
        label: tie.label.to_owned(),
        entity: Some(name(tie.to)?),
        is_many: true,
        is_editable: resource.name == "Ticket" && tie.name == "assets",
        is_slow: is_slow(tie),
    })
}

/// Whether the server does not filter by it: pages are then looked through here.
fn is_slow(tie: &table::Tie) -> bool {
    let By::Field(field) = tie.by else { return false };
    let to = table::resource(tie.to);
    to.is_some_and(|to| !to.sieves.iter().any(|sieve| sieve.field == field))
}

/// The field of a row, with what the account defines: choices, and names of users.
pub fn field(resource: &Resource, row: &Row, told: &Told) -> Result<Field, Error> {
    let mut field = Field {
        label: row.label.to_owned(),
        wire_type: wire_type(row),
        is_required: row.is_required,
        read_only: read_only(row),
        is_sortable: is_sortable(resource, row),
        choices: choices(resource, row, told),
        ..Field::new(row.name, row.kind)
    };
    if !row.target.is_empty() {
        field.targets = vec![name(row.target)?];
    }
    if let Wire::Answers(columns) = row.wire {
        let columns = columns.iter().map(|column| self::field(resource, column, told));
        field.columns = columns.collect::<Result<_, _>>()?;
    }
    if let Wire::Lines(lines) = row.wire {
        let columns = lines.columns.iter().map(|column| self::field(resource, column, told));
        field.columns = columns.collect::<Result<_, _>>()?;
        field.totals = lines.totals.iter().map(|&name| name.to_owned()).collect();
    }
    Ok(field)
}

/// The product names no types; this is how the API spells the value.
fn wire_type(row: &Row) -> String {
    match row.wire {
        Wire::Cents(_) => "cents".to_owned(),
        Wire::Flag => "flag".to_owned(),
        Wire::Same
        | Wire::At(_)
        | Wire::Renamed { .. }
        | Wire::Named(_)
        | Wire::Address(_)
        | Wire::Lines(_)
        | Wire::Files
        | Wire::Running
        | Wire::Answers(_)
        | Wire::Opening => String::new(),
    }
}

fn read_only(row: &Row) -> Option<ReadOnly> {
    match row.written {
        _ if row.kind == FieldKind::Other => Some(ReadOnly::NoEditor),
        Written::Never => Some(ReadOnly::Computed),
        Written::Create => Some(ReadOnly::AfterCreate),
        Written::Update | Written::Both => None,
    }
}

fn is_sortable(resource: &Resource, row: &Row) -> bool {
    let is_plain = matches!(row.wire, Wire::Same | Wire::Named(_));
    // A computed name is no column there.
    resource.is_sorted && is_plain && row.kind != FieldKind::Other && row.name != resource.title
        || resource.is_sorted && is_plain && row.written == Written::Both
}

fn choices(resource: &Resource, row: &Row, told: &Told) -> Vec<Choice> {
    let settings = &told.settings;
    let words = |json: &Json, path: &[&str]| -> Vec<Choice> {
        let words = items(json, path).filter_map(text).filter(|word| !word.trim().is_empty());
        words.map(|word| choice(&word, &word)).collect()
    };
    let pairs = |json: &Json, path: &[&str], keyed_by_id: bool| -> Vec<Choice> {
        let pair = |item: &Json| {
            let name = item.get("name").and_then(text)?;
            let value = if keyed_by_id { item.get("id").and_then(id)? } else { name.clone() };
            Some(choice(&value, &name))
        };
        items(json, path).filter_map(pair).collect()
    };
    match (resource.name, row.name) {
        ("Ticket", "status") => words(&told.tickets, &["ticket_status_list"]),
        ("Ticket", "priority") => words(settings, &["ticket", "priorities"]),
        ("Ticket", "problem_type") | ("Lead", "ticket_problem_type") => {
            words(settings, &["ticket", "problem_types"])
        }
        (_, "ticket_type_id") => {
            let from_tickets = pairs(&told.tickets, &["ticket_types"], true);
            let is_told = !from_tickets.is_empty();
            if is_told { from_tickets } else { pairs(settings, &["ticket", "ticket_types"], true) }
        }
        ("Asset", "asset_type") => pairs(settings, &["assets", "asset_types"], false),
        _ if row.target == "User" => pairs(&told.tickets, &["users"], true),
        ("Timer", "status") => row.choices.iter().map(|&value| timer_state(value)).collect(),
        _ => row.choices.iter().map(|&value| choice(value, value)).collect(),
    }
}

fn timer_state(value: &str) -> Choice {
    let word = value.trim_start_matches("status_");
    let mut letters = word.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    let style = if word == "running" { ChoiceStyle::Accent } else { ChoiceStyle::Plain };
    Choice { style, ..choice(value, &format!("{first}{}", letters.as_str())) }
}

/// A choice, with the style that its word suggests: Syncro gives none (SCREENS §5).
pub fn choice(value: &str, label: &str) -> Choice {
    Choice { value: value.to_owned(), label: label.to_owned(), style: style(label) }
}

fn style(label: &str) -> ChoiceStyle {
    let word = label.to_lowercase();
    let any = |words: &[&str]| words.iter().any(|it| word.contains(it));
    match () {
        () if any(&["resolved", "paid", "won", "approved", "invoiced"]) => ChoiceStyle::Good,
        () if any(&["lost", "overdue", "urgent", "declined", "failed"]) => ChoiceStyle::Bad,
        () if any(&["waiting", "hold", "progress", "negotiation", "pending", "high"]) => {
            ChoiceStyle::Warn
        }
        () => ChoiceStyle::Accent,
    }
}

/// The display name of a custom field, under which its value stands in `properties`.
pub fn property_name(field: &Field) -> Option<&str> {
    field.wire_type.split_once(PROPERTY).map(|(_, name)| name)
}

/// Stands between a custom field's type and its display name in `wire_type`: a type is one word.
pub const PROPERTY: &str = " property ";
