//! The schema of a connection, from three answers. E§3, E§4.
use std::collections::HashMap;

use serde_json::Value as Json;

use super::{
    fields::{self, Source, fields},
    json::{at, is_true, items, object, text, unreadable},
    labels::Labels,
    links::links,
    rights::Acl,
};
use crate::domain::{
    comment::{Audience, Comments},
    error::Error,
    query::Order,
    schema::{EntityName, EntityType, FieldKind, Me, Preferences, Preset, Schema},
};

/// The signed-in user, from `App/user`.
pub fn me(app: &Json) -> Result<Me, Error> {
    let user = at(app, &["user"]).ok_or_else(|| unreadable("user", "the signed-in user"))?;
    object(user, "user")?;
    let id = text(user, "id").ok_or_else(|| unreadable("user.id", "a user's id"))?;
    let login = text(user, "userName").unwrap_or_default();
    Ok(Me {
        id: id.to_owned(),
        login: login.to_owned(),
        name: text(user, "name").unwrap_or(login).to_owned(),
        is_admin: matches!(text(user, "type"), Some("admin" | "super-admin")),
    })
}

/// The schema from `App/user`, `Metadata` and `I18n`.
pub fn schema(app: &Json, metadata: &Json, i18n: &Json, stamp: String) -> Result<Schema, Error> {
    let me = me(app)?;
    for part in ["scopes", "entityDefs"] {
        object(metadata.get(part).unwrap_or(&Json::Null), part)?;
    }
    let nothing = Json::Null;
    let acl = Acl { acl: app.get("acl").unwrap_or(&nothing), is_admin: me.is_admin };
    let source = Source { metadata, labels: Labels(i18n), acl };
    let mut entity_types: Vec<_> =
        fields::scopes(metadata).into_iter().filter_map(|name| entity_type(source, name)).collect();
    let tabs = tabs(app);
    let place = |entity_type: &EntityType| match tabs.get(entity_type.name.as_str()) {
        Some(place) => (0, *place),
        None if entity_type.is_tab => (1, 0),
        None => (2, 0),
    };
    entity_types.sort_by_key(place);
    Ok(Schema {
        stamp,
        product: product(app),
        user: Some(me),
        preferences: preferences(app),
        entity_types: entity_types.into_iter().map(|t| (t.name.clone(), t)).collect(),
        titles: Labels(i18n).titles(),
        ..Schema::default()
    })
}

fn product(app: &Json) -> String {
    let version = app.get("settings").and_then(|settings| text(settings, "version"));
    version.map_or_else(|| "EspoCRM".to_owned(), |version| format!("EspoCRM {version}"))
}

/// Places of the tabs. Between them stand dividers, and groups that hold more.
fn tabs(app: &Json) -> HashMap<String, usize> {
    let mut names = Vec::new();
    let is_own = at(app, &["preferences"]).is_some_and(|p| is_true(p, "useCustomTabList"));
    if is_own {
        collect_tabs(items(app, &["preferences", "tabList"]), &mut names);
    }
    collect_tabs(items(app, &["settings", "tabList"]), &mut names);
    let mut places = HashMap::new();
    for (place, name) in names.into_iter().enumerate() {
        places.entry(name).or_insert(place);
    }
    places
}

fn collect_tabs<'a>(tabs: impl Iterator<Item = &'a Json>, names: &mut Vec<String>) {
    for tab in tabs {
        names.extend(tab.as_str().map(str::to_owned));
        // A group's items are names; a group inside a group does not exist, so no recursion.
        let inner = items(tab, &["itemList"]).filter_map(Json::as_str);
        names.extend(inner.map(str::to_owned));
    }
}

