//! What a connection has: entity types, their fields and links, and what the user may do.
use std::{fmt, sync::Arc};

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::{
    comment::Comments,
    query::Order,
    value::Value,
    verb::{NotOffered, Verb},
};

/// The name of an entity type, as the product spells it: `Contact`, `SalesOrder`.
/// It goes into paths and keys, so only what is harmless there can be made into one.
/// Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EntityName(Arc<str>);

/// Refused as the name of an entity type.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("an entity type is named by letters, digits and _, not {0:?}")]
pub struct NotAnEntityName(pub String);

impl TryFrom<&str> for EntityName {
    type Error = NotAnEntityName;

    fn try_from(name: &str) -> Result<Self, Self::Error> {
        let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if plain && !name.is_empty() && name.len() <= 100 {
            Ok(Self(name.into()))
        } else {
            Err(NotAnEntityName(name.to_owned()))
        }
    }
}

impl TryFrom<String> for EntityName {
    type Error = NotAnEntityName;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        Self::try_from(name.as_str())
    }
}

impl From<EntityName> for String {
    fn from(name: EntityName) -> Self {
        name.0.as_ref().to_owned()
    }
}

impl EntityName {
    /// Of no type: what a draft is of that belongs to no record.
    pub fn nothing() -> Self {
        Self("_".into())
    }

    /// As the product spells it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EntityName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Everything that a connection's user can see of its structure.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Schema {
    /// Changes when the product's structure does (EspoCRM: `X-App-Timestamp`); opaque.
    pub stamp: String,
    /// Product and version for people: `EspoCRM 9.2.7`.
    pub product: String,
    /// Who is signed in.
    pub user: Option<Me>,
    /// How the user wants dates and numbers.
    pub preferences: Preferences,
    /// In the product's own order of tabs; those without a tab last.
    pub entity_types: IndexMap<EntityName, EntityType>,
    /// What can be done without a record.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub verbs: Vec<Verb>,
    /// Deeds of the product that its entity types cover: lists, details and forms do them. In
    /// the catalogue they stand in place of ours of the same key, and nowhere else.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub covered: Vec<Verb>,
    /// What the provider itself needs to know of it; opaque to everybody else.
    #[serde(default, skip_serializing_if = "serde_json::Value::is_null")]
    pub notes: serde_json::Value,
    /// What the product has and its API does not offer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_offered: Vec<NotOffered>,
    /// Titles of sections in the user's language, where they differ from what layouts call
    /// them: by that name, or by `Account.` and that name. Raw.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub titles: IndexMap<String, String>,
}

impl Schema {
    /// The entity type of that name.
    pub fn entity_type(&self, name: &EntityName) -> Option<&EntityType> {
        self.entity_types.get(name)
    }
}

/// The signed-in user.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    /// The user record's id.
    pub id: String,
    /// The login.
    pub login: String,
    /// The name for people.
    pub name: String,
    /// Whether nothing is forbidden to them.
    pub is_admin: bool,
}

/// The user's preferences on the server, or the server's defaults.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preferences {
    /// IANA name: `Europe/Berlin`.
    pub time_zone: String,
    /// Between thousands; may be empty.
    pub thousands: String,
    /// Before decimals.
    pub decimal_mark: String,
    /// 0 = Sunday, 1 = Monday.
    pub week_start: u8,
    /// Codes that money may have.
    pub currencies: Vec<String>,
    /// The code for new money.
    pub default_currency: String,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            time_zone: "UTC".to_owned(),
            thousands: ",".to_owned(),
            decimal_mark: ".".to_owned(),
            week_start: 1,
            currencies: Vec::new(),
            default_currency: String::new(),
        }
    }
}

