//! What people type, made into values: the form, `ficha create FIELD=VALUE` and the filter
//! share it. Pure: what "tomorrow" means comes in as an argument.
use jiff::civil::Date;

use super::{
    error::Error,
    schema::{Field, FieldKind, Preferences},
    value::{Address, Person, Upload, Value},
};

pub mod choice;
pub mod day;
pub mod number;
pub mod part;
pub mod pointing;

/// The value of a field as typed; nothing typed is [`Value::Empty`].
///
/// Dates: `today`, `+2w`, `end of month`, `fri`, `2026-12-18`, `18 Dec`, `18.12.2026`; moments with
/// a time behind (`tomorrow 15:00`), in the user's time zone. Numbers by the user's preferences,
/// money as `48200 EUR`; enums by value, label or the unique beginning of one; several by comma;
/// references by id.
///
/// Errors: [`Error::Invalid`] with the field's name and a sentence.
pub fn parse_value(
    field: &Field,
    text: &str,
    preferences: &Preferences,
    today: Date,
) -> Result<Value, Error> {
    if text.trim().is_empty() {
        return Ok(Value::Empty);
    }
    let parsed = parse(field, text, preferences, today);
    parsed.map_err(|reason| Error::Invalid { field: Some(field.name.clone()), reason })
}

fn parse(
    field: &Field,
    text: &str,
    preferences: &Preferences,
    today: Date,
) -> Result<Value, String> {
    let line = text.trim();
    match field.kind {
        FieldKind::Text | FieldKind::LongText | FieldKind::Html | FieldKind::Url => {
            short_enough(field, text).map(|()| Value::Text(text.to_owned()))
        }
        FieldKind::Integer => number::integer(field, line, preferences),
        FieldKind::Number => number::number(field, line, preferences),
        FieldKind::Money => number::money(field, line, preferences),
        FieldKind::Duration => number::duration(line).map(Value::Integer),
        FieldKind::Bool => choice::yes_or_no(line).map(Value::Bool),
        FieldKind::Enum => choice::one(field, line).map(Value::Text),
        FieldKind::MultiEnum => choice::many(field, line).map(Value::Many),
        FieldKind::Date => day::date(line, today).map(Value::Date),
        FieldKind::DateTime => {
            day::moment(line, today, &preferences.time_zone).map(Value::DateTime)
        }
        FieldKind::DateOrTime => day::date_or_moment(line, today, &preferences.time_zone),
        FieldKind::Reference => pointing::one(field, line).map(Value::Reference),
        FieldKind::AnyReference => pointing::any(field, line).map(Value::Reference),
        FieldKind::References => pointing::several(field, line).map(Value::References),
        FieldKind::Emails => pointing::emails(line).map(Value::Points),
        FieldKind::Phones => pointing::phones(line).map(Value::Points),
        FieldKind::Address => address(line).map(Value::Address),
        FieldKind::PersonName => Ok(Value::Person(person(line))),
        FieldKind::File => {
            let path = line.strip_prefix('@').unwrap_or(line).to_owned();
            Ok(Value::Upload(Upload { path, content: None }))
        }
        FieldKind::Lines => Err("it cannot be typed; give --input JSON".to_owned()),
        FieldKind::Other => Err("it cannot be typed".to_owned()),
    }
}

/// Whether a text keeps to its field's length, in characters.
pub(crate) fn short_enough(field: &Field, text: &str) -> Result<(), String> {
    let Some(most) = field.max_length else { return Ok(()) };
    let length = text.chars().count();
    if length <= most as usize {
        return Ok(());
    }
    Err(format!("at most {most} characters, these are {length}"))
}

/// `street; city; state; postal code; country`, those at the end may be left out.
fn address(text: &str) -> Result<Address, String> {
    let mut parts = text.split(';').map(|part| part.trim().to_owned());
    let mut next = || parts.next().unwrap_or_default();
    let (street, city, state) = (next(), next(), next());
    let (postal_code, country) = (next(), next());
    if parts.next().is_some() {
        return Err("street; city; state; postal code; country".to_owned());
    }
    Ok(Address { street, city, state, postal_code, country })
}

/// `Ada Lovelace`; what stands alone is the last name. A first word with a full stop at its end
/// is the salutation, as the product stores it: `Dr.`.
fn person(text: &str) -> Person {
    let mut words: Vec<&str> = text.split_whitespace().collect();
    let is_salutation = words.len() > 1 && words.first().is_some_and(|word| word.ends_with('.'));
    let salutation = if is_salutation { words.remove(0).to_owned() } else { String::new() };
    let last = words.pop().unwrap_or_default().to_owned();
    let first = if words.is_empty() { String::new() } else { words.remove(0).to_owned() };
    Person { salutation, first, middle: words.join(" "), last, full: String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::value::Money;

    fn parsed(kind: FieldKind, text: &str) -> Result<Value, Error> {
        let preferences = Preferences {
            currencies: vec!["EUR".into(), "USD".into()],
            default_currency: "EUR".into(),
            time_zone: "Europe/Berlin".into(),
            ..Preferences::default()
        };
        parse_value(&Field::new("f", kind), text, &preferences, jiff::civil::date(2026, 11, 23))
    }

    #[test]
    fn nothing_typed_is_empty_for_every_kind() {
        for kind in [FieldKind::Text, FieldKind::Money, FieldKind::Date, FieldKind::Enum] {
            assert_eq!(parsed(kind, "  "), Ok(Value::Empty));
        }
    }

    #[test]
    fn text_is_kept_as_typed() {
        assert_eq!(parsed(FieldKind::LongText, " a\n b "), Ok(Value::Text(" a\n b ".into())));
    }

    #[test]
    fn a_text_that_is_too_long_is_refused_with_both_numbers() {
        let short = Field { max_length: Some(3), ..Field::new("name", FieldKind::Text) };
        let refused = parse_value(&short, "äöüß", &Preferences::default(), Date::MIN);
        let reason = "at most 3 characters, these are 4".to_owned();
        assert_eq!(refused, Err(Error::Invalid { field: Some("name".into()), reason }));
    }

    #[test]
    fn money_brings_its_currency() {
        let amount = rust_decimal::Decimal::new(4_820_050, 2);
        let money = Value::Money(Money { amount, currency: "USD".into() });
        assert_eq!(parsed(FieldKind::Money, "48,200.50 usd"), Ok(money));
    }

    #[test]
    fn a_moment_is_of_the_users_time_zone() {
        let moment: jiff::Timestamp = "2026-11-24T14:00:00Z".parse().unwrap();
        assert_eq!(parsed(FieldKind::DateTime, "tomorrow 15:00"), Ok(Value::DateTime(moment)));
    }

    #[test]
    fn a_person_has_parts() {
        let Value::Person(ada) = parsed(FieldKind::PersonName, "Dr. Ada King Lovelace").unwrap()
        else {
            panic!("no person")
        };
        let parts = [ada.salutation, ada.first, ada.middle, ada.last];
        assert_eq!(parts, ["Dr.", "Ada", "King", "Lovelace"]);
    }

    #[test]
    fn an_address_has_five_parts_and_not_six() {
        let Ok(Value::Address(address)) = parsed(FieldKind::Address, "Street 1; Bonn") else {
            panic!("no address")
        };
        assert_eq!((address.street.as_str(), address.city.as_str()), ("Street 1", "Bonn"));
        assert!(parsed(FieldKind::Address, "a;b;c;d;e;f").is_err());
    }
}
