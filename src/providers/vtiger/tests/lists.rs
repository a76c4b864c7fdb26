use super::*;
use crate::domain::{
    query::{Compare, Filter, Order, Query, Test as Tested},
    record::{Page, Total},
};

fn page(outcome: Result<Outcome, Error>) -> Page {
    match outcome {
        Ok(Outcome::Page(page)) => page,
        other => panic!("{other:?}"),
    }
}

fn list(entity: &str, columns: &[&str], limit: u32) -> Query {
    let columns = columns.iter().map(|&it| it.to_owned()).collect();
    Query { columns, ..Query::all(name(entity), limit) }
}

#[test]
fn a_list_is_read_counted_and_named_in_two_rounds() {
    let rows = json!([
        {"id": "12x2", "firstname": "Ada", "lastname": "L", "account_id": "11x3", "assigned_user_id": "20x9"},
        {"id": "12x1", "firstname": "", "lastname": "Solo", "account_id": "", "assigned_user_id": "19x1"},
    ]);
    let reply = |line: &str| match line {
        it if it.contains("count(*)") => ok(&json!([{"count": "800"}])),
        it if it.contains("FROM Contacts") => ok(&rows),
        it if it.contains("FROM Accounts") => ok(&json!([{"id": "11x3", "accountname": "Acme"}])),
        it if it.contains("FROM Groups") => ok(&json!([{"id": "20x9", "groupname": "Team"}])),
        other => panic!("{other}"),
    };
    let query = list("Contacts", &["label", "account_id", "assigned_user_id"], 2);
    let (outcome, asked) = run(Action::List(query), reply);
    assert_eq!(
        asked,
        [
            "SELECT id,firstname,lastname,account_id,assigned_user_id FROM Contacts ORDER BY id DESC LIMIT 0,2;",
            "SELECT count(*) FROM Contacts;",
            "SELECT id,accountname FROM Accounts WHERE id IN ('11x3') ORDER BY id DESC LIMIT 0,1;",
            "SELECT id,groupname FROM Groups WHERE id IN ('20x9') ORDER BY id DESC LIMIT 0,1;",
        ]
    );
    let page = page(outcome);
    assert_eq!(
        (page.total, page.has_more, page.is_filtered_here),
        (Total::Exact(800), true, false)
    );
    let first = &page.records[0];
    assert_eq!(first.value("label"), Some(&text("Ada L")));
    let name_of = |field: &str| match first.value(field) {
        Some(Value::Reference(other)) => other.name.clone().unwrap(),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        (name_of("account_id"), name_of("assigned_user_id")),
        ("Acme".into(), "Team".into())
    );
    let url = "https://crm.example/index.php?module=Contacts&view=Detail&record=2";
    assert_eq!(first.url.as_deref(), Some(url));
}

#[test]
fn an_order_ends_with_the_id_and_an_unknown_one_is_refused() {
    let mut query = list("Accounts", &["accountname"], 50);
    query.order = Some(Order { field: "accountname".into(), descending: false });
    query.offset = 100;
    let (_, asked) = run(Action::List(query.clone()), |_| ok(&json!([])));
    assert_eq!(
        asked,
        ["SELECT id,accountname FROM Accounts ORDER BY accountname,id ASC LIMIT 100,50;"]
    );
    query.order = Some(Order { field: "nope".into(), descending: false });
    let (outcome, asked) = run(Action::List(query), |_| broken());
    assert!(matches!(outcome, Err(Error::Unsupported { .. })) && asked.is_empty());
}

#[test]
fn lines_are_never_asked_for_in_a_list() {
    let (_, asked) =
        run(Action::List(list("Quotes", &["subject", "LineItems"], 5)), |_| ok(&json!([])));
    assert_eq!(asked[0], "SELECT id,subject FROM Quotes ORDER BY id DESC LIMIT 0,5;");
}

