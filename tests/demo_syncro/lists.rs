//! Pages, filters, orders, search.

use crate::house::{House, house};
use serde_json::Value;
use std::collections::BTreeSet;

/// What each record of a filtered list must fulfil.
type Check = Box<dyn Fn(&Value) -> bool>;

/// All pages of a list, asked for as the contract says (§3): to `total_pages`, or to the first empty one.
async fn all(house: &House, path: &str, name: &str, size: usize) -> Vec<Value> {
    let mut found = Vec::new();
    let mut was_short = false;
    let join = if path.contains('?') { '&' } else { '?' };
    for page in 1..200 {
        let answer = house.get(&format!("{path}{join}page={page}")).await.json();
        let items = answer[name].as_array().unwrap_or_else(|| panic!("{path}: {answer}")).clone();
        assert!(items.len() <= size, "{path}: {} on a page", items.len());
        let pages = answer["meta"]["total_pages"].as_u64();
        let is_last = pages.map_or(items.is_empty(), |pages| page >= pages);
        assert!(!was_short || items.is_empty(), "{path}: a short page before page {page}");
        was_short = items.len() < size;
        found.extend(items);
        if is_last {
            return found;
        }
    }
    panic!("{path} does not end");
}

#[tokio::test]
async fn pages_have_the_sizes_of_the_contract_and_nothing_comes_twice() {
    let house = house().await;
    for (path, name, size, meta) in [
        ("customers", "customers", 100, "total_pages,total_entries,per_page,page"),
        ("contacts", "contacts", 50, "total_pages,total_entries,per_page,page"),
        ("customer_assets", "assets", 50, "total_pages,total_entries,per_page,page"),
        ("tickets", "tickets", 50, "total_pages,page"),
        ("invoices", "invoices", 25, "total_pages,page"),
        ("invoices?per_page=7", "invoices", 7, "total_pages,page"),
        ("invoices?per_page=500", "invoices", 25, "total_pages,page"),
        ("estimates", "estimates", 25, "total_pages,total_entries,per_page,page"),
        ("contracts", "contracts", 50, "total_pages,total_entries,per_page,page"),
        ("leads", "leads", 25, "total_pages,total_entries,per_page,page"),
        ("payments", "payments", 25, "total_pages,page"),
        ("rmm_alerts?status=all", "rmm_alerts", 25, "total_pages,page"),
        ("items", "items", 50, "total_pages,page"),
        ("ticket_timers", "ticket_timers", 100, "total_pages,total_entries,per_page,page"),
        ("line_items", "line_items", 100, "total_pages,total_entries,per_page,page"),
        ("portal_users", "portal_users", 100, "total_pages,total_entries,per_page,page"),
        ("ticket_comments", "comments", 25, "total_pages,page,per_page"),
        ("ticket_comments?per_page=100", "comments", 100, "total_pages,page,per_page"),
        ("products", "products", 25, ""),
        ("schedules", "schedules", 50, ""),
        ("purchase_orders", "purchase_orders", 20, ""),
        ("appointments", "appointments", 25, ""),
        ("vendors", "vendors", 100, ""),
        ("wiki_pages", "wiki_pages", 100, ""),
        (
            "ticket_blueprints?per_page=2",
            "ticket_blueprints",
            2,
            "total_pages,total_entries,per_page,page",
        ),
    ] {
        let first = house.get(path).await.json();
        let names = first["meta"].as_object().map(|it| it.keys().cloned().collect::<Vec<_>>());
        assert_eq!(names.unwrap_or_default().join(","), meta, "{path}");
        let found = all(&house, path, name, size).await;
        let id = |item: &Value| item.get("appointment").unwrap_or(item)["id"].to_string();
        let ids: BTreeSet<String> = found.iter().map(id).collect();
        assert!(!ids.is_empty() && ids.len() == found.len(), "{path}: {}", found.len());
    }
    assert_eq!(all(&house, "contacts", "contacts", 50).await.len(), 300);
    for odd in ["contacts?page=0", "contacts?page=-3", "contacts?page=x"] {
        assert_eq!(house.get(odd).await.json()["meta"]["page"], 1, "{odd}");
    }
    let beyond = house.get("tickets?page=4000").await.json();
    assert_eq!(beyond["tickets"], serde_json::json!([]));
}