/// A kind of record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EntityType {
    /// As the product spells it.
    pub name: EntityName,
    /// For one: `Contact`. From the server, raw.
    pub label: String,
    /// For several: `Contacts`. From the server, raw.
    pub label_plural: String,
    /// Whether it stands in the rail.
    pub is_tab: bool,
    /// The group of the rail in which it stands, for people: `Inventory`; `None` = the product
    /// makes no groups. Types of one group stand together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// What the user may do with its records, at best.
    pub rights: Rights,
    /// By name.
    pub fields: IndexMap<String, Field>,
    /// By name.
    pub links: IndexMap<String, Link>,
    /// The field that names a record: `name`.
    pub title: String,
    /// The field that says how far a record has come: `status`, `stage`.
    pub status: Option<String>,
    /// Presets of the server (EspoCRM: primary filters).
    pub presets: Vec<Preset>,
    /// Switches of the server (EspoCRM: bool filters).
    pub flags: Vec<Preset>,
    /// How the server orders by default.
    pub order: Option<Order>,
    /// Fields that a text search looks into.
    pub searched: Vec<String>,
    /// How lists can be asked for what changed lately alone, where the product takes that: an
    /// open list follows the server by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follow: Option<Follow>,
    /// Whether updates carry a version that the server checks.
    pub is_versioned: bool,
    /// What can be done with one record beyond reading and writing it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub verbs: Vec<Verb>,
    /// What can be done with comments; `None` = its records have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comments: Option<Comments>,
    /// From the server's layouts; `None` until [`super::action::Action::Describe`] was answered.
    pub layout: Option<Layout>,
    /// What the ids of its records begin with, where the product's ids tell their type (Vtiger's
    /// `12` in `12x203`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_prefix: Option<String>,
    /// When the server described its fields, where the product does so type by type; `None` = it
    /// has not yet, or the fields came with the schema.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub described: Option<jiff::Timestamp>,
}

impl EntityType {
    /// One of that name and nothing else: its labels are its name, its title is the field `name`,
    /// it is a tab, nothing may be done with it, and it has neither fields nor links.
    pub fn new(name: EntityName) -> Self {
        Self {
            label: name.as_str().to_owned(),
            label_plural: name.as_str().to_owned(),
            is_tab: true,
            group: None,
            verbs: Vec::new(),
            comments: None,
            rights: Rights::default(),
            fields: IndexMap::new(),
            links: IndexMap::new(),
            title: "name".to_owned(),
            status: None,
            presets: Vec::new(),
            flags: Vec::new(),
            order: None,
            searched: Vec::new(),
            follow: None,
            is_versioned: false,
            layout: None,
            id_prefix: None,
            described: None,
            name,
        }
    }

    /// The field of that name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.get(name)
    }
}

/// The fields by which a list follows what changes at the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Follow {
    /// When a record was last changed: `updated_at`.
    pub changed: String,
    /// When it was made: `created_at`.
    pub created: String,
}

/// What a user may do with an entity type, or a field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "four independent rights, as the server has them"
)]
pub struct Rights {
    /// See records.
    pub read: bool,
    /// Make new ones.
    pub create: bool,
    /// Change some.
    pub edit: bool,
    /// Remove some.
    pub delete: bool,
}

/// A preset or switch of the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preset {
    /// As the server spells it.
    pub name: String,
    /// For people; raw.
    pub label: String,
}

/// The server's layouts of an entity type.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Layout {
    /// The list's columns, by field name.
    pub columns: Vec<String>,
    /// The detail's sections.
    pub sections: Vec<Section>,
    /// The links shown as panels, in order.
    pub panels: Vec<String>,
}

/// A part of a detail.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Section {
    /// Its title; raw; may be empty.
    pub label: String,
    /// Rows of one or two fields.
    pub rows: Vec<Vec<Cell>>,
}

/// A field's place in a section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// The field.
    pub field: String,
    /// Whether it stands alone in its row.
    pub is_wide: bool,
}