#[test]
fn what_the_language_cannot_say_is_applied_here_and_marked() {
    let mut query = list("Accounts", &["accountname"], 2);
    let test = Tested { field: "industry".into(), test: Compare::Is(text("Banking")) };
    query.filter = Some(Filter::Not(Box::new(Filter::Test(test))));
    let rows: Vec<Json> = (1..=100)
        .map(|n| json!({"id": format!("11x{n}"), "accountname": "A", "industry": if n % 50 == 0 { "" } else { "Banking" }}))
        .collect();
    let (outcome, asked) = run(Action::List(query), |line| {
        if line.contains("count(*)") { ok(&json!([{"count": "250"}])) } else { ok(&json!(rows)) }
    });
    assert!(
        asked[0].contains("SELECT id,accountname,industry FROM Accounts ORDER BY"),
        "{asked:?}"
    );
    let page = page(outcome);
    assert!(page.is_filtered_here && page.has_more);
    assert_eq!((page.records.len(), page.received), (2, 100));
}

#[test]
fn a_name_that_stands_for_nobody_asks_nothing_more() {
    let mut query = list("Contacts", &["lastname"], 5);
    let test = Tested { field: "account_id".into(), test: Compare::Is(text("Nobody")) };
    query.filter = Some(Filter::Test(test));
    let (outcome, asked) = run(Action::List(query), |_| ok(&json!([])));
    assert_eq!(asked.len(), 1, "{asked:?}");
    assert_eq!(page(outcome).total, Total::Exact(0));
}

#[test]
fn related_records_are_those_whose_reference_points_there_and_else_the_servers_relation() {
    let action = |link: &str, target: &str| Action::Related {
        entity: name("Contacts"),
        id: RecordId::from("12x1"),
        link: link.into(),
        query: list(target, &[], 5),
    };
    let (_, asked) = run(action("Calendar", "Calendar"), |_| ok(&json!([])));
    assert!(
        asked[0].contains("FROM Calendar WHERE contact_id = '12x1' ORDER BY id DESC"),
        "{asked:?}"
    );
    let (_, asked) = run(action("Campaigns", "Campaigns"), |_| ok(&json!([])));
    assert_eq!(
        asked[0],
        "query_related SELECT id,campaignname FROM Campaigns WHERE id > '1x0' ORDER BY id DESC LIMIT 0,5"
    );
}

#[test]
fn a_record_that_is_gone_is_told_from_one_that_is_forbidden() {
    let get = || Action::Get { entity: name("Contacts"), id: RecordId::from("7") };
    let denied = |rows: Json| {
        move |line: &str| {
            if line.starts_with("retrieve") { refused("ACCESS_DENIED", "no") } else { ok(&rows) }
        }
    };
    let (outcome, asked) = run(get(), denied(json!([])));
    assert_eq!(asked[0], "retrieve 12x7", "a number alone is of the type");
    assert!(matches!(outcome, Err(Error::NotFound { .. })), "{outcome:?}");
    let (outcome, _) = run(get(), denied(json!([{"id": "12x7"}])));
    assert!(matches!(outcome, Err(Error::Forbidden { .. })), "{outcome:?}");
}

#[test]
fn times_are_those_of_the_servers_clock() {
    let row = json!({"id": "12x1", "lastname": "L", "createdtime": "2026-03-29 10:00:00"});
    let get = Action::Get { entity: name("Contacts"), id: RecordId::from("12x1") };
    let (outcome, _) = run(get, |_| ok(&row));
    let Ok(Outcome::Record(record)) = outcome else { panic!("{outcome:?}") };
    // Ten in Tokyo.
    let at = "2026-03-29T01:00:00Z".parse().unwrap();
    assert_eq!(record.value("createdtime"), Some(&Value::DateTime(at)));
}

fn ordered(field: &str, descending: bool, offset: u64) -> Action {
    let order = Some(Order { field: field.into(), descending });
    Action::List(Query { order, offset, ..list("Accounts", &["accountname"], 2) })
}

