//! The product's own deeds ([`verb::Verb`]) by their key, beside the typed actions.
use serde_json::{Value as Json, json};

use crate::domain::{
    action::{Action, Run},
    error::Error,
    record::RecordId,
    schema::{EntityName, Schema},
    verb,
};

/// A deed of the product, and what it is done to.
#[derive(Clone, Debug, PartialEq)]
pub struct Own {
    /// The deed.
    pub verb: verb::Verb,
    /// The type of the record that it is done to, where it is one; of one that lists, details and
    /// forms cover, their type.
    pub entity: Option<EntityName>,
}

/// All of a schema: those of records by type, those that entity types cover, then those without
/// a record.
pub fn all(schema: &Schema) -> Vec<Own> {
    let of_types = schema.entity_types.values().flat_map(|entity_type| {
        let entity = &entity_type.name;
        entity_type
            .verbs
            .iter()
            .map(|verb| Own { verb: verb.clone(), entity: Some(entity.clone()) })
    });
    let whole = schema.covered.iter().chain(&schema.verbs);
    let others = whole.map(|verb| Own { verb: verb.clone(), entity: verb.covers.clone() });
    of_types.chain(others).collect()
}

/// The one of that key; of a type's where several types have it.
pub fn find(schema: &Schema, key: &str, entity: Option<&EntityName>) -> Option<Own> {
    let fits = |own: &Own| {
        own.verb.key == key && entity.is_none_or(|entity| own.entity.as_ref() == Some(entity))
    };
    all(schema).into_iter().find(fits)
}

impl Own {
    /// The type of the record that it is done to. What covers a type has it in its input.
    fn target(&self) -> Option<&EntityName> {
        self.entity.as_ref().filter(|_| self.verb.covers.is_none())
    }

    /// Whether the record's id goes with the input, as its member `id`.
    fn takes_id(&self) -> bool {
        self.target().is_some() && self.verb.input.pointer("/properties/id").is_none()
    }

    /// The JSON Schema of its input; the record's id is a member of it.
    pub fn input(&self) -> Json {
        let mut schema = self.verb.input.clone();
        if !self.takes_id() {
            return schema;
        }
        let id = json!({"type": "string", "description": "the record that it is done to"});
        if let Some(object) = schema.as_object_mut() {
            let properties = object.entry("properties").or_insert_with(|| json!({}));
            if let Some(properties) = properties.as_object_mut() {
                properties.shift_insert(0, "id".to_owned(), id);
            }
            let required = object.entry("required").or_insert_with(|| json!([]));
            if let Some(required) = required.as_array_mut() {
                required.insert(0, json!("id"));
            }
        }
        schema
    }

    /// What to run for an input; `on` is the record where the input does not say it.
    ///
    /// Errors: [`Error::Usage`], [`Error::Invalid`] with the member's name.
    pub fn action(&self, input: &Json, on: Option<&str>) -> Result<Action, Error> {
        let refused = || Error::Usage { reason: "the input must be a JSON object".to_owned() };
        let mut members = input.as_object().ok_or_else(refused)?.clone();
        let given = if self.takes_id() { members.shift_remove("id") } else { None };
        let target = match self.target() {
            None => None,
            Some(entity) => {
                let id = on.or_else(|| given.as_ref()?.as_str()).filter(|id| !id.is_empty());
                let missing = || Error::Invalid {
                    field: Some("id".to_owned()),
                    reason: "required: the record that it is done to".to_owned(),
                };
                Some((entity.clone(), RecordId::from(id.ok_or_else(missing)?)))
            }
        };
        if let Some(name) = missing(&self.verb.input, &members) {
            return Err(Error::Invalid { field: Some(name), reason: "required".to_owned() });
        }
        let (key, is_write) = (self.verb.key.clone(), self.verb.is_write);
        Ok(Action::Run(Run { key, target, input: Json::Object(members), is_write }))
    }
}

/// A member that must be there and is not.
fn missing(schema: &Json, members: &serde_json::Map<String, Json>) -> Option<String> {
    let required = schema.get("required")?.as_array()?.iter().filter_map(Json::as_str);
    let is_missing = |name: &&str| members.get(*name).is_none_or(Json::is_null);
    required.into_iter().find(is_missing).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{schema::EntityType, verb::Verb};

    fn convert() -> Own {
        let input = json!({
            "type": "object",
            "properties": {"account": {"type": "string"}},
            "required": ["account"],
        });
        let verb = Verb { input, ..Verb::new("convert-lead", "Convert lead") };
        Own { verb, entity: EntityName::try_from("Leads").ok() }
    }

    #[test]
    fn the_record_is_a_member_of_the_input_that_is_described_and_not_of_the_one_that_is_sent() {
        let own = convert();
        assert_eq!(own.input()["required"], json!(["id", "account"]));
        let action = own.action(&json!({"id": "10x5", "account": "Acme"}), None).unwrap();
        let Action::Run(run) = action else { unreachable!() };
        assert_eq!(run.input, json!({"account": "Acme"}));
        assert_eq!(run.target.unwrap().1.as_str(), "10x5");
    }

    #[test]
    fn what_must_be_there_is_missed_by_name() {
        let own = convert();
        for (input, on, name) in
            [(json!({"account": "Acme"}), None, "id"), (json!({}), Some("10x5"), "account")]
        {
            let refused = own.action(&input, on);
            assert!(matches!(refused, Err(Error::Invalid { field: Some(it), .. }) if it == name));
        }
    }

    #[test]
    fn what_covers_a_type_takes_its_input_as_it_is() {
        let people = EntityName::try_from("Person").unwrap();
        let verb = Verb { covers: Some(people.clone()), ..Verb::new("find-person", "Find") };
        let schema = Schema { covered: vec![verb], ..Schema::default() };
        let own = find(&schema, "find-person", Some(&people)).unwrap();
        assert_eq!(own.input(), own.verb.input);
        let Ok(Action::Run(run)) = own.action(&json!({"id": "p1"}), None) else { unreachable!() };
        assert_eq!((run.target, run.input), (None, json!({"id": "p1"})));
    }

    #[test]
    fn a_key_of_several_types_is_told_apart_by_the_type() {
        let entity_type = |name: &str| {
            let name = EntityName::try_from(name).unwrap();
            let verbs = vec![Verb::new("print", "Print")];
            (name.clone(), EntityType { verbs, ..EntityType::new(name) })
        };
        let entity_types = ["Invoice", "Estimate"].map(entity_type).into_iter().collect();
        let schema = Schema { entity_types, ..Schema::default() };
        let estimate = EntityName::try_from("Estimate").unwrap();
        let found = find(&schema, "print", Some(&estimate)).unwrap();
        assert_eq!(found.entity, Some(estimate));
    }
}
