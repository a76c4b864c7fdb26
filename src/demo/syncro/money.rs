//! Money in its three forms (§6): texts, numbers with a point, cents.

use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive, ToPrimitive};
use serde_json::{Value, json};

/// An amount that somebody sent, as a number or a text.
pub fn read(value: &Value) -> Option<Decimal> {
    match value {
        Value::Number(number) => number
            .as_i64()
            .map(Decimal::from)
            .or_else(|| number.as_f64().and_then(Decimal::from_f64)),
        Value::String(text) => text.trim().parse().ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// An amount, or nothing's worth.
pub fn amount(value: &Value) -> Decimal {
    read(value).unwrap_or_default()
}

/// `"9.99"`, `"10.0"`: never without a point.
pub fn text(amount: Decimal) -> String {
    let plain = amount.normalize();
    if plain.scale() == 0 { format!("{plain}.0") } else { plain.to_string() }
}

/// `9.99`.
pub fn float(amount: Decimal) -> Value {
    json!(amount.to_f64().unwrap_or_default())
}

/// `999`.
pub fn cents(amount: Decimal) -> i64 {
    (amount * Decimal::ONE_HUNDRED).round().to_i64().unwrap_or_default()
}

/// From cents.
pub fn of_cents(cents: i64) -> Decimal {
    Decimal::new(cents, 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_has_three_forms() {
        let ten = read(&json!("10.00")).unwrap();
        assert_eq!((text(ten), float(ten), cents(ten)), ("10.0".into(), json!(10.0), 1000));
        let odd = read(&json!(64.99)).unwrap();
        assert_eq!((text(odd), cents(odd)), ("64.99".into(), 6499));
        assert_eq!(read(&json!("many")), None);
    }
}
