//! `GET I18n` (E§4): English labels for what a role may see.

use super::acl::Role;
use super::schema::{Choice, Schema, Type};
use serde_json::{Map, Value, json};

/// The labels for one role; without one, the reduced set of a caller who has not signed in.
pub fn all(schema: &Schema, role: Option<Role>) -> Value {
    let seen: Vec<&Type> = schema
        .types
        .values()
        .filter(|one| !one.is("hidden") && role.is_some_and(|role| role.sees(&one.name)))
        .collect();
    let mut labels: Map<String, Value> =
        seen.iter().map(|one| (one.name.clone(), scope(schema, one))).collect();
    labels.insert("Global".into(), global(&seen));
    Value::Object(labels)
}

fn scope(schema: &Schema, one: &Type) -> Value {
    let fields: Map<String, Value> = one
        .fields
        .values()
        .map(|field| (field.name.clone(), json!(field.label)))
        .chain(middle_labels(one))
        .collect();
    let links: Map<String, Value> =
        one.links.values().map(|link| (link.name.clone(), json!(link.label))).collect();
    let options: Map<String, Value> = one
        .fields
        .values()
        .map(|field| (field.name.clone(), labels_of(schema.options(field))))
        .filter(|(_, labels)| labels.as_object().is_some_and(|map| !map.is_empty()))
        .collect();
    let filters: Map<String, Value> = one
        .filters
        .iter()
        .map(|filter| (filter.value.clone(), json!(words(&filter.value))))
        .collect();
    json!({
        "fields": fields, "links": links, "options": options, "presetFilters": filters,
        "labels": {format!("Create {}", one.name): format!("Create {}", one.label)},
        "messages": {}, "boolFilters": {},
        "tooltips": tooltips(one),
    })
}

fn tooltips(one: &Type) -> Value {
    if one.fields.contains_key("cServiceTier") {
        json!({"cServiceTier": "How fast a technician must arrive."})
    } else {
        json!({})
    }
}

fn middle_labels(one: &Type) -> Vec<(String, Value)> {
    let relations = one.links.values().filter_map(|link| link.relation.as_ref());
    relations
        .flat_map(|relation| &relation.columns)
        .map(|(column, name)| (name.clone(), json!(words(column))))
        .collect()
}

fn labels_of(options: &[Choice]) -> Value {
    let label = |choice: &Choice| (choice.value.clone(), json!(choice.label));
    Value::Object(options.iter().filter(|choice| !choice.value.is_empty()).map(label).collect())
}

/// `recentlyCreated` → `Recently Created`.
fn words(name: &str) -> String {
    let mut text = String::new();
    for letter in super::kinds::upper_first(name).chars() {
        if letter.is_uppercase() && !text.is_empty() {
            text.push(' ');
        }
        text.push(letter);
    }
    text
}

fn global(seen: &[&Type]) -> Value {
    let names = |plural: bool| {
        let name =
            |one: &&Type| (one.name.clone(), json!(if plural { &one.plural } else { &one.label }));
        seen.iter().map(name).collect::<Map<_, _>>()
    };
    json!({
        "scopeNames": names(false),
        "scopeNamesPlural": names(true),
        "fields": fields(),
        "links": {"assignedUser": "Assigned User", "createdBy": "Created By", "modifiedBy": "Modified By", "teams": "Teams"},
        "labels": {"Create": "Create", "Edit": "Edit", "Remove": "Remove", "Save": "Save", "Overview": "Overview",
            "Details": "Details", "Stream": "Stream", "Yes": "Yes", "No": "No", "None": "None"},
        "messages": messages(),
        "boolFilters": {"onlyMy": "Only My", "followed": "Followed", "shared": "Shared"},
        "presetFilters": {"all": "All", "starred": "Starred", "followed": "Followed"},
        "options": {"salutationName": {"Mr.": "Mr.", "Mrs.": "Mrs.", "Ms.": "Ms.", "Dr.": "Dr."}},
        "fieldValidations": {"required": "Required", "maxLength": "Max length", "pattern": "Pattern", "valid": "Validity"},
        "lists": {
            "monthNames": ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"],
            "dayNames": ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"],
        },
        "streamMessages": {
            "post": "{user} wrote on {entityType} {entity}", "postThis": "{user} wrote",
            "createThis": "{user} created this {entityType}", "updateThis": "{user} changed this {entityType}",
            "statusThis": "{user} changed {field}", "assignThis": "{user} gave this {entityType} to {assignee}",
        },
    })
}

fn fields() -> Value {
    let mut fields = json!({
        "id": "ID", "name": "Name", "description": "Description", "assignedUser": "Assigned User", "teams": "Teams",
        "createdAt": "Created At", "modifiedAt": "Modified At", "createdBy": "Created By", "modifiedBy": "Modified By",
        "emailAddress": "Email", "phoneNumber": "Phone", "address": "Address", "firstName": "First Name",
        "lastName": "Last Name", "middleName": "Middle Name", "salutationName": "Salutation", "parent": "Parent",
        "streamUpdatedAt": "Stream Updated At",
    });
    for prefix in ["address", "billingAddress", "shippingAddress", "site"] {
        for part in ["Street", "City", "State", "Country", "PostalCode"] {
            fields[format!("{prefix}{part}")] = json!(words(part));
        }
    }
    fields
}

fn messages() -> Value {
    json!({
        "validationFailure": "The server refuses the value of the field {field}: {type}.",
        "cannotRelateNonExisting": "Cannot link to a {foreignEntityType} record that does not exist.",
        "cannotRelateForbidden": "Cannot link to a {foreignEntityType} record that you may not see.",
        "duplicate": "A record like this one seems to exist already.",
        "error404": "The page does not exist.",
        "error403": "You have no access.",
    })
}
