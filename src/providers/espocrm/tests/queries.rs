use serde_json::json;

use super::*;
use crate::domain::{
    query::{Compare, Filter, Order, Query, Span, Test},
    record::Total,
    value::Reference,
};

fn test(field: &str, compare: Compare) -> Filter {
    Filter::Test(Test { field: field.to_owned(), test: compare })
}

fn not(filter: Filter) -> Filter {
    Filter::Not(Box::new(filter))
}

const NOTHING: &str = r#"{"total":0,"list":[]}"#;

fn params(exchange: &Exchange) -> Json {
    let found = exchange.query.iter().find(|(name, _)| name == "searchParams").unwrap();
    json(&found.1)
}

/// What the server is asked for a filter, after those answers to lookups.
fn asked(filter: Filter, lookups: &[&str]) -> Result<Json, Error> {
    let query = Query { filter: Some(filter), ..Query::all(name("Account"), 50) };
    let mut answers: Vec<_> = lookups.iter().map(|body| ok(body)).collect();
    answers.push(ok(NOTHING));
    let mut conversation = super::super::Conversation::new(Action::List(query), context());
    let (mut input, mut last) = (Input::Go, Json::Null);
    for answer in answers {
        match conversation.next(input) {
            Step::Send(exchange) => last = params(&exchange),
            Step::Done(Err(error)) => return Err(error),
            step => panic!("{step:?}"),
        }
        input = Input::Answer(answer);
    }
    Ok(last)
}

fn condition(filter: Filter) -> Json {
    asked(filter, &[]).unwrap()["where"][0].clone()
}

#[test]
fn a_list_asks_for_the_attributes_of_its_columns() {
    let order = Some(Order { field: "name".into(), descending: true });
    let columns = vec!["amount".to_owned(), "assignedUser".to_owned(), "gone".to_owned()];
    let query = Query {
        columns,
        order,
        preset: Some("big".into()),
        flags: vec!["onlyMy".into()],
        offset: 40,
        ..Query::all(name("Account"), 5_000)
    };
    let (_, sent) = run(Action::List(query), &[ok(NOTHING)]);
    assert_eq!(
        params(&sent[0]),
        json!({
            "select": ["id", "name", "type", "amount", "amountCurrency", "assignedUserId", "assignedUserName"],
            "offset": 40, "maxSize": 200, "orderBy": "name", "order": "desc",
            "primaryFilter": "big", "boolFilterList": ["onlyMy"],
        })
    );
}

#[test]
fn pages_are_honest_about_what_follows() {
    let rows = |total: &str| {
        let text = "x".repeat(10_000);
        ok(&format!(
            r#"{{"total":{total},"list":[{{"id":"1","description":"{text}"}},{{"id":"1"}},{{"id":"2","description":"short"}}]}}"#
        ))
    };
    for (sent, total, has_more) in [
        ("3", Total::Exact(3), false),
        ("4", Total::Exact(4), true),
        ("-1", Total::More, true),
        ("-2", Total::NoMore, false),
        ("null", Total::Unknown, true),
        ("\"many\"", Total::Unknown, true),
    ] {
        let (outcome, _) = run(Action::List(Query::all(name("Account"), 3)), &[rows(sent)]);
        let Ok(Outcome::Page(page)) = outcome else { panic!("{outcome:?}") };
        assert_eq!((page.total, page.has_more), (total, has_more), "{sent}");
        assert_eq!((page.records.len(), page.received), (2, 3), "a repeated id is dropped");
        assert_eq!(page.records[0].cut, ["description"]);
        assert!(page.records[1].cut.is_empty() && !page.records[0].is_complete);
    }
}

