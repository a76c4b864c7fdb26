//! What this EspoCRM knows: entity types, fields, links and layouts, read once from `assets/demo/espocrm.schema`.
//!
//! The metadata, the labels, the layouts, the SQL tables and the attributes of a record all follow from this one list.

use super::attribute::{self, Attribute};
use super::parse;
use indexmap::IndexMap;
use serde_json::{Map, Value};

/// The text of the schema.
const TEXT: &str = include_str!("../../../assets/demo/espocrm.schema");

/// Every entity type, in the order of the file.
#[derive(Debug)]
pub struct Schema {
    /// By name.
    pub types: IndexMap<String, Type>,
}

/// One entity type.
#[derive(Debug, Default)]
pub struct Type {
    /// Its name on the wire: `Account`.
    pub name: String,
    /// Its English name.
    pub label: String,
    /// Its English name for many.
    pub plural: String,
    /// `tab`, `acl`, `stream`, `stars`, `occ`, `record`, `custom`, `hidden`…
    pub flags: Vec<String>,
    /// `order`, `text`, `duplicates`, `status`, `extras`, `color`, `icon`.
    pub params: IndexMap<String, String>,
    /// By name.
    pub fields: IndexMap<String, Field>,
    /// By name: those of the link fields and those that have no field.
    pub links: IndexMap<String, Link>,
    /// Primary filters and their styles.
    pub filters: Vec<Choice>,
    /// By name, as the API answers them.
    pub layouts: IndexMap<String, Value>,
    /// Everything a record of this type can hold, by name.
    pub attributes: IndexMap<String, Attribute>,
}

/// One field.
#[derive(Debug, Clone, Default)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its English label.
    pub label: String,
    /// Its type (E§7).
    pub kind: String,
    /// What the metadata says of it.
    pub params: Map<String, Value>,
    /// What only the demo needs to know: `relation`, `side`, `middle`, `noList`…
    pub inner: IndexMap<String, String>,
    /// Options, for kinds that have them.
    pub options: Vec<Choice>,
}

/// An option of a field, or a filter.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// The stored value.
    pub value: String,
    /// The English label.
    pub label: String,
    /// `success`, `danger`…
    pub style: Option<String>,
}

/// A link to another entity type.
#[derive(Debug, Clone, Default)]
pub struct Link {
    /// Its name.
    pub name: String,
    /// Its English label.
    pub label: String,
    /// `belongsTo`, `hasMany`, `hasChildren`, `belongsToParent`.
    pub kind: String,
    /// The other entity type; empty for `belongsToParent`.
    pub entity: String,
    /// The link on the other side, where there is one.
    pub foreign: String,
    /// The middle table, for many to many.
    pub relation: Option<Relation>,
}

/// A many-to-many relation, seen from one side.
#[derive(Debug, Clone, Default)]
pub struct Relation {
    /// Its name in the `relation` table.
    pub name: String,
    /// Whether this side's records stand on the left.
    pub left: bool,
    /// Middle columns and the fields that describe them: `role` → `contactRole`.
    pub columns: Vec<(String, String)>,
    /// Middle columns as the related list shows them: `role` → `accountRole`.
    pub middle: Vec<(String, String)>,
    /// The field that holds the first of them: `account` for `accounts`.
    pub primary: Option<String>,
}

impl Schema {
    /// Reads the built-in text. Errors name the line that makes no sense.
    pub fn read() -> Result<Schema, String> {
        let mut types = parse::types(TEXT)?;
        for one in types.values_mut() {
            one.add_common_fields();
            one.add_field_links();
        }
        let fields: IndexMap<String, IndexMap<String, Field>> =
            types.iter().map(|(name, one)| (name.clone(), one.fields.clone())).collect();
        for one in types.values_mut() {
            one.attributes = attribute::of_type(one, &fields);
        }
        Ok(Schema { types })
    }

    /// An entity type that the API shows.
    pub fn visible(&self, name: &str) -> Option<&Type> {
        self.types.get(name).filter(|one| !one.is("hidden"))
    }

    /// The options of a field, also where they are another field's.
    pub fn options<'a>(&'a self, field: &'a Field) -> &'a [Choice] {
        let Some((other, name)) = field
            .params
            .get("optionsReference")
            .and_then(Value::as_str)
            .and_then(|reference| reference.split_once('.'))
        else {
            return &field.options;
        };
        self.types
            .get(other)
            .and_then(|one| one.fields.get(name))
            .map_or(&[], |field| &field.options)
    }
}

impl Type {
    /// Whether a flag is set.
    pub fn is(&self, flag: &str) -> bool {
        self.flags.iter().any(|one| one == flag)
    }

    /// A parameter's parts at its commas.
    pub fn list(&self, param: &str) -> Vec<&str> {
        self.params.get(param).map(|text| text.split(',').collect()).unwrap_or_default()
    }

    /// The field that holds the status, if any.
    pub fn status(&self) -> Option<&Field> {
        self.params.get("status").and_then(|name| self.fields.get(name))
    }

    /// The default order: attribute and whether it descends.
    pub fn order(&self) -> (&str, bool) {
        let order = self.params.get("order").map_or("createdAt:desc", String::as_str);
        let (name, direction) = order.split_once(':').unwrap_or((order, "asc"));
        (name, direction == "desc")
    }

    fn add_common_fields(&mut self) {
        let record = self.is("record");
        self.add("createdAt", "Created At", "datetime", "readOnly");
        self.add("modifiedAt", "Modified At", "datetime", "readOnly");
        self.add("createdBy", "Created By", "link", "entity=User readOnly");
        if record {
            self.add("modifiedBy", "Modified By", "link", "entity=User readOnly");
            let required = if matches!(self.name.as_str(), "Task" | "Meeting" | "Call") {
                " required"
            } else {
                ""
            };
            self.add("assignedUser", "Assigned User", "link", &format!("entity=User{required}"));
            self.add(
                "teams",
                "Teams",
                "linkMultiple",
                "entity=Team relation=EntityTeam side=left foreign=",
            );
        }
        if self.is("stream") {
            self.add("streamUpdatedAt", "Stream Updated At", "datetime", "readOnly");
        }
        if self.is("occ") {
            self.add("versionNumber", "Version Number", "int", "readOnly");
        }
    }

    fn add(&mut self, name: &str, label: &str, kind: &str, params: &str) {
        let field = parse::field(name, label, kind, params, "");
        self.fields.entry(name.to_owned()).or_insert(field);
    }

    fn add_field_links(&mut self) {
        let fields: Vec<Link> = self.fields.values().filter_map(parse::link_of).collect();
        for link in fields {
            self.links.entry(link.name.clone()).or_insert(link);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_is_read_and_names_every_field_type_of_the_contract() {
        let schema = Schema::read().unwrap();
        let known: Vec<&str> = schema
            .types
            .values()
            .flat_map(|one| one.fields.values().map(|field| field.kind.as_str()))
            .collect();
        for kind in super::super::kinds::NAMES {
            let unused =
                ["base", "rangeFloat", "rangeCurrency", "currencyConverted"].contains(kind);
            assert!(unused || known.contains(kind), "no field of type {kind}");
        }
    }

    #[test]
    fn every_link_leads_to_an_entity_type_that_exists() {
        let schema = Schema::read().unwrap();
        for one in schema.types.values() {
            for link in one.links.values() {
                let known = link.entity.is_empty() || schema.types.contains_key(&link.entity);
                assert!(known, "{}.{} leads to {}", one.name, link.name, link.entity);
            }
        }
    }
}
