//! `/search`: hits of all kinds that the caller may see (§8).

use super::desk::Desk;
use super::kinds::Kind;
use super::reply::{self, Answer, Refusal};
use super::resource::base_utc;
use super::shelf::{Filter, NEWEST, Record};
use serde_json::{Map, Value, json};

/// How many hits of a kind.
const MOST: i64 = 10;

/// What is searched.
struct Table {
    kind: Kind,
    name: &'static str,
    index: &'static str,
    right: &'static str,
    shown: &'static [&'static str],
}

const CUSTOMERS: &str = "Customers - List/Search";
const ORDERS: &str = "Purchase Orders - List/Search";

const TABLES: [Table; 11] = [
    Table {
        kind: Kind::Customer,
        name: "customer",
        index: "customers",
        right: CUSTOMERS,
        shown: &["firstname", "lastname", "email", "business_name"],
    },
    Table {
        kind: Kind::Contact,
        name: "contact",
        index: "contacts",
        right: CUSTOMERS,
        shown: &["name", "email", "phone", "customer_id"],
    },
    Table {
        kind: Kind::Asset,
        name: "asset",
        index: "assets",
        right: CUSTOMERS,
        shown: &["name", "asset_serial", "customer_id"],
    },
    Table {
        kind: Kind::Lead,
        name: "lead",
        index: "leads",
        right: "Leads - List/Search",
        shown: &["first_name", "last_name", "email"],
    },
    Table {
        kind: Kind::Invoice,
        name: "invoice",
        index: "invoices",
        right: "Invoices - List/Search",
        shown: &["number", "name", "customer_id"],
    },
    Table {
        kind: Kind::Estimate,
        name: "estimate",
        index: "estimates",
        right: "Estimates - List/Search",
        shown: &["number", "name", "customer_id"],
    },
    Table {
        kind: Kind::Ticket,
        name: "ticket",
        index: "tickets",
        right: "Tickets - List/Search",
        shown: &["number", "subject", "status", "customer_id"],
    },
    Table {
        kind: Kind::Product,
        name: "product",
        index: "products",
        right: "Products - List/Search",
        shown: &["name", "description", "upc_code"],
    },
    Table {
        kind: Kind::Order,
        name: "purchase_order",
        index: "purchase_orders",
        right: ORDERS,
        shown: &["number", "status"],
    },
    Table {
        kind: Kind::Vendor,
        name: "vendor",
        index: "vendors",
        right: ORDERS,
        shown: &["name", "email"],
    },
    Table {
        kind: Kind::Wiki,
        name: "wiki_page",
        index: "wiki_pages",
        right: "Documentation - Allow Usage",
        shown: &["name", "slug"],
    },
];

/// `GET /search?query=`.
pub fn find(desk: &Desk<'_>) -> Answer {
    let mut results = Vec::new();
    if let Some(text) = desk.ask.query("query") {
        for table in TABLES.iter().filter(|table| desk.caller.may(table.right)) {
            let mut filter = Filter::all().by(NEWEST);
            filter.words(text);
            for record in desk.shelf.page(table.kind, &filter, MOST, 0)? {
                results.push(hit(desk, table, &record)?);
            }
        }
    }
    reply::ok(&json!({"quick_result": null, "results": results, "error": null}))
}

fn hit(desk: &Desk<'_>, table: &Table, record: &Record) -> Result<Value, Refusal> {
    let member = |name: &&str| ((*name).to_owned(), record.at(name).clone());
    let mut source: Map<String, Value> = table.shown.iter().map(member).collect();
    if table.kind == Kind::Customer {
        let phones = desk.shelf.all(Kind::Phone, &Filter::of("customer_id", record.id))?;
        source.insert("phones".into(), phones.iter().map(base_utc).collect());
    }
    Ok(json!({"table": {
        "_id": record.id, "_type": table.name, "_index": table.index, "_source": {"table": source},
    }}))
}