/// A part of a record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// As the product spells it.
    pub name: String,
    /// From the server, raw.
    pub label: String,
    /// What it holds.
    pub kind: FieldKind,
    /// The product's own name of the type, for people and for JSON.
    pub wire_type: String,
    /// Whether it must have a value.
    pub is_required: bool,
    /// Why it cannot be edited; `None` = it can.
    pub read_only: Option<ReadOnly>,
    /// Whether lists can be ordered by it.
    pub is_sortable: bool,
    /// At most so many characters.
    pub max_length: Option<u32>,
    /// The least number.
    pub min: Option<rust_decimal::Decimal>,
    /// The largest number.
    pub max: Option<rust_decimal::Decimal>,
    /// For enums: what can be chosen, in order.
    pub choices: Vec<Choice>,
    /// For references: the entity types that they may point to.
    pub targets: Vec<EntityName>,
    /// What a new record begins with.
    pub default: Option<Value>,
    /// A short explanation from the server; raw.
    pub tooltip: Option<String>,
    /// For lines: their fields, in order. A read-only one is counted by the server.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<Field>,
    /// For lines: the fields of the record that sum them up, in order, the last is the total.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub totals: Vec<String>,
}

impl Field {
    /// One of that name and kind and nothing else: its label is its name, it can be edited and
    /// ordered by, and it has no limits, no choices, no targets, no default and no wire type.
    pub fn new(name: &str, kind: FieldKind) -> Self {
        Self {
            name: name.to_owned(),
            label: name.to_owned(),
            kind,
            wire_type: String::new(),
            is_required: false,
            read_only: None,
            is_sortable: true,
            max_length: None,
            min: None,
            max: None,
            choices: Vec::new(),
            targets: Vec::new(),
            default: None,
            tooltip: None,
            columns: Vec::new(),
            totals: Vec::new(),
        }
    }
}

/// Why a field cannot be edited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReadOnly {
    /// The server computes it.
    Computed,
    /// The user's role forbids it.
    Forbidden,
    /// It can be set on a new record only.
    AfterCreate,
    /// ficha has no editor for it.
    NoEditor,
}

/// What a field holds; chooses how it is shown and edited. E§7.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum FieldKind {
    /// One line.
    Text,
    /// Several lines.
    LongText,
    /// HTML; shown as text.
    Html,
    /// A web address.
    Url,
    /// A whole number.
    Integer,
    /// A number with decimals.
    Number,
    /// Money with its currency.
    Money,
    /// Yes or no.
    Bool,
    /// One of some.
    Enum,
    /// Some of some, or free words.
    MultiEnum,
    /// A day.
    Date,
    /// A moment.
    DateTime,
    /// A day or a moment.
    DateOrTime,
    /// Seconds.
    Duration,
    /// Points to one record.
    Reference,
    /// Points to one record of several types.
    AnyReference,
    /// Points to several records.
    References,
    /// Files.
    File,
    /// E-mail addresses.
    Emails,
    /// Phone numbers.
    Phones,
    /// A postal address.
    Address,
    /// A person's name in parts.
    PersonName,
    /// The lines of a quote, an invoice, a ticket: a table within the record.
    Lines,
    /// Anything else: shown as JSON, never edited.
    Other,
}

/// A value that an enum can have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// As stored.
    pub value: String,
    /// For people; raw.
    pub label: String,
    /// How it is meant.
    pub style: ChoiceStyle,
}

/// How a choice is meant (EspoCRM `style`; SCREENS §5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChoiceStyle {
    /// Nothing special.
    #[default]
    Plain,
    /// Under way.
    Accent,
    /// Done, won.
    Good,
    /// Waiting.
    Warn,
    /// Lost, broken.
    Bad,
}

/// A relation between records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// As the product spells it.
    pub name: String,
    /// From the server, raw.
    pub label: String,
    /// What it leads to; `None` when several types.
    pub entity: Option<EntityName>,
    /// Whether it leads to many.
    pub is_many: bool,
    /// Whether records can be linked and unlinked by it.
    pub is_editable: bool,
    /// Whether finding its records costs many exchanges: it is followed once the user looks.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_slow: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_no_entity_name() {
        assert!(EntityName::try_from("SalesOrder").is_ok());
        for bad in ["", "Account/../User", "Konto\u{e9}", "a b"] {
            assert!(EntityName::try_from(bad).is_err(), "{bad}");
        }
    }
}
