use super::*;
use crate::domain::schema::FieldKind;

#[test]
fn who_is_no_administrator_keeps_their_rights_without_a_name_for_others() {
    let schema = Arc::new(schema(false));
    assert_eq!(
        schema.user.as_ref().map(|me| (me.name.as_str(), me.is_admin)),
        Some(("ada", false))
    );
    let row = json!({"id": "12x1", "lastname": "L", "assigned_user_id": "19x7"});
    let get = Action::Get { entity: name("Contacts"), id: RecordId::from("12x1") };
    let reply = |line: &str| {
        if line.starts_with("retrieve") { ok(&row) } else { refused("ACCESS_DENIED", "no") }
    };
    let (outcome, _) = drive(Flavour::Open, get, context(Some(schema)), reply);
    let Ok(Outcome::Record(record)) = outcome else { panic!("{outcome:?}") };
    let Some(Value::Reference(owner)) = record.value("assigned_user_id") else {
        panic!("no owner")
    };
    assert!(
        owner
            .name
            .as_deref()
            .is_some_and(|it| it.contains("19x7") && it.contains("administrators"))
    );
}

#[test]
fn what_was_described_lately_is_not_described_again() {
    let known = Arc::new(schema(true));
    let reply = |line: &str| match line {
        "listtypes" => ok(&listed()),
        "extendsession" => ok(&json!({"userId": "19x1", "vtigerVersion": "8.0.0"})),
        it if it.starts_with("retrieve") => {
            ok(&json!({"id": "19x1", "user_name": "ada", "is_admin": "on"}))
        }
        _ => ok(&json!([])),
    };
    let (outcome, asked) =
        drive(Flavour::Open, Action::Types, context(Some(Arc::clone(&known))), reply);
    assert!(asked.iter().all(|line| !line.starts_with("describe")), "{asked:?}");
    let Ok(Outcome::Schema(again)) = outcome else { panic!("{outcome:?}") };
    assert_eq!(again.stamp, known.stamp);
    let contacts = again.entity_type(&name("Contacts")).unwrap();
    assert_eq!(contacts.field("account_id").unwrap().kind, FieldKind::Reference);
}

#[test]
fn relations_of_many_to_many_come_with_the_description() {
    let related = json!({"types": [], "information": {
        "Campaigns": {"name": "Campaigns", "label": "Campaigns", "isEntity": "1"},
        "Activity History": {"name": "Calendar", "label": "Activity History", "isEntity": "1"},
    }});
    let (outcome, asked) = run(Action::Describe(name("Contacts")), |line| match line {
        "describe Contacts" => ok(&modules()[0]),
        _ => ok(&related),
    });
    assert_eq!(asked, ["describe Contacts", "relatedtypes Contacts"]);
    let Ok(Outcome::Type(contacts)) = outcome else { panic!("{outcome:?}") };
    let links: Vec<_> = contacts.links.keys().map(String::as_str).collect();
    assert_eq!(links, ["Calendar", "Campaigns"]);
    assert_eq!(contacts.layout.unwrap().panels, links);
    assert!(contacts.comments.is_some());
}

#[test]
fn a_module_of_ones_own_stands_with_the_others_before_administration() {
    let mut listed = listed();
    listed["types"].as_array_mut().unwrap().push(json!("Robots"));
    let types = crate::providers::vtiger::types::bare(&listed);
    let groups: Vec<_> = types.iter().map(|it| it.group.as_deref().unwrap()).collect();
    let at = |name: &str| groups.iter().position(|it| *it == name).unwrap();
    assert!(at("Sales") < at("Other") && at("Other") < at("Administration"), "{groups:?}");
}

#[test]
fn who_is_no_administrator_is_called_as_the_sign_in_says() {
    let memory = Memory::default();
    let told = r#"{"username":"bea","first_name":"Bea","last_name":"Brandt","time_zone":"Asia/Tokyo","is_admin":"off"}"#;
    memory.profile.tell(Some(told.to_owned()));
    let (outcome, _) = run_in(&memory, Action::Types, |line| match line.split(' ').next() {
        Some("listtypes") => ok(&listed()),
        Some("extendsession") => ok(&json!({"userId": "19x7", "vtigerVersion": "8.0.0"})),
        Some("retrieve" | "describe") => refused("ACCESS_DENIED", "no"),
        _ => ok(&json!([])),
    });
    let Ok(Outcome::Schema(schema)) = outcome else { panic!("{outcome:?}") };
    let me = schema.user.as_ref().unwrap();
    assert_eq!((me.name.as_str(), me.login.as_str(), me.is_admin), ("Bea Brandt", "bea", false));
    assert_eq!(schema.preferences.time_zone, "Asia/Tokyo");
}
