//! Links of an entity type. E§4, E§12.
use indexmap::IndexMap;
use serde_json::Value as Json;

use super::{
    fields::Source,
    json::{at, entries, is_true, text},
};
use crate::domain::schema::{EntityName, Link};

/// The links whose other side the user may see; those that the product itself hides are left
/// out (teams, mails, the second half of a primary contact), unless a field shows them: then a
/// layout may name their panel too.
pub fn links(source: Source<'_>, scope: &str) -> IndexMap<String, Link> {
    entries(source.metadata, &["entityDefs", scope, "links"])
        .filter(|(name, _)| source.acl.can_read(scope, name))
        .filter_map(|(name, def)| Some((name.clone(), link(source, scope, name, def)?)))
        .collect()
}

fn link(source: Source<'_>, scope: &str, name: &str, def: &Json) -> Option<Link> {
    let is_hidden = is_true(def, "layoutRelationshipsDisabled") && !is_field(source, scope, name);
    if is_hidden || ["disabled", "utility"].iter().any(|key| is_true(def, key)) {
        return None;
    }
    let is_many = match text(def, "type")? {
        "hasMany" | "hasChildren" | "manyMany" => true,
        "belongsTo" | "belongsToParent" | "hasOne" => false,
        _ => return None,
    };
    let entity = text(def, "entity");
    if entity.is_some_and(|entity| !source.acl.of(entity).read) {
        return None;
    }
    Some(Link {
        name: name.to_owned(),
        label: source.labels.link(scope, name),
        entity: entity.and_then(|entity| EntityName::try_from(entity).ok()),
        is_many,
        is_editable: is_many && is_editable(source, scope, name, def, entity),
        is_slow: false,
    })
}

/// Whether a field of its own shows the linked records. Every type has teams: they are none.
fn is_field(source: Source<'_>, scope: &str, name: &str) -> bool {
    let field = at(source.metadata, &["entityDefs", scope, "fields", name]);
    let kind = field.and_then(|field| text(field, "type"));
    kind == Some("linkMultiple") && name != "teams"
}

/// Both sides change when records are linked, so both must be open.
fn is_editable(
    source: Source<'_>,
    scope: &str,
    name: &str,
    def: &Json,
    other: Option<&str>,
) -> bool {
    !is_true(def, "readOnly")
        && source.acl.of(scope).edit
        && source.acl.can_edit(scope, name)
        && other.is_some_and(|other| source.acl.of(other).edit)
}