fn entity_type(source: Source<'_>, scope: &str) -> Option<EntityType> {
    let name = EntityName::try_from(scope).ok()?;
    let rights = source.acl.of(scope);
    if !rights.read {
        return None;
    }
    let scopes = at(source.metadata, &["scopes", scope])?;
    let defs = at(source.metadata, &["entityDefs", scope])?;
    let fields = fields(source, scope);
    let status = text(scopes, "statusField").unwrap_or("status");
    let status = fields.get(status).filter(|field| field.kind == FieldKind::Enum);
    Some(EntityType {
        label: source.labels.singular(scope),
        label_plural: source.labels.plural(scope),
        is_tab: is_true(scopes, "tab") && scopes.get("acl").is_some_and(|acl| !acl.is_null()),
        rights,
        links: links(source, scope),
        title: "name".to_owned(),
        status: status.map(|field| field.name.clone()),
        presets: presets(source, scope),
        flags: flags(source, scope),
        order: order(defs),
        searched: searched(defs),
        follow: None,
        is_versioned: is_true(defs, "optimisticConcurrencyControl"),
        layout: None,
        group: None,
        verbs: Vec::new(),
        comments: comments(source, scope),
        id_prefix: None,
        described: None,
        fields,
        name,
    })
}

/// Posts on the stream, where it is on and open to the user: whoever may read the record reads
/// them. They are not answered, and one's own can be changed. E§13.
fn comments(source: Source<'_>, scope: &str) -> Option<Comments> {
    let is_on = at(source.metadata, &["scopes", scope]).is_some_and(|it| is_true(it, "stream"));
    let audiences = vec![Audience::Readers];
    (is_on && source.acl.can_see_stream(scope)).then_some(Comments {
        audiences,
        can_answer: false,
        can_edit: true,
    })
}

/// `filterList`: names, or objects with names. E§4.
fn presets(source: Source<'_>, scope: &str) -> Vec<Preset> {
    names(source.metadata, scope, "filterList")
        .map(|name| Preset { label: source.labels.preset(scope, name), name: name.to_owned() })
        .collect()
}

fn flags(source: Source<'_>, scope: &str) -> Vec<Preset> {
    names(source.metadata, scope, "boolFilterList")
        .map(|name| Preset { label: source.labels.flag(scope, name), name: name.to_owned() })
        .collect()
}

fn names<'a>(
    metadata: &'a Json,
    scope: &str,
    list: &str,
) -> impl Iterator<Item = &'a str> + use<'a> {
    items(metadata, &["clientDefs", scope, list])
        .filter_map(|item| item.as_str().or_else(|| text(item, "name")))
}

fn order(defs: &Json) -> Option<Order> {
    let collection = defs.get("collection")?;
    let field = text(collection, "orderBy").or_else(|| text(collection, "sortBy"))?;
    let descending = match text(collection, "order") {
        Some(order) => order.eq_ignore_ascii_case("desc"),
        None => collection.get("asc").and_then(Json::as_bool) == Some(false),
    };
    Some(Order { field: field.to_owned(), descending })
}

fn searched(defs: &Json) -> Vec<String> {
    let fields = items(defs, &["collection", "textFilterFields"]).filter_map(Json::as_str);
    let fields: Vec<_> = fields.map(str::to_owned).collect();
    if fields.is_empty() { vec!["name".to_owned()] } else { fields }
}

/// The user's own preferences; an empty or absent one is the site's. E§3.
fn preferences(app: &Json) -> Preferences {
    let usual = Preferences::default();
    let find = |key: &str| {
        let of = |part| app.get(part).and_then(|part| text(part, key));
        of("preferences").or_else(|| of("settings")).map(str::to_owned)
    };
    // Between thousands may stand nothing on purpose, so an empty text counts here.
    let thousands = ["preferences", "settings"]
        .iter()
        .find_map(|part| at(app, &[part, "thousandSeparator"]).and_then(Json::as_str));
    let week = ["preferences", "settings"]
        .iter()
        .find_map(|part| at(app, &[part, "weekStart"])?.as_u64().filter(|day| *day <= 6));
    let currencies = items(app, &["settings", "currencyList"]).filter_map(Json::as_str);
    Preferences {
        time_zone: find("timeZone").unwrap_or(usual.time_zone),
        thousands: thousands.map_or(usual.thousands, str::to_owned),
        decimal_mark: find("decimalMark").unwrap_or(usual.decimal_mark),
        week_start: week.and_then(|day| day.try_into().ok()).unwrap_or(usual.week_start),
        currencies: currencies.map(str::to_owned).collect(),
        default_currency: find("defaultCurrency").unwrap_or_default(),
    }
}