#[test]
fn a_page_goes_on_behind_the_last_record_of_the_one_before() {
    let memory = Memory::default();
    let names = [("O'Neil", 4), ("O'Neil", 9)];
    let rows = names.map(|(name, id)| json!({"id": format!("11x{id}"), "accountname": name}));
    let reply = |line: &str| {
        if line.contains("count(*)") { ok(&json!([{"count": "5"}])) } else { ok(&json!(rows)) }
    };
    let (first, _) = run_in(&memory, ordered("accountname", false, 0), reply);
    assert!(page(first).has_more);
    let (_, asked) = run_in(&memory, ordered("accountname", false, 2), |_| ok(&json!([])));
    assert_eq!(
        asked,
        ["SELECT id,accountname FROM Accounts WHERE accountname = 'O''Neil' AND id > '11x9' \
          OR accountname > 'O''Neil' ORDER BY accountname,id ASC LIMIT 0,2;"]
    );
    let (_, asked) = run_in(&memory, ordered("accountname", false, 3), |_| ok(&json!([])));
    assert!(asked[0].ends_with("LIMIT 3,2;"), "nobody knows what stands there: {asked:?}");
    let newest = |offset| Action::List(Query { offset, ..list("Accounts", &["accountname"], 2) });
    let (first, _) = run_in(&memory, newest(0), reply);
    assert!(page(first).has_more);
    let (_, asked) = run_in(&memory, newest(2), |_| ok(&json!([])));
    assert!(asked[0].contains("WHERE id < '11x9' ORDER BY id DESC LIMIT 0,2"), "{asked:?}");
}

#[test]
fn a_falling_order_is_read_from_the_end_of_the_rising_one() {
    let memory = Memory::default();
    let (outcome, asked) = run_in(&memory, ordered("since", true, 0), |line| {
        if line.contains("count(*) FROM Accounts;") {
            ok(&json!([{"count": "7"}]))
        } else if line.contains("count(*)") {
            ok(&json!([{"count": "5"}]))
        } else {
            let row = |id: u32, day: &str| json!({"id": format!("11x{id}"), "since": day});
            ok(&json!([row(3, "2026-01-01"), row(4, "2026-01-02")]))
        }
    });
    assert_eq!(
        asked,
        [
            "SELECT count(*) FROM Accounts;",
            "SELECT count(*) FROM Accounts WHERE since >= '0001-01-01';",
            "SELECT id,accountname,since FROM Accounts WHERE since >= '0001-01-01' \
             ORDER BY since,id ASC LIMIT 3,100;",
        ]
    );
    let page = page(outcome);
    let ids: Vec<_> = page.records.keys().map(RecordId::as_str).collect();
    assert_eq!((ids, page.total, page.has_more), (vec!["11x4", "11x3"], Total::Exact(7), true));
    // Those that have a day are at their end, and those that have none begin.
    let (_, asked) = run_in(&memory, ordered("since", true, 2), |line| {
        let some = if line.contains("WHERE since = ") { "0" } else { "2" };
        if line.contains("count(*)") { ok(&json!([{"count": some}])) } else { ok(&json!([])) }
    });
    assert!(
        asked[1].contains("WHERE since = '2026-01-01' AND id < '11x3' OR since < '2026-01-01'")
    );
    assert_eq!(asked.len(), 5, "{asked:?}");
}

#[test]
fn a_server_that_always_gives_more_than_it_counts_is_read_to_an_end() {
    let rows: Vec<Json> =
        (1..=100).map(|n| json!({"id": format!("11x{n}"), "accountname": "A"})).collect();
    let (outcome, _) = run(ordered("accountname", true, 0), |line| {
        if line.contains("count(*)") { ok(&json!([{"count": "3"}])) } else { ok(&json!(rows)) }
    });
    assert_eq!(page(outcome).records.len(), 2);
}

