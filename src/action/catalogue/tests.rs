use std::collections::HashSet;

use serde_json::json;

use super::*;
use crate::domain::{
    schema::{Choice, ChoiceStyle, Field, FieldKind, Rights},
    value::{Reference, Value},
};

/// An entity type with a name, a stage and an account.
pub(in crate::action) fn entity_type(name: &str) -> EntityType {
    let choice = |value: &str| {
        let (value, label) = (value.to_owned(), value.to_owned());
        Choice { value, label, style: ChoiceStyle::Plain }
    };
    let account = EntityName::try_from("Account").unwrap();
    let name_field =
        Field { is_required: true, max_length: Some(100), ..Field::new("name", FieldKind::Text) };
    let choices = vec![choice("New"), choice("Won")];
    let stage = Field { choices, ..Field::new("stage", FieldKind::Enum) };
    let link = Field { targets: vec![account], ..Field::new("account", FieldKind::Reference) };
    let fields = [name_field, stage, link].map(|field| (field.name.clone(), field));
    EntityType {
        label_plural: format!("{name}s"),
        rights: Rights { read: true, create: true, edit: true, delete: false },
        fields: fields.into_iter().collect(),
        ..EntityType::new(EntityName::try_from(name).unwrap())
    }
}

/// A schema of those types.
pub(in crate::action) fn schema(names: &[&str]) -> Schema {
    let types = names.iter().map(|name| entity_type(name)).map(|t| (t.name.clone(), t));
    Schema { entity_types: types.collect(), stamp: "1".to_owned(), ..Schema::default() }
}

fn standard() -> Schema {
    schema(&["User", "Task", "Opportunity", "Lead", "Contact", "Account", "Case", "CEquipment"])
}

#[test]
fn the_twenty_keys_of_the_issue_exist_exactly() {
    let keys: HashSet<String> = catalogue(&standard()).into_iter().map(|entry| entry.key).collect();
    for key in [
        "list-users",
        "list-tasks",
        "list-opportunities",
        "list-leads",
        "list-contacts",
        "list-accounts",
        "get-user",
        "get-task",
        "get-opportunity",
        "get-lead",
        "get-contact",
        "get-account",
        "create-task",
        "create-opportunity",
        "create-lead",
        "create-contact",
        "create-account",
        "update-task",
        "update-opportunity",
        "update-lead",
        "list-cases",
        "get-c-equipment",
    ] {
        assert!(keys.contains(key), "{key}");
    }
}

#[test]
fn no_two_actions_share_a_key() {
    let entries = catalogue(&schema(&["SalesOrder", "Sales_Order", "Contact", "Contacts"]));
    let keys: HashSet<&str> = entries.iter().map(|entry| entry.key.as_str()).collect();
    assert_eq!(keys.len(), entries.len(), "{keys:?}");
    assert!(keys.contains("get-sales-order") && keys.contains("get-sales-order-Sales_Order"));
}

#[test]
fn a_key_of_the_products_own_stands_once_and_ours_gives_way() {
    use crate::domain::verb::Verb as Deed;
    let covered = vec![Deed::new("list-contacts", "List contacts")];
    let verbs = vec![Deed::new("create-lead", "Make a lead")];
    let schema = Schema { verbs, covered, ..standard() };
    let own = own::all(&schema).into_iter().map(|own| own.verb.key);
    let typed = catalogue(&schema).into_iter().map(|entry| entry.key);
    let keys: Vec<String> = own.chain(typed).collect();
    for key in ["list-contacts", "create-lead", "get-contact", "update-lead"] {
        assert_eq!(keys.iter().filter(|known| *known == key).count(), 1, "{key}");
    }
    assert_eq!(own::find(&schema, "list-contacts", None).unwrap().verb.label, "List contacts");
}

#[test]
fn an_unknown_key_is_answered_with_near_ones() {
    let Err(Error::Usage { reason }) = find(&standard(), "fetch-contacts") else { panic!("found") };
    assert!(reason.contains("list-contacts"), "{reason}");
}

#[test]
fn an_input_schema_says_what_is_required_and_closes_the_rest() {
    let schema = find(&standard(), "create-opportunity").unwrap().input;
    assert_eq!(schema["required"], json!(["name"]));
    assert_eq!(schema["additionalProperties"], json!(false));
    assert_eq!(schema["properties"]["name"]["maxLength"], json!(100));
    assert_eq!(schema["properties"]["stage"]["enum"], json!(["New", "Won"]));
    assert_eq!(schema["properties"]["account"]["required"], json!(["id"]));
    let update = find(&standard(), "update-opportunity").unwrap().input;
    assert_eq!(update["required"], json!(["id"]));
    assert_eq!(update["properties"]["stage"]["enum"], json!(["New", "Won", null]));
}

fn plan(key: &str, input: &Json) -> Result<Plan, Error> {
    action(&find(&standard(), key).unwrap(), input, &standard())
}

fn direct(key: &str, input: &Json) -> Action {
    match plan(key, input) {
        Ok(Plan::Direct(action)) => action,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_create_has_its_edits() {
    let input = json!({"name": "Deal", "stage": "Won", "account": {"id": "7"}});
    let Action::Create { edits, despite_duplicates: false, .. } =
        direct("create-opportunity", &input)
    else {
        panic!("no create")
    };
    assert_eq!(edits["stage"], Value::Text("Won".into()));
    let entity = Some(EntityName::try_from("Account").unwrap());
    assert_eq!(
        edits["account"],
        Value::Reference(Reference { entity, id: "7".into(), name: None })
    );
}

#[test]
fn an_update_reads_first() {
    let Ok(Plan::ReadThenUpdate { id, edits, .. }) =
        plan("update-lead", &json!({"id": "1", "stage": null}))
    else {
        panic!("no update")
    };
    assert_eq!((id.as_str(), &edits["stage"]), ("1", &Value::Empty));
}

#[test]
fn a_list_takes_its_options_and_refuses_others() {
    let input = json!({"limit": 5, "order": "name", "descending": true, "search": "acme"});
    let Action::List(query) = direct("list-accounts", &input) else { panic!("no list") };
    assert_eq!((query.limit, query.order.unwrap().descending), (5, true));
    for bad in [
        json!({"nope": 1}),
        json!({"limit": "x"}),
        json!({"order": "nope"}),
        json!({"columns": [1]}),
    ] {
        assert!(matches!(plan("list-accounts", &bad), Err(Error::Invalid { .. })), "{bad}");
    }
    assert!(matches!(plan("list-accounts", &json!([])), Err(Error::Usage { .. })));
}

#[test]
fn a_field_that_does_not_exist_is_refused_by_name() {
    let refused = plan("create-lead", &json!({"name": "a", "colour": "red"}));
    let Err(Error::Invalid { field: Some(field), .. }) = refused else { panic!("{refused:?}") };
    assert_eq!(field, "colour");
    assert!(plan("get-lead", &json!({})).is_err());
}
