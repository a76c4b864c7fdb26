//! What is given of a value, and laid over the value that stands there: a part of a name or an
//! address, or one e-mail address of several.
use crate::domain::{
    schema::{EntityType, Field, FieldKind},
    value::{Address, Person, Point, Value},
};

const OF_PERSON: [&str; 4] = ["salutation", "first", "middle", "last"];
const OF_ADDRESS: [&str; 5] = ["street", "city", "state", "postalCode", "country"];

/// The field and the part of it that `name.first`, `firstName`, `billingAddress.city` or
/// `billingAddressCity` mean. A field that is called so itself is none.
pub fn named<'a>(entity_type: &'a EntityType, name: &str) -> Option<(&'a Field, &'static str)> {
    if entity_type.field(name).is_some_and(|field| field.read_only.is_none()) {
        return None;
    }
    entity_type.fields.values().find_map(|field| {
        let means = |part: &&&'static str| {
            let of = field.name.as_str();
            let written = if field.kind == FieldKind::PersonName {
                format!("{part}{}", capital(of))
            } else {
                format!("{of}{}", capital(part))
            };
            name == written || name.split_once('.') == Some((of, **part)) || {
                **part == "postalCode" && name.split_once('.') == Some((of, "postal_code"))
            }
        };
        parts(field.kind).iter().find(means).map(|part| (field, *part))
    })
}

fn parts(kind: FieldKind) -> &'static [&'static str] {
    if kind == FieldKind::PersonName {
        &OF_PERSON
    } else if kind == FieldKind::Address {
        &OF_ADDRESS
    } else {
        &[]
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// The value with that part replaced; what is no name or address begins as an empty one.
pub fn laid(field: &Field, before: &Value, part: &str, text: &str) -> Value {
    let text = text.trim().to_owned();
    if field.kind == FieldKind::PersonName {
        let mut person =
            if let Value::Person(it) = before { it.clone() } else { Person::default() };
        person.full.clear();
        match part {
            "salutation" => person.salutation = text,
            "first" => person.first = text,
            "middle" => person.middle = text,
            _ => person.last = text,
        }
        return Value::Person(person);
    }
    let mut address = if let Value::Address(it) = before { it.clone() } else { Address::default() };
    match part {
        "street" => address.street = text,
        "city" => address.city = text,
        "state" => address.state = text,
        "postalCode" => address.postal_code = text,
        _ => address.country = text,
    }
    Value::Address(address)
}

/// One address or number takes the place of the primary one, and the others stay. One that is
/// there already becomes the primary one.
pub fn instead(one: &Point, before: &Value) -> Value {
    let mut points = if let Value::Points(points) = before { points.clone() } else { Vec::new() };
    let primary = points.iter().position(|point| point.is_primary).unwrap_or(0);
    let known = points.iter().position(|point| point.is_at(&one.value));
    let place = known.unwrap_or(primary);
    for point in &mut points {
        point.is_primary = false;
    }
    match points.get_mut(place) {
        Some(point) if known.is_some() => point.is_primary = true,
        Some(point) => {
            let kind = one.kind.clone().or_else(|| point.kind.take());
            *point = Point { kind, is_primary: true, ..one.clone() };
        }
        None => points.push(Point { is_primary: true, ..one.clone() }),
    }
    Value::Points(points)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::schema::FieldKind;

    fn point(value: &str, is_primary: bool) -> Point {
        Point { value: value.into(), is_primary, ..Point::default() }
    }

    #[test]
    fn one_address_replaces_the_primary_one_and_keeps_the_others() {
        let before = Value::Points(vec![point("a@b", true), point("c@d", false)]);
        let after = Value::Points(vec![point("x@y", true), point("c@d", false)]);
        assert_eq!(instead(&point("x@y", true), &before), after);
        let turned = Value::Points(vec![point("a@b", false), point("c@d", true)]);
        assert_eq!(instead(&point("C@d", true), &before), turned);
        let only = Value::Points(vec![point("x@y", true)]);
        assert_eq!(instead(&point("x@y", true), &Value::Empty), only);
    }

    #[test]
    fn a_part_replaces_itself_alone() {
        let name = Field::new("name", FieldKind::PersonName);
        let ada = Person { first: "Ada".into(), last: "L".into(), ..Person::default() };
        let Value::Person(new) = laid(&name, &Value::Person(ada), "first", "Eva") else { panic!() };
        assert_eq!((new.first.as_str(), new.last.as_str()), ("Eva", "L"));
        let address = Field::new("billingAddress", FieldKind::Address);
        let Value::Address(new) = laid(&address, &Value::Empty, "city", "Bonn") else { panic!() };
        assert_eq!((new.city.as_str(), new.street.as_str()), ("Bonn", ""));
    }
}