#[test]
fn events_and_tasks_come_as_one_agenda_page_after_page() {
    let memory = Memory::default();
    let day = |id: &str, day: u32| {
        json!({"id": id, "subject": id, "date_start": format!("2026-03-{day:02}"),
            "eventstatus": "Held", "taskstatus": "Planned"})
    };
    // As the falling order is read: from the end of the rising one.
    let events: Vec<Json> = (1..=3).map(|n| day(&format!("18x{n}"), n * 2)).collect();
    let tasks: Vec<Json> = (1..=3).map(|n| day(&format!("9x{n}"), n * 2 + 1)).collect();
    let reply = |line: &str| match line {
        it if it.contains("count(*)") => ok(&json!([{"count": "3"}])),
        it if it.contains("FROM Events") => ok(&json!(events)),
        it if it.contains("FROM Calendar") => ok(&json!(tasks)),
        other => panic!("{other}"),
    };
    let mut query = list("EventsAndTasks", &["subject", "status"], 4);
    let test = Compare::OneOf(vec![text("Held"), text("Planned")]);
    query.filter = Some(Filter::Test(Tested { field: "status".into(), test }));
    let (outcome, asked) = run_in(&memory, Action::List(query.clone()), reply);
    assert!(asked.iter().any(|it| it.contains("FROM Events WHERE eventstatus IN")), "{asked:?}");
    assert!(asked.iter().any(|it| it.contains("FROM Calendar WHERE taskstatus IN")), "{asked:?}");
    let first = page(outcome);
    let ids = |page: &Page| -> Vec<String> {
        page.records.keys().map(|id| id.as_str().to_owned()).collect()
    };
    assert_eq!(ids(&first), ["9x3", "18x3", "9x2", "18x2"]);
    assert_eq!((first.total, first.has_more), (Total::Exact(6), true));
    assert_eq!(first.records[0].entity.as_str(), "Calendar", "each is what it is");
    assert_eq!(first.records[1].value("status"), Some(&text("Held")));
    query.offset = 4;
    let (outcome, _) = run_in(&memory, Action::List(query), reply);
    let second = page(outcome);
    assert_eq!((ids(&second), second.has_more), (vec!["9x1".into(), "18x1".into()], false));
}

#[test]
fn the_agenda_stands_before_the_modules_that_it_is_made_of() {
    let schema = schema(true);
    let names: Vec<_> = schema.entity_types.keys().map(EntityName::as_str).collect();
    let at = |name: &str| names.iter().position(|it| *it == name).unwrap();
    assert_eq!(at("EventsAndTasks") + 1, at("Events"), "{names:?}");
    let agenda = schema.entity_type(&name("EventsAndTasks")).unwrap();
    assert!(agenda.rights.read && !agenda.rights.create);
    let status: Vec<_> =
        agenda.field("status").unwrap().choices.iter().map(|it| &it.value).collect();
    assert_eq!(status, ["Planned", "Held", "Completed"]);
}

#[test]
fn a_search_of_many_words_asks_for_the_longest_and_looks_at_the_others_here() {
    let search = Action::Search { text: "north wind energy ltd".to_owned(), limit: 10 };
    let rows = json!([
        {"id": "12x1", "firstname": "North Wind", "lastname": "Energy Ltd", "email": ""},
        {"id": "12x2", "firstname": "Wind", "lastname": "Energy North", "email": ""},
    ]);
    let (outcome, asked) =
        run(search, |line| if line.contains("FROM Contacts") { ok(&rows) } else { ok(&json!([])) });
    let contacts = asked.iter().find(|line| line.contains("FROM Contacts")).unwrap();
    assert!(contacts.contains("LIKE '%energy%'") && !contacts.contains("'%ltd%'"), "{contacts}");
    let ids: Vec<_> = page(outcome).records.keys().map(|id| id.as_str().to_owned()).collect();
    assert_eq!(ids, ["12x1"], "what does not hold every word is not given");
}
