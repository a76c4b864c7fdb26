use super::*;
use crate::domain::{
    action::Happening,
    comment::{Audience, Comment},
};

fn activity(answers: &[Response]) -> Result<Vec<Happening>, Error> {
    let action = Action::Activity { entity: name("Account"), id: RecordId::from("a1"), limit: 10 };
    match run(action, answers).0? {
        Outcome::Activity(happenings) => Ok(happenings),
        other => panic!("{other:?}"),
    }
}

const STREAM: &str = r#"{"total":4,"list":[
  {"type":"Post","post":"Hello\nworld","createdAt":"2026-03-01 10:00:00","createdByName":"Ada"},
  {"type":"Update","data":{"fields":["type","assignedUser"],"attributes":{"was":{"type":"Customer","assignedUserName":null},"became":{"type":"Partner","assignedUserName":"Bob"}}},"createdAt":"2026-03-03 10:00:00","createdByName":"Ada"},
  {"type":"Update","data":{"fields":[],"value":"Lost"},"createdAt":"2026-03-02 09:00:00"},
  {"type":"CreateRelated","relatedType":"Meeting","relatedId":"m1","relatedName":"Kick-off","data":[],"createdAt":"broken"},
  {"id":"n5","type":"Post","post":null,"attachmentsNames":{"x":"n.txt"},"data":null},
  {"type":5}, 7
]}"#;

#[test]
fn what_happened_is_merged_newest_first_and_one_closed_place_hides_nothing() {
    let history = r#"{"total":1,"list":[{"id":"m2","name":"Call Bob","_scope":"Call","status":"Held","dateStart":"2026-03-02 10:00:00","assignedUserName":"Bob"}, {"id":"x"}]}"#;
    let forbidden = answer(403, &[("x-status-reason", "")], "");
    let happenings = activity(&[ok(STREAM), ok(history), forbidden]).unwrap();
    let titles: Vec<_> = happenings.iter().map(|h| (h.kind.as_str(), h.title.as_str())).collect();
    assert_eq!(
        titles,
        [
            ("field", "Kind, assignedUser changed"),
            ("call", "Call Bob"),
            ("field", "Kind: Lost"),
            ("note", "Hello"),
            ("meet", "Meeting created: Kick-off"),
            ("note", "n.txt"),
        ]
    );
    assert_eq!(happenings[0].text, "Kind: Customer → Partner\nassignedUser:  → Bob");
    assert_eq!(happenings[3].text, "Hello\nworld");
    assert_eq!(happenings[1].record, Some((name("Call"), RecordId::from("m2"))));
}

#[test]
fn files_of_a_post_stand_beside_its_text() {
    let closed = answer(403, &[("x-status-reason", "")], "");
    let happenings = activity(&[ok(STREAM), closed.clone(), closed]).unwrap();
    let post = happenings.iter().find(|it| it.title == "n.txt").unwrap();
    assert_eq!(post.files, [("x".to_owned(), "n.txt".to_owned())]);
    assert_eq!((post.id.as_deref(), post.can_edit), (Some("n5"), false));
}

#[test]
fn an_own_post_can_be_changed_for_a_week_and_no_other() {
    let me = crate::domain::schema::Me { id: "u1".into(), ..Default::default() };
    let schema = Schema { user: Some(me), ..schema() };
    let account = schema.entity_type(&name("Account")).unwrap();
    let now = "2026-11-24T00:00:00Z".parse().unwrap();
    for (day, by, can_edit) in
        [("2026-11-20", "u1", true), ("2026-11-20", "u2", false), ("2026-11-10", "u1", false)]
    {
        let note = serde_json::json!({
            "id": "n", "type": "Post", "post": "x", "createdById": by, "createdAt": format!("{day} 00:00:00"),
        });
        let happening = super::super::stream::happening(&note, account, &schema, now).unwrap();
        assert_eq!(happening.can_edit, can_edit, "{day} {by}");
    }
}

fn comment(comment: Comment, answers: &[Response]) -> (Result<Outcome, Error>, Vec<Exchange>) {
    let action = Action::Comment { entity: name("Account"), id: RecordId::from("a1"), comment };
    run(action, answers)
}

#[test]
fn a_comment_is_posted_and_an_own_one_is_replaced() {
    let said = Comment { text: "Hello".to_owned(), ..Comment::default() };
    let answers = [ok(r#"{"id":"n1","post":"Hello"}"#)];
    let (outcome, sent) = comment(said.clone(), &answers);
    assert_eq!((outcome, path(&sent[0])), (Ok(Outcome::Done), "POST Note".to_owned()));
    assert_eq!(body(&sent[0])["parentId"], "a1");
    let (_, sent) = comment(Comment { replaces: Some("n1".into()), ..said }, &answers);
    assert_eq!(path(&sent[0]), "PUT Note/n1");
}

#[test]
fn a_comment_that_the_product_cannot_make_is_not_sent() {
    let said = Comment { text: "Hello".to_owned(), ..Comment::default() };
    let empty = Comment { text: " \n".to_owned(), ..Comment::default() };
    // The server would take it.
    assert!(matches!(comment(empty, &[]).0, Err(Error::Invalid { .. })));
    let answer = Comment { answers: Some("n1".into()), ..said.clone() };
    assert!(matches!(comment(answer, &[]).0, Err(Error::Unsupported { .. })));
    let mailed = Comment { audience: Audience::Mailed, ..said };
    assert!(matches!(comment(mailed, &[]).0, Err(Error::Unsupported { .. })));
}

#[test]
fn when_every_place_is_closed_that_is_no_empty_list() {
    let forbidden = answer(403, &[("x-status-reason", "No stream access.")], "");
    let error = activity(&[forbidden.clone(), forbidden.clone(), forbidden]).unwrap_err();
    assert_eq!(error, Error::Forbidden { what: "No stream access.".into() });
}

#[test]
fn a_search_finds_records_of_all_types_that_can_be_opened() {
    let rows = r#"{"total":-1,"list":[{"id":"1","name":"A","_scope":"Account","type":"Lost"},{"id":"2","name":"S","_scope":"Secret"},{"id":"3"},{"id":"1","name":"A","_scope":"Account"}]}"#;
    let action = Action::Search { text: " a ".into(), limit: 500 };
    let (outcome, sent) = run(action, &[ok(rows)]);
    let Ok(Outcome::Page(page)) = outcome else { panic!("{outcome:?}") };
    assert_eq!((page.records.len(), page.received, page.has_more), (1, 4, true));
    assert_eq!(sent[0].query[0], ("q".to_owned(), "a".to_owned()));
    assert_eq!(sent[0].query[2].1, "200");
    let (outcome, sent) = run(Action::Search { text: "  ".into(), limit: 5 }, &[]);
    assert!(matches!(outcome, Ok(Outcome::Page(_))) && sent.is_empty());
}
