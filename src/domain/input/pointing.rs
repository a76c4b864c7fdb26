//! References by id, and addresses and numbers by which people are reached.
use crate::domain::{
    schema::{EntityName, Field},
    value::{Point, Reference},
};

/// One record's id.
pub fn one(field: &Field, text: &str) -> Result<Reference, String> {
    let entity = match field.targets.as_slice() {
        [only] => Some(only.clone()),
        _ => None,
    };
    Ok(Reference { entity, id: id(text)?, name: None })
}

/// `Account/65f…`, for what may point to several types.
pub fn any(field: &Field, text: &str) -> Result<Reference, String> {
    let Some((entity, rest)) = text.split_once('/') else {
        return match field.targets.as_slice() {
            [_] => one(field, text),
            _ => Err("TYPE/ID, since it may point to several types".to_owned()),
        };
    };
    let entity = EntityName::try_from(entity.trim()).map_err(|error| error.to_string())?;
    if !field.targets.is_empty() && !field.targets.contains(&entity) {
        let names: Vec<_> = field.targets.iter().map(EntityName::as_str).collect();
        return Err(format!("{entity} is none of {}", names.join(", ")));
    }
    Ok(Reference { entity: Some(entity), id: id(rest)?, name: None })
}

/// Several ids by comma; no one twice.
pub fn several(field: &Field, text: &str) -> Result<Vec<Reference>, String> {
    let mut found: Vec<Reference> = Vec::new();
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let reference = one(field, part)?;
        if found.iter().all(|known| known.id != reference.id) {
            found.push(reference);
        }
    }
    Ok(found)
}

/// E§: an id is opaque, of letters, digits and `_ = - .`; a name is none.
fn id(text: &str) -> Result<String, String> {
    let text = text.trim();
    let opaque = |c: char| c.is_ascii_alphanumeric() || "_=-.".contains(c);
    if text.is_empty() || !text.chars().all(opaque) {
        return Err(format!("{text} is no id"));
    }
    Ok(text.to_owned())
}

/// Several by comma, the first is the one to use.
pub fn emails(text: &str) -> Result<Vec<Point>, String> {
    let points = points(text);
    let is_address = |value: &str| {
        let parts = value.split_once('@');
        parts.is_some_and(|(user, host)| !user.is_empty() && !host.is_empty())
            && !value.contains(char::is_whitespace)
    };
    match points.iter().find(|point| !is_address(&point.value)) {
        Some(bad) => Err(format!("{} is no e-mail address", bad.value)),
        None => Ok(points),
    }
}

/// Several by comma, the first is the one to use.
pub fn phones(text: &str) -> Result<Vec<Point>, String> {
    let points = points(text);
    match points.iter().find(|point| !point.value.contains(|c: char| c.is_ascii_digit())) {
        Some(bad) => Err(format!("{} is no phone number", bad.value)),
        None => Ok(points),
    }
}

fn points(text: &str) -> Vec<Point> {
    let values = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    let point = |(at, value): (usize, &str)| Point {
        value: value.to_owned(),
        is_primary: at == 0,
        ..Point::default()
    };
    values.enumerate().map(point).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::schema::FieldKind;

    #[test]
    fn a_reference_is_an_id_and_no_name() {
        let account = EntityName::try_from("Account").unwrap();
        let field =
            Field { targets: vec![account.clone()], ..Field::new("account", FieldKind::Reference) };
        assert_eq!(one(&field, "65f").unwrap().entity, Some(account));
        assert!(one(&field, "Acme Inc").is_err() && one(&field, "../x").is_err());
    }

    #[test]
    fn what_may_point_to_several_types_names_its_type() {
        let parent = Field::new("parent", FieldKind::AnyReference);
        assert_eq!(any(&parent, "Account/1").unwrap().id, "1");
        assert!(any(&parent, "1").is_err() && any(&parent, "A b/1").is_err());
    }

    #[test]
    fn the_first_address_is_the_primary_one() {
        let found = emails("a@b.c, d@e.f").unwrap();
        assert_eq!(found.iter().map(|p| p.is_primary).collect::<Vec<_>>(), [true, false]);
        assert!(emails("a@b.c, nobody").is_err());
    }
}