#[tokio::test]
async fn filters_leave_what_they_name() {
    let house = house().await;
    let customer = house.first("customers", "customers").await;
    let me = house.get("me").await.json()["user_id"].clone();
    let ticket = house.first("tickets", "tickets").await;
    let id = &customer["id"];
    let checks: Vec<(String, &str, Check)> = vec![
        (format!("contacts?customer_id={id}"), "contacts", {
            let id = id.clone();
            Box::new(move |it| it["customer_id"] == id)
        }),
        (format!("tickets?customer_id={}", ticket["customer_id"]), "tickets", {
            let id = ticket["customer_id"].clone();
            Box::new(move |it| it["customer_id"] == id)
        }),
        ("tickets?mine=true".into(), "tickets", Box::new(move |it| it["user_id"] == me)),
        (
            "tickets?status=Not%20Closed".into(),
            "tickets",
            Box::new(|it| it["status"] != "Resolved" && it["status"] != "Invoiced"),
        ),
        (
            "tickets?status=Pr%C3%BCfung%20%E7%A2%BA%E8%AA%8D".into(),
            "tickets",
            Box::new(|it| it["status"] == "Prüfung 確認"),
        ),
        (
            "tickets?ticket_search_id=4302".into(),
            "tickets",
            Box::new(|it| it["status"] == "Waiting for Parts"),
        ),
        (
            "tickets?since_updated_at=2026-11-01T00:00:00Z".into(),
            "tickets",
            Box::new(|it| it["updated_at"].as_str().unwrap() >= "2026-11-01T01"),
        ),
        (
            "tickets?asset_name=rx".into(),
            "tickets",
            Box::new(|it| {
                it["assets"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .any(|asset| asset["name"].as_str().unwrap().to_lowercase().contains("rx"))
            }),
        ),
        ("invoices?paid=true".into(), "invoices", Box::new(|it| it["is_paid"] == true)),
        ("invoices?unpaid=true".into(), "invoices", Box::new(|it| it["is_paid"] == false)),
        (
            "estimates?status=approved".into(),
            "estimates",
            Box::new(|it| it["status"] == "Approved"),
        ),
        (
            "leads?status_list=New,Lost".into(),
            "leads",
            Box::new(|it| it["status"] == "New" || it["status"] == "Lost"),
        ),
        (
            "leads?statuses[]=Won&statuses[]=Lead".into(),
            "leads",
            Box::new(|it| it["status"] == "Won" || it["status"] == "Lead"),
        ),
        ("rmm_alerts".into(), "rmm_alerts", Box::new(|it| it["resolved"] == false)),
        ("rmm_alerts?status=resolved".into(), "rmm_alerts", Box::new(|it| it["resolved"] == true)),
        ("items?completed=true".into(), "items", Box::new(|it| it["receivedon"].is_string())),
        (
            "line_items?estimate_id_not_null=true".into(),
            "line_items",
            Box::new(|it| it["invoice_id"].is_null()),
        ),
        (
            "ticket_timers?status=stopped".into(),
            "ticket_timers",
            Box::new(|it| it["status"] == "status_stopped"),
        ),
        (
            "products?query=gearbox".into(),
            "products",
            Box::new(|it| it["name"].as_str().unwrap().contains("gearbox")),
        ),
        (
            "customers?query=%E5%8D%B0%E5%88%B7".into(),
            "customers",
            Box::new(|it| it["business_name"].as_str().unwrap().contains("印刷")),
        ),
    ];
    for (path, name, holds) in checks {
        let list = house.get(&path).await.json();
        let found = list[name].as_array().unwrap_or_else(|| panic!("{path}: {list}"));
        assert!(!found.is_empty(), "{path} finds nothing");
        assert!(found.iter().all(&holds), "{path}: {list}");
    }
}

#[tokio::test]
async fn customers_stand_in_the_asked_order() {
    let house = house().await;
    let names = async |path: &str| -> Vec<String> {
        let list = house.get(path).await.json();
        let of = |it: &Value| it["email"].as_str().unwrap().to_owned();
        list["customers"].as_array().unwrap().iter().map(of).collect()
    };
    let up = names("customers?sort=email%20ASC").await;
    let mut down = names("customers?sort=email%20DESC").await;
    assert!(up.is_sorted());
    down.reverse();
    assert_eq!(up, down);
    assert_eq!(names("customers?sort=nonsense%20ASC").await, names("customers").await);
}

#[tokio::test]
async fn a_search_finds_what_the_caller_may_see() {
    let house = house().await;
    let kinds = |answer: &Value| -> BTreeSet<String> {
        answer["results"]
            .as_array()
            .unwrap()
            .iter()
            .map(|hit| hit["table"]["_type"].as_str().unwrap().to_owned())
            .collect()
    };
    let full = house.get("search?query=a").await.json();
    for kind in ["customer", "contact", "asset", "lead", "invoice", "ticket", "product", "vendor"] {
        assert!(kinds(&full).contains(kind), "{kind}");
    }
    let little = house.limited("GET", "search?query=a", None).await.json();
    assert!(kinds(&little).contains("ticket") && !kinds(&little).contains("invoice"));
    let hit = &full["results"][0]["table"];
    let record = house.get(&format!("customers/{}", hit["_id"])).await;
    assert_eq!((hit["_type"].as_str(), record.status), (Some("customer"), 200));
}
