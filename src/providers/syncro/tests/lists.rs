//! Lists: what the server is asked, what is judged here, how far was read.
use serde_json::{Value as Json, json};

use super::{id, list, name, page, talk};
use crate::domain::{
    action::Action,
    error::Error,
    query::{Order, Query},
    record::Total,
};

fn tickets(ids: std::ops::RangeInclusive<u32>, meta: &Json) -> (u16, Json) {
    let row = |id| json!({"id": id, "number": id, "subject": format!("No. {id}"), "status": "New", "user_id": id % 2 + 1});
    (200, json!({"tickets": ids.map(row).collect::<Vec<_>>(), "meta": meta}))
}

#[test]
fn filters_of_the_server_are_its_own_and_nothing_is_judged_twice() {
    let ticket = tickets(1..=1, &json!({"total_pages": 1, "page": 1}));
    for (filter, asked) in [
        ("status:resolved", "GET tickets?status=Resolved"),
        ("user_id:@me", "GET tickets?user_id=1"),
        ("user_id:\"bat man\"", "GET tickets?user_id=2"),
        ("customer_id:12 printer", "GET tickets?customer_id=12&query=printer"),
        ("number:4", "GET tickets?number=4"),
    ] {
        let (found, result) =
            talk(Action::List(list("Ticket", filter)), std::slice::from_ref(&ticket));
        assert_eq!(found, [asked], "{filter}");
        assert!(!page(result).is_filtered_here, "{filter}");
    }
}

#[test]
fn the_rest_is_judged_here_and_says_so() {
    let last = json!({"total_pages": 1, "page": 1});
    let (asked, result) = talk(
        Action::List(list("Ticket", "status:New subject:~\"No. 3\"")),
        &[tickets(1..=30, &last)],
    );
    assert_eq!(asked, ["GET tickets?status=New"]);
    let page = page(result);
    assert!(page.is_filtered_here && !page.has_more);
    assert_eq!((page.records.len(), page.received, page.total), (2, 30, Total::Exact(30)));
}

#[test]
fn days_are_asked_for_roughly_and_judged_exactly() {
    let row = |id: u32, at: &str| json!({"id": id, "updated_at": at});
    let rows = json!({"tickets": [row(1, "2026-11-22T12:00:00Z"), row(2, "2026-11-21T12:00:00Z")], "meta": {"total_pages": 1}});
    let (asked, result) =
        talk(Action::List(list("Ticket", "updated_at>=2026-11-22")), &[(200, rows)]);
    // Midnight in Los Angeles, and a minute's overlap.
    assert_eq!(asked, ["GET tickets?since_updated_at=2026-11-22T07:59:00Z"]);
    let page = page(result);
    assert_eq!(page.records.keys().collect::<Vec<_>>(), [&id(1)]);
    assert!(page.is_filtered_here);
}

#[test]
fn while_a_filter_is_judged_here_only_so_many_pages_are_read() {
    let meta = json!({"total_pages": 9});
    let answers: Vec<_> = (0..4).map(|at| tickets(at * 50 + 1..=at * 50 + 50, &meta)).collect();
    let (asked, result) = talk(Action::List(list("Ticket", "subject:~\"nowhere\"")), &answers);
    assert_eq!(asked.len(), 4);
    assert_eq!(asked[3], "GET tickets?page=4");
    let page = page(result);
    assert_eq!((page.records.len(), page.received, page.has_more), (0, 200, true));
    assert_eq!(page.total, Total::More);
}

#[test]
fn a_page_is_found_though_its_size_was_guessed_wrong() {
    // 50 are expected, the server gives 20.
    let meta = |page: u32| json!({"total_pages": 5, "page": page});
    let query = Query { offset: 50, ..Query::all(name("Ticket"), 50) };
    let (asked, result) =
        talk(Action::List(query), &[tickets(21..=40, &meta(2)), tickets(41..=60, &meta(3))]);
    assert_eq!(asked, ["GET tickets?page=2", "GET tickets?page=3"]);
    let page = page(result);
    assert_eq!(page.records.keys().next(), Some(&id(51)));
    assert_eq!((page.offset, page.received, page.has_more), (50, 10, true));
}

#[test]
fn a_server_that_knows_no_pages_is_not_asked_for_ever() {
    let rows: Vec<_> = (1..=30).map(|id| json!({"id": id, "name": "x"})).collect();
    let body = json!({"vendors": rows});
    let query = Query { offset: 30, ..Query::all(name("Vendor"), 50) };
    let (asked, result) = talk(Action::List(query), &[(200, body.clone()), (200, body)]);
    assert_eq!(asked, ["GET vendors?page=2", "GET vendors"]);
    let page = page(result);
    assert!(page.records.is_empty() && !page.has_more);
}

#[test]
fn a_limit_is_kept_and_the_next_page_begins_behind_it() {
    let meta = json!({"total_pages": 1, "total_entries": 30, "per_page": 50});
    let query = Query::all(name("Ticket"), 10);
    let (_, result) = talk(Action::List(query), &[tickets(1..=30, &meta)]);
    let first = page(result);
    assert_eq!((first.received, first.has_more, first.total), (10, true, Total::Exact(30)));
    let query = Query { offset: 10, ..Query::all(name("Ticket"), 50) };
    let (_, result) = talk(Action::List(query), &[tickets(1..=30, &meta)]);
    let second = page(result);
    assert_eq!(second.records.keys().next(), Some(&id(11)));
    assert_eq!((second.received, second.has_more), (20, false));
}

