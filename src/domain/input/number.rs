//! Numbers, money, durations.
use rust_decimal::Decimal;

use crate::domain::{
    schema::{Field, Preferences},
    value::{Money, Value},
};

/// A whole number within the field's bounds.
pub fn integer(field: &Field, text: &str, preferences: &Preferences) -> Result<Value, String> {
    let number = decimal(text, preferences)?;
    within(field, number)?;
    let whole = if number.fract().is_zero() { i64::try_from(number.trunc()).ok() } else { None };
    whole.map(Value::Integer).ok_or_else(|| format!("{text} is no whole number"))
}

/// A number within the field's bounds.
pub fn number(field: &Field, text: &str, preferences: &Preferences) -> Result<Value, String> {
    let number = decimal(text, preferences)?;
    within(field, number)?;
    Ok(Value::Number(number))
}

/// `48200`, `48,200.50 EUR`, `EUR 5`, `€5`; without a currency it is the user's usual one.
pub fn money(field: &Field, text: &str, preferences: &Preferences) -> Result<Value, String> {
    let is_code = |c: char| c.is_alphabetic() || "€$£¥".contains(c);
    let code: String = text.chars().filter(|&c| is_code(c)).collect();
    let digits = text.trim_matches(|c: char| is_code(c) || c.is_whitespace());
    let amount = decimal(digits, preferences)?;
    within(field, amount)?;
    Ok(Value::Money(Money { amount, currency: currency(&code, preferences)? }))
}

fn currency(code: &str, preferences: &Preferences) -> Result<String, String> {
    let code = match code {
        "" => return Ok(preferences.default_currency.clone()),
        "€" => "EUR".to_owned(),
        "$" => "USD".to_owned(),
        "£" => "GBP".to_owned(),
        "¥" => "JPY".to_owned(),
        code => code.to_uppercase(),
    };
    let known = &preferences.currencies;
    if known.is_empty() || known.contains(&code) {
        return Ok(code);
    }
    Err(format!("{code} is none of {}", known.join(", ")))
}

/// A number with the user's marks between thousands and before decimals. A point before
/// decimals is understood too where it cannot be anything else.
pub fn decimal(text: &str, preferences: &Preferences) -> Result<Decimal, String> {
    let refused = || format!("{text} is no number");
    let spaces = [' ', '\u{a0}', '\u{202f}', '\'', '_'];
    let plain: String = text.chars().filter(|c| !spaces.contains(c)).collect();
    let mark = if preferences.decimal_mark.is_empty() { "." } else { &preferences.decimal_mark };
    let thousands = preferences.thousands.as_str();
    let (whole, part) = match plain.split_once(mark) {
        Some((whole, part)) => (whole, Some(part)),
        None => match plain.split_once('.') {
            Some((whole, part)) if thousands != "." || part.len() != 3 => (whole, Some(part)),
            _ => (plain.as_str(), None),
        },
    };
    let whole = ungrouped(whole, thousands).ok_or_else(refused)?;
    let joined = part.map_or_else(|| whole.clone(), |part| format!("{whole}.{part}"));
    let digits = joined.trim_start_matches(['-', '+']);
    if digits.is_empty() || !digits.chars().all(|c| c.is_ascii_digit() || c == '.') {
        return Err(refused());
    }
    joined.trim_start_matches('+').parse().map_err(|_| refused())
}

/// Without the marks between thousands; `None` where a group has not three digits, so that
/// `1,5` is never taken for 15.
fn ungrouped(whole: &str, thousands: &str) -> Option<String> {
    if thousands.is_empty() || !whole.contains(thousands) {
        return Some(whole.to_owned());
    }
    let mut groups = whole.split(thousands);
    let first = groups.next()?.to_owned();
    let digits = first.trim_start_matches(['-', '+']).len();
    let rest: Vec<&str> = groups.collect();
    let holds = (1..=3).contains(&digits) && rest.iter().all(|group| group.len() == 3);
    holds.then(|| first + &rest.concat())
}

fn within(field: &Field, number: Decimal) -> Result<(), String> {
    match (field.min, field.max) {
        (Some(min), _) if number < min => Err(format!("at least {min}")),
        (_, Some(max)) if number > max => Err(format!("at most {max}")),
        _ => Ok(()),
    }
}

