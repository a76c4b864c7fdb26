//! Conditions on references: by id, by link, by a name that was looked up. E§5.
use serde_json::{Value as Json, json};

use super::{
    condition::{Conditions, unsupported},
    json::suffixed,
    names::is_id,
    shape::is_several,
    tree::{Test, Tree},
};
use crate::{
    domain::{
        error::Error,
        query::Compare,
        schema::{Field, FieldKind},
        value::Value,
    },
    providers::lookup::{Found, How},
};

/// The condition of a comparison with references.
pub fn reference(
    conditions: &Conditions<'_>,
    field: &Field,
    compare: &Compare,
) -> Result<Tree, Error> {
    match compare {
        Compare::Is(value) => is(conditions, field, value),
        Compare::Contains(text) => Ok(named(conditions, field, text, How::Holds)),
        Compare::StartsWith(text) => Ok(named(conditions, field, text, How::Begins)),
        Compare::HasValue => Ok(has_any(field)),
        Compare::Me => {
            let me = conditions.me.ok_or_else(|| Error::bug("the schema has no user"))?;
            let user = (field.kind == FieldKind::AnyReference).then_some("User");
            Ok(points_to(field, user, std::slice::from_ref(&me.id)))
        }
        Compare::OneOf(_)
        | Compare::Above(_)
        | Compare::AtLeast(_)
        | Compare::Below(_)
        | Compare::AtMost(_)
        | Compare::Within(_) => Err(unsupported(field, "compared with a name, an id or @me")),
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "other values point to nothing")]
fn is(conditions: &Conditions<'_>, field: &Field, value: &Value) -> Result<Tree, Error> {
    match value {
        Value::Reference(other) => {
            let entity = other.entity.as_ref().map(crate::domain::schema::EntityName::as_str);
            Ok(points_to(field, entity, std::slice::from_ref(&other.id)))
        }
        Value::References(others) => {
            let ids: Vec<_> = others.iter().map(|other| other.id.clone()).collect();
            Ok(points_to(field, None, &ids))
        }
        Value::Text(text) if is_id(text) => Ok(points_to(field, None, std::slice::from_ref(text))),
        Value::Text(text) => Ok(named(conditions, field, text, How::Is)),
        _ => Err(unsupported(field, "compared with a name, an id or @me")),
    }
}

/// Points to one of those that a name stands for; to nothing when it stands for nobody.
fn named(conditions: &Conditions<'_>, field: &Field, text: &str, how: How) -> Tree {
    let found = conditions.ids(field, text, how);
    let found = found.into_iter().filter(|found| !found.ids.is_empty());
    let each =
        found.map(|Found { lookup, ids }| points_to(field, Some(lookup.entity.as_str()), ids));
    match <[Tree; 1]>::try_from(each.collect::<Vec<_>>()) {
        Ok([one]) => one,
        Err(each) => Tree::Any(each),
    }
}

/// Whether the ids are those of a table between, or of another table: then only the link can
/// be asked about.
fn is_by_link(field: &Field) -> bool {
    field.kind == FieldKind::References || field.wire_type == "linkOne" || is_several(field)
}

fn points_to(field: &Field, entity: Option<&str>, ids: &[String]) -> Tree {
    if is_by_link(field) {
        return Tree::item(Test::LinkedWith, &field.name, json!(ids));
    }
    let attribute = suffixed(&field.name, "id");
    let by_id = match ids {
        [id] => Tree::item(Test::Equals, &attribute, json!(id)),
        ids => Tree::item(Test::In, &attribute, json!(ids)),
    };
    match entity {
        Some(entity) if field.kind == FieldKind::AnyReference => {
            let kind = suffixed(&field.name, "type");
            Tree::All(vec![Tree::item(Test::Equals, &kind, json!(entity)), by_id])
        }
        _ => by_id,
    }
}

fn has_any(field: &Field) -> Tree {
    if is_by_link(field) {
        Tree::item(Test::IsLinked, &field.name, Json::Null)
    } else {
        Tree::item(Test::IsNotNull, &suffixed(&field.name, "id"), Json::Null)
    }
}