#[test]
fn orders_and_lists_that_the_api_has_not_are_refused_before_anything_is_sent() {
    let order = Some(Order { field: "subject".into(), descending: false });
    let query = Query { order, ..Query::all(name("Ticket"), 5) };
    let (asked, result) = talk(Action::List(query), &[]);
    assert!(asked.is_empty() && matches!(result, Err(Error::Unsupported { .. })));
    let order = Some(Order { field: "lastname".into(), descending: true });
    let query = Query { order, ..Query::all(name("Customer"), 5) };
    let none = (200, json!({"customers": []}));
    assert_eq!(talk(Action::List(query), &[none]).0, ["GET customers?sort=lastname DESC"]);
    for entity in ["PolicyFolder", "ProductSerial", "Phone"] {
        let (_, result) = talk(Action::List(Query::all(name(entity), 5)), &[]);
        let Err(Error::Invalid { reason, .. }) = result else { panic!("{result:?}") };
        assert!(reason.contains("filter with"), "{reason}");
    }
}

#[test]
fn presets_and_switches_are_the_servers() {
    let none = (200, json!({"tickets": [], "meta": {"total_pages": 0}}));
    for (preset, asked) in [
        ("not-closed", "GET tickets?status=Not Closed&mine=true"),
        ("search-44", "GET tickets?ticket_search_id=44&mine=true"),
    ] {
        let query = Query {
            preset: Some(preset.to_owned()),
            flags: vec!["mine".to_owned()],
            ..Query::all(name("Ticket"), 5)
        };
        assert_eq!(talk(Action::List(query), std::slice::from_ref(&none)).0, [asked]);
    }
    let query = Query { preset: Some("nonsense".into()), ..Query::all(name("Ticket"), 5) };
    assert!(matches!(talk(Action::List(query), &[]).1, Err(Error::Unsupported { .. })));
}

fn related(entity: &str, link: &str, to: &str) -> Action {
    let query = Query::all(name(to), 5);
    Action::Related { entity: name(entity), id: id(7), link: link.to_owned(), query }
}

#[test]
fn related_records_are_found_in_every_way() {
    let one =
        |key: &str| (200, json!({key: [{"id": 1, "customer_id": 7}, {"id": 2, "customer_id": 8}]}));
    let (asked, result) = talk(related("Customer", "contacts", "Contact"), &[one("contacts")]);
    assert_eq!(asked, ["GET contacts?customer_id=7"]);
    assert_eq!(page(result).records.len(), 2, "the server's filter holds");
    let (asked, result) = talk(related("Customer", "invoices", "Invoice"), &[one("invoices")]);
    assert_eq!(asked, ["GET invoices"], "the API filters no invoices by customer");
    let found = page(result);
    assert!(found.is_filtered_here && found.records.len() == 1);
    let (asked, result) = talk(related("Customer", "phones", "Phone"), &[one("phones")]);
    assert_eq!(asked, ["GET customers/7/phones"]);
    assert_eq!(page(result).records.keys().next().unwrap().as_str(), "7-1");
    let (asked, _) = talk(related("Contact", "assets", "Asset"), &[one("assets")]);
    assert_eq!(asked, ["GET customer_assets/assets_by_contact/7"]);
    let ticket = json!({"ticket": {"id": 7, "assets": [{"id": 3, "name": "SRV"}]}});
    let (asked, result) = talk(related("Ticket", "assets", "Asset"), &[(200, ticket)]);
    assert_eq!(asked, ["GET tickets/7"]);
    assert_eq!(page(result).records.keys().next(), Some(&id(3)));
}

#[test]
fn a_record_that_the_api_reads_not_alone_is_looked_for() {
    let body = json!({"phones": [{"id": 4, "number": "1"}, {"id": 5, "number": "2"}]});
    let get = Action::Get { entity: name("Phone"), id: "7-5".into() };
    let (asked, result) = talk(get, &[(200, body)]);
    assert_eq!(asked, ["GET customers/7/phones"]);
    let Ok(crate::domain::action::Outcome::Record(record)) = result else { panic!("{result:?}") };
    assert!(record.is_complete && record.id.as_str() == "7-5");
    let get = Action::Get { entity: name("CannedResponse"), id: id(9) };
    let (_, result) = talk(get, &[(200, json!({"canned_responses": []}))]);
    assert!(matches!(result, Err(Error::NotFound { .. })), "{result:?}");
}

#[test]
fn a_number_is_looked_for_among_tickets_first() {
    let hit = |kind: &str| json!({"table": {"_id": 1, "_type": kind, "_source": {"table": {"business_name": "Acme"}}}});
    let hits = json!({"results": [hit("customer"), hit("report")], "error": null});
    let ticket = tickets(7..=7, &json!({}));
    let search = Action::Search { text: "#7".to_owned(), limit: 20 };
    let (asked, result) = talk(search, &[ticket, (200, hits)]);
    assert_eq!(asked, ["GET tickets?number=7", "GET search?query=#7"]);
    let found = page(result);
    let kinds: Vec<_> = found.records.values().map(|it| it.entity.as_str()).collect();
    assert_eq!(kinds, ["Ticket", "Customer"]);
    assert_eq!(found.records[&id(1)].fields["business_then_name"], super::text("Acme"));
}
