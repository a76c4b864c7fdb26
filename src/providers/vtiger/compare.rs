//! What was sent and what stands there: a success does not prove that it was stored. A4.
use indexmap::IndexMap;

use crate::domain::{
    change::{Edits, Written},
    record::Record,
    value::{Line, Value},
};

/// Whether two values are the same to the server: moments in whole seconds, a switch that is off
/// as good as an empty one, money of any currency, and lines by what was said of them.
pub fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Bool(false), Value::Empty) | (Value::Empty, Value::Bool(false)) => true,
        (Value::DateTime(a), Value::DateTime(b)) => a.as_second() == b.as_second(),
        (Value::Money(a), Value::Money(b)) => a.amount == b.amount,
        (Value::Money(a), b) | (b, Value::Money(a)) => {
            super::value::number_of(b).is_some_and(|number| number == a.amount)
        }
        (Value::Lines(a), Value::Lines(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_line(a, b))
        }
        // Line ends and blanks at the ends are the form's, not the user's.
        (Value::Text(a), Value::Text(b)) => {
            a.replace("\r\n", "\n").trim_end() == b.replace("\r\n", "\n").trim_end()
        }
        (a, b) => a.means_the_same(b),
    }
}

/// Lines get new ids with every change, and their totals are counted. A8.
fn same_line(a: &Line, b: &Line) -> bool {
    let zero = |value: &Value| {
        value.is_empty() || super::value::number_of(value).is_some_and(|n| n.is_zero())
    };
    let agree = |a: &Line, b: &Line| {
        a.fields.iter().filter(|(name, _)| name.as_str() != "total").all(|(name, value)| {
            match b.fields.get(name) {
                Some(other) => same(value, other) || (zero(value) && zero(other)),
                None => true,
            }
        })
    };
    agree(a, b) && agree(b, a)
}

/// Fields that were sent and are not stored, with what stands there instead. A file has another
/// name there, and what was not read tells nothing.
pub fn not_stored(edits: &Edits, stored: &Record) -> IndexMap<String, Value> {
    let stands = |name: &String| stored.value(name);
    edits
        .iter()
        .filter(|(_, sent)| !matches!(sent, Value::Upload(_)))
        .filter_map(|(name, sent)| Some((name, sent, stands(name)?)))
        .filter(|(_, sent, stands)| !same(sent, stands))
        .map(|(name, _, stands)| (name.clone(), stands.clone()))
        .collect()
}

/// The outcome of a write that landed.
pub fn written(edits: &Edits, record: Record) -> Written {
    let not_stored = not_stored(edits, &record);
    Written { record, not_stored }
}
