use super::*;
use crate::domain::{
    action::{LinkChange, Run},
    change::{Edits, Written},
    comment::{Audience, Comment},
    value::{Line, Reference},
};

fn edits(edits: &[(&str, Value)]) -> Edits {
    edits.iter().map(|(n, v)| ((*n).to_owned(), v.clone())).collect()
}

fn create(entity: &str, of: &[(&str, Value)]) -> Action {
    Action::Create { entity: name(entity), edits: edits(of), despite_duplicates: false }
}

fn written(outcome: Result<Outcome, Error>) -> Written {
    match outcome {
        Ok(Outcome::Written(written)) => *written,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_new_record_is_ones_own_and_what_was_not_kept_is_named() {
    let stored = json!({"id": "11x9", "accountname": "Acm", "industry": "Banking", "assigned_user_id": "19x1"});
    let action =
        create("Accounts", &[("accountname", text("Acme")), ("industry", text("Banking"))]);
    let (outcome, asked) = run(action, |_| ok(&stored));
    assert_eq!(
        asked,
        [r#"create {"accountname":"Acme","industry":"Banking","assigned_user_id":"19x1"}"#]
    );
    let written = written(outcome);
    assert!(written.record.is_complete);
    assert_eq!(
        written.not_stored.into_iter().collect::<Vec<_>>(),
        [("accountname".to_owned(), text("Acm"))]
    );
}

#[test]
fn a_broken_answer_to_a_create_is_looked_into_and_the_create_never_repeated() {
    let action = || create("Accounts", &[("accountname", text("Acme"))]);
    let now = "2026-03-29 19:00:00"; // in Tokyo
    for (rows, expected) in [
        (json!([{"id": "11x9", "accountname": "Acme", "createdtime": now}]), "landed"),
        (json!([]), "not landed"),
        (
            json!([{"id": "11x2", "accountname": "Acme", "createdtime": "2025-01-01 00:00:00"}]),
            "unknown",
        ),
    ] {
        let (outcome, asked) = run(action(), |line| {
            if line.starts_with("create") {
                broken()
            } else if line.starts_with("retrieve") {
                ok(&json!({"id": "11x9", "accountname": "Acme"}))
            } else {
                ok(&rows)
            }
        });
        assert_eq!(asked.iter().filter(|line| line.starts_with("create")).count(), 1);
        let found = match outcome {
            Ok(Outcome::Written(_)) => "landed",
            Err(Error::Server { .. }) => "not landed",
            Err(Error::Unknown) => "unknown",
            other => panic!("{other:?}"),
        };
        assert_eq!(found, expected, "{asked:?}");
    }
}

#[test]
fn duplicates_are_shown() {
    let (outcome, _) = run(create("Accounts", &[("accountname", text("Acme"))]), |line| {
        if line.starts_with("create") {
            answer(
                200,
                &[],
                r#"{"success":false,"error":{"message":"Duplicate(s) detected!","code":0}}"#,
            )
        } else {
            ok(&json!([{"id": "11x2", "accountname": "ACME"}]))
        }
    });
    let Err(Error::Duplicate { records }) = outcome else { panic!("{outcome:?}") };
    assert_eq!(records[0].id.as_str(), "11x2");
}

#[test]
fn what_the_server_would_spoil_is_refused_before_it_is_sent() {
    for bad in ["🙂", "<script>"] {
        let (outcome, asked) = run(create("Accounts", &[("accountname", text(bad))]), |_| broken());
        assert!(matches!(outcome, Err(Error::Invalid { field: Some(_), .. })) && asked.is_empty());
    }
    let task = [("subject", text("Call"))];
    let (_, asked) = run(create("Calendar", &task), |_| {
        refused("MANDATORY_FIELDS_MISSING", "date_start does not have a value")
    });
    assert!(asked[0].contains(r#""activitytype":"Task""#), "else it would show nowhere: {asked:?}");
}

fn update(mine: &str, theirs: &str, resolved: bool) -> (Result<Outcome, Error>, Vec<String>) {
    let base =
        base("Accounts", "11x9", &[("accountname", text("Old")), ("industry", text("Energy"))]);
    let edits = edits(&[("accountname", text(mine)), ("industry", text("Energy"))]);
    let action = Action::Update { base: Box::new(base), edits, resolved };
    let (theirs, mine) = (theirs.to_owned(), mine.to_owned());
    run(action, move |line| {
        let name = if line.starts_with("revise") { &mine } else { &theirs };
        ok(&json!({"id": "11x9", "accountname": name, "industry": "Banking"}))
    })
}

#[test]
fn the_fields_are_read_again_before_they_are_written() {
    let (outcome, asked) = update("New", "Old", false);
    assert_eq!(asked, ["retrieve 11x9", r#"revise {"accountname":"New","id":"11x9"}"#]);
    // Someone changed another field: that is no conflict, and it stays.
    assert_eq!(written(outcome).record.value("industry"), Some(&text("Banking")));
    let (outcome, asked) = update("Mine", "Theirs", false);
    assert_eq!(asked, ["retrieve 11x9"]);
    let Err(Error::Conflict(conflict)) = outcome else { panic!("{outcome:?}") };
    assert_eq!(conflict.fields, ["accountname"]);
    let (outcome, asked) = update("Mine", "Theirs", true);
    assert_eq!(asked.len(), 1, "theirs were seen: {asked:?}");
    assert!(written(outcome).not_stored.is_empty());
    let (_, asked) = update("Same", "Same", false);
    assert_eq!(asked, ["retrieve 11x9"], "someone saved the very same");
}

#[test]
fn a_revise_that_was_not_answered_is_read_back() {
    for (stands, expected) in [("New", true), ("Old", false)] {
        let base = base("Accounts", "11x9", &[("accountname", text("Old"))]);
        let edits = edits(&[("accountname", text("New"))]);
        let mut reads = 0;
        let action = Action::Update { base: Box::new(base), edits, resolved: false };
        let (outcome, asked) = run(action, |line| {
            if line.starts_with("revise") {
                return broken();
            }
            reads += 1;
            ok(&json!({"id": "11x9", "accountname": if reads == 1 { "Old" } else { stands }}))
        });
        assert_eq!(asked.len(), 3, "{asked:?}");
        assert_eq!(outcome.is_ok(), expected, "{outcome:?}");
    }
}

#[test]
fn lines_are_sent_as_the_whole_set_with_the_first_item_beside_them() {
    let item = |id: &str| Value::Reference(Reference { entity: None, id: id.into(), name: None });
    let line = |id: &str, quantity: i64| Line {
        id: Some("33x1".into()),
        fields: [
            ("productid", item(id)),
            ("quantity", Value::Integer(quantity)),
            ("total", Value::Integer(5)),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into_iter()
        .collect(),
    };
    let lines = Value::Lines(vec![line("14x2", 3), line("14x1", 1)]);
    let base = base("Quotes", "4x9", &[("subject", text("Q"))]);
    let action = Action::Update {
        base: Box::new(base),
        edits: edits(&[("LineItems", lines)]),
        resolved: true,
    };
    let (outcome, asked) = run(action, |_| {
        let one = |id: &str, n: &str| json!({"productid": id, "quantity": n, "listprice": "2.00000000", "product_name": "A &amp; B", "id": "33x7"});
        ok(
            &json!({"id": "4x9", "subject": "Q", "hdnGrandTotal": 8, "LineItems": [one("14x2", "3.000"), one("14x1", "1.000")]}),
        )
    });
    let sent = r#"revise {"productid":"14x2","LineItems":[{"productid":"14x2","quantity":"3","listprice":"0"},{"productid":"14x1","quantity":"1","listprice":"0"}],"id":"4x9","hdnTaxType":"group"}"#;
    assert_eq!(asked[..2], [sent, "retrieve 4x9"], "and the totals are read back");
    let written = written(outcome);
    let Some(Value::Lines(lines)) = written.record.value("LineItems") else { panic!("no lines") };
    let Some(Value::Reference(item)) = lines[0].fields.get("productid") else { panic!("no item") };
    assert_eq!(item.name.as_deref(), Some("A & B"));
    assert!(written.not_stored.is_empty(), "{:?}", written.not_stored);
}

#[test]
fn a_delete_that_broke_is_done_if_the_record_is_gone() {
    let delete = || Action::Delete { entity: name("Accounts"), id: RecordId::from("11x9") };
    let reply = |rows: Json| {
        move |line: &str| if line.starts_with("delete") { broken() } else { ok(&rows) }
    };
    assert_eq!(run(delete(), reply(json!([]))).0, Ok(Outcome::Done));
    let (outcome, _) = run(delete(), reply(json!([{"id": "11x9"}])));
    assert!(matches!(outcome, Err(Error::Server { .. })), "{outcome:?}");
}

#[test]
fn a_reference_links_and_unlinks_and_what_cannot_be_unlinked_says_so() {
    let change = |link: &str, other: &str| LinkChange {
        entity: name("Contacts"),
        id: RecordId::from("12x1"),
        link: link.into(),
        others: vec![RecordId::from(other)],
    };
    let (_, asked) = run(Action::Unlink(change("Calendar", "9x5")), |_| ok(&json!({})));
    assert_eq!(asked, [r#"revise {"id":"9x5","contact_id":""}"#]);
    let mut schema = schema(true);
    let contacts = schema.entity_types.get_mut(&name("Contacts")).unwrap();
    let link = contacts.links["Calendar"].clone();
    let campaigns = crate::domain::schema::Link {
        name: "Campaigns".into(),
        entity: Some(name("Campaigns")),
        ..link
    };
    contacts.links.insert("Campaigns".into(), campaigns);
    let context = || context(Some(Arc::new(schema.clone())));
    let link = Action::Link(change("Campaigns", "1x5"));
    let (outcome, asked) =
        drive(Flavour::Open, link, context(), |_| ok(&json!({"message": "successfull"})));
    assert_eq!((outcome, asked), (Ok(Outcome::Done), vec!["add_related 12x1".to_owned()]));
    let unlink = || Action::Unlink(change("Campaigns", "1x5"));
    let (outcome, asked) = drive(Flavour::Open, unlink(), context(), |_| broken());
    assert!(matches!(outcome, Err(Error::Unsupported { .. })) && asked.is_empty());
    let (_, asked) = drive(Flavour::Cloud, unlink(), context(), |_| ok(&json!({})));
    assert_eq!(asked, ["delete_related 12x1"]);
}

#[test]
fn a_comment_is_made_answered_and_put_into_anothers_place() {
    let say = |comment: Comment| Action::Comment {
        entity: name("Contacts"),
        id: RecordId::from("12x1"),
        comment,
    };
    let plain = Comment { text: "Hello".into(), ..Comment::default() };
    let made = |line: &str| {
        assert!(!line.is_empty());
        ok(&json!({"id": "30x1"}))
    };
    let (outcome, asked) = run(say(plain.clone()), made);
    assert_eq!(outcome, Ok(Outcome::Done));
    assert_eq!(
        asked,
        [r#"create {"commentcontent":"Hello","related_to":"12x1","assigned_user_id":"19x1"}"#]
    );
    let answer =
        Comment { answers: Some("30x7".into()), audience: Audience::Private, ..plain.clone() };
    let (_, asked) = run(say(answer), made);
    assert!(asked[0].contains(r#""parent_comments":"30x7","is_private":"1""#), "{asked:?}");
    let edit = Comment { replaces: Some("30x7".into()), ..plain };
    let (_, asked) = run(say(edit), made);
    assert!(asked[0].starts_with(r#"revise {"id":"30x7","commentcontent":"Hello""#), "{asked:?}");
}

#[test]
fn a_conversion_that_the_server_cannot_do_is_no_longer_offered() {
    let run_it = Action::Run(Run {
        key: "convert-lead".into(),
        target: Some((name("Leads"), RecordId::from("10x5"))),
        input: json!({}),
        is_write: true,
    });
    let mut conversation =
        Conversation::new(Flavour::Open, run_it, context(Some(Arc::new(schema(true)))));
    conversation.next(Input::Go);
    let lead = ok(&json!({"id": "10x5", "lastname": "L", "company": "C"}));
    conversation.next(Input::Answer(lead));
    conversation.next(Input::Answer(broken()));
    let step = conversation.next(Input::Answer(ok(&json!([{"id": "10x5"}]))));
    let Step::Partial(Outcome::Type(leads)) = step else { panic!("{step:?}") };
    assert!(leads.verbs.is_empty());
    let step = conversation.next(Input::Go);
    assert!(matches!(step, Step::Done(Err(Error::Unsupported { .. }))), "{step:?}");
}

#[test]
fn a_users_hash_leaves_with_no_deed() {
    let query = Action::Run(Run {
        key: "query-records".into(),
        target: None,
        input: json!({"query": "select * from Users;"}),
        is_write: false,
    });
    let users =
        json!([{"id": "19x1", "user_password": "h4sh", "accesskey": "k3y", "user_name": "ada"}]);
    let (outcome, _) = run(query, |_| ok(&users));
    let Ok(Outcome::Ran(ran)) = outcome else { panic!("{outcome:?}") };
    assert_eq!(ran.output, json!([{"id": "19x1", "user_name": "ada"}]));
}

#[test]
fn what_is_wrong_with_a_query_is_said_at_the_query() {
    let (key, input) =
        ("query-records".to_owned(), json!({"query": "select \"x\" from Contacts;"}));
    let action = Action::Run(Run { key, target: None, input, is_write: false });
    let (outcome, _) = run(action, |_| refused("INTERNAL_SERVER_ERROR", "Unknown Error"));
    let Err(Error::Invalid { field, reason }) = outcome else { panic!("{outcome:?}") };
    assert!(field.as_deref() == Some("query") && reason.contains("single quotes"), "{reason}");
}

#[test]
fn an_emoji_is_warned_of_once_and_then_written_all_the_same() {
    let memory = Memory::default();
    let action = || create("Accounts", &[("accountname", text("Acme \u{1f642}"))]);
    let (outcome, asked) = run_in(&memory, action(), |_| broken());
    assert!(matches!(outcome, Err(Error::Invalid { field: Some(it), .. }) if it == "accountname"));
    assert!(asked.is_empty(), "{asked:?}");
    let stored = json!({"id": "11x9", "accountname": "Acme ????"});
    let (outcome, _) = run_in(&memory, action(), |_| ok(&stored));
    assert!(
        written(outcome).not_stored.contains_key("accountname"),
        "it is told what became of it"
    );
}

#[test]
fn what_a_server_broke_on_is_not_asked_of_it_again() {
    let memory = Memory::default();
    let (contacts, id) = (name("Contacts"), RecordId::from("12x1"));
    let download =
        || Action::Download { entity: contacts.clone(), id: id.clone(), file: "15x7".into() };
    let (outcome, asked) = run_in(&memory, download(), |_| broken());
    assert!(matches!(outcome, Err(Error::Unsupported { .. })) && asked.len() == 1, "{outcome:?}");
    let (outcome, asked) = run_in(&memory, download(), |_| broken());
    assert!(matches!(outcome, Err(Error::Unsupported { .. })) && asked.is_empty(), "{asked:?}");
    let target = Some((name("Leads"), RecordId::from("10x1")));
    let convert = || {
        let (key, input) = ("convert-lead".to_owned(), json!({"account": false}));
        Action::Run(Run { key, target: target.clone(), input, is_write: true })
    };
    let lead = json!({"id": "10x1", "lastname": "L", "company": ""});
    let reply = |line: &str| match line.split(' ').next() {
        Some("retrieve") => ok(&lead),
        Some("convertlead") => broken(),
        _ => ok(&json!([{"id": "10x1"}])),
    };
    let (outcome, _) = run_in(&memory, convert(), reply);
    assert!(matches!(outcome, Err(Error::Unsupported { .. })), "{outcome:?}");
    let (_, asked) = run_in(&memory, convert(), reply);
    assert!(asked.is_empty(), "{asked:?}");
    let described = modules().into_iter().find(|it| it["name"] == "Leads").unwrap();
    let (outcome, _) = run_in(&memory, Action::Describe(name("Leads")), |_| ok(&described));
    let Ok(Outcome::Type(leads)) = outcome else { panic!("{outcome:?}") };
    assert!(leads.verbs.is_empty(), "it is no longer offered");
}