/// Seconds of `1h 30m`, `90m`, `1:30` (hours and minutes), `2d`, `5400`.
pub fn duration(text: &str) -> Result<i64, String> {
    let refused = || format!("{text} is no duration; 1h 30m perhaps");
    if let Ok(seconds) = text.parse::<i64>() {
        return Ok(seconds);
    }
    if let Some((hours, minutes)) = text.split_once(':') {
        let (hours, minutes) = (hours.parse::<i64>(), minutes.parse::<i64>());
        let (Ok(hours), Ok(minutes @ 0..60)) = (hours, minutes) else { return Err(refused()) };
        return hours
            .checked_mul(3600)
            .and_then(|s| s.checked_add(minutes * 60))
            .ok_or_else(refused);
    }
    units(text).ok_or_else(refused)
}

fn units(text: &str) -> Option<i64> {
    let (mut seconds, mut digits) = (0_i64, String::new());
    for c in text.to_lowercase().chars().filter(|c| !c.is_whitespace()) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        let unit = match c {
            'd' => 86_400,
            'h' => 3600,
            'm' => 60,
            's' => 1,
            _ => return None,
        };
        let number: i64 = digits.parse().ok()?;
        seconds = seconds.checked_add(number.checked_mul(unit)?)?;
        digits.clear();
    }
    digits.is_empty().then_some(seconds)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::schema::FieldKind;

    fn german() -> Preferences {
        Preferences { thousands: ".".into(), decimal_mark: ",".into(), ..Preferences::default() }
    }

    #[test]
    fn numbers_are_read_by_the_users_marks() {
        let english = Preferences::default();
        for (typed, preferences, expected) in [
            ("48,200.50", &english, "48200.50"),
            ("-1,234", &english, "-1234"),
            ("48.200,50", &german(), "48200.50"),
            ("48.200", &german(), "48200"),
            ("48.5", &german(), "48.5"),
            ("1 000 000", &english, "1000000"),
            (".5", &english, "0.5"),
        ] {
            let expected: Decimal = expected.parse().unwrap();
            assert_eq!(decimal(typed, preferences), Ok(expected), "{typed}");
        }
    }

    #[test]
    fn a_decimal_comma_is_not_taken_for_thousands() {
        for typed in ["1,5", "1,50.2", "abc", "1-2", "", "-", "1e5", "1.2.3"] {
            assert!(decimal(typed, &Preferences::default()).is_err(), "{typed}");
        }
    }

    #[test]
    fn a_number_keeps_to_its_bounds() {
        let field = Field { max: Some(Decimal::from(100)), ..Field::new("p", FieldKind::Integer) };
        assert_eq!(integer(&field, "101", &german()), Err("at most 100".to_owned()));
        assert_eq!(integer(&field, "1,5", &german()), Err("1,5 is no whole number".to_owned()));
        assert_eq!(integer(&field, "100", &german()), Ok(Value::Integer(100)));
    }

    #[test]
    fn a_currency_that_the_server_does_not_have_is_refused() {
        let preferences = Preferences { currencies: vec!["EUR".into()], ..german() };
        let amount = Field::new("amount", FieldKind::Money);
        assert_eq!(money(&amount, "5 XXX", &preferences), Err("XXX is none of EUR".to_owned()));
        let five = Money { amount: Decimal::from(5), currency: "EUR".into() };
        assert_eq!(money(&amount, "€5", &preferences), Ok(Value::Money(five)));
    }

    #[test]
    fn durations_are_read_as_people_write_them() {
        for (typed, seconds) in [("1h 30m", 5400), ("1:30", 5400), ("90m", 5400), ("60", 60)] {
            assert_eq!(duration(typed), Ok(seconds), "{typed}");
        }
        assert!(duration("1x").is_err() && duration("9999999999999999d").is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            rng_seed: proptest::test_runner::RngSeed::Fixed(7), ..ProptestConfig::default()
        })]

        #[test]
        fn any_text_gives_a_number_or_a_reason(text in "\\PC{0,20}") {
            let _ = (decimal(&text, &german()), duration(&text));
            let _ = money(&Field::new("a", FieldKind::Money), &text, &german());
        }
    }
}
