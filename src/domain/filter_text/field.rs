//! Which field a name in a filter means.
use super::{FilterError, Piece, Problem, error};
use crate::domain::{
    query::{Compare, Filter, Test},
    schema::{Choice, EntityType, Field, FieldKind},
};

/// So many names are offered for a wrong one.
const OFFERED: usize = 3;
/// Names that products give to the user who is in charge of a record.
const OWNERS: &[&str] = &["assignedUser", "assigned_user_id", "user_id", "owner"];

/// What a filter needs to know of a field.
pub(super) struct Known<'a> {
    pub name: String,
    pub kind: FieldKind,
    pub choices: &'a [Choice],
}

/// By name, else by name or label ignoring case; `link.field` where there is such a link.
pub(super) fn find<'a>(entity: &'a EntityType, name: &Piece) -> Result<Known<'a>, FilterError> {
    let wanted = name.text.to_lowercase();
    let by_name = |field: &&Field| field.name.to_lowercase() == wanted;
    let by_label = |field: &&Field| field.label.to_lowercase() == wanted;
    let fields = || entity.fields.values();
    let found = entity.field(&name.text).or_else(|| fields().find(by_name));
    if let Some(field) = found.or_else(|| fields().find(by_label)) {
        return Ok(Known { name: field.name.clone(), kind: field.kind, choices: &field.choices });
    }
    if is_beyond_a_link(entity, &name.text) {
        // The schema of the type beyond is not known here: its values stay as typed.
        return Ok(Known { name: name.text.clone(), kind: FieldKind::Text, choices: &[] });
    }
    let mut refused = error(name.at.clone(), Problem::UnknownField(name.text.clone()));
    let names = fields().map(|field| (field.name.as_str(), field.label.as_str()));
    refused.nearest = nearest(&wanted, names);
    Err(refused)
}

fn is_beyond_a_link(entity: &EntityType, name: &str) -> bool {
    let Some((link, field)) = name.split_once('.') else { return false };
    let is_plain = !field.is_empty() && field.chars().all(|c| c.is_alphanumeric() || c == '_');
    is_plain && (entity.links.contains_key(link) || entity.fields.contains_key(link))
}

/// `@me` alone: records whose owner the user is.
pub(super) fn mine(entity: &EntityType) -> Option<Filter> {
    let by_name = OWNERS.iter().find_map(|name| entity.field(name));
    let to_users = |field: &&Field| {
        field.kind == FieldKind::Reference
            && field.targets.iter().any(|target| matches!(target.as_str(), "User" | "Users"))
    };
    let field = by_name.or_else(|| entity.fields.values().find(to_users))?;
    Some(Filter::Test(Test { field: field.name.clone(), test: Compare::Me }))
}

/// The names that are nearest to a wrong one by themselves or by their label; those that have
/// nothing to do with it are left out.
pub(super) fn nearest<'a>(
    wanted: &str,
    names: impl Iterator<Item = (&'a str, &'a str)>,
) -> Vec<String> {
    let wanted: Vec<char> = wanted.to_lowercase().chars().take(40).collect();
    let far = wanted.len().div_ceil(2);
    let mut near: Vec<(usize, &str)> = names
        .map(|(name, label)| (distance(&wanted, name).min(distance(&wanted, label)), name))
        .filter(|(distance, _)| *distance <= far)
        .collect();
    near.sort_unstable();
    near.into_iter().take(OFFERED).map(|(_, name)| name.to_owned()).collect()
}

/// How many characters have to be changed, added or removed; ignoring case. A beginning counts
/// as one change, since names are often typed in part.
fn distance(wanted: &[char], name: &str) -> usize {
    let name: Vec<char> = name.to_lowercase().chars().take(40).collect();
    if wanted.len() >= 2 && name.starts_with(wanted) {
        return 1;
    }
    let mut row: Vec<usize> = (0..=name.len()).collect();
    for (y, c) in wanted.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], y + 1);
        for (x, other) in name.iter().enumerate() {
            let changed = diagonal + usize::from(c != other);
            diagonal = row[x + 1];
            row[x + 1] = changed.min(row[x] + 1).min(diagonal + 1);
        }
    }
    row[name.len()]
}