#[test]
fn a_list_that_is_none_is_unreadable_by_its_path() {
    let list = || Action::List(Query::all(name("Account"), 3));
    for (body, awaited) in
        [("{}", "list"), (r#"{"list":5}"#, "list"), (r#"{"list":[{"id":"1"},{}]}"#, "list[1].id")]
    {
        let (outcome, _) = run(list(), &[ok(body)]);
        let Err(Error::Unreadable { path, .. }) = outcome else { panic!("{outcome:?}") };
        assert_eq!(path, awaited);
    }
}

#[test]
fn text_and_choices_are_compared() {
    let equals = condition(test("name", Compare::Is(text("O'Brien \"x\""))));
    assert_eq!(equals, json!({"type": "equals", "attribute": "name", "value": "O'Brien \"x\""}));
    let several = Compare::OneOf(vec![text("customer"), text("CUSTOMER!"), text("Lost")]);
    assert_eq!(
        condition(test("type", several)),
        json!({"type": "in", "attribute": "type", "value": ["Customer", "Customer", "Lost"]})
    );
    assert_eq!(
        condition(not(test("name", Compare::Contains("x".into())))),
        json!({"type": "or", "value": [
            {"type": "notContains", "attribute": "name", "value": "x"},
            {"type": "isNull", "attribute": "name"},
        ]})
    );
    assert_eq!(
        condition(test("level", Compare::Is(text("2")))),
        json!({"type": "equals", "attribute": "level", "value": 2})
    );
    assert_eq!(
        condition(test("isActive", Compare::Is(Value::Bool(false)))),
        json!({"type": "isFalse", "attribute": "isActive"})
    );
    assert_eq!(
        condition(test("tags", Compare::Is(text("a")))),
        json!({"type": "arrayAnyOf", "attribute": "tags", "value": ["a"]})
    );
}

#[test]
fn a_span_of_days_is_the_users_own_in_utc() {
    assert_eq!(
        condition(test("createdAt", Compare::Within(Span::Last(7)))),
        json!({"type": "and", "value": [
            {"type": "greaterThanOrEquals", "attribute": "createdAt", "value": "2026-03-22 23:00:00"},
            {"type": "lessThan", "attribute": "createdAt", "value": "2026-03-29 22:00:00"},
        ]})
    );
    assert_eq!(
        condition(test("since", Compare::Within(Span::Today))),
        json!({"type": "and", "value": [
            {"type": "greaterThanOrEquals", "attribute": "since", "value": "2026-03-29"},
            {"type": "lessThanOrEquals", "attribute": "since", "value": "2026-03-29"},
        ]})
    );
    let due = condition(test("due", Compare::AtMost(Value::Date("2026-12-05".parse().unwrap()))));
    assert_eq!(
        due,
        json!({"type": "or", "value": [
            {"type": "lessThanOrEquals", "attribute": "dueDate", "value": "2026-12-05"},
            {"type": "and", "value": [
                {"type": "isNull", "attribute": "dueDate"},
                {"type": "lessThan", "attribute": "due", "value": "2026-12-05 23:00:00"},
            ]},
        ]})
    );
}

#[test]
fn references_are_compared_by_id_and_names_are_looked_up_first() {
    let me = condition(test("assignedUser", Compare::Me));
    assert_eq!(
        me,
        json!({"type": "equals", "attribute": "assignedUserId", "value": "5e0000000000000u1"})
    );
    let team = Reference { entity: None, id: "t1".into(), name: None };
    assert_eq!(
        condition(test("teams", Compare::Is(Value::Reference(team)))),
        json!({"type": "linkedWith", "attribute": "teams", "value": ["t1"]})
    );
    assert_eq!(
        condition(test("teams", Compare::HasValue)),
        json!({"type": "isLinked", "attribute": "teams"})
    );
    let found = r#"{"total":3,"list":[{"id":"u1","name":"Ada"},{"id":"u2","name":"ADA"},{"id":"u3","name":"Adam"}]}"#;
    let by_name = test("assignedUser", Compare::Is(text("ada")));
    let params = asked(by_name.clone(), &[found]).unwrap();
    let ids = json!({"type": "in", "attribute": "assignedUserId", "value": ["u1", "u2"]});
    assert_eq!(params["where"][0], ids, "the exact names, not Adam");
    let nobody = asked(by_name, &[NOTHING]).unwrap();
    assert_eq!(nobody["where"][0], json!({"type": "isNull", "attribute": "id"}));
}

#[test]
fn a_name_of_several_types_is_looked_up_in_each() {
    let found = |id: &str| format!(r#"{{"list":[{{"id":"{id}","name":"Ada"}}]}}"#);
    let filter = test("parent", Compare::Is(text("Ada")));
    let params = asked(filter, &[&found("c1"), &found("a1")]).unwrap();
    let one = |kind: &str, id: &str| {
        json!({"type": "and", "value": [
            {"type": "equals", "attribute": "parentType", "value": kind},
            {"type": "equals", "attribute": "parentId", "value": id},
        ]})
    };
    let either = json!({"type": "or", "value": [one("Contact", "c1"), one("Account", "a1")]});
    assert_eq!(params["where"][0], either);
}

#[test]
fn words_go_where_the_product_searches_and_else_into_its_fields() {
    let words = |text: &str| Filter::Words(text.to_owned());
    let params = asked(Filter::All(vec![words("mesa"), not(words("old"))]), &[]).unwrap();
    assert_eq!(params["textFilter"], "mesa");
    assert_eq!(params["where"][0]["type"], "and");
    assert_eq!(params["where"][0]["value"][1]["value"][0]["type"], "notContains");
}

#[test]
fn what_the_server_cannot_be_asked_is_refused_by_name() {
    for filter in [
        test("contacts.name", Compare::HasValue),
        test("options", Compare::HasValue),
        test("employees", Compare::Contains("1".into())),
        test("name", Compare::Me),
        test("name", Compare::Is(text(&"x".repeat(8_000)))),
    ] {
        let error = asked(filter.clone(), &[]).unwrap_err();
        assert!(matches!(error, Error::Unsupported { .. }), "{filter:?}: {error:?}");
    }
}

#[test]
fn records_behind_a_link_are_asked_with_their_columns() {
    let action = Action::Related {
        entity: name("Account"),
        id: RecordId::from("a1"),
        link: "contacts".into(),
        query: Query::all(name("Contact"), 5),
    };
    let rows =
        r#"{"total":1,"list":[{"id":"c1","name":"Ada L","firstName":"Ada","lastName":"L"}]}"#;
    let (outcome, sent) = run(action, &[ok(rows)]);
    assert_eq!(path(&sent[0]), "GET Account/a1/contacts");
    assert_eq!(params(&sent[0])["select"][1], "name");
    let Ok(Outcome::Page(page)) = outcome else { panic!("{outcome:?}") };
    assert_eq!(page.records[0].title(None), "Ada L");
    assert_eq!(page.records[0].entity, name("Contact"));
}
