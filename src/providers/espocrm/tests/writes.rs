use serde_json::json;

use super::*;
use crate::domain::{
    action::LinkChange,
    change::{Edits, Written},
    value::Person,
};

fn create(edits: &[(&str, Value)], despite_duplicates: bool) -> Action {
    let edits: Edits = edits.iter().map(|(n, v)| ((*n).to_owned(), v.clone())).collect();
    Action::Create { entity: name("Account"), edits, despite_duplicates }
}

fn written(outcome: Result<Outcome, Error>) -> Written {
    match outcome {
        Ok(Outcome::Written(written)) => *written,
        other => panic!("{other:?}"),
    }
}

const CREATED: &str = r#"{"id":"a1","name":"New","versionNumber":1}"#;

#[test]
fn a_new_record_is_read_back_and_what_was_not_kept_is_named() {
    let edits = [("name", text("New")), ("type", text("Partner")), ("isActive", Value::Empty)];
    let back = r#"{"id":"a1","name":"New","type":"Customer","isActive":false,"versionNumber":1}"#;
    let (outcome, sent) = run(create(&edits, false), &[ok(CREATED), ok(back)]);
    assert_eq!(sent.iter().map(path).collect::<Vec<_>>(), ["POST Account", "GET Account/a1"]);
    assert_eq!(body(&sent[0]), &json!({"name": "New", "type": "Partner", "isActive": false}));
    assert!(sent[0].headers.is_empty() && !sent[0].is_safe);
    let written = written(outcome);
    assert!(written.record.is_complete);
    assert_eq!(written.record.version, Some(1));
    assert_eq!(written.record.url.as_deref(), Some("https://crm.example/#Account/view/a1"));
    let left: Vec<_> = written.not_stored.into_iter().collect();
    assert_eq!(left, [("type".to_owned(), text("Customer"))]);
}

#[test]
fn a_write_that_landed_never_looks_failed() {
    for broken in [answer(500, &[], ""), ok("{\"id\":"), answer(404, &[], ""), answer(401, &[], "")]
    {
        let (outcome, _) = run(create(&[("name", text("New"))], false), &[ok(CREATED), broken]);
        let written = written(outcome);
        assert_eq!(written.record.id.as_str(), "a1");
        assert!(!written.record.is_complete && written.not_stored.is_empty());
    }
    let (outcome, _) = run(create(&[("name", text("New"))], false), &[ok("<html>")]);
    assert_eq!(outcome, Err(Error::Unknown), "it may exist, but we do not know as what");
}

#[test]
fn duplicates_are_shown_and_can_be_overruled() {
    let similar = r#"[{"id":"a9","name":"New"},{"nothing":1}]"#;
    let refused = answer(409, &[("x-status-reason", "duplicate")], similar);
    let (outcome, _) = run(create(&[("name", text("New"))], false), &[refused]);
    let Err(Error::Duplicate { records }) = outcome else { panic!("{outcome:?}") };
    assert_eq!((records.len(), records[0].title(None)), (1, "New".to_owned()));
    let (_, sent) = run(create(&[("name", text("New"))], true), &[ok(CREATED), ok(CREATED)]);
    let skip = ("X-Skip-Duplicate-Check".to_owned(), "true".to_owned());
    assert!(sent[0].headers.contains(&skip));
}

#[test]
fn a_part_that_is_refused_names_its_field() {
    let person = Person { last: "L".into(), ..Person::default() };
    let mut edits = Edits::new();
    edits.insert("name".into(), Value::Person(person));
    let action = Action::Create { entity: name("Contact"), edits, despite_duplicates: false };
    let refused = r#"{"messageTranslation":{"label":"validationFailure","data":{"field":"lastName","type":"maxLength"}}}"#;
    let (outcome, sent) = run(action, &[answer(400, &[], refused)]);
    assert_eq!(body(&sent[0])["lastName"], "L");
    assert!(body(&sent[0]).get("name").is_none(), "the composed name is the server's");
    let field = Some("name".to_owned());
    assert_eq!(outcome, Err(Error::Invalid { field, reason: "maxLength".into() }));
}

#[test]
fn a_field_that_does_not_exist_is_refused_before_anything_is_sent() {
    let (outcome, sent) = run(create(&[("nmae", text("x"))], false), &[]);
    assert!(matches!(outcome, Err(Error::Invalid { field: Some(_), .. })), "{outcome:?}");
    assert!(sent.is_empty());
}

#[test]
fn links_bring_their_ids_and_false_is_a_failure() {
    let change = || LinkChange {
        entity: name("Account"),
        id: RecordId::from("a1"),
        link: "contacts".into(),
        others: vec![RecordId::from("c1"), RecordId::from("c2")],
    };
    let (outcome, sent) = run(Action::Unlink(change()), &[ok("true")]);
    assert_eq!(
        (outcome, path(&sent[0]).as_str()),
        (Ok(Outcome::Done), "DELETE Account/a1/contacts")
    );
    assert_eq!(body(&sent[0]), &json!({"ids": ["c1", "c2"]}));
    let (outcome, _) = run(Action::Link(change()), &[ok("false")]);
    assert!(matches!(outcome, Err(Error::Invalid { .. })), "{outcome:?}");
    let delete = Action::Delete { entity: name("Account"), id: RecordId::from("a1") };
    assert_eq!(run(delete, &[ok("true")]).0, Ok(Outcome::Done));
}
