//! How a field lies in a row: one field of ours is one or more attributes of theirs. E§7.
use crate::domain::schema::{Field, FieldKind};

/// The attributes that make up a field's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One, of the field's own name.
    Single,
    /// The amount and its currency.
    Money,
    /// The moment, or the day.
    DateOrTime,
    /// An id and a name.
    Reference,
    /// An id, a type and a name.
    AnyReference,
    /// Ids and names.
    References,
    /// The main address and the data of all.
    Emails,
    /// The main number and the data of all.
    Phones,
    /// Street, city, state, country, postal code.
    Address,
    /// The full name and its parts.
    PersonName,
}

impl Shape {
    /// The shape of that field.
    pub fn of(field: &Field) -> Self {
        match field.kind {
            FieldKind::Money => Self::Money,
            FieldKind::DateOrTime => Self::DateOrTime,
            FieldKind::References => Self::References,
            FieldKind::File if is_several(field) => Self::References,
            FieldKind::Reference | FieldKind::File => Self::Reference,
            FieldKind::AnyReference => Self::AnyReference,
            FieldKind::Emails => Self::Emails,
            FieldKind::Phones => Self::Phones,
            FieldKind::Address => Self::Address,
            FieldKind::PersonName => Self::PersonName,
            FieldKind::Text
            | FieldKind::LongText
            | FieldKind::Html
            | FieldKind::Url
            | FieldKind::Integer
            | FieldKind::Number
            | FieldKind::Bool
            | FieldKind::Enum
            | FieldKind::MultiEnum
            | FieldKind::Date
            | FieldKind::DateTime
            | FieldKind::Duration
            | FieldKind::Lines
            | FieldKind::Other => Self::Single,
        }
    }
}

/// Whether a file field holds several.
pub fn is_several(field: &Field) -> bool {
    field.wire_type == "attachmentMultiple"
}
